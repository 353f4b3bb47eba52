"""One at a time in a folder; the kernel lets go of it when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


class ClosingElsewhere(Exception):
    """Another process is closing this event right now."""


@contextmanager
def folder_alone(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold ``folder`` among the processes of this machine. Raises OSError where there is no such folder, and
    BlockingIOError where another has it and we do not ``wait``."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def closing_alone(folder: Path) -> Iterator[None]:
    """Hold the event's folder: at most one process closes an event. Raises ClosingElsewhere, OSError."""
    with ExitStack() as held:
        try:
            held.enter_context(folder_alone(folder, wait=False))
        except BlockingIOError:
            raise ClosingElsewhere from None
        yield
