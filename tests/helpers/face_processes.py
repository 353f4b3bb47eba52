"""Waiting for engine events and process ends by deadline, never by sleeping."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from drivers.deadline import Deadline
from kiosk.face.port import EngineEvent, FaceVisit

PATIENCE_S = 10.0


def collect_until(
    visit: FaceVisit, enough: Callable[[list[EngineEvent]], bool], timeout_s: float = PATIENCE_S
) -> list[EngineEvent]:
    """All events up to the ones that are enough; fails when they do not come."""
    events: list[EngineEvent] = []
    deadline = Deadline.after(timeout_s)
    while not deadline.expired():
        events += visit.poll(0.05)
        if enough(events):
            return events
    raise AssertionError(f"still waiting after {timeout_s} s; came: {events}")


def visit_pids(warm_pid: int) -> list[int]:
    """The processes the warm engine has forked, by number."""
    return sorted(child.pid for child in psutil.Process(warm_pid).children())


@contextmanager
def watched(pid: int) -> Iterator[Callable[[float], bool]]:
    """Yields ``gone_within(seconds)`` for a process that is alive now."""
    pidfd = os.pidfd_open(pid)
    try:
        yield lambda seconds: bool(select.select([pidfd], [], [], seconds)[0])
    finally:
        os.close(pidfd)


def mapped_files(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text("ascii", errors="replace")
