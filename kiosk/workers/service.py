"""Watches the event's state file: a station serves while its event is open, and rests otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

from kiosk.closing.state import EventState, read_state

LOOK_EVERY_MS = 1000


class ServiceWatch:
    """Calls ``changed(open)`` at the start and whenever the event opens or closes. Window's thread."""

    def __init__(self, state_file: Path, changed: Callable[[bool], None]) -> None:
        self._state_file, self._changed = state_file, changed
        self._open: bool | None = None
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._look()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        is_open = read_state(self._state_file) is EventState.OPEN
        if is_open != self._open:
            self._open = is_open
            self._changed(is_open)
