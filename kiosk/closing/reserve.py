"""Room for a closing on a full disk: a file that is given up first, and a state that can be changed where it lies."""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from pathlib import Path

from kiosk.closing.state import EventState, move
from kiosk.vault.key_file import PRIVATE_MODE

RESERVE_NAME = "reserve"
RESERVE_BYTES = 256 * 1024
"""More than journal, state and report ever take."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def set_aside(folder: Path) -> None:
    """Take the room. Random, so that no file system saves it away. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(folder / RESERVE_NAME, flags, PRIVATE_MODE), "wb") as file:
        file.write(os.urandom(RESERVE_BYTES))
        file.flush()
        os.fsync(file.fileno())


def give_up(folder: Path) -> None:
    """Free the room; again is fine."""
    with suppress(OSError):
        (folder / RESERVE_NAME).unlink()


def move_to_closing(folder: Path, state_file: Path) -> None:
    """The state says CLOSING when this returns, also on a full disk. Raises WrongState, OSError.

    Cut in the middle of a change in place, the state is damaged, and a damaged state can only be closed.
    """
    give_up(folder)
    try:
        move(state_file, EventState.CLOSING)
    except OSError as full:
        if full.errno not in _FULL:
            raise
        _write_in_place(state_file, json.dumps({"state": EventState.CLOSING.value}) + "\n")


def _write_in_place(path: Path, text: str) -> None:
    """A file of one block needs no new one. Raises OSError."""
    with path.open("r+b", buffering=0) as file:
        file.write(text.encode("utf-8"))
        file.truncate()
        os.fsync(file.fileno())
