"""Held captures behind work queues: kept when a visit says so, dropped when their time is over.

Who closes the event need not wait for this: its key is gone then, and with it everything held.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from kiosk.audit.catalogue import Kind
from kiosk.holding.items import HoldRefused
from kiosk.holding.permission import HoldNotAllowed
from kiosk.holding.store import HeldStore
from kiosk.station.ports import Failed
from kiosk.vault.port import KeysDestroyed
from kiosk.workers.auditing_acts import Note
from kiosk.workers.queue import Post, WorkQueue

LOOK_EVERY_MS = 30_000
EXPIRED = "expired"
NOBODY_WAITED = "nobody_waited"


class NoHolds:
    """Implements kiosk.station.ports.Holds for an event that holds nothing: the default."""

    def keep(self, sealed: bytes, answered: Callable[[str], None], failed: Failed) -> None:
        raise HoldNotAllowed

    def confirm(self, code: str) -> None:
        raise HoldNotAllowed

    def drop(self, code: str) -> None:
        raise HoldNotAllowed

    def stop(self) -> None:
        """Nothing was begun."""


class HeldCaptures:
    """Implements kiosk.station.ports.Holds. Window's thread; the disk is touched on a thread of its own.

    ``time_s``: UTC seconds that count for deadlines; it touches the disk.
    """

    def __init__(self, store: HeldStore, post: Post, time_s: Callable[[], float], note: Note) -> None:
        self._store, self._time_s, self._note = store, time_s, note
        self._queue = WorkQueue("holds", post)

    def keep(self, sealed: bytes, answered: Callable[[str], None], failed: Failed) -> None:
        def kept(code: str) -> None:
            self._note(Kind.HOLD_KEPT)
            answered(code)

        self._queue.do(lambda: self._store.keep(sealed, self._time_s()), kept, lambda error: failed(_code(error)))

    def confirm(self, code: str) -> None:
        self._queue.do(lambda: self._store.confirm(code), failed=self._failed)

    def drop(self, code: str) -> None:
        self._queue.do(
            lambda: self._store.drop(code),
            lambda _: self._note(Kind.HOLD_DROPPED, count=1, reason=NOBODY_WAITED),
            self._failed,
        )

    def stop(self) -> None:
        self._queue.stop()

    def _failed(self, error: Exception) -> None:
        self._note(Kind.HOLD_DROPPED, success=False, reason=_code(error))


class HoldSweep:
    """Drops what is over at the start and every half minute, at gates and desks alike. Window's thread.

    ``drop``: how many went; on a thread of its own.
    """

    def __init__(self, drop: Callable[[], int], post: Post, note: Note) -> None:
        self._drop, self._note = drop, note
        self._failed_with = ""
        self._queue = WorkQueue("hold-sweep", post)
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """What ran out while nothing ran goes first."""
        self.look()
        self._timer.start()

    def look(self) -> None:
        self._queue.do(self._drop, self._dropped, self._failed)

    def stop(self) -> None:
        self._timer.stop()
        self._queue.stop()

    def _dropped(self, count: int) -> None:
        self._failed_with = ""
        if count:
            self._note(Kind.HOLD_DROPPED, count=count, reason=EXPIRED)

    def _failed(self, error: Exception) -> None:
        """One record as long as it lasts."""
        before, self._failed_with = self._failed_with, _code(error)
        if self._failed_with != before:
            self._note(Kind.HOLD_DROPPED, success=False, reason=self._failed_with)


def _code(error: Exception) -> str:
    if isinstance(error, HoldRefused | HoldNotAllowed):
        return error.code
    if isinstance(error, OSError):
        return "disk"
    return "key_gone" if isinstance(error, KeysDestroyed) else "bug"
