"""Time that never goes back, so that a lease ends even when somebody sets the clock back. Pure.

The store keeps the highest time it has seen and an offset to the machine's clock. A step back enlarges the offset, so
that time goes on from there at its usual pace: freezing at the highest time would keep every lease alive until the
clock had caught up. The offset is never taken off again, because a clock that was put right and time that passed look
alike; at worst a lease then ends early.
"""

from __future__ import annotations

from dataclasses import dataclass

JITTER_S = 2.0
"""Two processes read the clock before they wait for the store, so that small steps back are no steps at all."""


@dataclass(frozen=True)
class LeaseClock:
    """``highest``: latest time handed out; ``offset_s``: added to what the machine says. Seconds."""

    highest: float = 0.0
    offset_s: float = 0.0

    def advance(self, now: float) -> LeaseClock:
        """The clock after the machine said ``now``; its ``highest`` is the time to use."""
        ours = now + self.offset_s
        if ours >= self.highest:
            return LeaseClock(ours, self.offset_s)
        if self.highest - ours <= JITTER_S:
            return self
        return LeaseClock(self.highest, self.highest - now)
