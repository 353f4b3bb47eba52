"""No core file: a dump of a process that holds the event's key or somebody's portrait is a copy of them (R-46)."""

from __future__ import annotations

import resource

HARD_LIMIT_BYTES = 1
"""Too short for any dump, and what a maker's decoder is run with: at a limit of 1, unlike 0, the kernel does not even
pipe a dump into a crash collector (core(5))."""


def leave_no_core() -> None:
    """For this process and all it starts from now on. It stays traceable: closing looks for who holds its files."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    lowest = HARD_LIMIT_BYTES if hard == resource.RLIM_INFINITY else min(HARD_LIMIT_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (0, lowest))
