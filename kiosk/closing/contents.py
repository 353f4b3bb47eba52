"""What a file's bytes give away: a store, a key, a roster, an ID number, or one of the given needles. Any size.

Looked for as they lie, and as they read from other writing (``escapes``) and unpacked (``packed``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from drivers.port import DocumentKind
from drivers.sdt.id_number import is_valid_number, normalise_number
from kiosk.closing.escapes import readings
from kiosk.closing.packed import NotLookedInto, inside
from kiosk.closing.sqlite_pages import SQLITE_MAGIC, WAL_MAGICS, pages
from kiosk.roster.columns import recognised

CHUNK_BYTES = 1 << 20
KEY_MAGIC = b"VKKEY"
_HELD_MAGICS = (b"VKHELD\x01", b"VKHOLD\x01")
"""How a held capture begins, and the sealed pictures in it."""
_STORE_WORDS = (b"a_ticket_admits_once", b"details_sealed", b"one_lease_per_ticket")
"""Names in the schema of the ticket store; no other file of ours holds them."""
_ROSTER_COLUMNS = 4
"""Names of a roster's columns in one line that no other file has side by side."""
_ASCII_NUMBER = re.compile(rb"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_WIDE_NUMBER = re.compile(rb"[0-9]{17,21}[0-9Xx]")
"""In UTF-16 and UTF-32 once the zero bytes are left out; a digit that stood before the text may stick to it."""
_NUMBER_BYTES = 72
_KEY_HEAD = re.compile(re.escape(KEY_MAGIC) + rb"[\x01-\x0f][\x00-\x0f]([\x01-\x40])", re.DOTALL)
"""How every key file begins, of any version: magic, version, protection, length of its event's id."""
_LONGEST_HEAD_BYTES = len(KEY_MAGIC) + 3 + 64
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030")
_GROWS = 6
"""A sign of one byte takes so many at most in the writing that ``escapes`` reads: \\u0031."""
_SURE_BYTES = 6
"""Shorter needles are found in random bytes by chance, once those are read in enough ways."""


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

    Everything is looked through as it lies; a database or WAL also page by page, free pages included. ``archive``:
    something in it is packed and could not be looked into.
    """
    with path.open("rb") as file:
        marks = _marks_of(file, needles)
        size = file.tell()
        try:
            for inner in inside(file):
                marks |= _marks_of(inner.file, needles) | marks_of_name(inner.name, needles)
        except NotLookedInto:
            marks.add("archive")
    return marks, size


def marks_of_name(name: str, needles: Needles) -> set[str]:
    """What the name of a file says; a name can hold an ID number as well as a file can."""
    return _marks_anywhere(os.fsencode(name), needles)


def keys_in(path: Path) -> tuple[set[str], bool]:
    """Ids of the events whose key lies anywhere in ``path``, and whether it is packed and could not be looked into.

    Raises OSError.
    """
    with path.open("rb") as file:
        events = _keys_of(file)
        try:
            for inner in inside(file):
                events |= _keys_of(inner.file)
        except NotLookedInto:
            return events, True
    return events, False


def _keys_of(file: BinaryIO) -> set[str]:
    events: set[str] = set()
    for chunk in _chunks(file, Needles.of(())):
        for text in (chunk, *readings(chunk)):
            for head in _KEY_HEAD.finditer(text):
                events.add(text[head.end() : head.end() + head[1][0]].decode("utf-8", "replace"))
    return events


def _marks_of(file: BinaryIO, needles: Needles) -> set[str]:
    """Of one file, or of one that lay packed in another. It is read to its end."""
    file.seek(0)
    start = file.read(CHUNK_BYTES)
    marks = _marks_at_start(start)
    if start.startswith((SQLITE_MAGIC, *WAL_MAGICS)):
        for chunk in _overlapping(pages(file), needles):
            marks |= _marks_anywhere(chunk, needles)
    for chunk in _chunks(file, needles):
        marks |= _marks_anywhere(chunk, needles)
    return marks


def _chunks(file: BinaryIO, needles: Needles) -> Iterator[bytes]:
    file.seek(0)
    return _overlapping(iter(lambda: file.read(CHUNK_BYTES), b""), needles)


def _overlapping(pieces: Iterator[bytes], needles: Needles) -> Iterator[bytes]:
    """Larger pieces that begin with the end of the one before, so that nothing is missed between two."""
    overlap = _GROWS * max(needles.longest, _NUMBER_BYTES + 2, _LONGEST_HEAD_BYTES)
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
    marks = _marks_as_it_reads(data, needles.parts)
    sure = frozenset(part for part in needles.parts if len(part) >= _SURE_BYTES)
    for text in readings(data):
        marks |= _marks_as_it_reads(text, sure)
    return marks


def _marks_as_it_reads(data: bytes, parts: frozenset[bytes]) -> set[str]:
    marks = {"needle"} if any(part in data for part in parts) else set()
    if any(word in data for word in _STORE_WORDS):
        marks.add("ticket_store")
    if _KEY_HEAD.search(data):
        marks.add("key")
    if any(magic in data for magic in _HELD_MAGICS):
        marks.add("held_capture")
    kind = DocumentKind.RESIDENT
    if any(is_valid_number(kind, normalise_number(kind, number)) for number in _numbers(data)):
        marks.add("id_number")
    return marks


def _numbers(data: bytes) -> Iterator[str]:
    """What could be an 18-digit ID number."""
    yield from (found.decode("ascii") for found in _ASCII_NUMBER.findall(data))
    for run in _WIDE_NUMBER.findall(data.translate(None, b"\0")) if b"\0" in data else ():
        yield from (run[start : start + 18].decode("ascii") for start in range(len(run) - 17))
