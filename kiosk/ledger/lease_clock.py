"""Time that never goes back, so that a lease ends even when somebody sets the clock back. Pure.

The store keeps the highest time it has seen and, while the machine's clock is behind it, an offset that makes time go
on from there at its usual pace. Simply freezing at the highest time would keep every lease alive until the clock had
caught up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LeaseClock:
    """``highest``: latest time handed out; ``offset_s``: added while the machine's clock is behind. Seconds."""

    highest: float = 0.0
    offset_s: float = 0.0

    def advance(self, now: float) -> LeaseClock:
        """The clock after the machine said ``now``; its ``highest`` is the time to use."""
        if now >= self.highest:
            return LeaseClock(now, 0.0)
        if now + self.offset_s >= self.highest:
            return LeaseClock(now + self.offset_s, self.offset_s)
        return LeaseClock(self.highest, self.highest - now)
