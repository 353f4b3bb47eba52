"""A QApplication that times every event it dispatches; rehearsals and benchmarks only."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication


class MeasuredApplication(QApplication):
    """``dispatched`` is told the seconds of each dispatch, nested ones included in their outer one."""

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self.dispatched: Callable[[float], None] = lambda took_s: None

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        began_s = time.perf_counter()
        handled = super().notify(receiver, event)
        self.dispatched(time.perf_counter() - began_s)
        return handled
