"""One piece of advice at a time, not a new one with every frame, and none that keeps somebody for ever on a guess."""

from __future__ import annotations

from kiosk.face.port import Advice

HOLD_S = 0.25
"""A new advice must have been due this long before it replaces the one shown."""
UNSURE = frozenset({Advice.SHOW_FACE, Advice.SHOW_EYES})
"""Advice from a cue that is wrong about some faces however they stand."""
UNSURE_HOLDS_BACK_S = 2.0
"""Of an attempt's five seconds: time to take a mask down, and enough left for whoever wears none."""


class Patience:
    """Lets advice hold frames back for ever where it is sure, else for UNSURE_HOLDS_BACK_S in all.

    Counted from the first such frame of a visit, whoever follows: after it no cue holds anybody back again.
    """

    def __init__(self) -> None:
        self._since_s: float | None = None

    def after(self, advice: Advice, at_s: float) -> Advice:
        """``advice`` due for the frame captured at ``at_s`` (monotonic); NONE once it has held back long enough."""
        if advice not in UNSURE:
            return advice
        if self._since_s is None:
            self._since_s = at_s
        return advice if at_s - self._since_s < UNSURE_HOLDS_BACK_S else Advice.NONE


class SteadyAdvice:
    """Turns the advice of single frames into what is shown. The first frame's advice is shown at once."""

    def __init__(self) -> None:
        self._shown: Advice | None = None
        self._due: Advice | None = None
        self._due_since_s = 0.0

    def after(self, advice: Advice, at_s: float) -> Advice:
        """``advice`` of the frame captured at ``at_s`` (monotonic); returns the advice to show."""
        if self._shown is None or advice is self._shown:
            self._shown, self._due = advice, None
        elif advice is not self._due:
            self._due, self._due_since_s = advice, at_s
        elif at_s - self._due_since_s >= HOLD_S:
            self._shown, self._due = advice, None
        return self._shown
