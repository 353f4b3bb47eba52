"""What a file's bytes give away: a store, a key, an ID number, or one of the given needles. Streams; any size."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from drivers.port import DocumentKind
from drivers.sdt.id_number import is_valid_number, normalise_number

CHUNK_BYTES = 1 << 20
_SQLITE = b"SQLite format 3\0"
_WAL_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_KEY = b"VKKEY1"
_ASCII_NUMBER = re.compile(rb"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_UTF16_NUMBER = re.compile(rb"(?:[0-9]\0){17}[0-9Xx]\0")
_NUMBER_BYTES = 36
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
    """Stable codes of what is in ``path``, and its size in bytes. Raises OSError."""
    marks: set[str] = set()
    size, kept = 0, b""
    overlap = max(needles.longest, _NUMBER_BYTES + 2)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            if size == 0:
                marks |= _marks_at_start(chunk)
            size += len(chunk)
            window = kept + chunk
            marks |= _marks_anywhere(window, needles)
            kept = window[-overlap:]
    return marks, size


def _marks_at_start(data: bytes) -> set[str]:
    marks = set()
    if data.startswith((_SQLITE, *_WAL_MAGICS)):
        marks.add("ticket_store")
    if data.startswith(_KEY):
        marks.add("key")
    return marks


def _marks_anywhere(data: bytes, needles: Needles) -> set[str]:
    marks = {"needle"} if any(part in data for part in needles.parts) else set()
    numbers = [found.decode("ascii") for found in _ASCII_NUMBER.findall(data)]
    numbers += [found.decode("utf-16-le") for found in _UTF16_NUMBER.findall(data)]
    kind = DocumentKind.RESIDENT
    if any(is_valid_number(kind, normalise_number(kind, number)) for number in numbers):
        marks.add("id_number")
    return marks
