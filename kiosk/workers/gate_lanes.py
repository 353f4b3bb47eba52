"""A gate's part in its venue, put to work: mode, face lane, whom desks let in. Window's thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from kiosk.audit.catalogue import Kind
from kiosk.domain.incident import Incident, Mode
from kiosk.domain.lanes import Finished
from kiosk.station.lanes import GateLanes
from kiosk.station.ports import VisitFacts, VisitLog
from kiosk.station.station import Station
from kiosk.workers.auditing_acts import Note
from kiosk.workers.face_lane import FaceLane, Hold

LOOK_EVERY_MS = 1000


class GateActs:
    """Implements kiosk.station.lanes.GateHands."""

    def __init__(
        self, station: Callable[[], Station], lane: Callable[[], FaceLane], note: Note, gate_group: str
    ) -> None:
        self._station, self._lane, self._note, self._gate_group = station, lane, note, gate_group

    def mode(self, mode: Mode, incident: Incident | None) -> None:
        self._note(Kind.INCIDENT_FOLLOWED, gate_group=self._gate_group, state=mode.value or "none")
        self._station().on_mode(mode)

    def unstaffed(self, on: bool) -> None:
        self._lane().hold(Hold.UNSTAFFED, on=on)

    def let_in(self, admission: str) -> None:
        self._station().on_let_in(admission)

    def let_in_over(self, admission: str) -> None:
        self._station().on_let_in_over(admission)


class QueuedVisits:
    """A gate's VisitLog: who goes to staff joins the queue; then passed on."""

    def __init__(self, lanes: Callable[[], GateLanes | None], further: VisitLog) -> None:
        self._lanes, self._further = lanes, further

    def visit_ended(self, facts: VisitFacts) -> None:
        lanes = self._lanes()
        if lanes is not None:
            lanes.visit_ended(facts)
        self._further.visit_ended(facts)


def served(lanes: GateLanes) -> Callable[[Finished], None]:
    """What hears of people this gate had sent to staff."""
    return lambda finished: lanes.on_served(finished.entry, finished.admission, finished.ago_s)


def ticking(look: Callable[[], None]) -> QTimer:
    """``look`` once a second, from ``start`` on."""
    timer = QTimer()
    timer.setInterval(LOOK_EVERY_MS)
    timer.timeout.connect(look)
    return timer
