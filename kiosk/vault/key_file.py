"""Private files: created whole or not at all, read only when nobody else can, overwritten before they go."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from kiosk.vault.port import KeysDestroyed

PRIVATE_MODE = 0o600
MAX_BYTES = 4096
_CHUNK_BYTES = 1 << 20
_CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""systemd's variable: the folder with this service's credentials, readable by it and root alone."""


class KeyFileUnusable(Exception):
    """The key file cannot be used as it is. ``code``: exists, loose_permissions, not_ours, not_a_file, linked,
    damaged, other_event, not_removable, io.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def write_private(path: Path, data: bytes) -> None:
    """Create ``path`` with ``data``, mode 0600, and have both file and folder on disk before returning."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_MODE)
    except FileExistsError:
        raise KeyFileUnusable("exists") from None
    except OSError:
        raise KeyFileUnusable("io") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), PRIVATE_MODE)  # whatever the umask made of it
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError:
        path.unlink(missing_ok=True)  # half a key is no key
        raise KeyFileUnusable("io") from None


def read_private(path: Path, most_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of ``path``. Raises KeysDestroyed when absent, KeyFileUnusable when others could have read it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise KeysDestroyed from None
    except OSError:
        raise KeyFileUnusable("io") from None
    with os.fdopen(descriptor, "rb") as file:
        fault = privacy_fault(os.fstat(file.fileno()), is_credential(path))
        if fault:
            raise KeyFileUnusable(fault)
        return file.read(most_bytes)


def privacy_fault(status: os.stat_result, credential: bool) -> str | None:
    """Why a file's status is not that of a private file of ours, or None."""
    if not stat.S_ISREG(status.st_mode):
        return "not_a_file"
    if credential:
        return "loose_permissions" if status.st_mode & 0o037 else None
    if status.st_uid != os.geteuid():
        return "not_ours"
    if status.st_mode & 0o077:
        return "loose_permissions"
    return "linked" if status.st_nlink != 1 else None  # a second name is a second copy


def is_credential(path: Path) -> bool:
    """Whether ``path`` lies in this service's systemd credentials."""
    folder = os.environ.get(_CREDENTIALS)
    return folder is not None and path.parent == Path(folder)


def overwrite_and_remove(path: Path) -> None:
    """Overwrite ``path`` with random bytes, have them on disk, remove it; an absent file is fine.

    On flash the old cells may live on below the file system. Raises KeyFileUnusable when it cannot be removed.
    """
    if is_credential(path):
        raise KeyFileUnusable("not_removable")
    try:
        overwrite(path)
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError:
        raise KeyFileUnusable("not_removable") from None


def overwrite(path: Path) -> None:
    """Random bytes over all of ``path``, on disk before this returns; its owner's write protection is no obstacle.

    Raises OSError.
    """
    with contextlib.suppress(PermissionError):
        path.chmod(PRIVATE_MODE)
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(os.urandom(min(left, _CHUNK_BYTES))) or left
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have a folder's entries on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
