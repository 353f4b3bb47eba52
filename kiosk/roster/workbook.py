"""An Excel workbook (XLSX) as rows of text cells: one sheet, streamed and bounded; what is computed is not taken."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.roster.columns import recognised
from kiosk.roster.faults import RosterUnreadable
from kiosk.roster.zip_guard import require_harmless

MAX_SHEETS = 50


@contextmanager
def opened_workbook(path: Path, sheet: str = "") -> Iterator[tuple[str, Iterator[list[str]]]]:
    """The name of the sheet that is read and its rows, header first.

    ``sheet``: which one; without it, the one whose first row names most columns of a roster, of several the first.
    Raises RosterUnreadable, also while rows are taken; OSError.
    """
    require_harmless(path)
    from kiosk.roster.sheet_rows import read_book  # openpyxl: a fifth of a second that only spreadsheets need

    with path.open("rb") as file, warnings.catch_warnings(action="ignore"):  # of styles and extensions
        book = _guarded(lambda: read_book(file))
        try:
            chosen = _chosen(book, sheet)
            yield chosen.title, _rows(chosen)
        finally:
            book.close()


def _chosen(book: Any, name: str) -> Any:
    sheets = [each for each in _guarded(lambda: book.worksheets) if each.sheet_state == "visible"][:MAX_SHEETS]
    if name:
        sheets = [each for each in sheets if each.title == name]
    if not sheets:
        raise RosterUnreadable.because("sheet", "has no such sheet" if name else "has no sheet that is shown")
    return max(sheets, key=lambda each: recognised(next(_rows(each), [])))


def _rows(sheet: Any) -> Iterator[list[str]]:
    from kiosk.roster.sheet_rows import Workings, sheet_rows

    book = sheet.parent
    workings = _guarded(lambda: Workings(sheet._shared_strings, frozenset(book._date_formats), book.epoch))
    with _guarded(sheet._get_source) as source:
        rows = sheet_rows(source, workings)
        while (row := _guarded(lambda: next(rows, None))) is not None:
            yield row


def _guarded(call: Callable[[], Any]) -> Any:
    """A damaged file is told by whatever its parsers raise."""
    try:
        return call()
    except (RosterUnreadable, OSError):
        raise
    except Exception:
        raise RosterUnreadable.because("spreadsheet", "is a damaged spreadsheet file; save it again") from None
