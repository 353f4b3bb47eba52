"""The words and the rows of a workbook, read from its XML as text: openpyxl makes an object of every cell and word.

openpyxl opens the workbook: it knows the sheets and which styles show a date. ECMA-376 part 1, sections 18.3.1 and 18.4
have the elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS

from kiosk.roster.cells import OddCell
from kiosk.roster.faults import RosterUnreadable

MAX_SHEET_ROWS = 1_048_576
MAX_SHEET_COLUMNS = 400
MAX_WHOLE_NUMBER = 10**15
"""From here on a spreadsheet has rounded what was typed."""

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _CELL, _FORMULA, _VALUE = (f"{_SPACE}{name}" for name in ("row", "c", "f", "v"))
_WORD, _INLINE, _TEXT, _RUN = (f"{_SPACE}{name}" for name in ("si", "is", "t", "r"))
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


@dataclass(frozen=True)
class Workings:
    """What cells refer to. ``dates``: numbers of the styles that show a date; ``epoch``: what day 0 is."""

    words: Sequence[str]
    dates: frozenset[int]
    epoch: datetime


class _Reader(ExcelReader):  # type: ignore[misc]  # openpyxl has no types
    """As openpyxl's, with the table of words read in a fifth of its time."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = _words(source)

    def read_worksheets(self) -> None:
        for sheet, relation in self.parser.find_sheets():
            if relation.target not in self.valid_files:
                continue
            if "chartsheet" in relation.Type:
                self.read_chartsheet(sheet, relation)
                continue
            found = _Sheet(self.wb, sheet.name, relation.target, self.shared_strings)
            found.sheet_state = sheet.state
            self.wb._sheets.append(found)


class _Sheet(ReadOnlyWorksheet):  # type: ignore[misc]  # openpyxl has no types
    """Its size is not looked for: where a file does not state it, as exports do, openpyxl reads all rows for that."""

    def _get_size(self) -> None:
        return


def read_book(file: IO[bytes]) -> Any:
    """The workbook in ``file``, no cell of it read yet. Raises whatever a damaged one raises."""
    reader = _Reader(file, read_only=True, keep_links=False)
    reader.read()
    return reader.wb


def _words(source: IO[bytes]) -> list[str]:
    words: list[str] = []
    for _, element in iterparse(source):  # noqa: S314 - parts that declare entities were refused before
        if element.tag == _WORD:
            words.append(_written(element))
            element.clear()
    return words


def sheet_rows(source: IO[bytes], workings: Workings) -> Iterator[list[str]]:
    """Every row up to the last, also empty ones, each as long as its last cell.

    Raises RosterUnreadable for what is no sheet's size, and whatever damaged XML raises.
    """
    number = 0
    columns: dict[str, int] = {}
    for _, element in iterparse(source):  # noqa: S314 - parts that declare entities were refused before
        if element.tag != _ROW:
            continue
        at = int(element.get("r", number + 1))
        if at <= number:
            raise ValueError("rows go back")
        if at > MAX_SHEET_ROWS:
            raise RosterUnreadable.because("too_many_rows", "has more rows than a spreadsheet can have")
        for _ in range(at - number - 1):
            yield []
        number = at
        yield _cells(element, workings, columns, number)
        element.clear()


def _cells(row: Element, workings: Workings, columns: dict[str, int], number: int) -> list[str]:
    cells: list[str] = []
    for cell in row.iterfind(_CELL):
        place = _place(cell.get("r"), columns, len(cells))
        if place >= MAX_SHEET_COLUMNS:
            raise RosterUnreadable.because("too_many_columns", f"has more than {MAX_SHEET_COLUMNS} columns", number)
        if place > len(cells):
            cells += [""] * (place - len(cells))
        cells[place:] = [_text(cell, workings)]
    return cells


def _place(reference: str | None, columns: dict[str, int], after: int) -> int:
    """Counted from 0; without a reference a cell follows the one before. Raises ValueError."""
    if reference is None:
        return after
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError("no reference of a cell")
    letters = found.group(1)
    place = columns.get(letters)
    if place is None:
        place = 0
        for letter in letters:
            place = 26 * place + ord(letter) - 64
        place = columns[letters] = place - 1
    if place < after:
        raise ValueError("cells go back")
    return place


def _text(cell: Element, workings: Workings) -> str:
    if cell.find(_FORMULA) is not None:
        return OddCell("formula")
    kind, value = cell.get("t", "n"), cell.findtext(_VALUE, "")
    match kind:
        case "s":
            return workings.words[int(value)]
        case "inlineStr":
            inside = cell.find(_INLINE)
            return "" if inside is None else _written(inside)
        case "e":
            return OddCell("spreadsheet_error", value)
        case "n" if value:
            return _number(value, int(cell.get("s", "0")), workings)
    return value


def _written(inside: Element) -> str:
    """Plain text or runs of it; how it is pronounced is not part of it."""
    text = inside.findtext(_TEXT)
    return text if text is not None else "".join(run.findtext(_TEXT, "") for run in inside.iterfind(_RUN))


def _number(written: str, style: int, workings: Workings) -> str:
    value = float(written)
    if style in workings.dates:
        return OddCell("spreadsheet_date", from_excel(value, workings.epoch).isoformat())
    if not abs(value) < MAX_WHOLE_NUMBER:
        return OddCell("spreadsheet_number")
    return str(int(value)) if value == int(value) else repr(value)
