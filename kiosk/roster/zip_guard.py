"""Whether a packed spreadsheet may be unpacked: looked at before any parser sees it.

``zipfile`` never unpacks more of a part than the archive says it holds, so the sizes it states bound what can come.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from kiosk.roster.faults import RosterUnreadable

MAX_PARTS = 500
MAX_UNPACKED_BYTES = 400_000_000
MAX_WORDS_BYTES = 80_000_000
"""Of the table of words, which is held in memory: three of them in each of 300,000 rows take about half."""
MAX_RATIO = 150
"""Unpacked to packed, of parts over RATIO_FROM_BYTES. Spreadsheets reach about 30; a bomb has up to 1032."""
RATIO_FROM_BYTES = 2_000_000
_HEAD_BYTES = 4096
_WORKBOOK, _WORDS = "xl/workbook.xml", "xl/sharedStrings.xml"
_BOMB = "unpacks into far more than a roster has"


def require_harmless(path: Path) -> None:
    """Return if the spreadsheet at ``path`` may be read. Raises RosterUnreadable, OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            _require_sizes(archive.infolist())
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    _require_plain(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, ValueError):
        raise RosterUnreadable.because("spreadsheet", "is a damaged spreadsheet file; save it again") from None


def _require_sizes(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS:
        raise RosterUnreadable.because("zip_bomb", "has far more parts than a spreadsheet")
    if len(names) != len(parts):
        raise RosterUnreadable.because("spreadsheet", "holds the same part twice; save it again")
    if any(part.flag_bits & 0x1 for part in parts):
        raise RosterUnreadable.because("locked", "is protected by a password; save it without one")
    if _WORKBOOK not in names:
        raise RosterUnreadable.because("spreadsheet", "is not an Excel workbook; save it as XLSX or as CSV UTF-8")
    too_dense = any(
        part.file_size > RATIO_FROM_BYTES and part.file_size > MAX_RATIO * max(1, part.compress_size) for part in parts
    )
    words = sum(part.file_size for part in parts if part.filename == _WORDS)
    if too_dense or words > MAX_WORDS_BYTES or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise RosterUnreadable.because("zip_bomb", _BOMB)


def _require_plain(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No part of a spreadsheet declares entities, from which a few bytes can grow into gigabytes."""
    with archive.open(part) as file:
        head = file.read(_HEAD_BYTES)
    if b"\0" in head or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise RosterUnreadable.because("spreadsheet", "is not written as spreadsheets are; save it as CSV UTF-8")
