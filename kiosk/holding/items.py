"""The files of what is held, as far as no key is needed: whose turn it is, until when each stays, and removing them."""

from __future__ import annotations

import math
import os
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from kiosk.closing.bound import BoundUnusable, read_bound
from kiosk.closing.lock import folder_alone
from kiosk.config.places import EventPlace
from kiosk.holding.numbers import items, pending, strays
from kiosk.vault.key_file import KeyFileUnusable, overwrite_and_remove

ITEM_MAGIC = b"VKHELD\x01"
UNTIL_BYTES = 8
LONGEST_S = 24 * 3600.0
"""The most hours an event's settings can have."""
SHOWN_WITHIN_S = 60.0
"""A code is on the screen a moment after its item is on the disk; else the gate has died between."""


class HoldRefused(Exception):
    """``code``: malformed, full, not_written, unknown (no such item, or its time is over), damaged, not_removed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def drop_expired(place: EventPlace, now_s: float) -> int:
    """Overwrite and remove what is over, what a power cut left half written, and what is none of ours; how many went.

    The end written in an item can be changed by whoever may write the folder. None stays longer than LONGEST_S after
    its file was written, or than the event's bound end.
    ``now_s``: UTC seconds. Needs neither key nor permission. Raises HoldRefused when one cannot be removed, OSError.
    """
    return _drop(place, now_s)


def drop_pending(place: EventPlace, wall_s: float) -> int:
    """The same with what nobody was shown the code of. ``wall_s``: by the clock that files are dated by."""
    gone = 0
    if not place.holds_folder.is_dir():
        return gone
    with alone(place):
        for path in pending(place):
            if abs(wall_s - path.stat().st_mtime) > SHOWN_WITHIN_S:
                remove(path)
                gone += 1
    return gone


def drop_all(place: EventPlace) -> int:
    """The same with everything that is held."""
    return _drop(place, None) + drop_pending(place, math.inf)


def alone(place: EventPlace) -> AbstractContextManager[None]:
    """A gate and a command may come at the same time."""
    return folder_alone(place.holds_folder)


def until_in(data: bytes) -> int | None:
    """Until when an item may stay, UTC seconds; None for half of one."""
    if not data.startswith(ITEM_MAGIC) or len(data) <= len(ITEM_MAGIC) + UNTIL_BYTES:
        return None
    return int.from_bytes(data[len(ITEM_MAGIC) : len(ITEM_MAGIC) + UNTIL_BYTES], "big")


def remove(path: Path) -> None:
    """Overwrite first, but not what a link points to. Raises HoldRefused."""
    try:
        if path.is_symlink() or path.is_fifo() or path.is_socket():
            path.unlink(missing_ok=True)
        overwrite_and_remove(path)
    except (KeyFileUnusable, OSError):
        raise HoldRefused("not_removed") from None


def _drop(place: EventPlace, until_before_s: float | None) -> int:
    gone = 0
    if not place.holds_folder.is_dir():
        return gone
    with alone(place):  # nobody is in the middle of writing one
        bound_s = _bound_end_s(place)
        ends = [(path, _until_of(path, bound_s)) for path in items(place)]
        over = [
            path for path, until_s in ends if until_before_s is None or until_s is None or until_s <= until_before_s
        ]
        stay: HoldRefused | None = None
        for path in (*over, *strays(place)):
            try:
                remove(path)
                gone += 1
            except HoldRefused as refused:  # the others go all the same
                stay = refused
        if stay is not None:
            raise stay
    return gone


def _until_of(path: Path, bound_s: float) -> float | None:
    with suppress(OSError), path.open("rb") as file:
        until_s = until_in(file.read(len(ITEM_MAGIC) + UNTIL_BYTES + 1))
        written_s = os.fstat(file.fileno()).st_mtime
        return None if until_s is None else min(until_s, written_s + LONGEST_S, bound_s)
    return None


def _bound_end_s(place: EventPlace) -> float:
    """Infinity where nothing proves it."""
    with suppress(BoundUnusable):
        bound = read_bound(place)
        return math.inf if bound is None else bound.at_s
    return math.inf
