"""A copy of the log on a second medium, which is also an anchor: what is cut off here is still there.

The copy is always a beginning of the log, byte for byte, so that whatever is missing can be added when the medium comes
back. One that is not a beginning of the log any more (somebody changed one of the two) is never touched.
Which folder it is and whether it was there last is kept in a small file beside the log, so that every process of the
device copies, and a loss is recorded once.
"""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

PRIVATE_MODE = 0o600
_COMPARED_BYTES = 4096
_CHUNK_BYTES = 1 << 20
MAX_STATE_BYTES = 4096


@dataclass(frozen=True)
class MediumState:
    """``to``: the folder, "" for none. ``apart``: it was seen to be another file system than the log's."""

    to: str = ""
    lost: bool = False
    apart: bool = False


class CopyLost(Exception):
    """``code``: missing, not_mounted, differs, full, io."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Medium:
    """The copy of the log in ``log_file``. Call only while the log is locked."""

    def __init__(self, log_file: Path) -> None:
        self._log_file = log_file
        self._state_file = log_file.with_name(log_file.name + ".copy.json")

    def use(self, folder: Path | None) -> None:
        """From now on copy into ``folder``; None for nowhere. Raises OSError."""
        now = self.state()
        wanted = "" if folder is None else str(folder)
        if now.to != wanted:
            self.note(MediumState(to=wanted))

    def state(self) -> MediumState:
        """What the file beside the log says; a damaged one says nothing."""
        try:
            with self._state_file.open("rb") as file:
                values = json.loads(file.read(MAX_STATE_BYTES))
            return MediumState(str(values["to"]), values["lost"] is True, values["apart"] is True)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return MediumState()

    def note(self, state: MediumState) -> None:
        """Raises OSError."""
        beside = self._state_file.with_name(self._state_file.name + ".new")
        beside.write_text(json.dumps(asdict(state)), encoding="utf-8")
        beside.replace(self._state_file)

    def copy_name(self, fingerprint: str) -> str:
        return f"audit-{fingerprint}.log"

    def follow(self, descriptor: int, fingerprint: str, state: MediumState) -> tuple[int, MediumState]:
        """Add to the copy what it lacks; how many bytes, and the state with ``lost`` cleared. Raises CopyLost."""
        folder = Path(state.to)
        try:
            apart = folder.stat().st_dev != os.fstat(descriptor).st_dev
            if state.apart and not apart:
                raise CopyLost("not_mounted")  # the bare mount point is this disk again
            added = _add_missing(descriptor, folder / self.copy_name(fingerprint))
        except FileNotFoundError:
            raise CopyLost("missing") from None
        except OSError as error:
            raise CopyLost("full" if error.errno == errno.ENOSPC else "io") from None
        except ValueError:  # a folder no file system can have, from a state file somebody changed
            raise CopyLost("missing") from None
        return added, replace(state, lost=False, apart=apart)

    def set_aside(self, fingerprint: str, last_seq: int) -> None:
        """Keep the copy under another name: the log's beginning was purged, and a new copy begins."""
        state = self.state()
        copy = Path(state.to) / self.copy_name(fingerprint)
        if state.to:
            with suppress(OSError, ValueError):
                copy.replace(copy.with_name(f"{copy.stem}-to-{last_seq}.log"))


def _add_missing(descriptor: int, copy: Path) -> int:
    target = os.open(copy, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_MODE)
    try:
        have, wanted = os.fstat(target).st_size, os.fstat(descriptor).st_size
        begin = max(0, have - _COMPARED_BYTES)
        if have > wanted or os.pread(target, have - begin, begin) != os.pread(descriptor, have - begin, begin):
            raise CopyLost("differs")
        at = have
        while at < wanted:
            chunk = memoryview(os.pread(descriptor, min(_CHUNK_BYTES, wanted - at), at))
            at += len(chunk)
            while chunk:
                chunk = chunk[os.write(target, chunk) :]
        os.fsync(target)
        return wanted - have
    finally:
        os.close(target)
