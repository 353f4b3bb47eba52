"""A live station starts once more before it does anything: some settings count only before Python runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

from kiosk.integrity.clean_start import BEGAN_WITH, OPTIONS, cleaned, stains
from kiosk.memory.allocator import asked_for, overwriting

STARTED_AFRESH = "VENUE_KIOSK_STARTED_AFRESH"
"""In the environment of the second start: there is no third."""

Execute = Callable[[str, list[str], dict[str, str]], object]


def start_afresh(environment: Mapping[str, str] = BEGAN_WITH, execute: Execute = os.execve) -> None:
    """Become the same command, told to overwrite what it frees, and inheriting nothing that could bring code along
    (kiosk.integrity.clean_start); returns where this is it already.

    The process keeps its number. Python must not be started with -E or -I: it would overlook PYTHONMALLOC. Where the
    system does not let us, or a second start is no cleaner (Python's own start may write into the environment), the
    station starts as it is, and says so.
    """
    if STARTED_AFRESH not in environment and (not asked_for(environment) or stains(environment)):
        with suppress(OSError):
            arguments = [sys.executable, *OPTIONS, *sys.orig_argv[1:]]  # twice does no harm; the rest is not ours
            execute(sys.executable, arguments, {**overwriting(cleaned(environment)), STARTED_AFRESH: "1"})
