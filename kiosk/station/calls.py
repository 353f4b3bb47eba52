"""Calls for staff, from the gates of one machine to its desk: one small file per station, and nobody's data in it.

A tap on *Call staff* is one; the other is a word to the desk that whoever comes from a gate should be compared with
care, of which the gate's own screen says nothing.

A file is there while a call waits: the gate writes it, the desk removes it. The folder belongs to the event and goes
with it; only a starting station makes it, so that a tap after the closing leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.config.places import PRIVATE_DIR_MODE
from kiosk.ports import Clock

FORGOTTEN_AFTER_S = 30 * 60.0
"""Nobody waits longer at a gate; a call from before a restart or a change of the clock is older than that."""
CARE_FORGOTTEN_AFTER_S = 5 * 60.0
"""Whoever it was about has long been at the desk."""

LOOKING, LOOKED_WITHIN_S = "desk", 10.0
"""The file a desk of this machine touches while it looks, and how old it may be."""

_MAX_FILE_BYTES = 1000
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class About(StrEnum):
    """STAFF: somebody tapped *Call staff*. CARE: the next person from there should be compared with care."""

    STAFF = "staff"
    CARE = "care"


_FORGOTTEN_AFTER_S = {About.STAFF: FORGOTTEN_AFTER_S, About.CARE: CARE_FORGOTTEN_AFTER_S}


@dataclass(frozen=True)
class StaffCall:
    """One station asks for staff since ``called_at``, UTC seconds since the epoch."""

    station: str
    gate_group: str
    called_at: float
    about: About = About.STAFF


class StaffCalls:
    """The calls of one event on this machine."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    def prepare(self) -> None:
        """Make the folder. Without one no call is written, and the gate says so; the station serves all the same."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=PRIVATE_DIR_MODE, exist_ok=True)

    def call(self, station: str, gate_group: str) -> None:
        """Have ``station`` wait for staff; whoever waits already keeps the place in the row. Raises OSError.

        Not forced to the medium: a call need not outlive a power cut, and the window must not wait for a disk.
        """
        waits = self._read(self._path(station))
        if waits is None or waits.about is not About.STAFF:
            self._write(StaffCall(station, gate_group, self._clock.now()))

    def ask_for_care(self, station: str, gate_group: str) -> None:
        """Tell the desk that the next person from ``station`` should be compared with care. Raises OSError.

        A call that waits there brings somebody anyway, and keeps its place.
        """
        waits = self._read(self._path(station))
        if waits is None or waits.about is About.CARE:
            self._write(StaffCall(station, gate_group, self._clock.now(), About.CARE))

    def _write(self, call: StaffCall) -> None:
        path = self._path(call.station)
        beside = path.with_name(f"{path.name}.new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(call)) + "\n")
        beside.replace(path)

    def is_waiting(self, station: str) -> bool:
        """Whether a tap on *Call staff* there is still unanswered."""
        waits = self._read(self._path(station))
        return waits is not None and waits.about is About.STAFF

    def waiting(self) -> list[StaffCall]:
        """Calls nobody has answered, oldest first. Never raises: what cannot be read is no call."""
        try:
            paths = list(self._folder.glob("*.json"))
        except OSError:
            return []
        calls = [call for call in map(self._read, paths) if call is not None]
        return sorted(calls, key=lambda call: (call.called_at, call.station))

    def answer(self, station: str) -> None:
        """Somebody goes there; a call that is gone already is fine. One that cannot be removed goes on waiting."""
        with contextlib.suppress(OSError):
            self._path(station).unlink()

    def waited_s(self, call: StaffCall) -> float:
        return self.since(call.called_at)

    def since(self, at: float) -> float:
        """Seconds since ``at``."""
        return max(0.0, self._clock.now() - at)

    def note_looking(self) -> None:
        """A desk of this machine looks at these calls, once a second."""
        with contextlib.suppress(OSError):
            (self._folder / LOOKING).touch(0o600)

    def desk_looks(self) -> bool:
        """Whether one does."""
        try:
            return abs(self._clock.now() - (self._folder / LOOKING).stat().st_mtime) <= LOOKED_WITHIN_S
        except OSError:
            return False

    def _path(self, station: str) -> Path:
        return self._folder / f"{station}.json"

    def _read(self, path: Path) -> StaffCall | None:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                untrusted_call = json.loads(file.read(_MAX_FILE_BYTES))
            station, gate_group = str(untrusted_call["station"]), str(untrusted_call["gate_group"])
            called_at = float(untrusted_call["called_at"])
            about = About(untrusted_call.get("about", About.STAFF))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            return None
        if station != path.stem or not _IDENTIFIER.fullmatch(station) or not _IDENTIFIER.fullmatch(gate_group):
            return None
        recent = abs(self._clock.now() - called_at) <= _FORGOTTEN_AFTER_S[about]  # false for NaN, too
        return StaffCall(station, gate_group, called_at, about) if recent else None
