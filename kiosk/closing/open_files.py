"""Which processes hold files below a folder open, from ``/proc``: a deleted file lives until the last one lets go.

Processes of other users cannot be looked into, but they cannot open files in the service user's private folders
either, except root. A station refuses being looked into, too; that it has the ledger open shows in the kernel's list of
locks, which is public: SQLite keeps one on the shared memory of a ledger as long as it is open.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.closing.walking import everything_below

_DELETED = " (deleted)"
_PROC = Path("/proc")


def held_open(folder: Path) -> set[int]:
    """Processes (ours left out) that have a file below ``folder`` open, deleted or not."""
    inside = f"{folder.resolve()}/"
    holding = {pid for pid, target in _descriptors() if target.startswith(inside)} | _locking(folder)
    return holding - {os.getpid()}


def _locking(folder: Path) -> set[int]:
    """Processes with a lock on a file below ``folder`` (proc_locks(5)). Only the inode is compared: file systems differ
    in the device they name there, and a process too many is asked to let go, one too few is not."""
    inodes = set(_inodes(folder))
    try:
        fields = [line.replace("-> ", "").split() for line in (_PROC / "locks").read_text("ascii").splitlines()]
    except OSError:
        return set()
    return {int(each[4]) for each in fields if int(each[4]) > 0 and int(each[5].rsplit(":", 1)[1]) in inodes}


def _inodes(folder: Path) -> Iterator[int]:
    """Of the plain files below ``folder``; those that go while we look are left out."""
    for path in everything_below(folder):
        with suppress(OSError):
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                yield status.st_ino


def deleted_but_open(folder: Path) -> list[tuple[int, str]]:
    """(process, path) of files below ``folder`` that are deleted and still open somewhere, ourselves included."""
    inside = f"{folder.resolve()}/"
    found = {
        (pid, target.removesuffix(_DELETED))
        for pid, target in _descriptors()
        if target.endswith(_DELETED) and target.startswith(inside)
    }
    return sorted(found)


def _descriptors() -> Iterator[tuple[int, str]]:
    for process in _PROC.iterdir():
        if not process.name.isdigit():
            continue
        try:
            entries = list((process / "fd").iterdir())
        except OSError:
            continue  # it ended, or belongs to another user
        for entry in entries:
            try:
                yield int(process.name), str(entry.readlink())
            except OSError:
                continue
