"""How many log-ins were ever tried at this machine, beside the keys: who puts an older store of accounts in its place,
or removes it, gets no new tries out of that.

File: ``VKAT01 `` | twenty digits | newline; mode 0600. It is written before the store that says the same number, so
that a crash between the two locks one account once and frees none.
"""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.vault.key_file import PRIVATE_MODE, KeyFileUnusable, read_private
from kiosk.vault.port import KeysDestroyed

_MAGIC = b"VKAT01 "
_DIGITS = 20
UNREADABLE = -1


class AttemptCount:
    """The number in ``path``. The caller holds the store's write lock."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def begun(self) -> bool:
        """Whether a log-in was ever tried here."""
        return os.path.lexists(self._path)

    def read(self) -> int | None:
        """None where nothing was ever counted, UNREADABLE for anything we did not write."""
        try:
            data = read_private(self._path)
        except KeysDestroyed:
            return None
        except KeyFileUnusable:
            return UNREADABLE
        digits = data.removeprefix(_MAGIC).rstrip(b"\n")
        return int(digits) if data.startswith(_MAGIC) and len(digits) == _DIGITS and digits.isdigit() else UNREADABLE

    def write(self, number: int) -> None:
        """On disk when this returns; always the same length, so never half a number. Raises OSError."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._path, flags, PRIVATE_MODE)
        try:
            os.pwrite(descriptor, b"%b%0*d\n" % (_MAGIC, _DIGITS, number), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
