"""A thread that polls one device (reader, scanner, gate) and posts its events."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from drivers.port import DeviceLost, DeviceReady
from kiosk.workers.bugs import note_bug

log = logging.getLogger(__name__)
Post = Callable[[Callable[[], None]], None]
AFTER_BUG_S = 1.0


class Pollable(Protocol):
    def poll(self) -> Sequence[object]: ...

    def close(self) -> None: ...


class DeviceThread:
    """Owns ``device`` from ``start`` to ``stop``; each event is delivered by ``post`` in the window's thread."""

    def __init__(self, name: str, device: Pollable, post: Post, deliver: Callable[[object], None]) -> None:
        self._device = device
        self._post = post
        self._deliver = deliver
        self._broken = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def halt(self) -> None:
        """End after the step under way, without waiting for it."""
        self._stop.set()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._hand_on()
                if self._broken:
                    self._stop.wait(AFTER_BUG_S)
        finally:
            self._device.close()

    def _hand_on(self) -> None:
        """A call of its own: nothing of an event is held by this thread until the next one comes."""
        for event in self._next_events():
            self._post(lambda event=event: self._deliver(event))  # type: ignore[misc]

    def _next_events(self) -> Sequence[object]:
        """A driver promises events, not exceptions; while one breaks the promise its device counts as lost."""
        was_broken = self._broken
        try:
            events = self._device.poll()
        except Exception as bug:
            note_bug(log, bug)
            self._broken = True
            return [] if was_broken else [DeviceLost("bug")]
        self._broken = False
        told = any(isinstance(event, DeviceReady | DeviceLost) for event in events)
        return [DeviceReady(), *events] if was_broken and not told else events
