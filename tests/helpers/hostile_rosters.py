"""Roster files that mean harm or went wrong on the way: each with the code and a piece of the sentence it must get."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tests.helpers.roster import HEADER, csv_text, row
from tests.helpers.workbooks import packed, parts_of, with_part, without_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
WORDS = "xl/sharedStrings.xml"


@dataclass(frozen=True)
class Hostile:
    """``codes``: of the faults that may be reported, at least one; ``says``: a piece of the sentence."""

    name: str
    make: Callable[[], bytes]
    code: str
    says: str


def _csv(**cells: str) -> bytes:
    return csv_text([row(1, **cells)]).encode("utf-8")


def _sheet(xml: str) -> bytes:
    """The good workbook with its first sheet's rows written by hand."""
    whole = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{xml}</sheetData></worksheet>"
    )
    return with_part(workbook([row(1)]), SHEET, lambda _: whole.encode())


def _cell(column: str, cell: object) -> bytes:
    cells: list[object] = list(row(1))
    cells[HEADER.index(column)] = cell
    return workbook([cells])


def _encrypted() -> bytes:
    """Every part marked as encrypted, in local and central headers."""
    data = bytearray(workbook([row(1)]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            flags = struct.unpack_from("<H", data, place + offset)[0]
            struct.pack_into("<H", data, place + offset, flags | 1)
            place = data.find(mark, place + 4)
    return bytes(data)


def _twice() -> bytes:
    parts = list(parts_of(workbook([row(1)])).items())
    with warnings.catch_warnings(action="ignore"):
        return packed([*parts, (SHEET, b"<worksheet/>")])


def _lying_sizes() -> bytes:
    """The central directory says that the sheet is smaller than it is."""
    data = bytearray(workbook([row(person) for person in range(50)]))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        length = struct.unpack_from("<H", data, place + 28)[0]
        if data[place + 46 : place + 46 + length] == SHEET.encode():
            struct.pack_into("<I", data, place + 24, 100)
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def _bomb() -> bytes:
    return with_part(workbook([row(1)]), WORDS, lambda _: b"<sst>" + b" " * 60_000_000 + b"</sst>")


_ENTITIES = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
_GOOD = csv_text([row(1)]).encode("utf-8")

HOSTILE = [
    Hostile("empty", lambda: b"", "empty", "is empty"),
    Hostile("header only", lambda: csv_text([]).encode(), "no_rows", "no rows"),
    Hostile("blank lines", lambda: b"\r\n\r\n,,,\r\n", "header", "does not fit"),
    Hostile("no header", lambda: csv_text([row(2)], row(1)).encode(), "header", "does not fit"),
    Hostile("nul in a cell", lambda: _csv(name="a\0b"), "control_character", "control character"),
    Hostile("nul for a header", lambda: b"\0" * 500, "header", "does not fit"),
    Hostile("bell in a seat", lambda: _csv(seat_area="\x07"), "control_character", "control character"),
    Hostile("formula", lambda: _csv(name="=HYPERLINK(1)"), "formula", "like a formula"),
    Hostile("formula after a sign", lambda: _csv(seat_area="+cmd|' /C calc'!A0"), "formula", "like a formula"),
    Hostile("formula with minus", lambda: _csv(name="-2+3+cmd|'x'!A1"), "formula", "like a formula"),
    Hostile("formula with at", lambda: _csv(ticket="@SUM(A1)"), "formula", "like a formula"),
    Hostile("full width formula", lambda: _csv(name="＝1+1"), "formula", "like a formula"),
    Hostile("writing turned round", lambda: _csv(name="\u202eabc"), "direction_character", "direction"),
    Hostile("ten megabytes in a cell", lambda: _csv(name="x" * 10_000_000), "line_too_long", "far too long"),
    Hostile("long cell", lambda: _csv(name="x" * 5_000), "too_long", "is too long"),
    Hostile("quote never closed", lambda: _GOOD + b'"abc,' * 3, "broken_quotes", "quotation mark"),
    Hostile("half a row", lambda: _GOOD + b"a,b\r\n", "wrong_cell_count", "2 cells"),
    Hostile("doubled heading", lambda: csv_text([[*row(1), "x"]], [*HEADER, "姓名"]).encode(), "header", "twice: name"),
    Hostile("birthday", lambda: csv_text([[*row(1), "1"]], [*HEADER, "birthday"]).encode(), "header", "unknown"),
    Hostile("telephone", lambda: csv_text([[*row(1), "1"]], [*HEADER, "电话"]).encode(), "header", "unknown"),
    Hostile("two encodings", lambda: _GOOD + "张伟".encode("gb18030") + b"\xff", "encoding", "neither UTF-8"),
    Hostile("latin-1", lambda: csv_text([row(1, name="Müller", seat_area="a")]).encode("latin-1"), "encoding", "UTF-8"),
    Hostile("half of UTF-16", lambda: b"\xff\xfe" + _GOOD[: len(_GOOD) // 2 * 2] + b"x", "encoding", "neither UTF-8"),
    Hostile("old spreadsheet", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "not_a_table", "old kind"),
    Hostile("pdf", lambda: b"%PDF-1.7\n", "not_a_table", "is a PDF"),
    Hostile("web page", lambda: b"<html><table><tr><td>", "not_a_table", "web page"),
    Hostile("gzip", lambda: b"\x1f\x8b\x08\x00" + b"\0" * 50, "not_a_table", "packed"),
    Hostile("zip that is none", lambda: b"PK\x03\x04rest", "spreadsheet", "damaged"),
    Hostile("cut-off workbook", lambda: workbook([row(1)])[:-400], "spreadsheet", "damaged"),
    Hostile("text document", lambda: packed([("word/document.xml", b"<d/>")]), "spreadsheet", "not an Excel"),
    Hostile("zip bomb", _bomb, "zip_bomb", "far more than a roster"),
    Hostile("1,000 parts", lambda: packed((f"xl/{n}.bin", b"") for n in range(1000)), "zip_bomb", "parts"),
    Hostile(
        "entities", lambda: with_part(workbook([]), SHEET, lambda _: _ENTITIES.encode()), "spreadsheet", "not written"
    ),
    Hostile(
        "entity outside", lambda: with_part(workbook([]), WORDS, lambda _: _OUTSIDE.encode()), "spreadsheet", "not wr"
    ),
    Hostile(
        "UTF-16 parts",
        lambda: with_part(workbook([]), SHEET, lambda x: x.decode().encode("utf-16")),
        "spreadsheet",
        "not wr",
    ),
    Hostile("password", _encrypted, "locked", "password"),
    Hostile("part twice", _twice, "spreadsheet", "twice"),
    Hostile("lying sizes", _lying_sizes, "spreadsheet", "damaged"),
    Hostile("no sheet", lambda: without_part(workbook([row(1)]), SHEET), "sheet", "no sheet"),
    Hostile("sheet cut off", lambda: with_part(workbook([row(1)]), SHEET, lambda x: x[:200]), "spreadsheet", "damaged"),
    Hostile(
        "sheet of wrong words",
        lambda: _sheet('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
        "spreadsheet",
        "damaged",
    ),
    Hostile(
        "row a billion",
        lambda: _sheet('<row r="999999999"><c r="A999999999"><v>1</v></c></row>'),
        "too_many_rows",
        "more rows",
    ),
    Hostile("column ZZZ", lambda: _sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "too_many_columns", "columns"),
    Hostile("formula in a workbook", lambda: _cell("name", "=1+1"), "formula", "formula"),
    Hostile("error in a workbook", lambda: _cell("name", "#N/A"), "spreadsheet_error", "error of the spreadsheet"),
    Hostile("rounded number", lambda: _cell("document_number", 990001199001010010.0), "spreadsheet_number", "rounded"),
    Hostile("seat made a date", lambda: _cell("seat_area", date(2026, 3, 5)), "spreadsheet_date", "into a date"),
    Hostile("ten megabytes in a workbook", lambda: _cell("name", "测" * 30_000), "too_long", "is too long"),
]
