"""A simulated scanner on a pseudo-terminal, speaking the family's bytes at the line's pace.

A device of the stage: run it apart from the product. Not imported by any run-time module.
"""

from __future__ import annotations

import queue
import threading
import time

from drivers.barcode.simulated import SimulatedScanner
from drivers.transport.paced_pty import PacedPty

__all__ = ["ScannerSimulator"]

_TURN_S = 0.01
_BETWEEN_READS_S = 0.1
"""No scanner reads two codes faster; without a terminator this pause is what ends a code."""


class ScannerSimulator:
    """Serves ``scanner`` on ``line`` from its own thread between ``start`` and ``close``."""

    def __init__(self, scanner: SimulatedScanner, line: PacedPty) -> None:
        self.scanner = scanner
        self.line = line
        self._presented: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulated scanner", daemon=True)

    @property
    def path(self) -> str:
        """The port name to open."""
        return self.line.path

    def start(self) -> ScannerSimulator:
        self._thread.start()
        return self

    def present(self, code: bytes) -> None:
        """Hold a code in front of the scanner; from any thread."""
        self._presented.put(code)

    def unplug(self) -> None:
        self.line.hang_up()

    def plug_in(self) -> None:
        self.line.plug_in()

    def close(self) -> None:
        """Stop and pull the plug. Twice is fine."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2.0)
        self.line.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._send(self.scanner.receive(self.line.read(_TURN_S), time.monotonic()))
            while not self._presented.empty():
                self._send(self.scanner.present(self._presented.get(), time.monotonic()))
                self._stop.wait(_BETWEEN_READS_S)
            self._send(self.scanner.tick(time.monotonic()))

    def _send(self, data: bytes) -> None:
        if data:
            self.line.write(data)
