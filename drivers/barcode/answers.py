"""Telling a scanner's answers to commands from ticket codes on the same line.

An answer stands at the beginning of a frame: the GM65 trigger answer comes *before* the code it triggers
(sheet barcode-scanners section 3), with nothing between. Each function looks at the front of what has
arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from drivers.barcode.commands import gm65_crc

__all__ = [
    "NOT_AN_ANSWER",
    "AnswerAhead",
    "TakeAnswer",
    "gm65_answer",
    "honeywell_answer",
    "newland_answer",
    "no_answer",
]


@dataclass(frozen=True)
class AnswerAhead:
    """``length`` bytes at the front are an answer; 0 while it may still become one."""

    length: int
    accepted: bool = False


NOT_AN_ANSWER = None
_UNFINISHED = AnswerAhead(0)
TakeAnswer = Callable[[bytes], AnswerAhead | None]

_ACK = 0x06
_NEWLAND_HEAD = b"\x02\x010000"
_NEWLAND_END = b";\x03"
_NEWLAND_MAX = 128
_GM65_HEAD = b"\x02\x00"
_HONEYWELL_MENU = re.compile(rb"[A-Za-z0-9]{1,32}([\x06\x05\x15])[!.]?")


def no_answer(_front: bytes) -> AnswerAhead | None:
    """For scanners that are never sent a command."""
    return NOT_AN_ANSWER


def newland_answer(front: bytes) -> AnswerAhead | None:
    """``02 01 30 30 30 30 ... 06|15|05 3B 03``."""
    if not _shares_head(front, _NEWLAND_HEAD):
        return NOT_AN_ANSWER
    end = front.find(_NEWLAND_END, len(_NEWLAND_HEAD), _NEWLAND_MAX)
    if end < 0:
        return NOT_AN_ANSWER if len(front) >= _NEWLAND_MAX else _UNFINISHED
    return AnswerAhead(end + len(_NEWLAND_END), accepted=front[end - 1] == _ACK)


def gm65_answer(front: bytes) -> AnswerAhead | None:
    """``02 00 type length data crc``; type 00 is success."""
    if not _shares_head(front, _GM65_HEAD):
        return NOT_AN_ANSWER
    if len(front) < 4:
        return _UNFINISHED
    end_of_data = 4 + front[3]
    if len(front) < end_of_data + 2:
        return _UNFINISHED
    if front[end_of_data : end_of_data + 2] != gm65_crc(front[2:end_of_data]):
        return NOT_AN_ANSWER
    return AnswerAhead(end_of_data + 2, accepted=front[2] == 0)


def honeywell_answer(front: bytes) -> AnswerAhead | None:
    """The menu command's text, then ACK, ENQ or NAK (and on some models the closing ``!`` or ``.``)."""
    found = _HONEYWELL_MENU.match(front)
    if found is None:
        return NOT_AN_ANSWER
    return AnswerAhead(found.end(), accepted=found[1] == b"\x06")


def _shares_head(front: bytes, head: bytes) -> bool:
    return bool(front) and (front.startswith(head) or head.startswith(front))
