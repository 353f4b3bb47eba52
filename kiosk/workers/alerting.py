"""Signs of an attack on their way to the desk: the log's end is looked at every two seconds, off the window's thread.

Gate, desk and commands are processes of their own; what they all write to is the log. With the guard's two seconds a
sign is on the glass well within the ten of R-94.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from kiosk.audit.alerts import Alert, AlertTail
from kiosk.workers.queue import WorkQueue

LOOK_EVERY_MS = 2000


class AlertWatch:
    """``changed`` hears in the window's thread what nobody has seen, whenever that is something else."""

    def __init__(self, tail: AlertTail, queue: WorkQueue, changed: Callable[[tuple[Alert, ...]], None]) -> None:
        self._tail, self._queue, self._changed = tail, queue, changed
        self._known: tuple[Alert, ...] = ()
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self._timer.start()
        self.look()

    def stop(self) -> None:
        self._timer.stop()

    def look(self) -> None:
        self._queue.do(self._tail.look, self._looked)

    def _looked(self, alerts: tuple[Alert, ...]) -> None:
        if alerts != self._known:
            self._known = alerts
            self._changed(alerts)
