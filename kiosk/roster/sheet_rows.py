"""The words and the rows of a workbook, read from its XML as it streams by: no object is made of any cell or word.

openpyxl opens the workbook: it knows the sheets and which styles show a date. ECMA-376 part 1, sections 18.3.1 and 18.4
have the elements. Only their text is kept, and that only where a roster can have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from xml.parsers import expat

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

_CHUNK_BYTES = 1 << 16
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_ROW, _CELL, _FORMULA, _VALUE = (f"{_SPACE}{name}" for name in ("row", "c", "f", "v"))
_WORD, _TEXT, _SPOKEN = (f"{_SPACE}{name}" for name in ("si", "t", "rPh"))
_KEPT, _OTHERS = frozenset({_VALUE, _TEXT}), frozenset({_ROW, _FORMULA, _SPOKEN})
_NAMES = {name: name for name in (_ROW, _CELL, _FORMULA, _VALUE, _WORD, _TEXT, _SPOKEN)}
"""So that a name the parser gives is one of these very objects, which are compared at once."""
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


class _Streamed:
    """An XML part that calls ``started`` and ``ended`` by element. ``text``: pieces of it, for these to take or drop.

    Ended elements leave nothing behind, so that a large part needs no more memory than a small one.
    """

    def __init__(self) -> None:
        self.text: list[str] = []
        self._expat = expat.ParserCreate(None, " ", dict(_NAMES))
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self.started
        self._expat.EndElementHandler = self.ended
        self._expat.CharacterDataHandler = self.text.append
        self._expat.StartDoctypeDeclHandler = self._refused

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        raise NotImplementedError

    def ended(self, name: str) -> None:
        raise NotImplementedError

    def read(self, source: IO[bytes]) -> Iterator[None]:
        """Stops after every chunk, so that what was found so far can be taken. Raises whatever damaged XML raises."""
        while chunk := source.read(_CHUNK_BYTES):
            self._expat.Parse(chunk, False)
            yield
        self._expat.Parse(b"", True)
        yield

    def _refused(self, *declared: object) -> None:
        raise ValueError("a part that declares entities")


class _WordTable(_Streamed):
    """Plain text or runs of it; how it is pronounced is not part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._word: list[str] = []
        self._spoken = False

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == _TEXT:
            self.text.clear()
        elif name == _WORD:
            self._word.clear()
        elif name == _SPOKEN:
            self._spoken = True

    def ended(self, name: str) -> None:
        if name == _TEXT:
            if not self._spoken:
                self._word += self.text
        elif name == _WORD:
            self.words.append("".join(self._word))
        elif name == _SPOKEN:
            self._spoken = False


def _words(source: IO[bytes]) -> list[str]:
    table = _WordTable()
    for _ in table.read(source):
        pass
    return table.words


def sheet_rows(source: IO[bytes], workings: Workings) -> Iterator[list[str]]:
    """Every row up to the last, also empty ones, each as long as its last cell.

    Raises RosterUnreadable for what is no sheet's size, and whatever damaged XML raises.
    """
    sheet = _SheetRows(workings)
    before = 0
    for _ in sheet.read(source):
        for number, cells in sheet.found:
            for _ in range(number - before - 1):
                yield []
            yield cells
            before = number
        sheet.found.clear()


class _SheetRows(_Streamed):
    """``found``: numbers and cells of the rows that are complete."""

    def __init__(self, workings: Workings) -> None:
        super().__init__()
        self.found: list[tuple[int, list[str]]] = []
        self._workings = workings
        self._columns: dict[str, int] = {}
        self._number, self._cells = 0, list[str]()
        self._in_row = self._in_cell = self._spoken = self._formula = False
        self._attributes: Mapping[str, str] = {}
        self._value = self._inline = ""

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _KEPT:
            self.text.clear()
        elif name == _CELL:
            if self._in_row and not self._in_cell:
                self._in_cell, self._attributes = True, attributes
                self._value = self._inline = ""
        elif name in _OTHERS:
            self._other_started(name, attributes)

    def _other_started(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == _ROW:
            self._begin_row(attributes)
        elif name == _FORMULA:
            self._formula = self._in_cell
        else:
            self._spoken = True

    def ended(self, name: str) -> None:
        if name in _KEPT:
            if name == _VALUE:
                self._value = "".join(self.text)
            elif not self._spoken:
                self._inline += "".join(self.text)
        elif name == _CELL:
            if self._in_cell:
                self._end_cell()
        elif name == _ROW:
            self._in_row = False
            self.found.append((self._number, self._cells))
        elif name == _SPOKEN:
            self._spoken = False

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        at = int(attributes.get("r", self._number + 1))
        if at <= self._number or self._in_row:
            raise ValueError("rows go back")
        if at > MAX_SHEET_ROWS:
            raise RosterUnreadable.because("too_many_rows", "has more rows than a spreadsheet can have")
        self._in_row, self._number, self._cells = True, at, []

    def _end_cell(self) -> None:
        cells = self._cells
        place = _place(self._attributes.get("r"), self._columns, len(cells))
        if place >= MAX_SHEET_COLUMNS:
            sentence = f"has more than {MAX_SHEET_COLUMNS} columns"
            raise RosterUnreadable.because("too_many_columns", sentence, self._number)
        while place > len(cells):
            cells.append("")
        cells.append(OddCell("formula") if self._formula else self._text())
        self._in_cell = self._formula = False

    def _text(self) -> str:
        value, attributes = self._value, self._attributes
        match attributes.get("t", "n"):
            case "s":
                return self._workings.words[int(value)]
            case "inlineStr":
                return self._inline
            case "e":
                return OddCell("spreadsheet_error", value)
            case "n" if value:
                return _number(value, int(attributes.get("s", "0")), self._workings)
        return value


def _place(reference: str | None, columns: dict[str, int], after: int) -> int:
    """Counted from 0; without a reference a cell follows the one before. Raises ValueError."""
    if reference is None:
        return after
    letters = reference.rstrip("0123456789")
    place = columns.get(letters)
    if place is None:
        if _REFERENCE.fullmatch(reference) is None:
            raise ValueError("no reference of a cell")
        place = 0
        for letter in letters:
            place = 26 * place + ord(letter) - 64
        place = columns[letters] = place - 1
    if place < after:
        raise ValueError("cells go back")
    return place


def _number(written: str, style: int, workings: Workings) -> str:
    value = float(written)
    if style in workings.dates:
        return OddCell("spreadsheet_date", from_excel(value, workings.epoch).isoformat())
    if not abs(value) < MAX_WHOLE_NUMBER:
        return OddCell("spreadsheet_number")
    return str(int(value)) if value == int(value) else repr(value)
