"""The visit's timers on Qt's event loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer


class QtTimers:
    """Named single-shot timers; starting a name again replaces it."""

    def __init__(self, fired: Callable[[str], None]) -> None:
        self._fired = fired
        self._timers: dict[str, QTimer] = {}

    def start(self, name: str, seconds: float) -> None:
        timer = self._timers.get(name)
        if timer is None:
            timer = QTimer()
            timer.setSingleShot(True)
            timer.timeout.connect(lambda: self._fired(name))
            self._timers[name] = timer
        timer.start(round(seconds * 1000))

    def cancel_all(self) -> None:
        for timer in self._timers.values():
            timer.stop()
