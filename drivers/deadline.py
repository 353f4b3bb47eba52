"""A point in time to be done by, instead of loose time-outs that add up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MonotonicClock = Callable[[], float]


@dataclass(frozen=True)
class Deadline:
    """Remaining seconds until ``at_s`` on ``clock`` (monotonic seconds)."""

    at_s: float
    clock: MonotonicClock = field(default=time.monotonic, repr=False)

    @classmethod
    def after(cls, seconds: float, clock: MonotonicClock = time.monotonic) -> Deadline:
        return cls(clock() + seconds, clock)

    def remaining_s(self) -> float:
        return max(0.0, self.at_s - self.clock())

    def expired(self) -> bool:
        return self.clock() >= self.at_s
