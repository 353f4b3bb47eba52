"""An independent look through a base's folder for what an event should not leave there: references of tickets and
other random ids, which nothing of PostgreSQL's own looks like.

It shares nothing with the code that removes, and asks no running server. Not looked at: backups that were carried away,
a standby's folder unless it is named, and the free space of the medium, where what was removed may lie until it is
written over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.closing.leftovers import Leftover, LeftoverReport

REFERENCE_DIGITS = 32
_REFERENCE = re.compile(rb"[0-9a-f]{32}")
_DIGITS = bytes(1 if byte in b"0123456789abcdef" else 0 for byte in range(256))
_LONG = bytes([1]) * REFERENCE_DIGITS
_DIGITS_OF_OTHERS = {64, 128}
"""SHA-256 of certificates and codes, and signatures: no references."""
_CHUNK_BYTES = 1 << 20
_OVERLAP_BYTES = 4096
_SERIAL = re.compile(rb"[0-9]{40,49}")
"""The serial number of a certificate."""

SETTINGS_FILE = "base.json"
LIST_SUFFIX = ".references"
"""What is still to be looked for after rows were removed, while that goes on."""

LOOKED_AT = (
    "contents of all files below the folder, unused parts of PostgreSQL's included: references of tickets, and ids of "
    "admissions, leases and calls, which are 32 hexadecimal digits",
    "lists of an archiving that did not end",
)
NOT_LOOKED_AT = (
    "free space of the medium: what PostgreSQL removed may lie there until it is written over",
    "backups that were taken of the base, and folders of standby machines: each is looked through by itself",
    "memory of running processes and swap",
)


def is_base(folder: Path) -> bool:
    return (folder / SETTINGS_FILE).is_file() and (folder / "data").is_dir()


@dataclass
class Seen:
    """What was looked through. ``found``: files with something in them; ``gone``: files that went meanwhile, which a
    running PostgreSQL removes by itself."""

    files: int = 0
    bytes: int = 0
    found: dict[Path, int] = field(default_factory=dict)
    unread: list[Path] = field(default_factory=list)


def find_references(folder: Path, known: Collection[bytes] | None = None) -> Seen:
    """Look through all files below ``folder``, for ``known`` ids or, without them, for anything that could be one."""
    seen, wanted = Seen(), _Wanted(known)
    for path in _files(folder, seen):
        try:
            found = sum(wanted.count(part) for part in _parts(path, seen))
        except FileNotFoundError:
            continue
        except OSError:
            seen.unread.append(path)
            continue
        seen.files += 1
        if found:
            seen.found[path] = found
    return seen


def find_base_leftovers(folder: Path, needles: Iterable[str] = ()) -> LeftoverReport:
    """As ``kiosk.closing.leftovers.find_leftovers`` for a machine's folder."""
    known = [needle.encode() for needle in needles]
    seen = find_references(folder, known or None)
    report = LeftoverReport(checked=LOOKED_AT, not_checked=NOT_LOOKED_AT)
    report.files_read, report.bytes_read = seen.files, seen.bytes
    report.leftovers = [Leftover(str(path), "ticket_reference") for path in sorted(seen.found)]
    report.leftovers += [
        Leftover(str(path), "archiving_not_finished") for path in sorted(folder.glob(f"*{LIST_SUFFIX}"))
    ]
    report.unread = [str(path) for path in sorted(seen.unread)]
    return report


class _Wanted:
    """What counts as found in some bytes."""

    def __init__(self, known: Collection[bytes] | None) -> None:
        self._any = known is None
        ids = set(known or ())
        self._digits = {each for each in ids if _REFERENCE.fullmatch(each)}
        self._others = sorted(ids - self._digits)

    def count(self, part: bytes) -> int:
        """What stands beside a text in PostgreSQL's pages may look like more digits of it."""
        runs = list(_runs(part))
        if self._any:
            return sum(len(run) not in _DIGITS_OF_OTHERS and _SERIAL.search(run) is None for run in runs)
        found = sum(window in self._digits for run in runs for window in _windows(run))
        return found + sum(part.count(each) for each in self._others)


def _runs(part: bytes) -> Iterator[bytes]:
    """Every run of hexadecimal digits that is long enough. By tables and searches that are C: there is much to read."""
    digits, at = part.translate(_DIGITS), 0
    while (at := digits.find(_LONG, at)) >= 0:
        end = digits.find(b"\0", at)
        end = len(part) if end < 0 else end
        yield part[at:end]
        at = end


def _windows(run: bytes) -> Iterator[bytes]:
    return (run[at : at + REFERENCE_DIGITS] for at in range(len(run) - REFERENCE_DIGITS + 1))


def _files(folder: Path, seen: Seen) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(here.iterdir())
        except FileNotFoundError:
            continue
        except OSError:
            seen.unread.append(here)
            continue
        for path in entries:
            if path.is_symlink():
                seen.unread.append(path)
            elif path.is_dir():
                waiting.append(path)
            elif path.is_file():
                yield path


def _parts(path: Path, seen: Seen) -> Iterator[bytes]:
    """The file in pieces that overlap, so that nothing is missed between two; what lies in both counts twice."""
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(_CHUNK_BYTES):
            seen.bytes += len(chunk)
            yield before + chunk
            before = chunk[-_OVERLAP_BYTES:]
