"""Small ports used everywhere: time and chance are passed in, never fetched."""

from __future__ import annotations

import secrets
import time
from typing import Protocol


class Clock(Protocol):
    """``monotonic`` seconds for durations, ``now`` UTC seconds since the epoch for records."""

    def monotonic(self) -> float: ...

    def now(self) -> float: ...


class SystemClock:
    """The machine's clocks."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> float:
        return time.time()


class TokenSource(Protocol):
    """Random identifiers and nonces."""

    def fresh(self) -> str: ...


class SystemTokens:
    """128-bit random identifiers from the operating system."""

    def fresh(self) -> str:
        return secrets.token_hex(16)
