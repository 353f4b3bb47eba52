"""An independent look whether anything personal is left: by names, by content, and in files that live on deleted.

It shares nothing with the code that destroys (which it does not import): no list of what was destroyed, no key. It
never claims more than it looked at; what it could not read makes the verdict UNKNOWN, and the report says what was not
looked at at all.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.closing.contents import Needles, keys_in, marks_in, marks_of_attributes, marks_of_name
from kiosk.closing.open_files import deleted_but_open
from kiosk.closing.state import OVER, EventState, read_state

KEPT_PER_EVENT = frozenset(
    {"event.toml", "state.json", "assessment.json", "report.json", "certificate.json", "certificate.pdf"}
)
"""Files of an event that outlive it: settings, state, assessment, numbers, certificate."""

DEVICE_STORES = frozenset({"accounts.sqlite", "accounts.sqlite-wal", "accounts.sqlite-shm"})
"""Databases in the device's folder that outlive events; they are read like everything else."""

_NUMBER, _WORD = rb"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?", rb'"[0-9a-z_\-]{0,40}"'
_PEM_KEY = re.compile(rb"-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{1,500}-----END PRIVATE KEY-----\n")
_PEM_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]{1,3500}-----END CERTIFICATE-----\n")
DEVICE_KEYS = {
    "device.base.key": _PEM_KEY,
    "device.base.next.key": _PEM_KEY,
    "device.base.crt": _PEM_CERTIFICATE,
    "device.base.ca.crt": _PEM_CERTIFICATE,
    "device.base.invitation": re.compile(rb"VKE1 [ -~]{1,600}"),
    "device.base.way.json": re.compile(rb"\{[ -~]{1,600}\}\n"),
    "identity.key": re.compile(rb"VKID01.{36}", re.DOTALL),
    "device.accounts.key": re.compile(rb"VKAC01.{36}", re.DOTALL),
    "device.accounts.count": re.compile(rb"VKAT01 [0-9]{20}\n"),
    "device.clock.json": re.compile(
        rb'\{"highest_s": %s(?:, %s: (?:%s|%s|null|true|false)){0,12}\}\n' % (_NUMBER, _WORD, _NUMBER, _WORD)
    ),
}
"""What lies among the keys and belongs to the machine, and the whole of what is in it."""
_MOST_KEY_BYTES = 4096

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
    "names": "names of all files in the folder looked at: at a closing the event's own, else the data folder",
    "contents": "contents and extended attributes of all files there, free pages of databases and logs included, "
    "packed files up to 64 MB, and as they read from hexadecimal, base64 and escapes: ticket stores, keys, rosters, "
    "valid 18-digit ID numbers, the given needles; these two in the names, too",
    "open_files": "deleted files that a process of this user still holds open",
    "keys": "key files of the events in the key folder, renamed ones too, and the contents of all files there",
    "also": "contents of the other folders that were named",
}
"""What is looked at, by stable codes; "keys" and "also" only where such folders are given."""

NOT_LOOKED_AT = {
    "medium": "free space of the medium (destroying the key is what makes old blocks unreadable)",
    "memory": "memory of running processes and swap",
    "elsewhere": "folders outside the ones named, for example the system's temporary folder or an organiser's own "
    "roster; other packers and writing than the named, for example HTML entities, numbers in groups, rosters as JSON",
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
    """What was looked at and what was found. ``unread``: what should have been looked at and could not be.

    ``key_never_seen``: where the event's key should have been, if nobody ever saw it; whether it is gone nobody knows.
    ``store_missed``: where the event's tickets should have been, if they were not there when the closing began.
    """

    leftovers: list[Leftover] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    files_read: int = 0
    bytes_read: int = 0
    events_seen: int = 0
    checked: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = tuple(NOT_LOOKED_AT.values())
    key_never_seen: str | None = None
    store_missed: str | None = None

    @property
    def verdict(self) -> Verdict:
        if self.leftovers:
            return Verdict.FAILED
        return Verdict.UNKNOWN if self.all_unread else Verdict.PASS

    @property
    def all_unread(self) -> list[str]:
        """Everything that makes the verdict UNKNOWN."""
        missed = []
        if self.key_never_seen is not None:
            missed.append(f"{self.key_never_seen} (was never there: close again with the key folder that holds it)")
        if self.store_missed is not None:
            missed.append(f"{self.store_missed} (was moved away or emptied before: put it back and close again)")
        return [*self.unread, *missed]

    @property
    def only_lost_things_unknown(self) -> bool:
        """Whether nothing but a key or a store that nobody can find keeps this from being PASS."""
        lost = self.key_never_seen is not None or self.store_missed is not None
        return lost and not self.leftovers and not self.unread

    def as_dict(self) -> dict[str, Any]:
        return {"verdict": self.verdict.value, **asdict(self), "unread": self.all_unread}


def find_leftovers(
    data_dir: Path,
    needles: Iterable[str | bytes] = (),
    *,
    key_dir: Path | None = None,
    event_id: str | None = None,
    finished: bool = True,
    also: Iterable[Path] = (),
) -> LeftoverReport:
    """Look through ``data_dir`` (one event of it, with ``event_id``) for anything an event should not leave.

    ``needles``: strings or bytes known to be personal; text is looked for as UTF-8, UTF-16 and GB18030. ``key_dir``:
    also look for keys there. ``finished``: an event that is still closing counts as left over. ``also``: other folders,
    of logs or temporary files, whose contents are looked through; what they hold is judged by content alone.
    """
    others = tuple(also)
    report = LeftoverReport(checked=_what_is_checked(key_dir, others))
    root = data_dir / "events" / event_id if event_id else data_dir
    if not _is_folder(root):
        report.unread.append(str(root))
        return report
    wanted = Needles.of(needles)
    for path in _files(root, report, wanted):
        _look_at_ours(path, data_dir, wanted, report)
    for folder in others:
        _look_through(folder, wanted, report)
    folders = [root] if event_id else sorted((data_dir / "events").glob("*"))
    for folder in filter(_is_folder, folders):
        report.events_seen += 1
        if finished:
            _look_at_the_end(folder, report)
    if key_dir is not None:
        _look_for_keys(key_dir, event_id, wanted, report)
    still_open = deleted_but_open(root)
    report.leftovers += [Leftover(f"{where} (process {pid})", "deleted_but_open") for pid, where in still_open]
    return report


def _what_is_checked(key_dir: Path | None, also: tuple[Path, ...]) -> tuple[str, ...]:
    left_out = {"keys"} if key_dir is None else set()
    left_out |= set() if also else {"also"}
    return tuple(said for code, said in LOOKED_AT.items() if code not in left_out)


def _is_folder(path: Path) -> bool:
    """As far as anybody can see: a path that may not be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _files(root: Path, report: LeftoverReport, wanted: Needles | None = None) -> Iterator[Path]:
    """Plain files below ``root``. With ``wanted``, folders whose names say too much are left over."""

    waiting = [root]
    while waiting:  # no call within a call: folders may be nested as deep as paths may be long
        here, below = waiting.pop(), []
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            report.unread.append(str(here))
            continue
        for entry in entries:
            path = here / entry.name
            try:
                is_link, is_folder = path.is_symlink(), path.is_dir()
            except OSError:  # a folder that may be listed and not entered
                report.unread.append(str(path))
                continue
            if is_link:
                report.unread.append(f"{path} (a link, not followed)")
            elif not is_folder:
                yield path
            else:
                below.append(path)
                if wanted is not None:
                    report.leftovers += [Leftover(str(path), mark) for mark in _marks_of_folder(path, wanted, report)]
        waiting += reversed(below)


def _marks_of_folder(path: Path, wanted: Needles, report: LeftoverReport) -> list[str]:
    marks = marks_of_name(path.name, wanted)
    try:
        marks |= marks_of_attributes(path, wanted)
    except OSError:
        report.unread.append(f"{path} (extended attributes)")
    return sorted(marks - {"archive", "database"})


def _look_through(folder: Path, wanted: Needles, report: LeftoverReport) -> None:
    if not _is_folder(folder):
        report.unread.append(str(folder))
        return
    for path in _files(folder, report, wanted):
        # Other programs may keep databases there; that one is ours is seen by what it holds.
        report.leftovers += [
            Leftover(str(path), mark) for mark in (_marks(path, wanted, report) or set()) - {"database"}
        ]


def _look_at_ours(path: Path, data_dir: Path, wanted: Needles, report: LeftoverReport) -> None:
    parts = path.relative_to(data_dir).parts
    of_device = len(parts) == 2 and parts[0] == "device" and path.name in DEVICE_STORES
    if path.name.endswith(SUSPECT_SUFFIXES) and not of_device:
        report.leftovers.append(Leftover(str(path), "suspect_file"))
    elif parts[0] == "events" and (path.name not in KEPT_PER_EVENT or len(parts) != 3):
        report.leftovers.append(Leftover(str(path), "unexpected_file"))
    marks = _marks(path, wanted, report) or set()
    if "database" in marks:
        marks = marks - {"database"} | (set() if of_device else {"ticket_store"})
    report.leftovers += [Leftover(str(path), mark) for mark in sorted(marks)]


def _marks(path: Path, wanted: Needles, report: LeftoverReport, *, count: bool = True) -> set[str] | None:
    """What the file and its name give away; None, and said to be so, for one that cannot be read.

    What is packed and cannot be looked into is said to be so.
    """
    try:
        if not path.is_file():
            report.unread.append(f"{path} (not a plain file)")
            return None
        marks, size = marks_in(path, wanted)
        marks |= marks_of_attributes(path, wanted)
    except OSError:
        report.unread.append(str(path))
        return None
    report.files_read += count
    report.bytes_read += size if count else 0
    if "archive" in marks:
        report.unread.append(f"{path} (packed: not looked into)")
    return marks - {"archive"} | marks_of_name(path.name, wanted)


def _look_at_the_end(folder: Path, report: LeftoverReport) -> None:
    """Whether the event's closing ended, and whether anybody ever saw the key it should have destroyed.

    A folder that does not say its state was never closed here. One that says it was not closed has a key somewhere.
    """
    file = folder / "state.json"
    state = read_state(file)
    if state in {EventState.CLOSING, EventState.UNKNOWN} or not os.path.lexists(file):
        report.leftovers.append(Leftover(str(file), "closing_not_finished"))
    elif state not in OVER:
        report.unread.append(f"{file} (says {state.value}: not closed yet)")
    if state not in OVER:
        return
    try:
        said = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        key_seen, store_missed = said["key_seen"], said["store_missed"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        report.unread.append(f"{folder / 'report.json'} (does not say what was destroyed)")
    else:
        if key_seen is not True:
            report.unread.append(f"{folder / 'report.json'} (says that the event's key was never seen)")
        if store_missed is not False:
            report.unread.append(f"{folder / 'report.json'} (says that the event's tickets were missing)")


def _look_for_keys(key_dir: Path, event_id: str | None, wanted: Needles, report: LeftoverReport) -> None:
    """Sub-folders too, and for all else that an event should not leave, contents and names.

    Without ``event_id`` all that is not the machine's own is left over.
    """
    if not _is_folder(key_dir):
        report.unread.append(f"{key_dir} (not a folder, or not to be entered: whether keys are left nobody has seen)")
        return
    for path in _files(key_dir, report, wanted):
        marks = _marks(path, wanted, report, count=False)
        if marks is None:
            continue
        by_name = event_id is not None and path.name.startswith(f"{event_id}.key")
        if by_name or _holds_key(path, event_id, own=path.parent == key_dir, report=report):
            report.leftovers.append(Leftover(str(path), "key_file"))
        report.leftovers += [Leftover(str(path), mark) for mark in sorted(marks - {"key", "database"})]


def _holds_key(path: Path, event_id: str | None, *, own: bool, report: LeftoverReport) -> bool:
    """By content, at any place in the file. ``own``: it lies where the machine's own keys do."""
    try:
        events, _ = keys_in(path)
        if event_id is None:
            return bool(events) or not (own and _is_the_machines(path))
    except OSError:
        report.unread.append(str(path))
        return False
    return event_id in events


def _is_the_machines(path: Path) -> bool:
    """Raises OSError."""
    form = DEVICE_KEYS.get(path.name)
    if form is None:
        return False
    with path.open("rb") as file:
        return form.fullmatch(file.read(_MOST_KEY_BYTES + 1)) is not None
