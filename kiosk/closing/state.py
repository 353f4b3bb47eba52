"""Which state an event is in on this machine: one small file, replaced whole, so that it is never half a state."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path

from kiosk.config.places import EventPlace
from kiosk.vault.key_file import sync_folder

MAX_FILE_BYTES = 10_000


class EventState(StrEnum):
    """R-71, as far as one machine knows it."""

    DRAFT = "draft"  # settings and key are here, tickets may be imported
    ARMED = "armed"  # nothing is missing
    OPEN = "open"  # stations serve
    CLOSING = "closing"  # being destroyed; stays so until a look found nothing left
    WIPED = "wiped"
    ARCHIVED = "archived"  # and every certificate is in: only papers are left
    UNKNOWN = "unknown"  # the file is damaged: nobody serves, closing is still possible


MOVES = {
    EventState.DRAFT: frozenset({EventState.ARMED, EventState.CLOSING}),
    EventState.ARMED: frozenset({EventState.DRAFT, EventState.OPEN, EventState.CLOSING}),
    EventState.OPEN: frozenset({EventState.CLOSING}),
    EventState.CLOSING: frozenset({EventState.CLOSING, EventState.WIPED}),
    EventState.WIPED: frozenset({EventState.ARCHIVED}),
    EventState.ARCHIVED: frozenset(),
    EventState.UNKNOWN: frozenset({EventState.CLOSING}),
}
"""From each state the states that may follow; a late roster makes an armed event a draft again."""


OVER = frozenset({EventState.WIPED, EventState.ARCHIVED})
"""Nothing personal is left on this machine."""


class WrongState(Exception):
    """The event is not in a state from which this can be done. ``state`` is where it is."""

    def __init__(self, state: EventState) -> None:
        super().__init__(state.value)
        self.state = state


def read_state(path: Path) -> EventState:
    """The state in ``path``; DRAFT when there is no file yet, UNKNOWN when it cannot be understood. Never raises."""
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(MAX_FILE_BYTES))
        return EventState(value["state"])
    except FileNotFoundError:
        return EventState.DRAFT
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return EventState.UNKNOWN


def state_at(place: EventPlace) -> EventState:
    """As ``read_state``, but an event whose key or ledger is there was not wiped, whatever its file says."""
    state = read_state(place.state_file)
    is_there = any(map(os.path.lexists, (place.key_file, place.ledger_file)))
    return EventState.CLOSING if state in OVER and is_there else state


def move(path: Path, to: EventState) -> None:
    """Change the state, on disk before this returns. Raises WrongState when MOVES does not have it, OSError."""
    now = read_state(path)
    if to not in MOVES[now]:
        raise WrongState(now)
    write_whole(path, json.dumps({"state": to.value}) + "\n")


def begin(path: Path) -> None:
    """Write the first state, DRAFT."""
    write_whole(path, json.dumps({"state": EventState.DRAFT.value}) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` so that after a crash it holds the old text or the new one. Raises OSError."""
    descriptor, beside = _open_beside(path)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def _open_beside(path: Path) -> tuple[int, Path]:
    """A file to write first, under a name of its own where something else has taken the usual one. Raises OSError."""
    beside = path.with_name(path.name + ".new")
    if os.path.lexists(beside) and (beside.is_symlink() or not beside.is_file()):
        beside = path.with_name(f"{path.name}.{os.urandom(8).hex()}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(beside, flags, 0o600), beside
