"""What a closing has noted step by step, beside the event's key: whoever takes it up again reads it there.

It begins with the event (the key's fingerprint, so that closing never has to open the key), becomes the report in the
event's folder, and goes when the closing is over. What lies in the event's folder is never believed: whoever may write
there could say that a key was seen, or take away that a list was handed out.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from kiosk.closing.state import write_whole
from kiosk.config.places import EventPlace
from kiosk.vault.key_file import KeyFileUnusable, overwrite_and_remove
from kiosk.vault.protection import Protection

_MAX_FILE_BYTES = 4_000_000
_LAST_S = 253_402_300_799.0  # the end of the year 9999
_Plain = TypeVar("_Plain", int, str)


class Step(StrEnum):
    STOPPING = "stopping"
    COUNTING = "counting"
    KEY = "key"
    FILES = "files"
    LOOKING = "looking"
    DONE = "done"


class Because(StrEnum):
    """Why an event closes."""

    ASKED = "asked"
    DEADLINE = "deadline"  # its time is over and nobody closed it
    CLOCK = "clock"  # the machine's clock jumped past its end, and nobody confirmed it


@dataclass(frozen=True)
class Begun:
    """A step, and the machine's time when it began, UTC seconds since the epoch."""

    step: Step
    at_s: float


@dataclass(frozen=True)
class HandedOut:
    """A list of used and unused tickets that left the kiosk before the wipe, and who took it."""

    at_s: float
    sha256: str
    tickets: int
    recipient: str
    reason: str


@dataclass(frozen=True)
class Approval:
    """Why, and which two different people agreed. ``logged_in``: each proved who they are; else they are names that
    somebody gave, on a machine without accounts.
    """

    reason: str
    approved_by: tuple[str, str]
    logged_in: bool = False

    @property
    def code(self) -> str:
        """For the log."""
        return "logged_in" if self.logged_in else "names_only"


@dataclass(frozen=True)
class Noted:
    """``key_seen``: the key's file was found before anything was destroyed. ``key_lost``: it was not, and two people
    said that it is lost. ``protection``: what the key was wrapped by, for the certificate. ``tickets``: how many the
    store held at least, by the bound record, which goes with the key. ``store_missed``: they were not there.
    """

    counts: dict[str, int] | None = None
    key_fingerprint: str = ""
    key_seen: bool = False
    because: Because = Because.ASKED
    steps: tuple[Begun, ...] = ()
    resumed: int = 0
    files_removed: int = 0
    handed_out: tuple[HandedOut, ...] = ()
    key_lost: Approval | None = None
    protection: Protection | None = None
    tickets: int | None = None
    store_missed: bool = False

    def has_begun(self, step: Step) -> bool:
        return any(begun.step is step for begun in self.steps)


class Journal:
    """Notes go to disk before the step they are about begins. A full disk keeps them in memory only: the steps
    themselves need no room, and go on.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.noted = read_noted(file)

    def note(self, **changes: Any) -> None:
        self.noted = replace(self.noted, **changes)
        try:
            write_whole(self._file, json.dumps(asdict(self.noted)) + "\n")
        except OSError:
            return

    def begin(self, step: Step, at_s: float) -> None:
        self.note(steps=(*self.noted.steps, Begun(step, at_s)))


def forget_journal(place: EventPlace) -> None:
    """Remove it and what a cut left beside it; what cannot be removed is found by whoever looks at the key folder."""
    for path in place.key_dir.glob(f"{place.journal_file.name}*"):
        with suppress(KeyFileUnusable):
            overwrite_and_remove(path)


def read_noted(file: Path) -> Noted:
    """What was noted; nothing where the file is absent or holds anything that no closing notes. Never raises."""
    try:
        with file.open("rb") as opened:
            value = json.loads(opened.read(_MAX_FILE_BYTES))
        counts, tickets = value.get("counts"), value.get("tickets")
        return Noted(
            counts=None if counts is None else {str(name): _number(each) for name, each in counts.items()},
            key_fingerprint=_is(str, value.get("key_fingerprint", "")),
            key_seen=value.get("key_seen") is True,
            because=Because(value.get("because", Because.ASKED)),
            steps=tuple(Begun(Step(each["step"]), _moment(each["at_s"])) for each in value.get("steps", ())),
            resumed=_number(value.get("resumed", 0)),
            files_removed=_number(value.get("files_removed", 0)),
            handed_out=tuple(_handed_out(**each) for each in value.get("handed_out", ())),
            protection=Protection(value["protection"]) if value.get("protection") else None,
            key_lost=_approval(value.get("key_lost")),
            tickets=None if tickets is None else _number(tickets),
            store_missed=value.get("store_missed") is True,
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
        return Noted()


def _is(kind: type[_Plain], value: object) -> _Plain:
    if type(value) is not kind:
        raise ValueError("of another kind")
    return value


def _number(value: object) -> int:
    """How many of something."""
    number = _is(int, value)
    if not 0 <= number < 1 << 53:
        raise ValueError("not a number of things")
    return number


def _moment(value: float) -> float:
    at_s = float(value)
    if not math.isfinite(at_s) or not 0 <= at_s <= _LAST_S:
        raise ValueError("not a time")
    return at_s


def _handed_out(at_s: float, sha256: object, tickets: object, recipient: object, reason: object) -> HandedOut:
    return HandedOut(_moment(at_s), _is(str, sha256), _number(tickets), _is(str, recipient), _is(str, reason))


def _approval(value: dict[str, Any] | None) -> Approval | None:
    if value is None:
        return None
    first, second = value["approved_by"]
    return Approval(str(value["reason"]), (str(first), str(second)), value.get("logged_in") is True)
