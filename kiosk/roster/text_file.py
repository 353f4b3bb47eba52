"""A roster file as rows of cells: encoding and delimiter found out, everything else streamed and bounded."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.roster.columns import recognised
from kiosk.roster.faults import RosterUnreadable

MAX_FILE_BYTES = 200_000_000
MAX_LINE_CHARACTERS = 20_000
_CHUNK_BYTES = 1 << 20
_MISREAD = re.compile(r"[a-z][\u4e00-\u9fff\ue000-\uf8ff][a-z]|[A-Z][\u4e00-\u9fff\ue000-\uf8ff][a-z]{2}")
"""What GB18030 makes of François and Müller in Latin-1: it reads nearly every file, so that alone proves nothing."""
_DELIMITERS = (",", ";", "\t", "，", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Form:
    """How a file is written."""

    encoding: str
    delimiter: str


def detect(path: Path) -> Form:
    """Read ``path`` once and find its form. Raises RosterUnreadable when it is no text we know."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first_line = file.readline(MAX_LINE_CHARACTERS)
    return Form(encoding, max(_DELIMITERS, key=lambda mark: recognised(first_line.strip().split(mark))))


@contextmanager
def opened(path: Path, form: Form) -> Iterator[Iterator[list[str]]]:
    """The rows of ``path``, header first, empty lines left out. Iterating raises RosterUnreadable."""
    with path.open(encoding=form.encoding, newline="") as file:
        yield _rows(file, form.delimiter)


def _rows(file: io.TextIOBase, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(_bounded(file), delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            yield row
    except csv.Error:
        raise RosterUnreadable.because(
            "broken_quotes", "a quotation mark is opened and not closed, or stands inside a cell", number + 1
        ) from None


def _bounded(file: io.TextIOBase) -> Iterator[str]:
    while line := file.readline(MAX_LINE_CHARACTERS):
        if len(line) >= MAX_LINE_CHARACTERS:
            raise RosterUnreadable.because("line_too_long", "a line is far too long to be a roster's")
        yield line


def _encoding(path: Path) -> str:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise RosterUnreadable.because("unreadable", f"cannot be read ({error.strerror})") from None
    if size == 0:
        raise RosterUnreadable.because("empty", "is empty")
    if size > MAX_FILE_BYTES:
        raise RosterUnreadable.because("too_large", "is too large to be a roster")
    marked = [encoding for mark, encoding in _MARKS if start.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        if _decodes(path, encoding):
            return encoding
    raise RosterUnreadable.because("encoding", "is neither UTF-8 nor GB18030 text; save it as CSV UTF-8 and try again")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK_BYTES):
                if _MISREAD.search(decoder.decode(chunk)) and encoding == "gb18030":
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
