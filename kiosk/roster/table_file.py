"""A roster file, whatever it is, as rows of cells: told apart by how it begins, never by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.roster.faults import RosterUnreadable
from kiosk.roster.text_file import MAX_FILE_BYTES, detect, opened
from kiosk.roster.workbook import opened_workbook

_WORKBOOK = b"PK\x03\x04"
_NOT_TAKEN = {
    b"\xd0\xcf\x11\xe0": "is a spreadsheet of the old kind, or protected by a password; save it as XLSX without one",
    b"%PDF": "is a PDF; export the list as XLSX or as CSV UTF-8",
    b"Rar!": "is a packed file; unpack it first",
    b"\x1f\x8b": "is a packed file; unpack it first",
    b"7z\xbc\xaf": "is a packed file; unpack it first",
    b"<htm": "is a web page that is named like a spreadsheet; save it as XLSX or as CSV UTF-8",
    b"<tab": "is a web page that is named like a spreadsheet; save it as XLSX or as CSV UTF-8",
    b"<!DO": "is a web page that is named like a spreadsheet; save it as XLSX or as CSV UTF-8",
    b"<?xm": "is an XML file; save it as XLSX or as CSV UTF-8",
}


def is_text(path: Path) -> bool:
    """Whether ``path`` does not begin like a workbook or another file that is no list. Raises OSError."""
    with path.open("rb") as file:
        return file.read(4) not in {_WORKBOOK, *_NOT_TAKEN}


@dataclass(frozen=True)
class Table:
    """``encoding`` and ``delimiter`` of a text file, ``sheet`` of a workbook; "" where it has none."""

    rows: Iterator[list[str]]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@contextmanager
def opened_table(path: Path, sheet: str = "") -> Iterator[Table]:
    """The rows of ``path``, header first. Iterating raises RosterUnreadable; nothing is copied."""
    try:
        start = _start_of(path)
        if start == _WORKBOOK:
            with opened_workbook(path, sheet) as (title, rows):
                yield Table(rows, sheet=title)
            return
        if sheet:
            raise RosterUnreadable.because("sheet", "is no workbook and has no sheets")
        form = detect(path)
        with opened(path, form) as rows:
            yield Table(rows, form.encoding, form.delimiter)
    except OSError as error:
        raise RosterUnreadable.because("unreadable", f"cannot be read ({error.strerror})") from None


def _start_of(path: Path) -> bytes:
    if not path.is_file():
        path.stat()
        raise RosterUnreadable.because("unreadable", "is not a plain file")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise RosterUnreadable.because("too_large", "is too large to be a roster")
    with path.open("rb") as file:
        start = file.read(4)
    for head, sentence in _NOT_TAKEN.items():
        if start[: len(head)].lower() == head.lower():
            raise RosterUnreadable.because("not_a_table", sentence)
    return start
