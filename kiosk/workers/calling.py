"""*Call staff*, from the gate's button to the desks' banners and back, and words to desks nobody tapped for.

Window's thread. In a venue a call goes to the base, and so to every desk; the machine's own files are written as
well, because they need nothing else.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from PySide6.QtCore import QTimer

from kiosk.base.answers import Answer
from kiosk.domain.lanes import BaseCall, LaneState
from kiosk.station.calls import About, StaffCall, StaffCalls
from kiosk.station.desk_view import WaitingCall
from kiosk.station.lanes import VenueLanes
from kiosk.station.ports import VisitFacts, VisitLog
from kiosk.station.venue_notices import Notice, VenueNotices
from kiosk.visit.states import Cause

LOOK_EVERY_MS = 1000
"""Half of what R-105 allows from the tap to the desk."""
CALL_WITHIN_S, CARE_WITHIN_S = 600.0, 60.0
"""How long a call is worth telling the base."""
SAME_TAP_S = 2.0
"""A call may reach the base so long after a desk of its machine answered it."""

log = logging.getLogger(__name__)


class GateCalls:
    """One gate's calls: ``said(True)`` once a call is really there, ``said(False)`` when it was answered."""

    def __init__(
        self,
        calls: StaffCalls,
        station: str,
        gate_group: str,
        said: Callable[[bool], None],
        lanes: VenueLanes | None = None,
    ) -> None:
        self._calls, self._station, self._gate_group, self._said = calls, station, gate_group, said
        self._lanes = lanes
        self._call = ""
        self._over = False
        self._timer = _ticking(self._look)

    def call(self) -> None:
        """The button was tapped. Without ``said`` nobody was called."""
        if self._over:
            return
        written = self._write(self._calls.call)
        if written:
            self._timer.start()
        if self._lanes is not None:
            self._call_venue(self._lanes)
        # In a venue the desk may be another machine: a file that no desk reads has called nobody.
        if self._lanes is None or (written and self._calls.desk_looks()):
            self._said(written)

    def ask_for_care(self) -> None:
        """Desks hear of it, this gate's screen does not."""
        if self._over:
            return
        self._write(self._calls.ask_for_care)
        if self._lanes is not None:
            self._lanes.call(secrets.token_hex(16), About.CARE.value, lambda answer: None, CARE_WITHIN_S)

    def on_answered(self, call: str) -> None:
        """A desk somewhere in the venue is on the way."""
        if call == self._call:
            self._call = ""
            self._calls.answer(self._station)
            self._timer.stop()
            self._said(False)

    def stop(self) -> None:
        """No call is made any more."""
        self._over, self._call = True, ""
        self._timer.stop()

    def _call_venue(self, lanes: VenueLanes) -> None:
        made = self._call or secrets.token_hex(16)
        self._call = made

        def told(answer: Answer | None) -> None:
            if self._call == made and answer is not None and answer.id:
                self._call = answer.id
                self._said(True)

        lanes.call(made, About.STAFF.value, told, CALL_WITHIN_S, lambda: self._call == made)

    def _write(self, write: Callable[[str, str], None]) -> bool:
        try:
            write(self._station, self._gate_group)
        except OSError as error:
            log.warning("word to the desk not written: %s", type(error).__name__)
            return False
        return True

    def _look(self) -> None:
        if not self._calls.is_waiting(self._station):
            self._timer.stop()
            self._call = ""
            self._said(False)


class WatchedVisits:
    """A gate's VisitLog: after a sign of a presentation attack, or a challenge that was not met, the desk is asked for
    care (R-27), without being told which; then passed on."""

    def __init__(self, calls: GateCalls, further: VisitLog) -> None:
        self._calls, self._further = calls, further

    def visit_ended(self, facts: VisitFacts) -> None:
        if facts.cause in {Cause.ATTACK_SIGN, Cause.CHALLENGE_NOT_MET}:
            self._calls.ask_for_care()
        self._further.visit_ended(facts)


class DeskCalls:
    """The calls a desk shows: ``changed`` gets them all, oldest first, whenever one comes, goes or waits a minute
    longer; before them what the venue calls a supervisor for. One made both ways is one."""

    def __init__(
        self,
        calls: StaffCalls,
        changed: Callable[[tuple[WaitingCall, ...]], None],
        lanes: VenueLanes | None = None,
        notices: VenueNotices | None = None,
    ) -> None:
        self._calls, self._changed, self._lanes, self._notices = calls, changed, lanes, notices
        self._state = LaneState()
        self._gone: set[str] = set()
        self._answered_s: dict[str, float] = {}  # UTC seconds of this machine
        self._shown: tuple[WaitingCall, ...] = ()
        self._timer = _ticking(self.look)

    def start(self) -> None:
        self._timer.start()
        self.look()

    def stop(self) -> None:
        self._timer.stop()

    def on_state(self, state: LaneState) -> None:
        self._state = state
        self._gone &= {call.call for call in state.calls}
        for call in self._waiting_at_base():
            if self._answered_already(call):
                self._answer_there(call)
        self.look()

    def answer(self, station: str) -> None:
        """Somebody is on the way to ``station``, or sees to what the notice says."""
        about, _, group = station.partition(":")
        if group and self._notices is not None:
            self._notices.answer(Notice(about), group)
        self._calls.answer(station)
        self._answered_s[station] = self._calls.since(0.0)
        for call in self._waiting_at_base():
            if call.station == station:
                self._answer_there(call)
        self.look()

    def look(self) -> None:
        self._calls.note_looking()
        shown = (*self._noticed(), *self._called())
        if shown != self._shown:
            self._shown = shown
            self._changed(shown)

    def _answered_already(self, call: BaseCall) -> bool:
        """Seen in this machine's file and answered before the base told of it: the same tap."""
        called_s = call.called_at - self._state.offset_s
        return not call.care and called_s <= self._answered_s.get(call.station, 0.0) + SAME_TAP_S

    def _answer_there(self, call: BaseCall) -> None:
        if self._lanes is not None:
            self._gone.add(call.call)
            self._lanes.answer(call.call, lambda answer: None, CALL_WITHIN_S)

    def _noticed(self) -> tuple[WaitingCall, ...]:
        found = self._notices.of(self._state) if self._notices is not None else ()
        return tuple(WaitingCall(f"{notice}:{group}", group, notice=notice.value) for notice, group in found)

    def _called(self) -> tuple[WaitingCall, ...]:
        own = [self._of_file(call) for call in self._calls.waiting()]
        there = [self._of_base(call) for call in self._waiting_at_base()]
        oldest: dict[tuple[str, bool], tuple[float, WaitingCall]] = {}
        for waited_s, call in (*own, *there):
            key = (call.station, call.care)
            if key not in oldest or waited_s > oldest[key][0]:
                oldest[key] = (waited_s, call)
        return tuple(call for waited_s, call in sorted(oldest.values(), key=lambda one: (-one[0], one[1].station)))

    def _waiting_at_base(self) -> list[BaseCall]:
        return [call for call in self._state.calls if call.call not in self._gone]

    def _of_file(self, call: StaffCall) -> tuple[float, WaitingCall]:
        waited_s = self._calls.waited_s(call)
        care = call.about is About.CARE
        return waited_s, WaitingCall(call.station, call.gate_group, int(waited_s // 60), care)

    def _of_base(self, call: BaseCall) -> tuple[float, WaitingCall]:
        waited_s = self._calls.since(call.called_at - self._state.offset_s)
        return waited_s, WaitingCall(call.station, call.gate_group, int(waited_s // 60), call.care)


def _ticking(look: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.setInterval(LOOK_EVERY_MS)
    timer.timeout.connect(look)
    return timer
