"""A simulated relay board on a pseudo-terminal at the line's pace.

A device of the stage: run it apart from the product. Not imported by any run-time module.
"""

from __future__ import annotations

import time

from drivers.gate.simulated import Pulse, RelayBoard, pulses
from drivers.transport.device_on_line import DeviceOnLine
from drivers.transport.paced_pty import PacedPty

__all__ = ["BoardSimulator"]

_TURN_S = 0.005


class BoardSimulator(DeviceOnLine):
    """Serves ``board`` on ``line``."""

    def __init__(self, board: RelayBoard, line: PacedPty) -> None:
        super().__init__(line, "simulated relay board")
        self.board = board

    def pulses(self) -> list[Pulse]:
        """What the relays have done so far."""
        return pulses(list(self.board.changes))

    def _turn(self) -> None:
        answer = self.board.receive(self.line.read(_TURN_S), time.monotonic())
        if answer:
            self.line.write(answer)
        self.board.tick(time.monotonic())
