"""Closing an event: its key and its data destroyed, then looked for. Begun once, it can only be finished.

Steps, each safe to repeat; a closing that was cut short starts again from the first:

1. STOPPING   the state says CLOSING, stations see it and let go of the ledger; it is waited for, not forced.
2. COUNTING   numbers for the report, while the key still opens the ledger.
3. KEY        the event's key is overwritten and removed: from here nothing sealed can be read again, on any copy.
4. FILES      everything of the event that is not kept is overwritten and removed.
5. LOOKING    an independent look. Only when it finds nothing is the event WIPED; otherwise it stays CLOSING.

On flash media overwriting does not reach old cells: there the key's destruction is the effective step.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.closing.leftovers import KEPT_PER_EVENT, LeftoverReport, Verdict, find_leftovers
from kiosk.closing.open_files import held_open
from kiosk.closing.state import EventState, WrongState, move, read_state, write_whole
from kiosk.config.places import EventPlace
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable, overwrite, overwrite_and_remove, sync_folder
from kiosk.vault.port import KeysDestroyed

WAIT_FOR_STATIONS_S = 15.0
_LOOK_AGAIN_S = 0.1


class Step(StrEnum):
    STOPPING = "stopping"
    COUNTING = "counting"
    KEY = "key"
    FILES = "files"
    LOOKING = "looking"
    DONE = "done"


Progress = Callable[[Step], None]
"""Called at the beginning of each step."""


@dataclass(frozen=True)
class ClosingReport:
    """What was done and what was found. ``counts``: numbers of the event, None when the ledger could not be read.

    ``key_seen``: this closing, or one that was cut short, found the key's file. Without it nobody can say that the key
    is gone (it may lie in another folder), and the verdict is not PASS.
    """

    verdict: Verdict
    counts: dict[str, int] | None
    key_fingerprint: str
    files_removed: int
    stations_still_open: int
    look: LeftoverReport
    key_seen: bool = True

    def as_dict(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict.value,
            "counts": self.counts,
            "key_fingerprint": self.key_fingerprint,
            "key_seen": self.key_seen,
            "files_removed": self.files_removed,
            "stations_still_open": self.stations_still_open,
            "look": self.look.as_dict(),
        }


def close_event(
    place: EventPlace,
    progress: Progress = lambda step: None,
    *,
    needles: Iterable[str | bytes] = (),
    wait_s: float = WAIT_FOR_STATIONS_S,
) -> ClosingReport:
    """Destroy the event at ``place``. The caller has closed its own ledger.

    Raises WrongState when the event is wiped already or was never here, OSError when not even the state can be written.
    """
    if not place.folder.is_dir() or read_state(place.state_file) is EventState.WIPED:
        raise WrongState(EventState.WIPED)
    progress(Step.STOPPING)
    move(place.state_file, EventState.CLOSING)
    stations = _wait_for_stations(place.folder, wait_s)
    progress(Step.COUNTING)
    noted = _note(place)
    progress(Step.KEY)
    _destroy_key(place)
    progress(Step.FILES)
    removed = _remove_files(place.folder)
    progress(Step.LOOKING)
    look = find_leftovers(place.data_dir, needles, key_dir=place.key_dir, event_id=place.event_id, finished=False)
    if not noted.key_seen:
        look.unread.append(f"{place.key_file} (was never there: close again with the key folder that holds it)")
    report = ClosingReport(look.verdict, noted.counts, noted.key_fingerprint, removed, stations, look, noted.key_seen)
    write_whole(place.report_file, json.dumps(report.as_dict(), indent=2) + "\n")
    if report.verdict is Verdict.PASS:
        move(place.state_file, EventState.WIPED)
    progress(Step.DONE)
    return report


def _wait_for_stations(folder: Path, wait_s: float) -> int:
    """Wait until no other process holds a file of the event; how many still do."""
    until_s = time.monotonic() + wait_s
    while held_open(folder) and time.monotonic() < until_s:
        time.sleep(_LOOK_AGAIN_S)
    return len(held_open(folder))


@dataclass(frozen=True)
class _Noted:
    """What is known before anything is destroyed, on disk for a closing that has to begin again."""

    counts: dict[str, int] | None = None
    key_fingerprint: str = ""
    key_seen: bool = False


def _note(place: EventPlace) -> _Noted:
    """Numbers and the key's fingerprint; what an earlier, cut-short closing noted when they are gone already."""
    noted = _noted(place.report_file)
    try:
        keys = FileEventKeys.load(place.key_file, place.event_id)
    except KeysDestroyed:
        return noted
    except KeyFileUnusable:
        noted = replace(noted, key_seen=True)
    else:
        counts = _counts(place, keys)
        noted = _Noted(noted.counts if counts is None else counts, keys.fingerprint, key_seen=True)
    write_whole(place.report_file, json.dumps(asdict(noted)) + "\n")
    return noted


def _counts(place: EventPlace, keys: FileEventKeys) -> dict[str, int] | None:
    if not place.ledger_file.exists():
        return None
    try:
        ledger = SqliteLedger(place.ledger_file, keys)
        try:
            return ledger.counts()
        finally:
            ledger.close()
    except LedgerUnavailable:
        return None


def _noted(report_file: Path) -> _Noted:
    try:
        noted = json.loads(report_file.read_text(encoding="utf-8"))
        return _Noted(noted["counts"], str(noted["key_fingerprint"]), bool(noted["key_seen"]))
    except (OSError, ValueError, KeyError, TypeError):
        return _Noted()


def _destroy_key(place: EventPlace) -> None:
    """Remove the key whatever state its file is in. One that cannot be removed is found by the look."""
    try:
        overwrite_and_remove(place.key_file)
    except KeyFileUnusable:
        return


def _remove_files(folder: Path) -> int:
    """Overwrite and remove all that is not kept, newest names too; how many went. What stays is found by the look."""
    removed = 0
    for path in sorted(folder.rglob("*"), key=lambda each: len(each.parts), reverse=True):
        if path.parent == folder and path.name in KEPT_PER_EVENT:
            continue
        try:
            removed += _remove(path)
        except OSError:
            continue
    sync_folder(folder)
    return removed


def _remove(path: Path) -> int:
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        path.unlink()  # whatever it leads to is not ours to overwrite
        return 1
    if path.is_dir():
        path.rmdir()
        return 0
    with suppress(OSError):  # what cannot be overwritten can still go
        overwrite(path)
    path.unlink()
    return 1
