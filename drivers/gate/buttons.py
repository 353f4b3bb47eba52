"""Two lit push-buttons on a board's inputs and relays: which presses count, when one is jammed. No I/O; time is
passed in.

A press counts when its button was up, goes down and stays so for ``stable_s`` while the other one is up. Both at once
are an elbow or a bag, not a wish: neither counts until it was up again. Whatever is down when watching begins is no
press. A button down for ``JAMMED_S`` is faulty, and no longer in the other one's way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.gate.inputs import RisingEdge
from drivers.port import ButtonEvent, ButtonFault, ButtonFaulty, ButtonMended, ButtonPressed, ButtonSide

__all__ = ["JAMMED_S", "ButtonWiring", "PressWatch", "WiredButton"]

JAMMED_S = 10.0
"""Nobody leans on a button for longer without meaning something that a button cannot say."""


@dataclass(frozen=True)
class WiredButton:
    """Where one button is wired: board numbers from 0."""

    input: int
    lamp_relay: int


@dataclass(frozen=True)
class ButtonWiring:
    left: WiredButton
    right: WiredButton

    def of(self, side: ButtonSide) -> WiredButton:
        return self.left if side is ButtonSide.LEFT else self.right

    @property
    def inputs(self) -> tuple[int, int]:
        return self.left.input, self.right.input

    @property
    def lamp_relays(self) -> tuple[int, int]:
        return self.left.lamp_relay, self.right.lamp_relay


class PressWatch:
    """Fed with both levels at every poll; tells each press and each fault once."""

    def __init__(self, stable_s: float) -> None:
        self._buttons = {side: _Button(side, stable_s) for side in ButtonSide}

    def feed(self, down: Mapping[ButtonSide, bool], at_s: float, tell: Callable[[ButtonEvent], None]) -> None:
        """``down``: the levels seen at ``at_s`` (monotonic seconds)."""
        in_the_way = {side: down[side] and not self._buttons[side].jammed for side in ButtonSide}
        both = all(in_the_way.values())
        for side, button in self._buttons.items():
            button.feed(down[side], at_s, alone=not both, tell=tell)


class _Button:
    def __init__(self, side: ButtonSide, stable_s: float) -> None:
        self._side, self._edge = side, RisingEdge(stable_s)
        self._down_since_s: float | None = None
        self._spoilt = False  # the other one was down with it
        self.jammed = False

    def feed(self, down: bool, at_s: float, *, alone: bool, tell: Callable[[ButtonEvent], None]) -> None:
        pressed = self._edge.feed(down, at_s)
        if not down:
            self._came_up(tell)
            return
        if self._down_since_s is None:
            self._down_since_s = at_s
        self._spoilt |= not alone
        if pressed and not self._spoilt:
            tell(ButtonPressed(self._side, at_s))
        if not self.jammed and at_s - self._down_since_s >= JAMMED_S:
            self.jammed = True
            tell(ButtonFaulty(self._side, ButtonFault.HELD))

    def _came_up(self, tell: Callable[[ButtonEvent], None]) -> None:
        self._down_since_s, self._spoilt = None, False
        if self.jammed:
            self.jammed = False
            tell(ButtonMended(self._side))
