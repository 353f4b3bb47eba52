"""A thread that runs calls one after the other and posts their answers: the ledger's and the gate's thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
Post = Callable[[Callable[[], None]], None]


class WorkQueue:
    """Calls are done in order. An exception of a call goes to its ``failed``, never to the thread."""

    def __init__(self, name: str, post: Post) -> None:
        self._post = post
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def do(
        self,
        call: Callable[[], T],
        answered: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``call`` on the thread; ``answered`` or ``failed`` follow in the window's thread."""

        def run() -> None:
            try:
                result = call()
            except Exception as error:
                log.warning("%s: %s", self._thread.name, type(error).__name__)
                if failed is not None:
                    self._post(lambda error=error: failed(error))  # type: ignore[misc]
                return
            if answered is not None:
                self._post(lambda: answered(result))

        self._calls.put(run)

    def stop(self, timeout_s: float = 3.0) -> None:
        """Finish what was asked for, then end."""
        self._calls.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
            del call  # what it was asked about would else be held until somebody asks again
