"""A simulated slip printer on a pseudo-terminal. A device of the stage: no run-time module imports it."""

from __future__ import annotations

import threading

from drivers.printer.simulated import SimulatedPrinter
from drivers.transport.device_on_line import DeviceOnLine
from drivers.transport.paced_pty import PacedPty

__all__ = ["PrinterSimulator"]

_TURN_S = 0.01


class PrinterSimulator(DeviceOnLine):
    """Serves ``printer`` on ``line``."""

    def __init__(self, printer: SimulatedPrinter, line: PacedPty) -> None:
        super().__init__(line, "simulated printer")
        self.printer = printer
        self._lock = threading.Lock()

    def set_paper(self, rows: int | None) -> None:
        """None for a new roll, 0 for none; from any thread."""
        with self._lock:
            answers = self.printer.load_paper(rows)
        self.line.write(answers)

    def _turn(self) -> None:
        data = self.line.read(_TURN_S)
        with self._lock:
            answers = self.printer.receive(data) if data else b""
        if answers:
            self.line.write(answers)
