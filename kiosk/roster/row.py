"""One row of a roster: cells in, a ticket out, or everything that is wrong with it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from drivers.port import DocumentKind
from drivers.sdt.id_number import birth_digits, check_character, is_valid_number, normalise_number
from kiosk.config.event import EventConfig
from kiosk.domain.characters import CONTROL_IN_A_LINE, DIRECTION
from kiosk.domain.check import normalise_code
from kiosk.domain.lane import Lane
from kiosk.roster.cells import OddCell
from kiosk.roster.columns import KINDS, LANE_WORDS, REVOKED_WORDS, plain
from kiosk.roster.faults import RosterFault
from kiosk.roster.mrz_digit import MRZ_NUMBER_CHARACTERS, mrz_check_digit

MAX_CELL_CHARACTERS = {"name": 80, "seat_area": 60, "document_number": 40, "ticket": 500, "face_consent": 120}
MAX_OTHER_CELL_CHARACTERS = 60
_SHORT = 40
"""Short enough for every column."""
DATE_COLUMNS = frozenset({"bound_at"})

_FORMULA = r"^[=@＝＠]|^[+＋－-][^\n]*[(!|]"
_FIRST_OF_A_FORMULA = frozenset("=@＝＠+＋－-")
_SUSPECT = re.compile(f"{CONTROL_IN_A_LINE.pattern}|{DIRECTION.pattern}|{_FORMULA}")

_NO_LANE = object()
_STATE = re.compile(r"[A-Z]{3}")
_MRZ_STATES = {"D": "DEU"}
"""Machine readable zones write Germany with one letter (ICAO 9303 part 3, section 5)."""

_WHY_STATUS = "must be valid or revoked; of pretix take paid orders only"
_CHINA = frozenset({"", "CHN", "CN", "CHINA", "中国"})
_CHINESE_KINDS = frozenset({DocumentKind.RESIDENT, DocumentKind.HMT_RESIDENCE, DocumentKind.FOREIGN_PERMANENT_RESIDENT})


@dataclass(frozen=True)
class RosterTicket:
    """A ticket as the roster states it, validated. Exists in memory only, between the file and the seal."""

    code: str
    kind: DocumentKind
    issuing_state: str
    number: str
    name: str
    gate_group: str
    session: str
    seat_area: str
    revoked: bool
    bound_at: datetime | None = None
    order: str = ""
    prior: str = ""
    face_chosen: bool = False

    def __repr__(self) -> str:
        return "RosterTicket(...)"


class _Row:
    """Collects the faults of one row."""

    def __init__(self, cells: Mapping[str, str], number: int) -> None:
        self.number = number
        self.faults: list[RosterFault] = []
        self._cells = cells

    def fault(self, column: str, code: str, sentence: str) -> None:
        self.faults.append(RosterFault(self.number, column, code, sentence))

    def cell(self, column: str, *, may_be_empty: bool = False) -> str:
        """The cell, or "" after noting why it cannot be used."""
        raw = self._cells.get(column, "")
        if type(raw) is str and ((may_be_empty and not raw) or (raw.isalnum() and len(raw) <= _SHORT)):
            return raw  # letters and digits alone need no closer look
        if isinstance(raw, OddCell) and not (raw.code == "spreadsheet_date" and column in DATE_COLUMNS):
            self.fault(column, raw.code, raw.sentence)
            return ""
        value = raw.strip()
        if len(value) > MAX_CELL_CHARACTERS.get(column, MAX_OTHER_CELL_CHARACTERS):
            self.fault(column, "too_long", "is too long")
            return ""
        if (value[:1] in _FIRST_OF_A_FORMULA or not value.isprintable()) and _SUSPECT.search(value):
            self._name_what_is_wrong(column, value)
            return ""
        if not value and not may_be_empty:
            self.fault(column, "empty", "is empty")
        return value

    def one_of(self, column: str, known: Container[str]) -> str | None:
        """The cell where it is exactly one of these."""
        raw = self._cells.get(column)
        return raw if type(raw) is str and raw in known else None

    def _name_what_is_wrong(self, column: str, value: str) -> None:
        if CONTROL_IN_A_LINE.search(value):
            self.fault(column, "control_character", "holds a control character")
        elif DIRECTION.search(value):
            self.fault(column, "direction_character", "holds a character that changes the direction of writing")
        else:
            self.fault(column, "formula", "begins like a formula that a spreadsheet would compute")


def read_row(
    cells: Mapping[str, str], number: int, event: EventConfig
) -> tuple[RosterTicket | None, list[RosterFault]]:
    """The ticket in ``cells`` (by column), or None with every fault of row ``number``."""
    row = _Row(cells, number)
    kind = _kind(row, event)
    revoked = REVOKED_WORDS.get(plain(row.cell("status", may_be_empty=True)))
    if revoked is None:
        row.fault("status", "unknown_status", _WHY_STATUS)
    prior, face_chosen = _prior(row, event)
    ticket = RosterTicket(
        code=_code(row, event),
        kind=kind or DocumentKind.RESIDENT,
        issuing_state=_state(row, kind),
        number=_number(row, kind),
        name=row.cell("name"),
        gate_group=_known(row, "gate_group", [group.id for group in event.gate_groups]),
        session=_known(row, "session", [session.id for session in event.sessions]),
        seat_area=row.cell("seat_area", may_be_empty=True),
        revoked=bool(revoked),
        bound_at=_bound_at(row),
        order=row.cell("order", may_be_empty=True),
        prior=prior,
        face_chosen=face_chosen,
    )
    return (None if row.faults else ticket), row.faults


def _bound_at(row: _Row) -> datetime | None:
    """A date without a time is the end of that day: a binding is called late rather than early."""
    cell = row.cell("bound_at", may_be_empty=True)
    if not cell:
        return None
    text = cell.replace("/", "-").replace(".", "-")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        row.fault("bound_at", "wrong_time", "must be a date and time, for example 2026-05-01 18:30")
        return None
    return at.replace(hour=23, minute=59, second=59) if len(text) <= 10 else at


def _prior(row: _Row, event: EventConfig) -> tuple[str, bool]:
    """``staff``, a consent, or "" where nothing was chosen; and whether a face check was. Whether the consent is one
    is for ``notes_on`` and, again, for the gate."""
    cell, consent = row.cell("lane", may_be_empty=True), row.cell("face_consent", may_be_empty=True)
    lane = LANE_WORDS.get(plain(cell), _NO_LANE)
    if lane is _NO_LANE:
        row.fault("lane", "unknown_lane", "must be face or staff, or empty")
    if (cell or consent) and not event.prior_choice.taken:
        row.fault("lane", "not_taken", "says how somebody wants to be checked; this event takes no such choice")
    if consent and lane is not Lane.FACE:
        row.fault("face_consent", "consent_without_lane", "holds a consent to a face check that was not chosen")
    if lane is Lane.FACE:
        return consent, True
    return (Lane.STAFF.value if lane is Lane.STAFF else ""), False


def _kind(row: _Row, event: EventConfig) -> DocumentKind | None:
    cell = row.one_of("document_kind", KINDS) or row.cell("document_kind")
    kind = KINDS.get(cell) or KINDS.get(plain(cell))
    if cell and kind is None:
        row.fault("document_kind", "unknown_kind", "is no kind of document we know")
    elif kind is not None and kind not in event.allowed.documents:
        row.fault("document_kind", "kind_not_allowed", "is a kind of document this event does not take")
        return None
    return kind


def _state(row: _Row, kind: DocumentKind | None) -> str:
    chinese = kind in _CHINESE_KINDS
    cell = unicodedata.normalize("NFKC", row.cell("issuing_state", may_be_empty=chinese or kind is None)).upper()
    state = _MRZ_STATES.get(cell, cell)
    if chinese:
        if state not in _CHINA:
            row.fault("issuing_state", "wrong_state", "must be CHN for this kind of document")
        return "CHN"
    if state and not _STATE.fullmatch(state):
        row.fault("issuing_state", "wrong_state", "must be three letters, for example CHN")
    return state


def _number(row: _Row, kind: DocumentKind | None) -> str:
    cell = row.cell("document_number")
    if not cell or kind is None:
        return ""
    number = normalise_number(kind, cell)
    if kind is DocumentKind.PASSPORT and len(number) == MRZ_NUMBER_CHARACTERS + 1 and number[-1].isdigit():
        number, check_digit = number[:-1], number[-1]  # as the machine readable zone has it
        if is_valid_number(kind, number) and mrz_check_digit(number) != check_digit:
            row.fault("document_number", "bad_check_digit", "has a wrong check digit")
    if not is_valid_number(kind, number):
        row.fault("document_number", *_why_not(kind, number))
    return number


def _why_not(kind: DocumentKind, number: str) -> tuple[str, str]:
    if kind not in _CHINESE_KINDS:
        return "bad_number", "must be letters and digits only"
    if re.fullmatch(r"[0-9.]+E\+?[0-9]+", number):
        return "spreadsheet_number", "was turned into a rounded number by a spreadsheet; format the column as text"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "bad_number", "must have 18 digits (the last may be X)"
    if check_character(number[:17]) != number[17]:
        return "bad_check_digit", "has a wrong check digit"
    assert birth_digits(number)
    return "bad_birth_date", "holds a date that does not exist"


def _code(row: _Row, event: EventConfig) -> str:
    code = normalise_code(row.cell("ticket"))
    if code and event.ticket_code.needed and not event.ticket_code.fits(code):
        row.fault("ticket", "bad_code", "does not look like a ticket code of this event")
    return code


def _known(row: _Row, column: str, known: list[str]) -> str:
    value = row.one_of(column, known) or row.cell(column)
    if value and value not in known:
        row.fault(column, f"unknown_{column}", "is not in the event file")
    return value
