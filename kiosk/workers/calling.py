"""*Call staff*, from the gate's button to the desk's banner and back, and words to the desk nobody tapped for.

Window's thread; the files are a few bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QTimer

from kiosk.station.calls import About, StaffCalls
from kiosk.station.desk_view import WaitingCall
from kiosk.station.ports import VisitFacts, VisitLog
from kiosk.visit.states import Cause

LOOK_EVERY_MS = 1000
"""Half of what R-105 allows from the tap to the desk."""

log = logging.getLogger(__name__)


class GateCalls:
    """One gate's calls: ``said(True)`` once a call is really there, ``said(False)`` when it was answered."""

    def __init__(self, calls: StaffCalls, station: str, gate_group: str, said: Callable[[bool], None]) -> None:
        self._calls, self._station, self._gate_group, self._said = calls, station, gate_group, said
        self._over = False
        self._timer = _ticking(self._look)

    def call(self) -> None:
        """The button was tapped. Without ``said`` nobody was called."""
        if self._over:
            return
        try:
            self._calls.call(self._station, self._gate_group)
        except OSError as error:
            log.warning("call for staff not written: %s", type(error).__name__)
            self._said(False)
            return
        self._said(True)
        self._timer.start()

    def ask_for_care(self) -> None:
        """The desk hears of it, this gate's screen does not."""
        if self._over:
            return
        try:
            self._calls.ask_for_care(self._station, self._gate_group)
        except OSError as error:
            log.warning("word to the desk not written: %s", type(error).__name__)

    def stop(self) -> None:
        """No call is made any more."""
        self._over = True
        self._timer.stop()

    def _look(self) -> None:
        if not self._calls.is_waiting(self._station):
            self._timer.stop()
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
    longer."""

    def __init__(self, calls: StaffCalls, changed: Callable[[tuple[WaitingCall, ...]], None]) -> None:
        self._calls, self._changed = calls, changed
        self._shown: tuple[WaitingCall, ...] = ()
        self._timer = _ticking(self.look)

    def start(self) -> None:
        self._timer.start()
        self.look()

    def stop(self) -> None:
        self._timer.stop()

    def answer(self, station: str) -> None:
        """Somebody is on the way to ``station``."""
        self._calls.answer(station)
        self.look()

    def look(self) -> None:
        calls = tuple(
            WaitingCall(call.station, call.gate_group, int(self._calls.waited_s(call) // 60), call.about is About.CARE)
            for call in self._calls.waiting()
        )
        if calls != self._shown:
            self._shown = calls
            self._changed(calls)


def _ticking(look: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.setInterval(LOOK_EVERY_MS)
    timer.timeout.connect(look)
    return timer
