"""Characters of names that are written in two ways: private-use code points of older cards, and their real ones.

GBK (1995) put 80 characters it had no Unicode value for at FE50 to FEA0, and systems mapped them to U+E815 to U+E864
in order. Later editions of GB 18030 gave most of them real values, which Python's codec knows; the rest, assigned by
GB 18030-2005 and -2022, are listed here.
"""

from __future__ import annotations

_FIRST_PRIVATE = 0xE815
_ASSIGNED_LATER = {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}


def _row_fe() -> dict[int, int]:
    trails = [trail for trail in range(0x50, 0xA1) if trail != 0x7F]
    decoded = (ord(bytes([0xFE, trail]).decode("gb18030")) for trail in trails)
    return {_FIRST_PRIVATE + place: value for place, value in enumerate(decoded)}


ALIASES: dict[int, int] = {
    private: value for private, value in {**_row_fe(), **_ASSIGNED_LATER}.items() if private != value
}
"""Private-use code point -> the character meant; ready for ``str.translate``."""
