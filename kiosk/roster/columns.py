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
- ``order``: the number of the order, by which staff find the ticket; the column may be left out (order_number, 订单号)
- ``lane``: chosen with the ticket, face or staff, 刷脸 or 人工; may be empty, may be left out (检票方式, 入场方式)
- ``face_consent``: the signed consent without which face is no choice; may be left out (人脸同意)
- ``bound_at``: when the ticket was bound to its holder; the column may be left out (binding_time, 绑定时间, 实名时间)

What a ticket system adds about the ticket or the order (a price, a running number) is left unread. A column of any
other name is refused: a roster carries nothing about people beyond these (R-37).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from drivers.port import DocumentKind
from kiosk.domain.lane import Lane

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
OPTIONAL = ("status", "order", "bound_at", "lane", "face_consent")
COLUMNS = (*REQUIRED, *OPTIONAL)
FIXABLE = frozenset({"document_kind", "issuing_state", "gate_group", "session", "seat_area"})
"""Columns that may be the same for every row without being in the file; the others say who somebody is."""

_SYNONYMS = {
    "ticket": ("ticket_id", "ticket_code", "ticket_number", "code", "barcode", "票号", "票码", "门票编号", "条码"),
    "document_kind": ("id_type", "document_type", "证件类型", "证件种类"),
    "issuing_state": ("country", "签发国", "签发国家", "国家", "国籍或地区"),
    "document_number": ("id_number", "number", "证件号码", "证件号", "身份证号", "身份证号码"),
    "name": ("holder", "姓名"),
    "gate_group": ("gate", "entrance", "入口", "检票口"),
    "session": ("场次",),
    "seat_area": ("seat", "area", "座位", "座位区域", "区域", "看台"),
    "order": ("order_id", "order_code", "order_number", "订单号", "订单编号"),
    "lane": ("entry_lane", "check_lane", "检票方式", "入场方式", "通道"),
    "face_consent": ("consent", "signed_consent", "人脸同意", "人脸同意签名"),
    "status": ("状态", "票状态", "ticket_status"),
    "bound_at": ("binding_time", "bound_on", "绑定时间", "实名时间", "实名绑定时间"),
}
_STEMS = {
    "document_kind": ("证件类", "证件种", "document type", "document kind", "id type"),
    "document_number": ("证件号", "身份证号", "document n", "id n", "passport n", "identity n"),
    "name": ("姓名", "attendee name", "holder name", "full name", "guest name"),
    "ticket": ("票号", "票码", "条码", "ticket n", "ticket code", "ticket id", "barcode"),
    "seat_area": ("座位", "看台", "seat", "block", "row and"),
    "session": ("场次", "performance", "show date"),
    "gate_group": ("入口", "检票口", "entrance", "gate"),
    "lane": ("检票方式", "入场方式", "lane"),
}
"""Pieces of headings from which a column can be guessed; a guess is asked about before anything is read by it."""
_LEFT_UNREAD = frozenset(
    {
        *("no", "no.", "#", "index", "row", "price", "amount", "currency", "product", "tier", "channel"),
        *("序号", "编号", "票价", "金额", "价格", "票档", "渠道"),
    }
)
"""Headings that tell of a ticket or an order and of nobody; their cells are never looked at."""
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

LANE_WORDS: dict[str, Lane | None] = {
    **dict.fromkeys(("face", "face_check", "刷脸", "人脸", "人脸核验"), Lane.FACE),
    **dict.fromkeys(("staff", "manual", "check_by_staff", "人工", "人工核验", "人工检票"), Lane.STAFF),
    "": None,
}
"""What a ``lane`` cell may say; no word: nothing was chosen."""

REVOKED_WORDS = {
    **dict.fromkeys(("revoked", "canceled", "cancelled", "refunded", "已退票", "退票", "作废"), True),
    **dict.fromkeys(("valid", "paid", "有效", "已支付", ""), False),
}
"""What a ``status`` cell may say -> whether the ticket is revoked. Canceled and paid are pretix's words."""


def plain(cell: str) -> str:
    """A word as it is compared: full width and case do not matter, nor blanks around and within."""
    return unicodedata.normalize("NFKC", cell).strip().lower().replace(" ", "_").replace("-_", "-")


def column_of(header_cell: str) -> str | None:
    """The column a header cell names, or None."""
    return _COLUMN_OF.get(plain(header_cell))


def guessed_column(header_cell: str) -> str | None:
    """The column a heading may mean that is none of the known ones, or None where several or none fit."""
    words = unicodedata.normalize("NFKC", header_cell).strip().lower().replace("_", " ")
    found = {column for column, stems in _STEMS.items() if any(stem in words for stem in stems)}
    return found.pop() if len(found) == 1 else None


def may_be_left_unread(header_cell: str) -> bool:
    """Whether a heading tells of a ticket or an order, and of nobody."""
    return plain(header_cell) in _LEFT_UNREAD


def recognised(header: Sequence[str]) -> int:
    """How many cells of a header line name a column."""
    return sum(column_of(cell) is not None for cell in header)
