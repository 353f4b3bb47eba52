"""Which processes hold files below a folder open, from ``/proc``: a deleted file lives until the last one lets go.

Processes of other users cannot be looked into, but they cannot open files in the service user's private folders
either, except root.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_DELETED = " (deleted)"
_PROC = Path("/proc")


def held_open(folder: Path) -> set[int]:
    """Processes (ours left out) that have a file below ``folder`` open, deleted or not."""
    inside = f"{folder.resolve()}/"
    return {pid for pid, target in _descriptors() if pid != os.getpid() and target.startswith(inside)}


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
