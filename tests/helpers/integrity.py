"""A kiosk's folders with a small product in them, to be sealed and damaged; and an audit log that is a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.audit.catalogue import Kind, checked_fields
from kiosk.audit.fields import Value
from kiosk.audit.port import AuditUnavailable
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.integrity.manifest import Manifest
from kiosk.integrity.station_check import seal_machine
from tests.helpers.config import shipped
from tests.helpers.event_place import make_event

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@dataclass
class ListedAudit:
    """Keeps records in memory, after the same look at their fields as the real log takes."""

    records: list[tuple[Kind, str, Mapping[str, Any]]] = field(default_factory=list)
    unavailable: str = ""

    def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: Value) -> None:
        if self.unavailable:
            raise AuditUnavailable(self.unavailable)
        self.records.append((kind, by, checked_fields(kind, fields)))

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind, _, _ in self.records]


@dataclass(frozen=True)
class SealedKiosk:
    """An event, a machine file and a product of our own, all of it sealed."""

    folder: Path
    event: EventPlace
    machine_file: Path
    roots: Mapping[str, Path]
    manifest: Manifest

    @property
    def place(self) -> DevicePlace:
        return DevicePlace(self.event.data_dir, self.event.key_dir)

    @property
    def source(self) -> Path:
        return self.roots["kiosk"] / "rules.py"

    def seal_again(self) -> Manifest:
        return seal_machine(self.place, [self.machine_file], "tester", "test", NOW, self.roots)


def sealed_kiosk(folder: Path) -> SealedKiosk:
    event = make_event(folder, people=4)
    product = folder / "product"
    (product / "deep").mkdir(parents=True)
    (product / "rules.py").write_text("THRESHOLD = 0.42\n")
    (product / "deep" / "words.toml").write_text('yes = "ja"\n')
    roots = {"kiosk": product}
    machine_file = folder / "machine.toml"
    machine_file.write_text(_machine(event), encoding="utf-8")
    place = DevicePlace(event.data_dir, event.key_dir)
    manifest = seal_machine(place, [machine_file], "tester", "test", NOW, roots)
    return SealedKiosk(folder, event, machine_file, roots, manifest)


def _machine(event: EventPlace) -> str:
    return shipped(
        "example-machine",
        **{
            "my-event-2026": event.event_id,
            "/var/lib/venue-kiosk-keys": str(event.key_dir),
            '"/var/lib/venue-kiosk"': f'"{event.data_dir}"',
        },
    )
