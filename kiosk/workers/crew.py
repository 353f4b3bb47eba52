"""Threads that wait for work, so that handing some over never waits for a thread to come up.

``threading.Thread.start`` returns only when the new thread runs; in the window's thread that is time the window
cannot react, and the longer the busier the machine is.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Work = Callable[[], None]


class Crew:
    """``size`` daemon threads. Work handed over while all are busy waits for the first free one."""

    def __init__(self, name: str, size: int) -> None:
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True) for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def begin(self, work: Work) -> None:
        """Returns at once. ``work`` must not raise: nobody would hear of it."""
        self._work.put(work)

    def stop(self, timeout_s: float = 1.0) -> None:
        """End the threads that have nothing to do; a busy one ends with its work."""
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join(timeout_s)

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def in_a_new_thread(work: Work) -> None:
    """For a session without a crew."""
    threading.Thread(target=work, name="capture", daemon=True).start()
