"""Room for a closing on a full disk: a file that is given up first, and a state that can be changed where it lies."""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from pathlib import Path

from kiosk.closing.state import EventState, WrongState, move, write_whole
from kiosk.vault.key_file import PRIVATE_MODE

RESERVE_NAME = "reserve"
RESERVE_BYTES = 256 * 1024
"""More than journal, state and report ever take."""

_CLOSING = json.dumps({"state": EventState.CLOSING.value}) + "\n"
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
    """The state says CLOSING when this returns, also on a full disk. Raises OSError.

    Also after WIPED: the caller has seen that the event was not (``kiosk.closing.state.state_at``).

    Cut in the middle of a change in place, the state is damaged, and a damaged state can only be closed.
    """
    give_up(folder)
    try:
        _move(state_file)
    except OSError as full:
        if full.errno not in _FULL:
            raise
        _write_in_place(state_file, _CLOSING)


def _move(state_file: Path) -> None:
    try:
        move(state_file, EventState.CLOSING)
    except WrongState:
        write_whole(state_file, _CLOSING)


def _write_in_place(path: Path, text: str) -> None:
    """A file of one block needs no new one. Raises OSError."""
    with path.open("r+b", buffering=0) as file:
        file.write(text.encode("utf-8"))
        file.truncate()
        os.fsync(file.fileno())
