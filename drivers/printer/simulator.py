"""A simulated slip printer on a pseudo-terminal. A device of the stage: no run-time module imports it."""

from __future__ import annotations

import threading

from drivers.printer.simulated import SimulatedPrinter
from drivers.transport.paced_pty import PacedPty

__all__ = ["PrinterSimulator"]

_TURN_S = 0.01


class PrinterSimulator:
    """Serves ``printer`` on ``line`` from its own thread between ``start`` and ``close``."""

    def __init__(self, printer: SimulatedPrinter, line: PacedPty) -> None:
        self.printer, self.line = printer, line
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="simulated printer", daemon=True)

    @property
    def path(self) -> str:
        """The port name to open."""
        return self.line.path

    def start(self) -> PrinterSimulator:
        self._thread.start()
        return self

    def set_paper(self, rows: int | None) -> None:
        """None for a new roll, 0 for none; from any thread."""
        with self._lock:
            answers = self.printer.load_paper(rows)
        self.line.write(answers)

    def close(self) -> None:
        """Stop and pull the plug. Twice is fine."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2.0)
        self.line.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            data = self.line.read(_TURN_S)
            with self._lock:
                answers = self.printer.receive(data) if data else b""
            if answers:
                self.line.write(answers)
