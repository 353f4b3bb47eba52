"""What the scanner protocols hand out: values only, so that they can be compared in tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["MAX_CODE_BYTES", "Answered", "Output", "RawCode", "Refusal", "Refused", "Send"]

MAX_CODE_BYTES = 4296
"""The most characters a QR symbol can carry (version 40-L, alphanumeric); sheet barcode-scanners section
1.
"""


class Refusal(StrEnum):
    """Why something that arrived is not handed on as a ticket code."""

    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    UNDECODABLE = "undecodable"
    AIM_MISSING = "aim_missing"
    END_MISSING = "end_missing"
    """The end of the code never came, though the scanner is set to send one."""
    BROKEN_FRAME = "broken_frame"
    """Bytes that belong to no packet with a good checksum."""


@dataclass(frozen=True)
class RawCode:
    """One code as it was sent: terminators and packet framing gone, prefixes still there."""

    untrusted_bytes: bytes = field(repr=False)


@dataclass(frozen=True)
class Refused:
    reason: Refusal


@dataclass(frozen=True)
class Answered:
    """The scanner's answer to a command of ours; never a ticket."""

    accepted: bool


@dataclass(frozen=True)
class Send:
    """Write ``data`` now, then leave the line alone for ``pause_s``."""

    data: bytes
    pause_s: float = 0.0


Output = RawCode | Refused | Answered | Send
