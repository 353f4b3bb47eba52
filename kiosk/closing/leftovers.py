"""An independent look whether anything personal is left: by names, by content, and in files that live on deleted.

It shares nothing with the code that destroys: no list of what was destroyed, no key. It never claims more than it
looked at; what it could not read makes the verdict UNKNOWN, and the report says what was not looked at at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.closing.contents import Needles, marks_in
from kiosk.closing.open_files import deleted_but_open
from kiosk.closing.state import EventState, read_state

KEPT_PER_EVENT = frozenset({"event.toml", "state.json", "report.json", "certificate.json", "certificate.pdf"})
"""Files of an event that outlive it: settings, state, numbers, certificate."""

SUSPECT_SUFFIXES = (
    ".sqlite",
    ".db",
    "-wal",
    "-shm",
    "-journal",
    ".key",
    ".csv",
    ".tsv",
    ".xls",
    ".xlsx",
    ".tmp",
    ".new",
)
"""Names that mean a store, a key, a roster or a half-written file, anywhere below the data folder."""

LOOKED_AT = {
    "names": "names of all files below the data folder",
    "contents": "contents of all files: ticket stores, keys, valid 18-digit ID numbers, the given needles",
    "open_files": "deleted files that a process of this user still holds open",
    "keys": "key files of the events",
}
"""What is looked at, by stable codes; "keys" only where a key folder is given."""

NOT_LOOKED_AT = {
    "medium": "free space of the medium (destroying the key is what makes old blocks unreadable)",
    "memory": "memory of running processes and swap",
    "elsewhere": "folders outside the ones named, for example an organiser's own copy of the roster",
}


class Verdict(StrEnum):
    PASS = "PASS"  # noqa: S105 - a verdict
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Leftover:
    """Something that should not be there. ``what`` is a stable code."""

    where: str
    what: str


@dataclass
class LeftoverReport:
    """What was looked at and what was found. ``unread``: what should have been looked at and could not be."""

    leftovers: list[Leftover] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    files_read: int = 0
    bytes_read: int = 0
    events_seen: int = 0
    checked: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = tuple(NOT_LOOKED_AT.values())

    @property
    def verdict(self) -> Verdict:
        if self.leftovers:
            return Verdict.FAILED
        return Verdict.UNKNOWN if self.unread else Verdict.PASS

    def as_dict(self) -> dict[str, Any]:
        return {"verdict": self.verdict.value, **asdict(self)}


def find_leftovers(
    data_dir: Path,
    needles: Iterable[str | bytes] = (),
    *,
    key_dir: Path | None = None,
    event_id: str | None = None,
    finished: bool = True,
) -> LeftoverReport:
    """Look through ``data_dir`` (one event of it, with ``event_id``) for anything an event should not leave.

    ``needles``: strings or bytes known to be personal; text is looked for as UTF-8, UTF-16 and GB18030. ``key_dir``:
    also look for keys there. ``finished``: an event that is still closing counts as left over.
    """
    report = LeftoverReport(checked=_what_is_checked(key_dir))
    root = data_dir / "events" / event_id if event_id else data_dir
    if not root.is_dir():
        report.unread.append(str(root))
        return report
    wanted = Needles.of(needles)
    for path in _files(root, report):
        _look_at(path, data_dir, wanted, report)
    folders = [root] if event_id else sorted((data_dir / "events").glob("*"))
    for folder in filter(Path.is_dir, folders):
        report.events_seen += 1
        if finished and read_state(folder / "state.json") in {EventState.CLOSING, EventState.UNKNOWN}:
            report.leftovers.append(Leftover(str(folder / "state.json"), "closing_not_finished"))
    if key_dir is not None:
        _look_for_keys(key_dir, event_id, report)
    still_open = deleted_but_open(root)
    report.leftovers += [Leftover(f"{where} (process {pid})", "deleted_but_open") for pid, where in still_open]
    return report


def _what_is_checked(key_dir: Path | None) -> tuple[str, ...]:
    return tuple(said for code, said in LOOKED_AT.items() if code != "keys" or key_dir is not None)


def _files(root: Path, report: LeftoverReport) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        report.unread.append(str(error.filename))

    for folder, folders, files in os.walk(root, onerror=unreadable):
        here = Path(folder)
        for name in sorted((*files, *folders)):
            path = here / name
            if path.is_symlink():
                report.unread.append(f"{path} (a link, not followed)")
            elif name in files:
                yield path


def _look_at(path: Path, data_dir: Path, wanted: Needles, report: LeftoverReport) -> None:
    of_event = path.relative_to(data_dir).parts[:1] == ("events",)
    if path.name.endswith(SUSPECT_SUFFIXES):
        report.leftovers.append(Leftover(str(path), "suspect_file"))
    elif of_event and (path.name not in KEPT_PER_EVENT or len(path.relative_to(data_dir).parts) != 3):
        report.leftovers.append(Leftover(str(path), "unexpected_file"))
    if not path.is_file():
        report.unread.append(f"{path} (not a plain file)")
        return
    try:
        marks, size = marks_in(path, wanted)
    except OSError:
        report.unread.append(str(path))
        return
    report.files_read += 1
    report.bytes_read += size
    report.leftovers += [Leftover(str(path), mark) for mark in sorted(marks)]


def _look_for_keys(key_dir: Path, event_id: str | None, report: LeftoverReport) -> None:
    try:
        names = sorted(entry.name for entry in key_dir.iterdir())
    except FileNotFoundError:
        return
    except OSError:
        report.unread.append(str(key_dir))
        return
    ours = [name for name in names if event_id is None or name.startswith(f"{event_id}.key")]
    report.leftovers += [Leftover(str(key_dir / name), "key_file") for name in ours]
