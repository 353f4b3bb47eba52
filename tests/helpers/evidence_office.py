"""The event's page of an office over an event that is over, on a real machine's folders; papers are not painted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.audit.log import AuditLog
from kiosk.closing.close import close_event
from kiosk.closing.counts import counts_if_readable
from kiosk.closing.state import state_at
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Principal, authorise
from kiosk.office.event import EventFacts, EventPages, EventPort
from kiosk.office.subject import Room
from kiosk.parts.evidence_office import EvidenceOffice
from kiosk.vault.identity import DeviceIdentity
from tests.helpers.event_place import make_event
from tests.helpers.office import OfficeStage


class OverOffice:
    """``stick``: the folder that is offered."""

    def __init__(self, folder: Path, *, has_base: bool = False) -> None:
        self.folder, self.has_base = folder, has_base
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.place = make_event(folder, people=8)
        close_event(self.place)
        self.device = DevicePlace(self.place.data_dir, self.place.key_dir)

    @property
    def key(self) -> bytes:
        return DeviceIdentity.load(self.device.identity_file).public_key

    @property
    def packs(self) -> list[Path]:
        return sorted(self.stick.glob("evidence-*.zip"))

    def pages(self, stage: OfficeStage, require: Callable[..., None] = authorise) -> Callable[[Room], EventPages]:
        def pages(room: Room) -> EventPages:
            office = self._office(stage, room.who, partial(require, room.who))
            state = state_at(self.place)
            counts = counts_if_readable(self.place, state)
            facts = EventFacts("Night", self.place.event_id, state.value, None, counts, certified=True)
            other: Any = None  # no other act is done here
            return EventPages(room, EventPort(lambda: facts, other, other, list, other, None, office.port()))

        return pages

    def _office(self, stage: OfficeStage, who: Principal, require: Callable[..., None]) -> EvidenceOffice:
        log = AuditLog.at(self.device, stage.machine.clock)
        return EvidenceOffice(
            self.place, log, stage.machine.clock, who, require, lambda: self.key, self.has_base, (self.stick,)
        )
