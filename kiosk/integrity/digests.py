"""SHA-256 of a file, or one word for what cannot be hashed."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

ABSENT, UNREADABLE, NOT_A_FILE = "absent", "unreadable", "not_a_file"
CHUNK_BYTES = 1 << 18


def digest_of(path: Path) -> str:
    """64 hexadecimal digits, or ABSENT, UNREADABLE, NOT_A_FILE. Never raises, never waits on a pipe.

    A link counts with where it leads and with what is there: moving it to an equal file is a change.
    """
    seen = hashlib.sha256()
    try:
        if path.is_symlink():
            seen.update(b"link " + os.fsencode(path.readlink()) + b"\0")
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return ABSENT
    except OSError:
        return UNREADABLE
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return NOT_A_FILE
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                seen.update(chunk)
        except OSError:
            return UNREADABLE
    return seen.hexdigest()
