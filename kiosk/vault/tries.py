"""How often a wrong opening secret was tried, in a small file beside the key, so that a restart forgets nothing.

A try is counted before it is made: pulling the plug in the middle of one saves nobody a try. After a wrong one the next
has to wait 1, 2, 4, 8 s; the fifth locks for 15 minutes, then counting begins again. Time is counted from the machine's
start, so that no clock is set to end a wait; after a restart the whole wait begins again. The file is made with the
key: one that is gone, or that nobody can understand, counts as five wrong tries.

This slows whoever stands at the kiosk. Who copies the key file guesses elsewhere, at argon2id's price.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.vault.boot_time import BootTime, boot_time
from kiosk.vault.errors import TriesUsedUp
from kiosk.vault.key_file import PRIVATE_MODE, KeyFileUnusable, write_private

MOST_TRIES = 5
LOCKED_S = 900.0
_MOST_BYTES = 1000


@dataclass(frozen=True)
class Tally:
    """``failed``: wrong tries since the last right one or the last lock; ``at``, ``until``: seconds since the start
    that ``boot`` names, of the last wrong try and of when the next one may be made.
    """

    failed: int = 0
    at: float = 0.0
    until: float = 0.0
    boot: str = ""

    def wait_s(self, now: BootTime) -> float:
        """How long the next try has to wait, ``now`` being of the same start."""
        return max(0.0, self.until - now.s)

    def after_start(self, now: BootTime) -> Tally:
        """The same after the machine was started again: the whole wait begins again."""
        if self.boot == now.boot and self.at <= now.s:
            return self
        return Tally(self.failed, now.s, now.s + self.until - self.at, now.boot)

    def after_failure(self, now: BootTime) -> Tally:
        failed = self.failed % MOST_TRIES + 1
        wait_s = LOCKED_S if failed == MOST_TRIES else 2.0 ** (failed - 1)
        return Tally(failed, now.s, now.s + wait_s, now.boot)

    @property
    def left(self) -> int:
        """Tries left before the long wait."""
        return MOST_TRIES - self.failed


@dataclass(frozen=True)
class OneTry:
    """``left``: tries before the long wait should this one be wrong. ``right``: to be called when it is not."""

    left: int
    right: Callable[[], None]


class Tries:
    """The tally in ``path``. Two processes of one machine share it."""

    def __init__(self, path: Path, now: Callable[[], BootTime] = boot_time) -> None:
        self._path, self._now = path, now

    def begin(self) -> None:
        """For a new key: nothing was tried yet. Raises KeyFileUnusable."""
        write_private(self._path, _text(Tally()))

    def wait_s(self) -> float:
        """How long the next try has to wait; 0.0 when it may be made. Raises KeyFileUnusable."""
        with self._file() as file:
            now = self._now()
            return _read(file, now).wait_s(now)

    @contextmanager
    def one(self) -> Iterator[OneTry]:
        """Around one try: counted as wrong on the way in, and left so unless it is told to be right.

        Raises TriesUsedUp, KeyFileUnusable.
        """
        with self._file() as file:
            now = self._now()
            tally = _read(file, now)
            wait_s = tally.wait_s(now)
            if wait_s > 0:
                raise TriesUsedUp(wait_s)
            counted = tally.after_failure(now)
            _write(file, counted)

            yield OneTry(counted.left, lambda: _write(file, Tally()))

    @contextmanager
    def _file(self) -> Iterator[int]:
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            file = os.open(self._path, flags, PRIVATE_MODE)
        except OSError:
            raise KeyFileUnusable("io") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _read(file: int, now: BootTime) -> Tally:
    try:
        found = json.loads(os.pread(file, _MOST_BYTES, 0))
        tally = Tally(int(found["failed"]), float(found["at"]), float(found["until"]), str(found["boot"]))
        if 0 <= tally.failed <= MOST_TRIES and 0 <= tally.until - tally.at <= LOCKED_S + 1:
            after = tally.after_start(now)
            if after is not tally:
                _write(file, after)
            return after
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        pass
    damaged = Tally(MOST_TRIES, now.s, now.s + LOCKED_S, now.boot)
    _write(file, damaged)
    return damaged


def _write(file: int, tally: Tally) -> None:
    """In one write of always the same length: there is no half a tally. Raises KeyFileUnusable."""
    text = _text(tally)
    try:
        os.pwrite(file, text, 0)
        os.ftruncate(file, len(text))
        os.fsync(file)
    except OSError:
        raise KeyFileUnusable("io") from None


def _text(tally: Tally) -> bytes:
    return (json.dumps(asdict(tally)).ljust(200) + "\n").encode("ascii")
