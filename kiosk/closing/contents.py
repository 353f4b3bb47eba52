"""What a file's bytes give away: a store, a key, a roster, an ID number, or one of the given needles. Any size.

Looked for as they lie, and as they read from other writing (``escapes``) and unpacked (``packed``).
"""

from __future__ import annotations

import errno
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
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
_ROSTER_LINES = 50
_ROSTER_BYTES = 16 << 10
"""Where a roster's header is looked for: in so many lines that are not blank, of so many bytes."""
_ROSTER_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
"""With or without a byte order mark; more than the import takes."""
_DELIMITER = re.compile("[,;\\t|，]")
_ASCII_NUMBER = re.compile(rb"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_WIDE_NUMBER = re.compile(rb"[0-9]{17,21}[0-9Xx]")
"""In UTF-16 and UTF-32 once the zero bytes are left out; a digit that stood before the text may stick to it."""
_NUMBER_BYTES = 72
_KEY_HEAD = re.compile(re.escape(KEY_MAGIC) + rb"[\x01-\x0f][\x00-\x0f]([\x01-\x40])", re.DOTALL)
"""How every key file begins, of any version: magic, version, protection, length of its event's id."""
_LONGEST_HEAD_BYTES = len(KEY_MAGIC) + 3 + 64
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030")
_GROWS = 8
"""A sign of one byte takes so many at most in the writing that ``escapes`` reads, lines of a dump included."""
_SURE_BYTES = 6
"""Shorter needles are found in random bytes by chance, once those are read in enough ways."""
_FEW = 200
"""So many needles are looked for one by one."""
_HEAD_SIZES = (8, 4, 2, 1)


@dataclass(frozen=True)
class Needles:
    """Byte strings to look for, whatever the case of their letters: text in every encoding and in either way to write
    accents (NFC, NFD).

    Many are looked for at once: where the first bytes of one stand, what follows is compared with all that begin so.
    """

    parts: frozenset[bytes]
    """In small letters, as ``bytes.lower`` writes them: it leaves all but ASCII alone, in any encoding."""
    sure: frozenset[bytes]
    longest: int
    heads: Mapping[int, Mapping[bytes, tuple[int, ...]]]
    """Length of a head -> head -> lengths of the parts that begin so; empty for few parts."""

    @classmethod
    def of(cls, needles: Iterable[str | bytes]) -> Needles:
        """Text in every encoding, bytes as they are; empty ones are left out."""
        raw: set[bytes] = set()
        for needle in needles:
            if isinstance(needle, bytes):
                raw.add(needle)
            else:
                raw.update(text.encode(encoding, "ignore") for text in _spellings(needle) for encoding in _ENCODINGS)
        parts = frozenset(part.lower() for part in raw if part)
        sure = frozenset(part for part in parts if len(part) >= _SURE_BYTES)
        heads = _heads(parts) if len(parts) > _FEW else {}
        return cls(parts, sure, max(map(len, parts), default=0), heads)

    def are_in(self, data: bytes, *, sure: bool = False) -> bool:
        """Whether one of them is in ``data``. ``sure``: of those that do not come about by chance."""
        data, parts = data.lower(), self.sure if sure else self.parts
        if not self.heads:
            return any(part in data for part in parts)
        for size, heads in self.heads.items():
            for at in range(len(data) - size + 1):
                lengths = heads.get(data[at : at + size])
                if lengths is not None and any(data[at : at + length] in parts for length in lengths):
                    return True
        return False


def _spellings(text: str) -> set[str]:
    cases = (text, text.lower(), text.upper(), text.casefold())
    return {unicodedata.normalize(form, case) for form in ("NFC", "NFD") for case in cases} | {text}


def _heads(parts: frozenset[bytes]) -> dict[int, dict[bytes, tuple[int, ...]]]:
    lengths: dict[int, dict[bytes, set[int]]] = {}
    for part in parts:
        size = next(size for size in _HEAD_SIZES if len(part) >= size)
        lengths.setdefault(size, {}).setdefault(part[:size], set()).add(len(part))
    return {size: {head: tuple(found) for head, found in heads.items()} for size, heads in lengths.items()}


def marks_in(path: Path, needles: Needles) -> tuple[set[str], int]:
    """Stable codes of what is in ``path``, and its size in bytes. Raises OSError.

    Everything is looked through as it lies; a database or WAL also page by page, free pages included. ``archive``:
    something in it is packed and could not be looked into.
    """
    with path.open("rb") as file:
        marks = _marks_inside(file, needles)
        return marks, file.seek(0, os.SEEK_END)


def _marks_inside(file: BinaryIO, needles: Needles) -> set[str]:
    marks = _marks_of(file, needles)
    try:
        for inner in inside(file):
            marks |= _marks_of(inner.file, needles) | marks_of_name(inner.name, needles)
    except NotLookedInto:
        marks.add("archive")
    return marks


def marks_of_attributes(path: Path, needles: Needles) -> set[str]:
    """What the extended attributes of a file or folder give away, their names included. Raises OSError."""
    marks: set[str] = set()
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError as error:
        if error.errno in {errno.ENOTSUP, errno.ENOSYS}:  # a file system that has none
            return marks
        raise
    for name in names:
        value = os.getxattr(path, name, follow_symlinks=False)
        marks |= marks_of_name(name, needles) | _marks_inside(io.BytesIO(value), needles)
    return marks


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
    if any(map(_is_roster, (data, *readings(data[:_ROSTER_BYTES])))):
        marks.add("roster")
    return marks


def _is_roster(data: bytes) -> bool:
    """Whether it begins with the header of a roster, or other lines and then that, in any encoding, with any delimiter.

    Header cells are known as the import knows them.
    """
    for encoding in _ROSTER_ENCODINGS:
        lines = data[:_ROSTER_BYTES].decode(encoding, "replace").splitlines()
        for line in [line for line in lines if line.strip()][:_ROSTER_LINES]:
            cells = _DELIMITER.split(line.strip("\ufeff \t"))
            if len(cells) >= _ROSTER_COLUMNS and recognised([cell.strip("\"' ") for cell in cells]) >= _ROSTER_COLUMNS:
                return True
    return False


def _marks_anywhere(data: bytes, needles: Needles) -> set[str]:
    marks = _marks_as_it_reads(data)
    if needles.are_in(data):
        marks.add("needle")
    for text in readings(data):
        marks |= _marks_as_it_reads(text)
        if "needle" not in marks and needles.are_in(text, sure=True):
            marks.add("needle")
    return marks


def _marks_as_it_reads(data: bytes) -> set[str]:
    marks = set()
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
