"""Where the log-in of commands is kept: in memory, for this user alone, never on a disk.

The user's run-time folder, which ends with the user's own log-in; where the system gives none (root, ``sudo -u``, a
service's shell), a private folder below ``/dev/shm``. What is kept is worth nothing after five idle minutes either way.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.config.places import DevicePlace

RUN_TIME = Path("/run/user")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, looked at before it is used


def session_file(place: DevicePlace) -> Path | None:
    """The file for this user's session with this machine's accounts; None where no folder is safe for it."""
    for folder in _folders():
        if _private(folder):
            return folder / f"venue-kiosk-{hashlib.sha256(bytes(place.accounts_file)).hexdigest()[:12]}"
    return None


def forget_session(place: DevicePlace) -> None:
    """Remove what is kept, if anything is. Raises OSError."""
    kept = session_file(place)
    if kept is not None:
        kept.unlink(missing_ok=True)
    with suppress(OSError):  # another machine's session may still be in it, or it never was
        _ours().rmdir()


def _folders() -> Iterator[Path]:
    run_time = os.environ.get("XDG_RUNTIME_DIR")
    if run_time:
        yield Path(run_time)
    yield RUN_TIME / str(os.getuid())
    with suppress(OSError):
        _ours().mkdir(mode=0o700)
    yield _ours()


def _ours() -> Path:
    return SHARED_MEMORY / f"venue-kiosk-{os.getuid()}"


def _private(folder: Path) -> bool:
    """A folder of ours that nobody else may write in; somebody else's of that name, or a link, is not."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022
