"""Reading ASN.1 as certificates and signed data write it: by position in a sequence, with the few types they use.

Indefinite lengths and strings in pieces are understood (some issuers' CMS has them); what is hashed or signed is always
taken as the bytes that are there, never written anew.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from drivers.emrtd.errors import MalformedTlv
from drivers.emrtd.tlv import Tlv, parse, whole

__all__ = [
    "BIT_STRING",
    "BOOLEAN",
    "INTEGER",
    "NULL",
    "OCTET_STRING",
    "OID",
    "SEQUENCE",
    "SET",
    "Fields",
    "bit_string",
    "context",
    "integer",
    "moment",
    "natural",
    "octets",
    "oid",
    "sequence",
]

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET = 0x30, 0x31
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_IN_PIECES = 0x20
_LONGEST_OID_BYTES = 64
_UTC = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z", re.ASCII)
_GENERALIZED = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:\.\d{1,9})?Z", re.ASCII)


class Fields:
    """What a SEQUENCE or SET holds, taken one after another."""

    def __init__(self, value: memoryview | bytes) -> None:
        self._items = list(parse(value, indefinite=True))
        self._at = 0

    def take(self, *tags: int) -> Tlv:
        """The next field, which must be one of ``tags`` (any, where none is given). Raises MalformedTlv."""
        item = self.optional(*tags)
        if item is None:
            there = f"{self._items[self._at].tag:02X}" if self.left else "the end"
            raise MalformedTlv(f"{there} where {' or '.join(f'{tag:02X}' for tag in tags) or 'a field'} belongs")
        return item

    def optional(self, *tags: int) -> Tlv | None:
        """The next field if it is one of ``tags``, else None, and it stays."""
        if not self.left or (tags and self._items[self._at].tag not in tags):
            return None
        self._at += 1
        return self._items[self._at - 1]

    def sequence(self) -> Fields:
        return Fields(self.take(SEQUENCE).value)

    @property
    def left(self) -> int:
        return len(self._items) - self._at

    def rest(self) -> list[Tlv]:
        items, self._at = self._items[self._at :], len(self._items)
        return items


def context(number: int, *, constructed: bool = True) -> int:
    """The tag [number]."""
    return (0xA0 if constructed else 0x80) | number


def sequence(data: memoryview | bytes) -> Fields:
    """The fields of the one SEQUENCE that ``data`` is. Raises MalformedTlv."""
    return Fields(whole(data, SEQUENCE, indefinite=True).value)


def oid(item: Tlv) -> str:
    """As numbers with points. Raises MalformedTlv."""
    value = bytes(item.value)
    if not value or len(value) > _LONGEST_OID_BYTES or value[-1] & 0x80:
        raise MalformedTlv("an object identifier that does not end")
    numbers, number = [], 0
    for byte in value:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def integer(item: Tlv) -> int:
    return int.from_bytes(item.value, signed=True)


def natural(item: Tlv) -> int:
    """Without regard to the sign bit: some issuers forget the zero in front."""
    return int.from_bytes(item.value)


def octets(item: Tlv) -> bytes:
    """The bytes of an OCTET STRING, also of one in pieces (BER). Raises MalformedTlv."""
    if not item.tag & _IN_PIECES:
        return bytes(item.value)
    pieces = list(parse(item.value, indefinite=True))
    if any(piece.tag != OCTET_STRING for piece in pieces):
        raise MalformedTlv("a string whose pieces are none")
    return b"".join(piece.value for piece in pieces)


def bit_string(item: Tlv) -> bytes:
    """Whole bytes. Raises MalformedTlv when bits are left over."""
    if not item.value or item.value[0] != 0:
        raise MalformedTlv("a bit string that is not whole bytes")
    return bytes(item.value[1:])


def moment(item: Tlv) -> datetime:
    """UTCTime or GeneralizedTime, in UTC. Raises MalformedTlv."""
    text = bytes(item.value).decode("ascii", "replace")
    found = {_UTC_TIME: _UTC, _GENERALIZED_TIME: _GENERALIZED}.get(item.tag, _UTC).fullmatch(text)
    if not found:
        raise MalformedTlv("a time that is none")
    year, month, day, hour, minute, second = (int(digits or 0) for digits in found.groups())
    if item.tag == _UTC_TIME:
        year += 1900 if year >= 50 else 2000
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise MalformedTlv("a time that no calendar has") from None
