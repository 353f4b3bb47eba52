"""The one way from worker threads into the window's thread: post a call, it runs there in order."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

log = logging.getLogger(__name__)
Call = Callable[[], None]


class Mailbox(QObject):
    """Lives in the window's thread. ``post`` may be called from any thread."""

    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._closed = False
        self._arrived.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Call) -> None:
        if not self._closed:
            self._arrived.emit(call)

    def close(self) -> None:
        """Drop whatever still arrives; for shutting down."""
        self._closed = True

    @Slot(object)
    def _run(self, call: Call) -> None:
        if not self._closed:
            call()
