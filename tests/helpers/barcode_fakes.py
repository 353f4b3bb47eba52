"""Code scanners for tests: the real one on a simulated device, and one without any device."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from drivers.barcode.protocol import ScannerFamily
from drivers.barcode.reader import open_scanner
from drivers.barcode.repeats import RepeatFilter
from drivers.barcode.simulated import simulated_scanner
from drivers.barcode.simulator import ScannerSimulator
from drivers.port import CodeScanned, CodeScanner, DeviceLost, DeviceReady, ScannerEvent
from drivers.transport.paced_pty import PacedPty

TEST_BAUD = 115200


class Stage(Protocol):
    """What a test can do to the world in front of a scanner."""

    def present(self, code: bytes) -> None: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...
    def reading(self) -> bool: ...


class FakeScanner:
    """A CodeScanner and its stage in one, without bytes; the clock is the caller's."""

    def __init__(self, repeat_s: float = 3.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._repeats = RepeatFilter(repeat_s)
        self._events: deque[ScannerEvent] = deque([DeviceReady()])
        self._plugged = True
        self._triggered = False
        self._closed = False

    def present(self, code: bytes) -> None:
        text = code.decode()
        if self._plugged and self._repeats.is_new(text, self._clock()):
            self._events.append(CodeScanned(text))

    def unplug(self) -> None:
        self._plugged = False
        self._events.append(DeviceLost("transport_lost"))

    def plug_in(self) -> None:
        self._plugged = True
        self._events.append(DeviceReady())

    def reading(self) -> bool:
        return self._triggered

    def poll(self) -> list[ScannerEvent]:
        if self._closed:
            return []
        events = list(self._events)
        self._events.clear()
        return events

    def trigger(self, on: bool) -> None:
        self._triggered = on

    def close(self) -> None:
        self._closed = True


class _SimulatedStage:
    def __init__(self, simulator: ScannerSimulator) -> None:
        self._simulator = simulator
        self.present = simulator.present
        self.unplug = simulator.unplug
        self.plug_in = simulator.plug_in

    def reading(self) -> bool:
        return self._simulator.scanner.reading


@contextmanager
def simulated(
    family: ScannerFamily, folder: Path, *, host_trigger: bool = False, suffix: bytes = b"\r"
) -> Iterator[tuple[CodeScanner, Stage]]:
    """The real driver on a paced pseudo-terminal with a stable name in ``folder``."""
    line = PacedPty(TEST_BAUD, link=folder / "scanner")
    simulator = ScannerSimulator(simulated_scanner(family, suffix=suffix, waits_for_trigger=host_trigger), line).start()
    scanner = open_scanner(simulator.path, protocol=family, baud=TEST_BAUD, host_trigger=host_trigger)
    try:
        yield scanner, _SimulatedStage(simulator)
    finally:
        scanner.close()
        simulator.close()


@contextmanager
def fake() -> Iterator[tuple[CodeScanner, Stage]]:
    scanner = FakeScanner()
    yield scanner, scanner


def poll_until(
    scanner: CodeScanner, enough: Callable[[list[ScannerEvent]], bool], within_s: float = 8.0
) -> list[ScannerEvent]:
    """Poll until ``enough`` of the events; fails the test at the deadline."""
    events: list[ScannerEvent] = []
    deadline_s = time.monotonic() + within_s
    while not enough(events):
        assert time.monotonic() < deadline_s, f"only {[type(event).__name__ for event in events]} came"
        events += scanner.poll()
    return events


def codes(events: list[ScannerEvent]) -> list[str]:
    return [event.untrusted_code for event in events if isinstance(event, CodeScanned)]
