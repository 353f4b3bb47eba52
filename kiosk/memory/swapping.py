"""Whether this machine may write its memory to a disk in clear: by swapping, or by hibernating (R-46).

Locked pages are not swapped, but hibernation writes them too, and not everything Python and Qt hold is locked.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

IN_MEMORY = "zram"
_ENCRYPTED = "CRYPT-"  # how dm-crypt begins the uuid of its devices


@dataclass(frozen=True)
class Swapping:
    """``swaps``: devices and files that take pages in clear. ``hibernates_to``: major:minor of a resume device in
    clear, "" where the machine cannot hibernate. ``seen``: False when the system would not say."""

    swaps: tuple[str, ...] = ()
    hibernates_to: str = ""
    seen: bool = True

    @property
    def in_clear(self) -> bool:
        return bool(self.swaps or self.hibernates_to)

    @property
    def code(self) -> str:
        """For the log: none, swap, hibernation, swap.hibernation, or unseen."""
        if not self.seen:
            return "unseen"
        found = [name for name, is_so in (("swap", self.swaps), ("hibernation", self.hibernates_to)) if is_so]
        return ".".join(found) or "none"


def swapping(proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> Swapping:
    """As the kernel says now (proc_swaps(5), power/state and power/resume in sysfs)."""
    try:
        lines = (proc / "swaps").read_text("utf-8").splitlines()[1:]
    except OSError:
        return Swapping(seen=False)
    names = [line.split()[0] for line in lines if line.strip()]
    return Swapping(tuple(name for name in names if not _covered(name, sys)), _hibernates_to(sys))


def _covered(name: str, sys: Path) -> bool:
    """A swap file is as open as the file system under it, which cannot be told from here: it counts as open."""
    if not name.startswith("/dev/"):
        return False
    block = Path(os.path.realpath(name)).name
    return block.startswith(IN_MEMORY) or _encrypted(sys / "class" / "block" / block)


def _hibernates_to(sys: Path) -> str:
    states, resume = _text(sys / "power" / "state"), _text(sys / "power" / "resume")
    if "disk" not in states.split() or resume in {"", "0:0"}:
        return ""
    return "" if _encrypted(sys / "dev" / "block" / resume) else resume


def _encrypted(block: Path) -> bool:
    return _text(block / "dm" / "uuid").startswith(_ENCRYPTED)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError:
        return ""
