"""What a rehearsed fleet does to its own base, and to no other process: power cut, standstill, full disk, restoring."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from kiosk.base.backup import back_up, restore
from kiosk.base.cluster import start
from kiosk.base.errors import BaseTrouble
from kiosk.base.place import BasePlace, BaseSettings

START_S = 60.0
_AGAIN_S = 0.2
_GONE_S = 10.0


def processes_of(place: BasePlace) -> list[psutil.Process]:
    """The base's PostgreSQL, its first process first; empty where it does not run."""
    try:
        pid = int((place.data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        first = psutil.Process(pid)
        if Path(first.cwd()) != place.data:  # an old number that is somebody else's now
            return []
        return [first, *first.children(recursive=True)]
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return []


def _all_of_it(place: BasePlace) -> list[psutil.Process]:
    """With the first process standing still, which else starts another while they are found.

    One that was left would wait for ever for what a killed one held, and no base would start beside it.
    """
    _send(processes_of(place)[:1], signal.SIGSTOP)
    return processes_of(place)


def kill(place: BasePlace) -> None:
    """All of it at once, as when the power goes."""
    found = _all_of_it(place)
    _send(found, signal.SIGKILL)
    psutil.wait_procs(found, timeout=_GONE_S)


def pause(place: BasePlace) -> Callable[[], None]:
    """It stands still, connections and all, until what is returned is called."""
    found = _all_of_it(place)
    _send(found, signal.SIGSTOP)
    return lambda: _send(found, signal.SIGCONT)


def fill_disk(place: BasePlace, settings: BaseSettings) -> Callable[[], None]:
    """The kernel refuses it every byte it would write to a file, until what is returned is called."""
    _limit_as_its_user(place, settings, "0:")

    def mend() -> None:
        _limit_as_its_user(place, settings, "unlimited:")
        if not processes_of(place):
            start_again(place, settings)

    return mend


def restored_later(place: BasePlace, settings: BaseSettings, file: Path) -> Callable[[], None]:
    """Back it up now; put that back when what is returned is called."""
    back_up(place, settings, file)
    return lambda: restore(place, settings, file)


def start_again(place: BasePlace, settings: BaseSettings) -> None:
    """After a kill; tried until what is left of the old one is gone. Raises BaseTrouble."""
    deadline_s = time.monotonic() + START_S
    while True:
        try:
            start(place, settings)
        except BaseTrouble:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def limit_station(pid: int) -> Callable[[], None]:
    """A station on a full disk, until what is returned is called."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))

    def mend() -> None:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)

    return mend


def _send(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _limit_as_its_user(place: BasePlace, settings: BaseSettings, size: str) -> None:
    """Limits of another user's process are that user's to change, or a right that root does not have everywhere."""
    account = settings.account
    other = account.pw_uid if account.pw_uid != os.geteuid() else None
    for process in processes_of(place):  # one that has ended meanwhile needs no limit
        command = ["prlimit", "--pid", str(process.pid), f"--fsize={size}"]
        subprocess.run(command, check=False, capture_output=True, user=other)
