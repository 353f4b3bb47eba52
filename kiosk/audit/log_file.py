"""The log's file on disk: one writer at a time, appended whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.audit.port import AuditUnavailable
from kiosk.vault.key_file import sync_folder

PRIVATE_MODE = 0o600
WAIT_FOR_LOCK_S = 2.0
_LOOK_AGAIN_S = 0.005
ROOM_BYTES = 1 << 16
"""Less free space than this counts as a full disk: the record that says so must still fit."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Faults of the disk as AuditUnavailable."""
    try:
        yield
    except OSError as error:
        raise AuditUnavailable("disk_full" if error.errno in _FULL else "io") from None


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """The file's descriptor, while no other process appends. Created private where there is none yet.

    Raises OSError, AuditUnavailable("busy") when another process keeps it for WAIT_FOR_LOCK_S.
    """
    descriptor = _open(path)
    try:
        until_s = time.monotonic() + WAIT_FOR_LOCK_S
        while not (_lock(descriptor) and _is_still(descriptor, path)):
            if time.monotonic() > until_s:
                raise AuditUnavailable("busy")
            time.sleep(_LOOK_AGAIN_S)
            if not _is_still(descriptor, path):  # purged meanwhile: another file has the name
                os.close(descriptor)
                descriptor = _open(path)
        yield descriptor
    finally:
        os.close(descriptor)  # and with it the lock goes


def append(descriptor: int, end: int, data: bytes) -> None:
    """Put ``data`` at ``end``, where the file ends; on disk when this returns, and gone again when it cannot be.

    Raises OSError.
    """
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):  # else the next writer finds a torn line
            os.ftruncate(descriptor, end)
        raise


def probe(path: Path) -> None:
    """Whether a record could be appended now; nothing is. Raises AuditUnavailable."""
    with as_unavailable():
        os.close(_open(path))
        room = os.statvfs(path)
        if room.f_bavail * room.f_frsize < ROOM_BYTES:
            raise AuditUnavailable("disk_full")


def _open(path: Path) -> int:
    is_new = not path.exists()
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, PRIVATE_MODE)
    if is_new:
        sync_folder(path.parent)
    return descriptor


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one that has the name now."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
