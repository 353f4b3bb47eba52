"""Reading the log for people: the newest record first, a page at a time, without holding the whole of it.

Nothing is checked here; that is ``kiosk.audit.verify``'s. A line that cannot be read is not left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from kiosk.audit.record import MAX_LINE_BYTES

_BLOCK_BYTES = 16 * MAX_LINE_BYTES
_KEYS = ("seq", "at", "kind", "by", "about", "success", "fields")


@dataclass(frozen=True)
class Listed:
    """One line. ``place``: its first byte in the file. Unreadable lines have no ``kind``."""

    place: int
    seq: int = 0
    at: str = ""
    kind: str = ""
    by: str = ""
    about: str = ""
    success: bool = True
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def area(self) -> str:
        return self.kind.partition(".")[0]

    @property
    def day(self) -> str:
        """UTC, as 2026-05-01."""
        return self.at[:10]


@dataclass(frozen=True)
class Part:
    """Some records, newest first. ``older``: where the next part ends, None at the beginning of the log."""

    records: tuple[Listed, ...]
    older: int | None


def newest_first(file: Path, before: int | None = None) -> Iterator[Listed]:
    """Every line that begins before byte ``before``, the last one first; no file is no line. Raises OSError."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "rb") as log:
        end = os.fstat(descriptor).st_size if before is None else before
        rest = b""
        while end > 0:
            start = max(0, end - _BLOCK_BYTES)
            log.seek(start)
            block = log.read(end - start) + rest
            first, newline, whole = block.partition(b"\n") if start else (b"", b"", block)
            place = start + len(first) + len(newline)
            for line_place, line in reversed(list(_lines(whole, place))):
                yield _listed(line_place, line)
            rest, end = first + newline, start
            if len(rest) > _BLOCK_BYTES:
                return  # longer than any record: what stands before it cannot be told apart


def part(file: Path, wanted: Callable[[Listed], bool], most: int, before: int | None = None) -> Part:
    """At most ``most`` of the ``wanted`` records, newest first. Raises OSError."""
    found = list(islice(filter(wanted, newest_first(file, before)), most + 1))
    records = tuple(found[:most])
    return Part(records, records[-1].place if len(found) > most else None)


def at_place(file: Path, place: int) -> Listed | None:
    """The record that begins at byte ``place``. Raises OSError."""
    with file.open("rb") as log:
        log.seek(place)
        line = log.readline(MAX_LINE_BYTES + 1)
    return _listed(place, line.rstrip(b"\n")) if line else None


def _lines(data: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    for line in data.splitlines(keepends=True):
        if line.strip():
            yield place, line.rstrip(b"\n")
        place += len(line)


def _listed(place: int, line: bytes) -> Listed:
    try:
        values = json.loads(line)
        record = Listed(place, **{key: values[key] for key in _KEYS})
        whole = isinstance(record.seq, int) and isinstance(record.success, bool) and isinstance(record.fields, dict)
        texts = all(isinstance(text, str) for text in (record.at, record.kind, record.by, record.about))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Listed(place)
    return record if whole and texts else Listed(place)
