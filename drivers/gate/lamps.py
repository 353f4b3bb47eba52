"""The lamps of two lit buttons: what to tell the board, and when to tell it again. No I/O; time is passed in."""

from __future__ import annotations

from collections.abc import Set

from drivers.port import ButtonSide

__all__ = ["LAMP_TOLD_AGAIN_S", "Lamps"]

LAMP_TOLD_AGAIN_S = 2.0
"""A board whose power dipped has its lamps off and says nothing of it."""


class Lamps:
    """One session with a board. A lamp that the board refused is left alone until the next session."""

    def __init__(self) -> None:
        self._told: dict[ButtonSide, tuple[bool, float]] = {}
        self._refused: set[ButtonSide] = set()

    def due(self, wanted: Set[ButtonSide], at_s: float) -> list[tuple[ButtonSide, bool]]:
        """What the board has to be told at ``at_s`` (monotonic seconds), so that exactly ``wanted`` is lit."""
        return [
            (side, side in wanted)
            for side in ButtonSide
            if side not in self._refused and self._is_due(side, side in wanted, at_s)
        ]

    def told(self, side: ButtonSide, on: bool, at_s: float) -> None:
        self._told[side] = on, at_s

    def refused(self, side: ButtonSide) -> None:
        self._refused.add(side)

    def _is_due(self, side: ButtonSide, on: bool, at_s: float) -> bool:
        before = self._told.get(side)
        return before is None or before[0] != on or at_s - before[1] >= LAMP_TOLD_AGAIN_S
