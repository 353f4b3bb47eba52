"""Commands of LCUS-type relay boards (sheet turnstiles section 1). Bytes only, no I/O."""

from __future__ import annotations

__all__ = ["BETWEEN_COMMANDS_S", "LARGEST_BOARD", "relay"]

BETWEEN_COMMANDS_S = 0.05
LARGEST_BOARD = 8


def relay(channel: int, on: bool) -> bytes:
    """Switch a relay. Channels count from 1. There is no timed form and no answer to rely on."""
    if not 1 <= channel <= LARGEST_BOARD:
        raise ValueError(f"channel must lie between 1 and {LARGEST_BOARD}")
    body = bytes([0xA0, channel, on])
    return body + bytes([sum(body) & 0xFF])
