"""What a file's bytes give away: a store, a key, a roster, an ID number, or one of the given needles. Any size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.port import DocumentKind
from drivers.sdt.id_number import is_valid_number, normalise_number
from kiosk.closing.sqlite_pages import SQLITE_MAGIC, WAL_MAGICS, pages
from kiosk.roster.columns import recognised

CHUNK_BYTES = 1 << 20
KEY_MAGIC = b"VKKEY"
_STORE_WORDS = (b"a_ticket_admits_once", b"details_sealed", b"one_lease_per_ticket")
"""Names in the schema of the ticket store; no other file of ours holds them."""
_ARCHIVES = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\xfd7zXZ\0",
    b"7z\xbc\xaf\x27\x1c",
    b"BZh",
    b"\x28\xb5\x2f\xfd",
    b"Rar!\x1a\x07",
)
_ROSTER_COLUMNS = 4
"""Names of a roster's columns in one line that no other file has side by side."""
_ASCII_NUMBER = re.compile(rb"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_UTF16_NUMBER = re.compile(rb"(?:[0-9]\0){17}[0-9Xx]\0")
_NUMBER_BYTES = 36
_KEY_HEAD = re.compile(re.escape(KEY_MAGIC) + rb"[\x01-\x0f][\x00-\x0f]([\x01-\x40])", re.DOTALL)
"""How every key file begins, of any version: magic, version, protection, length of its event's id."""
_LONGEST_HEAD_BYTES = len(KEY_MAGIC) + 3 + 64
_TAR_MAGIC_AT, _TAR_MAGIC = 257, b"ustar"
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


@dataclass(frozen=True)
class Needles:
    """Byte strings to look for, each in every encoding its text can be stored in."""

    parts: frozenset[bytes]

    @classmethod
    def of(cls, needles: Iterable[str | bytes]) -> Needles:
        """Text in every encoding, bytes as they are; empty ones are left out."""
        parts: set[bytes] = set()
        for needle in needles:
            if isinstance(needle, bytes):
                parts.add(needle)
            else:
                parts.update(needle.encode(encoding, "ignore") for encoding in _ENCODINGS)
        return cls(frozenset(part for part in parts if part))

    @property
    def longest(self) -> int:
        return max(map(len, self.parts), default=0)


def marks_in(path: Path, needles: Needles) -> tuple[set[str], int]:
    """Stable codes of what is in ``path``, and its size in bytes. Raises OSError.

    Everything is looked through as it lies; a database or WAL also page by page, free pages included.
    """
    marks: set[str] = set()
    size = 0
    with path.open("rb") as file:
        start = file.read(CHUNK_BYTES)
        marks |= _marks_at_start(start)
        file.seek(0)
        for chunk in _overlapping(iter(lambda: file.read(CHUNK_BYTES), b""), needles):
            marks |= _marks_anywhere(chunk, needles)
        size = file.tell()
        if start.startswith((SQLITE_MAGIC, *WAL_MAGICS)):
            for chunk in _overlapping(pages(file), needles):
                marks |= _marks_anywhere(chunk, needles)
    return marks, size


def keys_in(path: Path) -> tuple[set[str], bool]:
    """Ids of the events whose key lies anywhere in ``path``, and whether it is an archive. Raises OSError."""
    events: set[str] = set()
    with path.open("rb") as file:
        start = file.read(CHUNK_BYTES)
        file.seek(0)
        for chunk in _overlapping(iter(lambda: file.read(CHUNK_BYTES), b""), Needles.of(())):
            for head in _KEY_HEAD.finditer(chunk):
                events.add(chunk[head.end() : head.end() + head[1][0]].decode("utf-8", "replace"))
    return events, "archive" in _marks_at_start(start)


def _overlapping(pieces: Iterator[bytes], needles: Needles) -> Iterator[bytes]:
    """Larger pieces that begin with the end of the one before, so that nothing is missed between two."""
    overlap = max(needles.longest, _NUMBER_BYTES + 2, _LONGEST_HEAD_BYTES)
    held = b""
    fresh = False  # whether something in it was not looked at yet
    for piece in pieces:
        held += piece
        fresh = True
        if len(held) >= CHUNK_BYTES + overlap:
            yield held
            held, fresh = held[-overlap:], False
    if fresh:
        yield held


def _marks_at_start(data: bytes) -> set[str]:
    marks = set()
    if data.startswith((SQLITE_MAGIC, *WAL_MAGICS)):
        marks.add("database")  # whose it is, its name and its words say
    if data.startswith(KEY_MAGIC):
        marks.add("key")
    if data.startswith(_ARCHIVES) or data.startswith(_TAR_MAGIC, _TAR_MAGIC_AT):
        marks.add("archive")
    if _is_roster(data[: data.find(b"\n") + 1 or 1000]):
        marks.add("roster")
    return marks


def _is_roster(first_line: bytes) -> bool:
    """Whether it is the header of a roster, in any of the encodings and with any of the delimiters one may have."""
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            line = first_line[:1000].decode(encoding)
        except UnicodeDecodeError:
            continue
        cells = re.split(r"[,;\t|]", line.strip())
        if recognised([cell.strip('" ') for cell in cells]) >= _ROSTER_COLUMNS:
            return True
    return False


def _marks_anywhere(data: bytes, needles: Needles) -> set[str]:
    marks = {"needle"} if any(part in data for part in needles.parts) else set()
    if any(word in data for word in _STORE_WORDS):
        marks.add("ticket_store")
    if _KEY_HEAD.search(data):
        marks.add("key")
    numbers = [found.decode("ascii") for found in _ASCII_NUMBER.findall(data)]
    numbers += [found.decode("utf-16-le") for found in _UTF16_NUMBER.findall(data)]
    kind = DocumentKind.RESIDENT
    if any(is_valid_number(kind, normalise_number(kind, number)) for number in numbers):
        marks.add("id_number")
    return marks
