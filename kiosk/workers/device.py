"""A thread that polls one device (reader, scanner, gate) and posts its events."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

log = logging.getLogger(__name__)
Post = Callable[[Callable[[], None]], None]


class Pollable(Protocol):
    def poll(self) -> Sequence[object]: ...

    def close(self) -> None: ...


class DeviceThread:
    """Owns ``device`` from ``start`` to ``stop``; each event is delivered by ``post`` in the window's thread."""

    def __init__(self, name: str, device: Pollable, post: Post, deliver: Callable[[object], None]) -> None:
        self._device = device
        self._post = post
        self._deliver = deliver
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                for event in self._device.poll():
                    self._post(lambda event=event: self._deliver(event))  # type: ignore[misc]
        except Exception:
            # A driver promises events, not exceptions; one that breaks the promise must not take the window along.
            log.exception("device thread %s ended", self._thread.name)
        finally:
            self._device.close()
