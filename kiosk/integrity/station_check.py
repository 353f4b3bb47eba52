"""What a command or a station asks of the seal: which files it means, and what follows for the face lane."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path

from kiosk.closing.state import OVER, EventState, read_state
from kiosk.config.event import Mode
from kiosk.config.load import load_machine
from kiosk.config.machine import MachineConfig
from kiosk.config.places import DevicePlace
from kiosk.integrity.check import IntegrityReport, State, check
from kiosk.integrity.manifest import Manifest
from kiosk.integrity.seal import seal, settle_compiled
from kiosk.integrity.subjects import Part, Subject, code_roots, named, product, sources, station

ENDED = frozenset({EventState.CLOSING, *OVER})


def seal_machine(
    place: DevicePlace,
    machine_files: Iterable[Path],
    by: str,
    reason: str,
    now: datetime,
    roots: Mapping[str, Path] | None = None,
) -> Manifest:
    """Seal the product, every event that is not over, and the stations that ``machine_files`` describe.

    Raises ConfigFaults, CannotSeal, KeyFileUnusable, OSError.
    """
    roots = code_roots() if roots is None else roots
    machines = [(file, load_machine(file)) for file in machine_files]
    settle_compiled(sources(roots))
    return seal(place, [*product(roots), *_settings(place, machines)], by, reason, now)


def check_all(place: DevicePlace, roots: Mapping[str, Path] | None = None) -> IntegrityReport:
    """The product, and every settings file that was sealed or belongs to an event that is not over."""

    def subjects(manifest: Manifest) -> Iterator[Subject]:
        yield from product(roots)
        paths = {Path(name) for name in manifest.digests.get(Part.SETTINGS, {})} | set(event_files(place))
        yield from named(Part.SETTINGS, sorted(paths))
        yield from named(Part.DECODER, map(Path, sorted(manifest.digests.get(Part.DECODER, {}))))

    return check(place, subjects)


def station_look(
    machine_file: Path | None, machine: MachineConfig, roots: Mapping[str, Path] | None = None
) -> Callable[[], IntegrityReport]:
    """The check of one running station: the product and its own settings, which must have been sealed."""
    place = DevicePlace(machine.data_dir, machine.key_dir)
    return lambda: check(place, lambda manifest: chain(product(roots), station(machine_file, machine)))


def keeps_face_lane_shut(report: IntegrityReport, mode: Mode) -> bool:
    """A changed file always; no seal at all in live mode only, since rehearsals run on whatever lies there."""
    return report.state is State.BROKEN or (report.state is State.NOT_SEALED and mode is Mode.LIVE)


def event_files(place: DevicePlace) -> list[Path]:
    """The event files below ``place`` that still decide something."""
    folders = sorted((place.data_dir / "events").glob("*"))
    return [
        folder / "event.toml"
        for folder in folders
        if (folder / "event.toml").is_file() and read_state(folder / "state.json") not in ENDED
    ]


def _settings(place: DevicePlace, machines: Iterable[tuple[Path, MachineConfig]]) -> list[Subject]:
    subjects = [subject for file, machine in machines for subject in station(file, machine)]
    subjects += named(Part.SETTINGS, event_files(place))
    return list(dict.fromkeys(subjects))
