"""From the answer to *read text + portrait* to what a gate may know, and nothing more (R-23).

Only fields marked kept in the layout are decoded. The number becomes a token, the birth date a yes or no, the
dates of validity one word; sex, nation, address and issuer are never turned into text. A record counts only
when lengths, layout, dates and the number's own check agree.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from drivers.errors import DriverError
from drivers.holder import mask_name, old_enough
from drivers.port import DocumentValidity, IdentityRead, ReadingRules
from drivers.sdt.id_number import birth_digits, is_valid_number, normalise_number, parse_date
from drivers.sdt.layout import LAYOUTS, TEXT_BYTES, TYPE_OFFSET, UNIT_BYTES, CardType, Field, Layout
from drivers.secret import SecretText

__all__ = [
    "ISSUING_STATE",
    "Defect",
    "RecordRejected",
    "mask_name",
    "old_enough",
    "parse",
    "portrait_plausible",
    "split",
]

ISSUING_STATE = "CHN"
"""All four card types are issued by China, whatever the holder's nationality."""

LONG_TERM = "长期"
_WLT_SIGNATURE = bytes.fromhex("574C66007E00")
_PADDING = " \0"
_LENGTHS_BYTES = 4


class Defect(StrEnum):
    """What does not agree in a record; says nothing about the person."""

    LENGTHS = "lengths"
    UNKNOWN_TYPE = "unknown_type"
    NUMBER = "number"
    DATES = "dates"
    BIRTH_DISAGREES = "birth_disagrees"
    NAME = "name"


class RecordRejected(DriverError):
    """The bytes came over whole but are not a record that counts."""

    code = "record_rejected"

    def __init__(self, defect: Defect) -> None:
        super().__init__(defect.value)
        self.defect = defect


def split(payload: memoryview) -> tuple[memoryview, memoryview]:
    """Text block and portrait block of an answer's payload, by the lengths it states itself.

    Raises RecordRejected when the lengths do not add up to the payload or the text block has not 256 bytes; a
    payload with a third part is refused that way too.
    """
    if len(payload) < _LENGTHS_BYTES:
        raise RecordRejected(Defect.LENGTHS)
    text_bytes = int.from_bytes(payload[0:2], "big")
    portrait_bytes = int.from_bytes(payload[2:4], "big")
    if text_bytes != TEXT_BYTES or _LENGTHS_BYTES + text_bytes + portrait_bytes != len(payload):
        raise RecordRejected(Defect.LENGTHS)
    end = _LENGTHS_BYTES + text_bytes
    return payload[_LENGTHS_BYTES:end], payload[end:]


def parse(text: memoryview, rules: ReadingRules, first_byte_at_s: float) -> IdentityRead:
    """Reduce a 256-byte text block. Raises RecordRejected when it does not count. The caller wipes
    ``text``.
    """
    layout = _layout(text)
    written = _decode(text, layout.field(layout.number))
    number = normalise_number(layout.kind, written)
    # Full-width and superscript digits are what people and rosters write; in a chip they are a damaged record.
    if not (written.isascii() and _number_fits(layout, number)):
        raise RecordRejected(Defect.NUMBER)
    birth_text = _decode(text, layout.field("birth"))
    birth = parse_date(birth_text)
    if birth is None:
        raise RecordRejected(Defect.DATES)
    if birth_digits(number) not in (None, birth_text):
        raise RecordRejected(Defect.BIRTH_DISAGREES)
    validity = _validity(text, layout, rules.event_day)
    name = _name(text, layout)
    return IdentityRead(
        kind=layout.kind,
        issuing_state=ISSUING_STATE,
        token=rules.tokenise(layout.kind, ISSUING_STATE, number),
        masked_name=mask_name(name),
        name=SecretText(name),
        age_ok=old_enough(birth, rules.event_day, rules.minimum_age_years),
        validity=validity,
        first_byte_at_s=first_byte_at_s,
    )


def portrait_plausible(portrait: memoryview) -> bool:
    """Whether the block starts like a WLT picture. Some bytes differ between makers, so this only informs."""
    return portrait[: len(_WLT_SIGNATURE)] == _WLT_SIGNATURE


def _layout(text: memoryview) -> Layout:
    mark = bytes(text[TYPE_OFFSET : TYPE_OFFSET + UNIT_BYTES]).decode("utf-16-le", "replace")
    try:
        return LAYOUTS[CardType(mark.replace("\0", " "))]
    except ValueError:
        raise RecordRejected(Defect.UNKNOWN_TYPE) from None


def _number_fits(layout: Layout, number: str) -> bool:
    # The 2017 card's field is shorter; an 18-character number cannot stand in it, nor a 15-character one
    # elsewhere.
    in_full = len(number) == layout.field(layout.number).units
    return in_full and is_valid_number(layout.kind, number)


def _validity(text: memoryview, layout: Layout, day: date) -> DocumentValidity:
    begins = parse_date(_decode(text, layout.field("valid_from")))
    ends_text = _decode(text, layout.field("valid_to"))
    ends = date.max if ends_text == LONG_TERM else parse_date(ends_text)
    if begins is None or ends is None or begins > ends:
        raise RecordRejected(Defect.DATES)
    if day < begins:
        return DocumentValidity.NOT_YET_VALID
    return DocumentValidity.VALID if day <= ends else DocumentValidity.EXPIRED


def _name(text: memoryview, layout: Layout) -> str:
    for parts in layout.names:
        joined = "".join(_decode_raw(text, layout.field(part)) for part in parts).strip(_PADDING)
        if joined:
            return joined
    raise RecordRejected(Defect.NAME)


def _decode(text: memoryview, field: Field) -> str:
    return _decode_raw(text, field).strip(_PADDING)


def _decode_raw(text: memoryview, field: Field) -> str:
    """A kept field as it stands. Half a surrogate pair becomes U+FFFD: a rare name must not be refused."""
    assert field.kept, field.name
    return bytes(text[field.offset : field.offset + field.size]).decode("utf-16-le", "replace")
