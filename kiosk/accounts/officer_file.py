"""Officers from a CSV file: columns ``id``, ``name`` and, where wanted, ``role``. One clear sentence per bad row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.accounts.account import OFFICERS
from kiosk.accounts.book import ACCOUNT_ID, NewAccount
from kiosk.domain.access import Role
from kiosk.roster.text_file import Form, detect, opened

MAX_OFFICERS = 2000
MAX_NAME = 60
_COLUMNS = {"id": "id", "编号": "id", "工号": "id", "name": "name", "姓名": "name", "role": "role", "岗位": "role"}
_ROLES = {"": Role.ATTENDANT, "attendant": Role.ATTENDANT, "检票员": Role.ATTENDANT}
_ROLES |= {"supervisor": Role.SUPERVISOR, "主管": Role.SUPERVISOR}
_DELIMITERS = (",", ";", "\t", "，")


@dataclass(frozen=True)
class RowFault:
    """``row``: the line as a spreadsheet counts them, 1 is the header."""

    row: int
    sentence: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.sentence}"


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
            found.faults.append(RowFault(1, f"needs one column {' and one column '.join(missing)}"))
            return found
        for number, cells in enumerate(rows, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            found.rows += 1
            values = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
            sentences = list(_faults(values, seen, taken, found.rows))
            if sentences:
                found.faults += [RowFault(number, sentence) for sentence in sentences]
                continue
            seen[values["id"]] = number
            roles = frozenset({_ROLES[values.get("role", "").lower()]})
            found.good.append(NewAccount(values["id"], values["name"], roles, event=event, expires_at=expires_at))
    return found


def _faults(values: dict[str, str], seen: dict[str, int], taken: frozenset[str], rows: int) -> Iterator[str]:
    """What is wrong with one row; the values themselves are not repeated."""
    account_id, name = values.get("id", ""), values.get("name", "")
    if not ACCOUNT_ID.fullmatch(account_id):
        yield "the id must be a small letter and then 1 to 31 small letters, digits or -, for example o-017"
    elif account_id in seen:
        yield f"the id is that of row {seen[account_id]}"
    elif account_id in taken:
        yield "the id is in use; ids are never given twice"
    if not name:
        yield "the name is missing"
    elif len(name) > MAX_NAME or not name.isprintable():
        yield f"the name must have at most {MAX_NAME} characters, on one line"
    if values.get("role", "").lower() not in _ROLES:
        yield f"the role must be {' or '.join(sorted(role.value for role in OFFICERS))}"
    if rows > MAX_OFFICERS:
        yield f"there are more than {MAX_OFFICERS} officers"


def _form(path: Path) -> Form:
    """A roster's encoding; the delimiter under which most of our columns are seen."""
    encoding = detect(path).encoding
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline(1000).strip().lower()
    return Form(encoding, max(_DELIMITERS, key=lambda mark: sum(cell in _COLUMNS for cell in header.split(mark))))
