"""What opens a chip: three fields of the MRZ, or the card access number, and keys made from them (9303-11, 4.3, 9.7).

They live in memory only, and in no printed form of these objects.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from drivers.emrtd.ciphers import Purpose, Suite

__all__ = ["AccessKey", "CardAccessNumber", "MrzKeyFields", "bac_keys", "check_digit"]

_NUMBER = re.compile(r"[A-Z0-9<]{1,22}")
_DIGITS = re.compile(r"[0-9<]{6}")
_CAN = re.compile(r"[0-9]{6}")
_WEIGHTS = (7, 3, 1)
_SHORT_NUMBER = 9


@dataclass(frozen=True)
class MrzKeyFields:
    """As printed: the document number without check digit (fillers at its end may be left off), dates YYMMDD.

    Numbers longer than 9 characters are given whole. Raises ValueError on characters an MRZ does not have.
    """

    document_number: str = field(repr=False)
    birth_date_yymmdd: str = field(repr=False)
    expiry_date_yymmdd: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.document_number):
            raise ValueError("the document number has characters that an MRZ does not have, or none, or too many")
        for name, text in (("birth", self.birth_date_yymmdd), ("expiry", self.expiry_date_yymmdd)):
            if not _DIGITS.fullmatch(text):
                raise ValueError(f"the date of {name} is not six digits")

    @property
    def mrz_information(self) -> str:
        """Number, birth and expiry, each with its check digit."""
        number = self.document_number.rstrip("<").ljust(_SHORT_NUMBER, "<")
        return "".join(text + check_digit(text) for text in (number, self.birth_date_yymmdd, self.expiry_date_yymmdd))

    @property
    def pace_secret(self) -> bytes:
        """All 20 bytes of the hash."""
        return _sha1(self.mrz_information)

    PASSWORD_REFERENCE = 1


@dataclass(frozen=True)
class CardAccessNumber:
    """The six digits printed on the front of a card. Raises ValueError on anything else."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _CAN.fullmatch(self.digits):
            raise ValueError("a card access number has six digits")

    @property
    def pace_secret(self) -> bytes:
        return self.digits.encode("ascii")

    PASSWORD_REFERENCE = 2


AccessKey = MrzKeyFields | CardAccessNumber


def check_digit(text: str) -> str:
    """Of characters 0-9, A-Z and ``<`` (9303-3, 4.9)."""
    values = (0 if sign == "<" else int(sign, 36) for sign in text)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def bac_keys(fields: MrzKeyFields) -> tuple[bytes, bytes]:
    """(for encryption, for the code), 16 bytes each."""
    seed = _sha1(fields.mrz_information)[:16]
    return Suite.TDES.derive(seed, Purpose.ENCRYPTION), Suite.TDES.derive(seed, Purpose.MAC)


def _sha1(text: str) -> bytes:
    return hashlib.sha1(text.encode("ascii")).digest()  # noqa: S324 - the standard's
