"""How many people's captures an event holds, and held at most at one time (R-76). Numbers only; no key is needed."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.reading import newest_first
from kiosk.closing.state import write_whole
from kiosk.config.places import DevicePlace, EventPlace

ITEM_SUFFIX = ".held"
PENDING_SUFFIX = ".pending"
"""Of an item whose code nobody was shown yet."""
_COUNTS_FILE = "counts.json"
_MAX_FILE_BYTES = 10_000


@dataclass(frozen=True)
class Numbers:
    """``stored`` now, ``peak`` at one time, ``total`` since the event began; one item is one person."""

    stored: int = 0
    peak: int = 0
    total: int = 0


def items(place: EventPlace) -> list[Path]:
    """The files of what is held."""
    return sorted(place.holds_folder.glob(f"*{ITEM_SUFFIX}"))


def pending(place: EventPlace) -> list[Path]:
    """The files of what nobody has the code of yet."""
    return sorted(place.holds_folder.glob(f"*{PENDING_SUFFIX}"))


def strays(place: EventPlace) -> list[Path]:
    """What else lies in the folder, however deep: an item that was renamed, a file that somebody put there."""
    ours = {*items(place), *pending(place), place.holds_folder / _COUNTS_FILE}
    found, left = [], [place.holds_folder]
    while left:
        with suppress(OSError), os.scandir(left.pop()) as entries:
            for entry in entries:
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    left.append(path)
                elif path not in ours:
                    found.append(path)
    return found


def numbers_of(place: EventPlace) -> Numbers | None:
    """None for an event that never held anything. Never raises."""
    try:
        stored = len(items(place)) + len(pending(place))
        with (place.holds_folder / _COUNTS_FILE).open("rb") as file:
            value = json.loads(file.read(_MAX_FILE_BYTES))
        total, peak = int(value["total"]), int(value["peak"])
    except FileNotFoundError:
        return Numbers(stored, stored, stored) if stored else None
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        total = peak = 0
    return Numbers(stored, max(peak, stored), max(total, stored))


def held_counts(place: EventPlace) -> dict[str, int]:
    """For reports and certificates: nothing where the event never held anything.

    The file of the numbers is signed by nobody; the audit log's count is, and the higher one counts.
    """
    numbers, recorded = numbers_of(place), _recorded(place)
    if numbers is None and not recorded:
        return {}
    numbers = numbers or Numbers()
    total = max(numbers.total, recorded)
    return {"held_stored": numbers.stored, "held_peak": max(numbers.peak, min(total, 1)), "held_total": total}


def _recorded(place: EventPlace) -> int:
    """How many the audit log has counted since the event was made: whole quarters of an hour. 0 where it is no use."""
    total = 0
    with suppress(OSError, ValueError, TypeError, KeyError):
        for line in newest_first(DevicePlace(place.data_dir, place.key_dir).audit_file):
            if line.about != place.event_id:
                continue
            if line.kind == Kind.EVENT_CREATED:
                break
            if line.kind == Kind.HOLDS_COUNTED:
                total += int(line.fields["count"])
    return total


def count_one_more(place: EventPlace) -> None:
    """Before the item is written: after a power cut there is one too many, never one too few. Raises OSError."""
    now = numbers_of(place) or Numbers()
    counted = Numbers(now.stored + 1, max(now.peak, now.stored + 1), now.total + 1)
    write_whole(place.holds_folder / _COUNTS_FILE, json.dumps(asdict(counted)) + "\n")
