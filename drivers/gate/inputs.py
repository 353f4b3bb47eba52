"""Board inputs: debouncing and edges. No I/O; time is passed in."""

from __future__ import annotations

__all__ = ["RisingEdge"]


class RisingEdge:
    """Says once when an input has become active and stayed so for ``stable_s``.

    The first level seen is where it starts from: an input that is active when polling begins is no passage.
    """

    def __init__(self, stable_s: float) -> None:
        self._stable_s = stable_s
        self._stable: bool | None = None
        self._candidate = False
        self._since_s = 0.0

    def feed(self, active: bool, at_s: float) -> bool:
        """Note the level seen at ``at_s`` (monotonic seconds); True exactly on a debounced rise."""
        if self._stable is None:
            self._stable = self._candidate = active
            return False
        if active != self._candidate:
            self._candidate, self._since_s = active, at_s
        if self._candidate == self._stable or at_s - self._since_s < self._stable_s:
            return False
        self._stable = self._candidate
        return self._stable
