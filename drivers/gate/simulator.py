"""A simulated relay board on a pseudo-terminal at the line's pace.

A device of the stage: run it apart from the product. Not imported by any run-time module.
"""

from __future__ import annotations

import threading
import time

from drivers.gate.simulated import Pulse, RelayBoard, pulses
from drivers.transport.paced_pty import PacedPty

__all__ = ["BoardSimulator"]

_TURN_S = 0.005


class BoardSimulator:
    """Serves ``board`` on ``line`` from its own thread between ``start`` and ``close``."""

    def __init__(self, board: RelayBoard, line: PacedPty) -> None:
        self.board = board
        self.line = line
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulated relay board", daemon=True)

    @property
    def path(self) -> str:
        """The port name to open."""
        return self.line.path

    def start(self) -> BoardSimulator:
        self._thread.start()
        return self

    def pulses(self) -> list[Pulse]:
        """What the relays have done so far."""
        return pulses(list(self.board.changes))

    def unplug(self) -> None:
        """Pull the data plug; the relays keep their state, as on a board with its own power."""
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
            answer = self.board.receive(self.line.read(_TURN_S), time.monotonic())
            if answer:
                self.line.write(answer)
            self.board.tick(time.monotonic())
