"""Which cue goes with which screen, and when a station is quiet. Pure."""

from __future__ import annotations

from datetime import time

from kiosk.domain.incident import Mode
from kiosk.sound.cues import Cue
from kiosk.visit.view import Screen, View

_OF_SCREEN = {
    Screen.WELCOME: Cue.WELCOME,
    Screen.SEE_STAFF: Cue.TO_STAFF,
    Screen.STAFF_CHOSEN: Cue.TO_STAFF,
    Screen.WHERE_TO_GO: Cue.WHERE_TO_GO,
    Screen.OUT_OF_SERVICE: Cue.CLOSED,
}
_IN_MODE = {Mode.FREE_FLOW: Cue.WHERE_TO_GO, Mode.ALL_MANUAL: Cue.TO_STAFF}


def cue_of(view: View) -> Cue | None:
    """What is heard when ``view`` comes up; None where something is asked and nothing is told."""
    cue = _OF_SCREEN.get(view.screen)
    return _IN_MODE.get(view.mode, cue) if view.screen is Screen.OUT_OF_SERVICE else cue


def within(now: time, begin: time | None, end: time | None) -> bool:
    """Whether the clock on the wall says quiet hours: from ``begin`` until before ``end``, over midnight if need be."""
    if begin is None or end is None:
        return False
    return begin <= now < end if begin <= end else now >= begin or now < end
