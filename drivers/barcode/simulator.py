"""A simulated scanner on a pseudo-terminal, speaking the family's bytes at the line's pace.

A device of the stage: run it apart from the product. Not imported by any run-time module.
"""

from __future__ import annotations

import queue
import time

from drivers.barcode.simulated import SimulatedScanner
from drivers.transport.device_on_line import DeviceOnLine
from drivers.transport.paced_pty import PacedPty

__all__ = ["ScannerSimulator"]

_TURN_S = 0.01
_BETWEEN_READS_S = 0.1
"""No scanner reads two codes faster; without a terminator this pause is what ends a code."""


class ScannerSimulator(DeviceOnLine):
    """Serves ``scanner`` on ``line``."""

    def __init__(self, scanner: SimulatedScanner, line: PacedPty) -> None:
        super().__init__(line, "simulated scanner")
        self.scanner = scanner
        self._presented: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def present(self, code: bytes) -> None:
        """Hold a code in front of the scanner; from any thread."""
        self._presented.put(code)

    def _turn(self) -> None:
        self._send(self.scanner.receive(self.line.read(_TURN_S), time.monotonic()))
        while not self._presented.empty():
            self._send(self.scanner.present(self._presented.get(), time.monotonic()))
            self._stop.wait(_BETWEEN_READS_S)
        self._send(self.scanner.tick(time.monotonic()))

    def _send(self, data: bytes) -> None:
        if data:
            self.line.write(data)
