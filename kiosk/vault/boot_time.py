"""Time that nobody sets: since the machine was started, its sleep included."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class BootTime:
    """``s`` seconds since the start that ``boot`` names."""

    s: float
    boot: str


def boot_time() -> BootTime:
    """Now (clock_gettime(2), CLOCK_BOOTTIME). Any thread."""
    return BootTime(time.clock_gettime(time.CLOCK_BOOTTIME), _BOOT_ID.read_text("ascii").strip())
