"""Spreadsheets for tests, made in memory: whole ones, and damaged ones by changing their parts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from tests.helpers.roster import HEADER


def workbook(
    rows: Iterable[Sequence[Any]], header: Sequence[Any] = HEADER, sheets: Mapping[str, Iterable[Sequence[Any]]] = {}
) -> bytes:
    """An XLSX file: ``header`` and ``rows`` on the sheet "Roster", then the other ``sheets``."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Roster"
    for each in (header, *rows):
        sheet.append(list(each))
    for name, content in sheets.items():
        other = book.create_sheet(name)
        for each in content:
            other.append(list(each))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def shared(data: bytes) -> bytes:
    """The same workbook as spreadsheet programs write it: words in a table of their own, cells naming their place."""
    words: list[bytes] = []

    def place(found: re.Match[bytes]) -> bytes:
        words.append(found.group(2))
        return b'%s t="s"><v>%d</v></c>' % (found.group(1), len(words) - 1)

    parts = parts_of(data)
    for name in [name for name in parts if name.startswith("xl/worksheets/")]:
        parts[name] = re.sub(rb'(<c r="[A-Z0-9]+") t="inlineStr"><is><t>(.*?)</t></is></c>', place, parts[name])
    table = b"".join(b"<si><t>%s</t></si>" % word for word in words)
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (space, table)
    types = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % types
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override)
    return packed(parts.items())


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist()}


def packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Parts, also two of one name, as a ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part changed, or added where there was none."""
    parts = parts_of(data)
    parts[name] = change(parts.get(name, b""))
    return packed(parts.items())


def without_part(data: bytes, name: str) -> bytes:
    return packed((each, content) for each, content in parts_of(data).items() if each != name)
