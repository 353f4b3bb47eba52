"""At most one process closes an event at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ClosingElsewhere(Exception):
    """Another process is closing this event right now."""


@contextmanager
def closing_alone(folder: Path) -> Iterator[None]:
    """Hold the event's folder; the kernel lets go of it when the process ends, however it ends.

    Raises ClosingElsewhere, OSError when there is no such folder.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClosingElsewhere from None
        yield
    finally:
        os.close(descriptor)
