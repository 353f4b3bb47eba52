"""Document numbers: one spelling, and whether they can be right. Pure; used by the parser and by roster
import.

Numbers of 18 characters carry their birth date in places 7 to 14 and an ISO 7064 MOD 11-2 check character
(sdt-id-card section 5.6). Region codes are not checked: abolished ones stay in numbers for life.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from operator import mul

from drivers.port import DocumentKind

__all__ = ["birth_digits", "check_character", "is_valid_number", "normalise_number", "parse_date"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FOREIGN_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")
_OTHER = re.compile(r"[A-Z0-9]{1,24}")
_BETWEEN = dict.fromkeys(map(ord, " -\u2010\u2011\u2012\u2013\u2014\t"))
_BETWEEN_IN_A_PASSPORT = _BETWEEN | {ord("<"): None}
_YEARS = range(1850, 2200)
"""Birth and validity years that are taken as dates at all."""


def normalise_number(kind: DocumentKind, number: str) -> str:
    """The one spelling under which numbers of ``kind`` are compared and tokenised.

    Full-width forms become ASCII, letters upper case, and what people type between groups (spaces, hyphens,
    in passports also fillers) goes. The result may still be invalid.
    """
    if number.isascii() and number.isalnum():
        return number.upper()
    plain = unicodedata.normalize("NFKC", number).upper()
    return plain.translate(_BETWEEN_IN_A_PASSPORT if kind is DocumentKind.PASSPORT else _BETWEEN).strip("\0")


def is_valid_number(kind: DocumentKind, number: str) -> bool:
    """Whether a normalised ``number`` is well formed for ``kind``: check character, date, length,
    characters.
    """
    match kind:
        case DocumentKind.RESIDENT | DocumentKind.HMT_RESIDENCE:
            return _valid_eighteen(number)
        case DocumentKind.FOREIGN_PERMANENT_RESIDENT:
            return _valid_eighteen(number) or _FOREIGN_2017.fullmatch(number) is not None
        case DocumentKind.PASSPORT | DocumentKind.IDENTITY_CARD:
            return _OTHER.fullmatch(number) is not None


def check_character(first_17: str) -> str:
    """The 18th character for 17 digits, by ISO 7064 MOD 11-2."""
    if len(first_17) != len(_WEIGHTS):
        raise ValueError("not 17 digits")
    total = sum(map(mul, _WEIGHTS, map(int, first_17)))
    return _CHECK_CHARACTERS[total % 11]


def birth_digits(number: str) -> str | None:
    """YYYYMMDD inside an 18-character number; None for numbers that carry no birth date."""
    return number[6:14] if len(number) == 18 else None


def parse_date(digits: str) -> date | None:
    """YYYYMMDD as a date, or None when it is none of this world."""
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _valid_eighteen(number: str) -> bool:
    return (
        _EIGHTEEN.fullmatch(number) is not None
        and check_character(number[:17]) == number[17]
        and parse_date(number[6:14]) is not None
    )
