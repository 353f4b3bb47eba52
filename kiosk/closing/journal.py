"""What a closing has noted step by step, in the event's report file: whoever takes it up again reads it there.

It begins with the event (the key's fingerprint, so that closing never has to open the key) and becomes the report.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.closing.state import write_whole
from kiosk.vault.protection import Protection

_MAX_FILE_BYTES = 4_000_000


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


def read_noted(report_file: Path) -> Noted:
    """What was noted; nothing where the file is absent or cannot be understood. Never raises."""
    try:
        with report_file.open("rb") as file:
            value = json.loads(file.read(_MAX_FILE_BYTES))
        return Noted(
            counts=value.get("counts"),
            key_fingerprint=str(value.get("key_fingerprint", "")),
            key_seen=value.get("key_seen") is True,
            because=Because(value.get("because", Because.ASKED)),
            steps=tuple(Begun(Step(each["step"]), float(each["at_s"])) for each in value.get("steps", ())),
            resumed=int(value.get("resumed", 0)),
            files_removed=int(value.get("files_removed", 0)),
            handed_out=tuple(HandedOut(**each) for each in value.get("handed_out", ())),
            protection=Protection(value["protection"]) if value.get("protection") else None,
            key_lost=_approval(value.get("key_lost")),
            tickets=None if value.get("tickets") is None else int(value["tickets"]),
            store_missed=value.get("store_missed") is True,
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
        return Noted()


def _approval(value: dict[str, Any] | None) -> Approval | None:
    if value is None:
        return None
    first, second = value["approved_by"]
    return Approval(str(value["reason"]), (str(first), str(second)), value.get("logged_in") is True)
