"""What staff type by hand to open a chip: three fields of the zone, or the six digits printed on a card.

A swipe gives the same fields with their check digits; typing has none, so each is checked for what it can be. The typed
text is personal and stays in memory.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.errors import DriverError
from drivers.mrz.dates import is_possible
from drivers.mrz.parse import Mrz

__all__ = [
    "CardAccessNumber",
    "EntryFault",
    "EntryRejected",
    "ZoneKey",
    "key_of",
    "typed_can",
    "typed_key",
    "typed_line",
]

_NUMBER = re.compile(r"[A-Z0-9]{1,22}")
_DIGITS = re.compile(r"[0-9]{6}")
_CAN = re.compile(r"[0-9]{6}")
_BETWEEN = re.compile(r"[\s./\u2010-\u2014<-]+")


class EntryFault(StrEnum):
    """Which of the typed fields cannot be right."""

    DOCUMENT_NUMBER = "document_number"
    BIRTH_DATE = "birth_date"
    EXPIRY_DATE = "expiry_date"
    CAN = "can"


class EntryRejected(DriverError):
    """A typed field cannot be right; ``faults`` says which."""

    code = "entry_rejected"

    def __init__(self, faults: tuple[EntryFault, ...]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class ZoneKey:
    """The three fields of a zone from which the chip's access keys are made. Personal; no repr shows them."""

    document_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    expiry_date: str = field(repr=False)


@dataclass(frozen=True)
class CardAccessNumber:
    """The six digits printed on the front of many cards."""

    digits: str = field(repr=False)


def key_of(mrz: Mrz) -> ZoneKey:
    """The key fields of a zone whose check digits fit."""
    return ZoneKey(mrz.document_number, mrz.birth_date, mrz.expiry_date)


def typed_key(document_number: str, birth_date: str, expiry_date: str) -> ZoneKey:
    """From what somebody typed: spaces, hyphens, points and filler between are let go, dates are YYMMDD.

    Raises EntryRejected naming every field that cannot be right.
    """
    number, birth, expiry = (_plain(text) for text in (document_number, birth_date, expiry_date))
    faults = []
    if not _NUMBER.fullmatch(number):
        faults.append(EntryFault.DOCUMENT_NUMBER)
    if not (_DIGITS.fullmatch(birth) and is_possible(birth)):
        faults.append(EntryFault.BIRTH_DATE)
    if not (_DIGITS.fullmatch(expiry) and is_possible(expiry)):
        faults.append(EntryFault.EXPIRY_DATE)
    if faults:
        raise EntryRejected(tuple(faults))
    return ZoneKey(number, birth, expiry)


def typed_can(text: str) -> CardAccessNumber:
    """Six digits. Raises EntryRejected."""
    digits = _plain(text)
    if not _CAN.fullmatch(digits):
        raise EntryRejected((EntryFault.CAN,))
    return CardAccessNumber(digits)


def typed_line(text: str) -> ZoneKey | CardAccessNumber:
    """From one line on a keypad: six digits alone are a card access number; else the document number with birth and
    expiry, six digits each, behind it. Raises EntryRejected."""
    plain = _plain(text)
    if _CAN.fullmatch(plain):
        return CardAccessNumber(plain)
    return typed_key(plain[:-12], plain[-12:-6], plain[-6:])


def _plain(text: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).upper())
