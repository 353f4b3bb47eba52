"""A desk's part in its venue, put to work: queue, calls, notices, the supervisor's sheets. Window's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kiosk.audit.catalogue import Kind
from kiosk.audit.record import utc
from kiosk.audit.slots import slot_name, slot_of
from kiosk.domain.incident import Incident
from kiosk.domain.lanes import CLOSED, MANNED, UNMANNED, GroupWaits, LaneState
from kiosk.ports import Clock
from kiosk.station.lanes import VenueLanes
from kiosk.station.venue_notices import Notice
from kiosk.workers.auditing_acts import Note


class RecordedIncidents:
    """Implements kiosk.station.venue_sheets.IncidentLog."""

    def __init__(self, note: Note) -> None:
        self._note = note

    def begun(self, who: str, incident: Incident) -> None:
        self._note(
            Kind.INCIDENT_BEGUN,
            who,
            gate_group=incident.gate_group,
            state=incident.mode.value,
            reason=incident.why.value,
            until=utc(incident.until),
        )

    def ended(self, who: str, incident: Incident) -> None:
        self._note(Kind.INCIDENT_ENDED, who, gate_group=incident.gate_group, state=incident.mode.value)


def noticed(note: Note) -> Callable[[Notice, str, GroupWaits | None], None]:
    """What writes down each notice when it begins (R-03, R-11)."""

    def begun(notice: Notice, group: str, waits: GroupWaits | None) -> None:
        if waits is None:
            note(Kind.LANES_UNSTAFFED, gate_group=group, success=False)
        else:
            staff_s, face_s = round(waits.staff_p90_s or 0.0, 1), round(waits.face_p90_s or 0.0, 1)
            note(Kind.LANES_UNEQUAL, gate_group=group, success=False, staff_p90_s=staff_s, face_p90_s=face_s)

    return begun


class CountedWaits:
    """Writes down what both lanes of each gate group waited, once a quarter of an hour: as it was heard last (R-11)."""

    def __init__(self, note: Note, clock: Clock) -> None:
        self._note, self._clock = note, clock
        self._slot, self._waits = slot_of(clock.now()), tuple[GroupWaits, ...]()

    def on_state(self, state: LaneState) -> None:
        slot = slot_of(self._clock.now())
        if slot != self._slot:
            for one in self._waits:
                self._write(one)
        self._slot, self._waits = slot, state.waits

    def _write(self, waits: GroupWaits) -> None:
        if not waits.served and not waits.face_checks:
            return
        self._note(
            Kind.WAITS_COUNTED,
            gate_group=waits.gate_group,
            slot=slot_name(self._slot),
            staff_p90_s=round(waits.staff_p90_s or 0.0, 1),
            served=waits.served,
            face_p90_s=round(waits.face_p90_s or 0.0, 1),
            face_checks=waits.face_checks,
        )


class DeskPresence:
    """Says at the base whether an officer works here: whether somebody is logged in, or, without a log-in, whether
    the desk serves."""

    def __init__(self, lanes: VenueLanes, staffed: Callable[[], bool]) -> None:
        self._lanes, self._staffed, self._open = lanes, staffed, False

    def on_service(self, is_open: bool) -> None:
        self._open = is_open
        self.look()

    def look(self) -> None:
        self._lanes.say(CLOSED if not self._open else MANNED if self._staffed() else UNMANNED)


def to_all(hear: Iterable[Callable[[LaneState], None]]) -> Callable[[LaneState], None]:
    """One listener for several."""
    listeners = tuple(hear)

    def heard(state: LaneState) -> None:
        for listener in listeners:
            listener(state)

    return heard
