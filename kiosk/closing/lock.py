"""One at a time in a folder; the kernel lets go of it when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import math
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_TRY_AGAIN_S = 0.05


class ClosingElsewhere(Exception):
    """Another process is closing this event right now."""


@contextmanager
def folder_alone(folder: Path, *, wait_s: float = math.inf) -> Iterator[None]:
    """Hold ``folder`` among the processes of this machine. Raises OSError where there is no such folder, and
    BlockingIOError where another still has it after ``wait_s``."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _take(descriptor, wait_s)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, wait_s: float) -> None:
    until_s = time.monotonic() + wait_s
    while wait_s < math.inf and time.monotonic() < until_s:
        if _is_free(descriptor):
            return
        time.sleep(_TRY_AGAIN_S)
    fcntl.flock(descriptor, fcntl.LOCK_EX if wait_s == math.inf else fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_free(descriptor: int) -> bool:
    """And ours from now on, if so."""
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


@contextmanager
def closing_alone(folder: Path) -> Iterator[None]:
    """Hold the event's folder: at most one process closes an event. Raises ClosingElsewhere, OSError."""
    with ExitStack() as held:
        try:
            held.enter_context(folder_alone(folder, wait_s=0.0))
        except BlockingIOError:
            raise ClosingElsewhere from None
        yield
