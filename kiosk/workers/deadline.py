"""Looks once a second whether the event's time is over: then it is closed, by whichever station is first.

Looking reads and writes files, so it has a thread of its own. Closing is a process of its own, because this one holds
the ledger until its visit has ended.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from kiosk.closing.deadline import Judged, NobodyKnows
from kiosk.closing.journal import Because
from kiosk.closing.schedule import Due

LOOK_EVERY_S = 1.0
AGAIN_AFTER_S, AGAIN_AT_MOST_AFTER_S = 60.0, 3600.0
"""A closing that did not end is begun anew after a minute, then after two, four, ... at most an hour."""


class Looks(Protocol):
    def look(self) -> Judged: ...


class DeadlineWatch:
    """``asking`` and ``changed`` may be read from any thread: staff are to be asked about the clock, and nobody is
    served; the event's file is not as it was bound, and the bound end counts.
    """

    def __init__(
        self,
        deadline: Looks,
        close: Callable[[Because], subprocess.Popen[bytes]],
        look_every_s: float = LOOK_EVERY_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.asking = self.changed = False
        self._deadline, self._close, self._every_s, self._monotonic = deadline, close, look_every_s, monotonic
        self._closing: subprocess.Popen[bytes] | None = None
        self._not_before_s, self._pause_s = 0.0, AGAIN_AFTER_S
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deadline")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A closing under way goes on without us."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def look(self) -> Due:
        """One look, and what follows from it."""
        judged = self._deadline.look()
        self.asking, self.changed = judged.due is Due.ASK, bool(judged.changed)
        if judged.due is Due.CLOSE:
            self._begin(judged.because)
        return judged.due

    def _run(self) -> None:
        wait_s = self._every_s
        while not self._stop.wait(wait_s):
            with suppress(OSError, NobodyKnows):  # a disk that is full or gone for a moment is looked at again
                # Who closes waits until nobody opens files of the event any more.
                wait_s = AGAIN_AFTER_S if self.look() is Due.CLOSE else self._every_s

    def _begin(self, because: Because) -> None:
        now_s = self._monotonic()
        if self._closing is not None and self._closing.poll() is None:
            return
        if because is Because.ASKED and not self._not_before_s:
            self._not_before_s = now_s + self._pause_s  # somebody is at it: only if they do not finish
        if now_s < self._not_before_s:
            return
        self._closing = self._close(because)
        self._not_before_s, self._pause_s = now_s + self._pause_s, min(2 * self._pause_s, AGAIN_AT_MOST_AFTER_S)
