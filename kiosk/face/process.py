"""What a process of the engine asks of Linux: to die with its parent, to leave no dump, to fork as one thread, and to
leave nobody behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Collection
from pathlib import Path

from kiosk.vault.core_dumps import leave_no_core, refuse_attaching

NICENESS = 5
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int | bytes) -> None:
    argument = ctypes.c_char_p(value) if isinstance(value, bytes) else ctypes.c_ulong(value)
    if _libc.prctl(option, argument, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def set_name(name: str) -> None:
    """Name shown by ps, at most 15 characters."""
    _prctl(PR_SET_NAME, name.encode()[:15])


def die_with_parent(parent_pid: int) -> None:
    """SIGKILL when the parent's forking thread ends; at once where it is gone already."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        os._exit(1)


def outlive_parent() -> None:
    """Take ``die_with_parent`` back: this process notices by itself, and has something to clear up first."""
    _prctl(PR_SET_PDEATHSIG, 0)


def leave_no_dump() -> None:
    """No core file, no attaching debugger of the same user, no reading of /proc/self/mem by others."""
    leave_no_core()
    refuse_attaching()


def adopt_orphans() -> None:
    """Processes below this one whose parent ends become its own children, not init's."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def let_the_window_go_first() -> None:
    """What comes from here may wait a little; a finger or a screen may not."""
    with contextlib.suppress(OSError):
        os.nice(NICENESS)


def end_all_but(spared: Collection[int]) -> None:
    """Kill and reap every child but the ``spared`` process ids, and all that is below them.

    A maker's program in a visit has a session of its own and may have started others: a process group does not reach
    them, and a parent's death signal only the first.
    """
    while others := [pid for pid in _children(os.getpid()) if pid not in spared]:
        for other in others:
            _kill_with_all_below(other)
            os.waitpid(other, 0)


def _kill_with_all_below(pid: int) -> None:
    below = _children(pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for each in below:
        _kill_with_all_below(each)


def _children(pid: int) -> list[int]:
    """By number; of every thread, as a decoder is started by one of its own. None of a process that has ended."""
    with contextlib.suppress(OSError):
        lists = [thread.read_text("ascii") for thread in Path(f"/proc/{pid}/task").glob("*/children")]
        return [int(child) for child in " ".join(lists).split()]
    return []


def thread_count() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())
