"""The files of a document that are read, and no others (9303-10).

There is no entry for fingerprints, iris, the holder's signature and further details or notes (DG3, DG4, DG7, DG11 to
DG13), so there is no way to ask a chip for them.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "APPLICATION",
    "ATR_INFO",
    "CARD_ACCESS",
    "CARD_SECURITY",
    "COM",
    "DG1",
    "DG2",
    "DG14",
    "DG15",
    "SOD",
    "File",
]

APPLICATION = bytes.fromhex("A0000002471001")
"""LDS1, the passport application."""


@dataclass(frozen=True)
class File:
    """``tag``: of the object the file is. ``group``: number of a data group. ``most_bytes``: longer is refused.

    ``eager``: the first command asks for as much as it may; without it for the header, because some chips refuse to
    answer with less than they were asked for.
    """

    name: str
    identifier: int
    short_identifier: int
    tag: int
    most_bytes: int
    group: int | None = None
    eager: bool = False


CARD_ACCESS = File("EF.CardAccess", 0x011C, 0x1C, 0x31, 4_096, eager=True)
CARD_SECURITY = File("EF.CardSecurity", 0x011D, 0x1D, 0x30, 32_768, eager=True)
ATR_INFO = File("EF.ATR/INFO", 0x2F01, 0x01, 0x7F66, 1_024, eager=True)
COM = File("EF.COM", 0x011E, 0x1E, 0x60, 1_024)
SOD = File("EF.SOD", 0x011D, 0x1D, 0x77, 65_536, eager=True)
DG1 = File("DG1", 0x0101, 0x01, 0x61, 256, 1)
DG2 = File("DG2", 0x0102, 0x02, 0x75, 262_144, 2, eager=True)
DG14 = File("DG14", 0x010E, 0x0E, 0x6E, 16_384, 14)
DG15 = File("DG15", 0x010F, 0x0F, 0x6F, 4_096, 15)
