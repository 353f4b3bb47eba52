"""Watches the event's state file: a station serves while its event is open, and rests otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

from kiosk.closing.state import EventState, read_state

LOOK_EVERY_MS = 1000


ENDED = frozenset({EventState.CLOSING, EventState.WIPED})


class ServiceWatch:
    """Calls ``changed(open)`` at the start and whenever the event opens or stops, ``ended()`` once and last when the
    event is being closed for good. Window's thread."""

    def __init__(self, state_file: Path, changed: Callable[[bool], None], ended: Callable[[], None]) -> None:
        self._state_file, self._changed, self._ended = state_file, changed, ended
        self._open: bool | None = None
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._timer.start()
        self._look()

    def stop(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        state = read_state(self._state_file)
        if state in ENDED:
            self.stop()  # nothing follows, and the closing looks for whoever still opens files of the event
            self._ended()
        elif (state is EventState.OPEN) != self._open:
            self._open = state is EventState.OPEN
            self._changed(self._open)
