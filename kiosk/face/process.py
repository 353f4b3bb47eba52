"""What a process of the engine asks of Linux: to die with its parent, to leave no dump, to fork as one thread."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15

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


def leave_no_dump() -> None:
    """No core file, no attaching debugger of the same user, no reading of /proc/self/mem by others."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(PR_SET_DUMPABLE, 0)


def thread_count() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())
