"""Held captures behind a work queue: kept when a visit says so, dropped when their time is over.

Who closes the event need not wait for this: its key is gone then, and with it everything held.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from kiosk.audit.catalogue import Kind
from kiosk.holding.permission import HoldNotAllowed
from kiosk.holding.store import HeldStore, HoldRefused
from kiosk.ports import Clock
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

    def drop(self, code: str) -> None:
        raise HoldNotAllowed

    def stop(self) -> None:
        """Nothing was begun."""


class HeldCaptures:
    """Implements kiosk.station.ports.Holds. Window's thread; the disk is touched on a thread of its own."""

    def __init__(self, store: HeldStore, post: Post, clock: Clock, note: Note) -> None:
        self._store, self._clock, self._note = store, clock, note
        self._queue = WorkQueue("holds", post)
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """What ran out while nothing ran goes first."""
        self.look()
        self._timer.start()

    def keep(self, sealed: bytes, answered: Callable[[str], None], failed: Failed) -> None:
        now_s = self._clock.now()

        def kept(code: str) -> None:
            self._note(Kind.HOLD_KEPT)
            answered(code)

        self._queue.do(lambda: self._store.keep(sealed, now_s), kept, lambda error: failed(_code(error)))

    def drop(self, code: str) -> None:
        self._queue.do(lambda: self._store.drop(code), lambda _: self._dropped(1, NOBODY_WAITED))

    def look(self) -> None:
        """Drop what is over."""
        now_s = self._clock.now()
        self._queue.do(
            lambda: self._store.drop_expired(now_s),
            lambda count: self._dropped(count, EXPIRED),
            lambda error: self._note(Kind.HOLD_DROPPED, success=False, reason=_code(error)),
        )

    def stop(self) -> None:
        self._timer.stop()
        self._queue.stop()

    def _dropped(self, count: int, reason: str) -> None:
        if count:
            self._note(Kind.HOLD_DROPPED, count=count, reason=reason)


def _code(error: Exception) -> str:
    if isinstance(error, HoldRefused | HoldNotAllowed):
        return error.code
    return "key_gone" if isinstance(error, KeysDestroyed) else "bug"
