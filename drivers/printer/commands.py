"""ESC/POS commands of slip printers, and what their status bytes say. Bytes only, no I/O.

The few commands that every printer of this kind knows; a slip is one picture (GS v 0), so that no fonts, code pages or
languages of the printer matter. Source: Epson's ESC/POS command reference, read through public copies of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "ASK",
    "CUT",
    "MARK",
    "RECOVER",
    "START",
    "Bitmap",
    "Fault",
    "band",
    "bands",
    "fault_of",
    "is_mark",
    "is_status",
    "without_commands",
]

START = b"\x1b@"  # ESC @: as after power-on
RECOVER = b"\x10\x05\x02"  # DLE ENQ 2: forget what was half printed when the paper ended
CUT = b"\x1dVB\x10"  # GS V B n: feed to the cutter, n dots more, and cut
MARK = b"\x1dr\x01"  # GS r 1: answered once everything before it is on paper
ASK = {1: b"\x10\x04\x01", 2: b"\x10\x04\x02", 4: b"\x10\x04\x04"}
"""DLE EOT n, answered at once: the printer, why it is offline, the paper."""

BAND_ROWS = 64
MOST_ROWS = 4000
"""Half a metre of paper at 203 dpi: nothing we print is longer."""

_STATUS_MASK, _STATUS_BITS = 0b1001_0011, 0b0001_0010
_MARK_MASK = 0b1001_0000
_DLE, _REAL_TIME = 0x10, frozenset({0x04, 0x05, 0x14})


class Fault(StrEnum):
    """Why nothing is printed."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    NO_ANSWER = "no_answer"  # gone, switched off, or another rate


@dataclass(frozen=True)
class Bitmap:
    """Rows of ``width_dots`` dots, top first; each row padded to whole bytes, the left dot in the highest bit, 1 is
    black. Raises ValueError where the sizes do not fit.
    """

    width_dots: int
    data: bytes

    def __post_init__(self) -> None:
        if self.width_dots <= 0 or not self.data or len(self.data) % self.row_bytes:
            raise ValueError("the data is not a whole number of rows")
        if self.rows > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} rows")

    @property
    def row_bytes(self) -> int:
        return (self.width_dots + 7) // 8

    @property
    def rows(self) -> int:
        return len(self.data) // self.row_bytes


def without_commands(data: bytes) -> bytes:
    """``data`` of a picture with one dot more wherever it would spell a real-time command.

    Printers look for DLE EOT, DLE ENQ and DLE DC4 in every byte that comes, pictures included.
    """
    made = bytearray(data)
    for at in range(len(made) - 1):
        if made[at] == _DLE and made[at + 1] in _REAL_TIME:
            made[at] |= 0x08
    if made and made[-1] == _DLE:  # what comes after it is not known here
        made[-1] |= 0x08
    return bytes(made)


def band(row_bytes: int, data: bytes) -> bytes:
    """GS v 0: print ``data`` as a picture ``row_bytes`` wide, one dot to a dot."""
    rows = len(data) // row_bytes
    size = row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + without_commands(data)


def bands(bitmap: Bitmap) -> Iterator[bytes]:
    """The picture in pieces small enough for a printer's buffer."""
    step = BAND_ROWS * bitmap.row_bytes
    for at in range(0, len(bitmap.data), step):
        yield band(bitmap.row_bytes, bitmap.data[at : at + step])


def is_status(byte: int) -> bool:
    """Whether ``byte`` can be an answer to ASK: its fixed bits say so."""
    return byte & _STATUS_MASK == _STATUS_BITS


def is_mark(byte: int) -> bool:
    """Whether ``byte`` can be the answer to MARK, whose fixed bits differ from every status."""
    return byte & _MARK_MASK == 0


def fault_of(answers: dict[int, int]) -> Fault | None:
    """What the answers to ASK, by number, amount to. Paper goes before the cover, both before a bare *offline*."""
    offline, cause, paper = answers.get(1, 0), answers.get(2, 0), answers.get(4, 0)
    if paper & 0x60 or cause & 0x20:
        return Fault.PAPER_OUT
    if cause & 0x04:
        return Fault.COVER_OPEN
    return Fault.OFFLINE if offline & 0x08 or cause & 0x40 else None
