"""The roster's columns, and the words organisers' systems use for them.

Column: what it holds (other headings that are understood).

- ``ticket``: the ticket's own number or code (ticket_id, ticket_code, code, 票号, 票码, 门票编号, 条码)
- ``document_kind``: cn-resident, cn-hmt-residence, cn-foreign-pr, passport, identity-card, or in Chinese 身份证,
  港澳台居民居住证, 外国人永久居留身份证, 护照 (id_type, document_type, 证件类型)
- ``issuing_state``: three letters of ISO 3166; may be empty for cn- kinds (country, 签发国, 签发国家, 国家)
- ``document_number``: as printed (id_number, number, 证件号码, 证件号, 身份证号, 身份证号码)
- ``name``: as printed (holder, 姓名)
- ``gate_group``: an id of the event file (gate, entrance, 入口, 检票口)
- ``session``: an id of the event file (场次)
- ``seat_area``: what the screen shows, may be empty (seat, area, 座位, 座位区域, 区域, 看台)
- ``status``: valid or revoked, 有效 or 已退票; the column may be left out (状态)

A column of any other name is refused: a roster carries nothing about people beyond these (R-37).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from drivers.port import DocumentKind

REQUIRED = (
    "ticket",
    "document_kind",
    "issuing_state",
    "document_number",
    "name",
    "gate_group",
    "session",
    "seat_area",
)
OPTIONAL = ("status",)

_SYNONYMS = {
    "ticket": ("ticket_id", "ticket_code", "code", "票号", "票码", "门票编号", "条码"),
    "document_kind": ("id_type", "document_type", "证件类型"),
    "issuing_state": ("country", "签发国", "签发国家", "国家", "国籍或地区"),
    "document_number": ("id_number", "number", "证件号码", "证件号", "身份证号", "身份证号码"),
    "name": ("holder", "姓名"),
    "gate_group": ("gate", "entrance", "入口", "检票口"),
    "session": ("场次",),
    "seat_area": ("seat", "area", "座位", "座位区域", "区域", "看台"),
    "status": ("状态",),
}
_COLUMN_OF = {synonym: column for column, synonyms in _SYNONYMS.items() for synonym in (column, *synonyms)}

KINDS: dict[str, DocumentKind] = {
    **{kind.value: kind for kind in DocumentKind},
    "身份证": DocumentKind.RESIDENT,
    "居民身份证": DocumentKind.RESIDENT,
    "二代身份证": DocumentKind.RESIDENT,
    "港澳台居民居住证": DocumentKind.HMT_RESIDENCE,
    "外国人永久居留身份证": DocumentKind.FOREIGN_PERMANENT_RESIDENT,
    "护照": DocumentKind.PASSPORT,
}
"""What a ``document_kind`` cell may say, in the spelling of ``plain``."""

REVOKED_WORDS = {"revoked": True, "已退票": True, "退票": True, "作废": True, "valid": False, "有效": False, "": False}
"""What a ``status`` cell may say -> whether the ticket is revoked."""


def plain(cell: str) -> str:
    """A word as it is compared: full width and case do not matter, nor blanks around and within."""
    return unicodedata.normalize("NFKC", cell).strip().lower().replace(" ", "_").replace("-_", "-")


def column_of(header_cell: str) -> str | None:
    """The column a header cell names, or None."""
    return _COLUMN_OF.get(plain(header_cell))


def recognised(header: Sequence[str]) -> int:
    """How many cells of a header line name a column."""
    return sum(column_of(cell) is not None for cell in header)
