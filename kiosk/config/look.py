"""How the windows of a machine look: by day, by night or by the clock, and whether anything on them moves by itself.

The machine file says how they begin. What staff choose later, at the desk or in the office, is kept in
``<data_dir>/device/look.json`` and is every window's of this machine, the attendees' too.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path


class Theme(StrEnum):
    DAY = "day"
    NIGHT = "night"
    CLOCK = "clock"


@dataclass(frozen=True)
class Look:
    theme: Theme = Theme.DAY
    motion: bool = True


@dataclass(frozen=True)
class NightHours:
    """From ``begin`` to just before ``end``, local time; over midnight where ``end`` is the earlier one."""

    begin: time = time(19)
    end: time = time(6, 30)

    def at(self, moment: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


def is_night(look: Look, hours: NightHours, moment: time) -> bool:
    return hours.at(moment) if look.theme is Theme.CLOCK else look.theme is Theme.NIGHT


@dataclass(frozen=True)
class LookFile:
    """What staff chose. Reading and writing wait for the disk; a file that cannot be read counts as none."""

    path: Path
    first: Look

    def read(self) -> Look:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            return Look(Theme(kept["theme"]), kept["motion"] is True)
        except (OSError, ValueError, KeyError, TypeError):
            return self.first

    def write(self, look: Look) -> Look:
        """Raises OSError. Whole or not at all; a power cut may lose it, and staff choose again."""
        fresh = self.path.with_suffix(".new")
        fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(json.dumps(asdict(look)), encoding="utf-8")
        fresh.replace(self.path)
        return look
