"""Where the fields of the 256-byte text block lie, one table per card type (sdt-id-card section 5).

All text is UTF-16LE, padded on the right with U+0020. The unit at byte 248 tells the card type. A field
marked DROPPED is listed so that the table is whole and simulated cards can carry it; the parser cannot read
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.port import DocumentKind

__all__ = ["LAYOUTS", "PORTRAIT_BYTES", "TEXT_BYTES", "TYPE_OFFSET", "CardType", "Field", "Layout"]

TEXT_BYTES = 256
PORTRAIT_BYTES = 1024
TYPE_OFFSET = 248
UNIT_BYTES = 2

KEPT, DROPPED = True, False


class CardType(StrEnum):
    """The character at byte 248."""

    RESIDENT = " "
    HMT_RESIDENCE = "J"
    FOREIGN_2017 = "I"
    FOREIGN_2023 = "Y"


@dataclass(frozen=True)
class Field:
    """``size`` bytes at ``offset``. Only ``kept`` fields are ever decoded."""

    name: str
    offset: int
    size: int
    kept: bool

    @property
    def units(self) -> int:
        """How many UTF-16 units fit."""
        return self.size // UNIT_BYTES


@dataclass(frozen=True)
class Layout:
    """The fields of one card type, without gaps; ``names`` are the fields that make up the holder's name."""

    kind: DocumentKind
    number: str
    names: tuple[tuple[str, ...], ...]
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """The field called ``name``; KeyError when this card type has none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


_RESIDENT_HEAD = (
    Field("name", 0, 30, KEPT),
    Field("sex", 30, 2, DROPPED),
)
_RESIDENT_BODY = (
    Field("birth", 36, 16, KEPT),
    Field("address", 52, 70, DROPPED),
    Field("id_number", 122, 36, KEPT),
    Field("issuer", 158, 30, DROPPED),
    Field("valid_from", 188, 16, KEPT),
    Field("valid_to", 204, 16, KEPT),
)

LAYOUTS: dict[CardType, Layout] = {
    CardType.RESIDENT: Layout(
        DocumentKind.RESIDENT,
        number="id_number",
        names=(("name",),),
        fields=(
            *_RESIDENT_HEAD,
            Field("nation", 32, 4, DROPPED),
            *_RESIDENT_BODY,
            Field("reserved", 220, 36, DROPPED),
        ),
    ),
    CardType.HMT_RESIDENCE: Layout(
        DocumentKind.HMT_RESIDENCE,
        number="id_number",
        names=(("name",),),
        fields=(
            *_RESIDENT_HEAD,
            Field("reserved1", 32, 4, DROPPED),
            *_RESIDENT_BODY,
            Field("pass_number", 220, 18, DROPPED),
            Field("issue_count", 238, 4, DROPPED),
            Field("reserved2", 242, 6, DROPPED),
            Field("card_type", 248, 2, KEPT),
            Field("reserved3", 250, 6, DROPPED),
        ),
    ),
    CardType.FOREIGN_2017: Layout(
        DocumentKind.FOREIGN_PERMANENT_RESIDENT,
        number="pr_number",
        names=(("english_name",), ("chinese_name",)),
        fields=(
            Field("english_name", 0, 120, KEPT),
            Field("sex", 120, 2, DROPPED),
            Field("pr_number", 122, 30, KEPT),
            Field("nationality", 152, 6, DROPPED),
            Field("chinese_name", 158, 30, KEPT),
            Field("valid_from", 188, 16, KEPT),
            Field("valid_to", 204, 16, KEPT),
            Field("birth", 220, 16, KEPT),
            Field("card_version", 236, 4, DROPPED),
            Field("authority_code", 240, 8, DROPPED),
            Field("card_type", 248, 2, KEPT),
            Field("reserved", 250, 6, DROPPED),
        ),
    ),
    CardType.FOREIGN_2023: Layout(
        DocumentKind.FOREIGN_PERMANENT_RESIDENT,
        number="id_number",
        names=(("english_name", "english_name_ext"), ("chinese_name",)),
        fields=(
            Field("chinese_name", 0, 30, KEPT),
            Field("sex", 30, 2, DROPPED),
            Field("renewal_count", 32, 4, DROPPED),
            Field("birth", 36, 16, KEPT),
            Field("english_name", 52, 70, KEPT),
            Field("id_number", 122, 36, KEPT),
            Field("reserved1", 158, 30, DROPPED),
            Field("valid_from", 188, 16, KEPT),
            Field("valid_to", 204, 16, KEPT),
            Field("english_name_ext", 220, 22, KEPT),
            Field("nationality", 242, 6, DROPPED),
            Field("card_type", 248, 2, KEPT),
            Field("previous_number_link", 250, 6, DROPPED),
        ),
    ),
}
"""Alternatives in ``Layout.names`` are in order of preference; the parts of one are joined before
stripping.
"""
