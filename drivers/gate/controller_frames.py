"""Frames of a turnstile controller on RS-485 (sheet turnstiles section 3). No I/O.

One public project is the only source, so this family is used only where a setting names it.

::

    7E 00 machine cmd d0 d1 d2 chk                                                 8 bytes, asked
    7F version machine fault gate alarm left(3) right(3) infrared result volts x x chk   18 bytes, answered

Each frame's bytes add up to FF in the low byte; counters are big-endian.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = ["COUNTER_RANGE", "Command", "Side", "Status", "command", "find_status", "passages_between"]

COUNTER_RANGE = 1 << 24
_ASK, _ANSWER = 0x7E, 0x7F
_ANSWER_BYTES = 18
_MOST_BETWEEN_POLLS = 20


class Command(IntEnum):
    """Commands used here. The controller knows more (keep open, forbid, restart); a gate kiosk has no use
    for them.
    """

    STATUS = 0x10
    OPEN_LEFT = 0x80
    OPEN_RIGHT = 0x82
    CLOSE = 0x84


class Side(IntEnum):
    """Which way the kiosk's gate leads."""

    LEFT = 0
    RIGHT = 1


@dataclass(frozen=True)
class Status:
    """One answer. ``fault``, ``alarm`` and ``result`` are the controller's codes; 0 is none."""

    machine: int
    fault: int
    gate: int
    alarm: int
    left: int
    right: int
    result: int

    def passed(self, side: Side) -> int:
        """The counter of one side."""
        return self.right if side is Side.RIGHT else self.left


def command(machine: int, code: Command, d0: int = 0) -> bytes:
    """A command frame; for opening ``d0`` is the number of persons."""
    body = bytes([_ASK, 0, machine, code, d0, 0, 0])
    return body + bytes([~sum(body) & 0xFF])


def find_status(buffer: bytes, machine: int) -> Status | None:
    """The first good answer of ``machine`` in ``buffer``; rubbish before it is skipped."""
    for start in range(len(buffer) - _ANSWER_BYTES + 1):
        frame = buffer[start : start + _ANSWER_BYTES]
        if frame[0] == _ANSWER and frame[2] == machine and sum(frame) & 0xFF == 0xFF:
            return Status(
                machine=machine,
                fault=frame[3],
                gate=frame[4],
                alarm=frame[5],
                left=int.from_bytes(frame[6:9], "big"),
                right=int.from_bytes(frame[9:12], "big"),
                result=frame[13],
            )
    return None


def passages_between(before: int, after: int) -> int:
    """How many people a counter counted. A jump too large for the time between two polls (cleared, restarted,
    another controller) counts as none."""
    passed = (after - before) % COUNTER_RANGE
    return passed if passed <= _MOST_BETWEEN_POLLS else 0
