"""Closing without anybody asking: before a station shows anything, and while stations run, in a process of its own.

``python -I -m kiosk.closing.by_itself DATA_DIR KEY_DIR EVENT BECAUSE`` is that process; it goes on when the station
that started it ends. It closes with the same code as the command, waits for the stations to let go of the event, and
exits 0 when the event is WIPED, 1 when it is not yet, 3 when another process is at it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kiosk.audit.log import AuditLog
from kiosk.audit.port import Audit
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.close import ClosingReport, Progress, close_event
from kiosk.closing.deadline import Deadline
from kiosk.closing.journal import Because
from kiosk.closing.lock import ClosingElsewhere
from kiosk.closing.paper_process import paper_of
from kiosk.closing.schedule import Due
from kiosk.closing.state import WrongState
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.memory.allocator import plain
from kiosk.ports import SystemClock
from kiosk.vault.core_dumps import leave_no_core

WAIT_FOR_STATIONS_S = 60.0
"""A visit that runs when the time is over may end first."""

NOT_YET, ELSEWHERE = 1, 3


def audit_of(place: EventPlace) -> Audit:
    """The log of the machine the event is on."""
    return AuditLog.at(device_of(place), SystemClock())


def device_of(place: EventPlace) -> DevicePlace:
    return DevicePlace(place.data_dir, place.key_dir)


def deadline_of(place: EventPlace, audit: Audit) -> Deadline:
    """By the machine's own clocks."""
    return Deadline(place, ClockFile(device_of(place), audit), audit)


def finish_before_start(
    place: EventPlace, deadline: Deadline, audit: Audit, progress: Progress = lambda step, share: None
) -> ClosingReport | None:
    """Close an event whose time is over, or whose closing was cut short; None where nothing was to be done.

    Raises ClosingElsewhere, NobodyKnows, OSError.
    """
    judged = deadline.look()
    if judged.due is not Due.CLOSE:
        return None
    try:
        return close_event(place, progress, audit=audit, because=judged.because, wait_s=WAIT_FOR_STATIONS_S)
    except WrongState:
        return None  # somebody finished it meanwhile


def start_closing(place: EventPlace, because: Because) -> subprocess.Popen[bytes]:
    """Begin to close in a process of its own, which outlives this one. Raises OSError."""
    arguments = [str(place.data_dir), str(place.key_dir), place.event_id, because.value]
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "kiosk.closing.by_itself", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=plain(os.environ),
        start_new_session=True,
    )


def main(data_dir: str, key_dir: str, event_id: str, because: str) -> int:
    leave_no_core()
    place = EventPlace(Path(data_dir), Path(key_dir), event_id)
    try:
        why, log = Because(because), audit_of(place)
        report = close_event(place, audit=log, because=why, wait_s=WAIT_FOR_STATIONS_S, make_paper=paper_of)
    except WrongState:
        return 0
    except ClosingElsewhere:
        return ELSEWHERE
    except OSError as broken:
        sys.stderr.write(f"Event {event_id} cannot be closed: {broken.strerror}.\n")
        return NOT_YET
    return 0 if report.is_over else NOT_YET


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
