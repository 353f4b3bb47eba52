"""A QApplication that times every event it dispatches; rehearsals and benchmarks only."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication


class MeasuredApplication(QApplication):
    """``dispatched`` is told the seconds of each dispatch, nested ones included in their outer one.

    Not told is the call that plays a finger: at a gate the finger's events come one by one from the platform, here Qt's
    test touches handle them, and the painting they lead to, inside that call. Each of them is told by itself.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self.dispatched: Callable[[float], None] = lambda took_s: None
        self._finger = False

    def finger(self) -> None:
        """The event under way plays a finger."""
        self._finger = True

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        outer, self._finger = self._finger, False
        began_s = time.perf_counter()
        handled = super().notify(receiver, event)
        if not self._finger:
            self.dispatched(time.perf_counter() - began_s)
        self._finger = outer
        return handled
