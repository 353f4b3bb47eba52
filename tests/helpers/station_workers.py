"""Threads of the product under test: their posts run in the test's thread, cameras and devices are played."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from drivers.port import GateEvent, OpeningResult, PassageSeen
from kiosk.camera.port import CameraUnavailable, Frame

LIMIT_S = 5.0


class Posts:
    """Stands for the window's thread: whatever workers post runs when the test says so."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def __call__(self, call: Callable[[], None]) -> None:
        self._calls.put(call)

    def run_until(self, done: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
        """Run posts as they come until ``done``; AssertionError when that takes too long."""
        until_s = time.monotonic() + limit_s
        while not done():
            left_s = until_s - time.monotonic()
            assert left_s > 0, "it did not happen"
            try:
                self._calls.get(timeout=min(left_s, 0.01))()
            except queue.Empty:
                continue

    def run_waiting(self) -> None:
        while not self._calls.empty():
            self._calls.get()()


def wait_for(
    done: Callable[[], object], meanwhile: Callable[[], object] = lambda: None, limit_s: float = 20.0
) -> float:
    """Seconds until ``done``; AssertionError when that takes too long. ``meanwhile`` is called between looks."""
    began_s = time.monotonic()
    while not done():
        assert time.monotonic() - began_s < limit_s, "it did not happen"
        meanwhile()
        time.sleep(0.005)
    return time.monotonic() - began_s


class PlayedCamera:
    """A camera whose every pixel carries ``value``; counts frames. ``stuck``: close does not release the handle."""

    def __init__(self, value: int = 200, height_px: int = 720, width_px: int = 1280) -> None:
        self.opened_count = self.reads = 0
        self.is_open = False
        self.frames: list[Frame] = []
        self.stuck = threading.Event()
        self.lost = threading.Event()
        self.refuses = ""
        self._value, self._shape = value, (height_px, width_px, 3)

    def open(self) -> None:
        if self.refuses:
            raise CameraUnavailable(self.refuses)
        self.opened_count += 1
        self.is_open = True

    def read(self, timeout_s: float) -> Frame | None:
        if self.lost.wait(0.005):
            raise CameraUnavailable("lost")
        self.reads += 1
        frame = Frame(np.full(self._shape, self._value, dtype=np.uint8), time.monotonic())
        self.frames.append(frame)
        return frame

    def close(self) -> None:
        self.is_open = self.stuck.is_set()


class PlayedDevice:
    """Polled: gives the scripted batches, raises scripted exceptions, then nothing more."""

    def __init__(self, script: Sequence[Sequence[object] | Exception]) -> None:
        self._script = list(script)
        self.closed = threading.Event()
        self.polled_by: set[str] = set()

    def poll(self) -> Sequence[object]:
        self.polled_by.add(threading.current_thread().name)
        if not self._script:
            self.closed.wait(0.005)
            return []
        batch = self._script.pop(0)
        if isinstance(batch, Exception):
            raise batch
        return batch

    def close(self) -> None:
        self.closed.set()


class PlayedGate:
    """A gate output that answers as told; ``let_through`` is one person passing."""

    self_timed = True

    def __init__(self, *results: OpeningResult | Exception) -> None:
        self._results = list(results)
        self._passages: queue.SimpleQueue[GateEvent] = queue.SimpleQueue()
        self.openings = self.polls = 0
        self.closed = False

    def open_once(self) -> OpeningResult:
        self.openings += 1
        result = self._results.pop(0) if self._results else OpeningResult.REQUESTED
        if isinstance(result, Exception):
            raise result
        return result

    def let_through(self) -> None:
        self._passages.put(PassageSeen(0.0))

    def poll(self) -> list[GateEvent]:
        self.polls += 1
        return [] if self._passages.empty() else [self._passages.get()]

    def close(self) -> None:
        self.closed = True
