"""Overwrites and removes the files of an event, and says how far it has come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.closing.walking import everything_below
from kiosk.vault.key_file import PRIVATE_MODE, sync_folder

CHUNK_BYTES = 1 << 20
Share = Callable[[float], None]
"""Called with how much is done, 0..1; never less than before."""


def remove_files(folder: Path, kept: frozenset[str], told: Share = lambda share: None) -> int:
    """Overwrite and remove everything below ``folder`` but plain files named in ``kept`` right in it; how many
    went.

    What cannot be removed stays, and is found by whoever looks afterwards. Raises OSError when the folder is gone.
    """
    paths = [path for path in _deepest_first(folder) if not _stays(path, folder, kept)]
    work = _Work(sum(map(_size, paths)) + len(paths), told)
    removed = 0
    for path in paths:
        with suppress(OSError):
            removed += _remove(path, work)
        work.advance(1)
    sync_folder(folder)
    return removed


def _deepest_first(folder: Path) -> list[Path]:
    return sorted(everything_below(folder), key=lambda each: (-len(each.parts), each.name))


def _stays(path: Path, folder: Path, kept: frozenset[str]) -> bool:
    """A folder or a link by the name of a kept file is none, and would stand in its way."""
    return path.parent == folder and path.name in kept and path.is_file() and not path.is_symlink()


class _Work:
    """Bytes to overwrite plus one for each name to remove."""

    def __init__(self, total: int, told: Share) -> None:
        self._total, self._done, self._told = total, 0, told

    def advance(self, by: int) -> None:
        self._done += by
        self._told(min(1.0, self._done / self._total))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size if path.is_file() and not path.is_symlink() else 0
    except OSError:
        return 0


def _remove(path: Path, work: _Work) -> int:
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        path.unlink()  # whatever it leads to is not ours to overwrite
        return 1
    if path.is_dir():
        path.rmdir()
        return 0
    with suppress(OSError):  # what cannot be overwritten can still go
        for count in _overwrite(path):
            work.advance(count)
    path.unlink()
    return 1


def _overwrite(path: Path) -> Iterator[int]:
    """Random bytes over all of ``path``, on disk at the end; bytes written, piece by piece. Raises OSError."""
    with suppress(PermissionError):
        path.chmod(PRIVATE_MODE)
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            written = file.write(os.urandom(min(left, CHUNK_BYTES))) or left
            left -= written
            yield written
        os.fsync(file.fileno())
