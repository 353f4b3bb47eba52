"""One piece of advice at a time, and not a new one with every frame."""

from __future__ import annotations

from kiosk.face.port import Advice

HOLD_S = 0.25
"""A new advice must have been due this long before it replaces the one shown."""


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
