"""No core file and no attaching: a dump of a process that holds the event's key or somebody's portrait is a copy of
them (R-46)."""

from __future__ import annotations

import ctypes
import os
import resource

HARD_LIMIT_BYTES = 1
"""Too short for any dump, and what a maker's decoder is run with: at a limit of 1, unlike 0, the kernel does not even
pipe a dump into a crash collector (core(5))."""
PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4

_libc = ctypes.CDLL(None, use_errno=True)


def leave_no_core() -> None:
    """For this process and all it starts from now on. It stays traceable; see ``refuse_attaching``."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    lowest = HARD_LIMIT_BYTES if hard == resource.RLIM_INFINITY else min(HARD_LIMIT_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (0, lowest))


def refuse_attaching() -> None:
    """No debugger and no reading of this process's memory by the same user; root still can. Its descriptors are hidden
    as well, so whoever looks for holders of a file must look at locks too. Raises OSError."""
    if _libc.prctl(PR_SET_DUMPABLE, ctypes.c_ulong(0), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def refuses_attaching() -> bool:
    """Of this process."""
    return bool(_libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)
