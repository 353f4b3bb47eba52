"""Officers from a CSV file: columns ``id``, ``name`` and, where wanted, ``role``. One clear sentence per bad row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.accounts.book import ACCOUNT_ID, NewAccount
from kiosk.domain.access import Role
from kiosk.roster.faults import RosterUnreadable
from kiosk.roster.table_file import is_text
from kiosk.roster.text_file import Form, detect, opened
from kiosk.text import Texts

MAX_OFFICERS = 2000
MAX_NAME = 60
_COLUMNS = {"id": "id", "编号": "id", "工号": "id", "name": "name", "姓名": "name", "role": "role", "岗位": "role"}
_ROLES = {"": Role.ATTENDANT, "attendant": Role.ATTENDANT, "检票员": Role.ATTENDANT}
_ROLES |= {"supervisor": Role.SUPERVISOR, "主管": Role.SUPERVISOR}
_DELIMITERS = (",", ";", "\t", "，")


@dataclass(frozen=True)
class RowFault:
    """``row``: the line as a spreadsheet counts them, 1 is the header. ``code``: a key below ``officers`` in the
    translations; ``about``: what its sentence names, never a cell's content.
    """

    row: int
    code: str
    about: str = ""

    def words(self, texts: Texts) -> str:
        return texts(f"officers.{self.code}", about=self.about)

    def __str__(self) -> str:
        return f"row {self.row}: {self.words(Texts('en'))}"


@dataclass
class OfficerFile:
    """What a file holds: the good rows, and what is wrong with the others."""

    good: list[NewAccount] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    rows: int = 0


def read_officers(path: Path, event: str, expires_at: float, taken: frozenset[str] = frozenset()) -> OfficerFile:
    """The officers in ``path`` for ``event``. ``taken``: ids that are in use. Raises RosterUnreadable."""
    found = OfficerFile()
    seen: dict[str, int] = {}
    form = _form(path)
    with opened(path, form) as rows:
        columns = [_COLUMNS.get(cell.strip().lower(), "") for cell in next(rows, [])]
        missing = [name for name in ("id", "name") if columns.count(name) != 1]
        if missing:
            found.faults += [RowFault(1, "no_column", name) for name in missing]
            return found
        for number, cells in enumerate(rows, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            found.rows += 1
            values = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
            faults = [RowFault(number, code, about) for code, about in _faults(values, seen, taken, found.rows)]
            if faults:
                found.faults += faults
                continue
            seen[values["id"]] = number
            roles = frozenset({_ROLES[values.get("role", "").lower()]})
            found.good.append(NewAccount(values["id"], values["name"], roles, event=event, expires_at=expires_at))
    return found


def _faults(
    values: dict[str, str], seen: dict[str, int], taken: frozenset[str], rows: int
) -> Iterator[tuple[str, str]]:
    """What is wrong with one row, as code and what it is about; the values themselves are not repeated."""
    account_id, name = values.get("id", ""), values.get("name", "")
    if not ACCOUNT_ID.fullmatch(account_id):
        yield "bad_id", ""
    elif account_id in seen:
        yield "same_id", str(seen[account_id])
    elif account_id in taken:
        yield "taken_id", ""
    if not name:
        yield "no_name", ""
    elif len(name) > MAX_NAME or not name.isprintable():
        yield "bad_name", str(MAX_NAME)
    if values.get("role", "").lower() not in _ROLES:
        yield "bad_role", ""
    if rows > MAX_OFFICERS:
        yield "too_many", str(MAX_OFFICERS)


def _form(path: Path) -> Form:
    """A roster's encoding; the delimiter under which most of our columns are seen. Raises RosterUnreadable."""
    if path.is_file() and not is_text(path):
        raise RosterUnreadable.because("spreadsheet", "is a spreadsheet file; save it as CSV UTF-8")
    encoding = detect(path).encoding
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline(1000).strip().lower()
    return Form(encoding, max(_DELIMITERS, key=lambda mark: sum(cell in _COLUMNS for cell in header.split(mark))))
