"""A training: the rehearsal by hand with a course, in a folder and under keys of its own, destroyed at its end (R-96).

What a training shares with the machine's own events is nothing: another data folder, another key folder, invented
people, simulated devices. It ends as an event ends, by the same closing; the folder goes after the look for what is
left. One that was cut short by a loss of power is ended when the next one begins.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict
from kiosk.closing.lock import ClosingElsewhere, folder_alone
from kiosk.closing.state import OVER, WrongState, state_at
from kiosk.config.places import EventPlace
from kiosk.rehearsal.venue import EVENT_ID

PREFIX = "kiosk-training-"


@contextmanager
def training_folder(parent: Path | None = None) -> Iterator[Path]:
    """A new folder below ``parent`` (the system's temporary one), held while it is used; the caller ends it.

    Raises OSError.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))  # of mode 0700
    with folder_alone(folder):
        yield folder


def end_training(folder: Path) -> Verdict:
    """Close the training's event as every event is closed, then remove the folder.

    UNKNOWN where there was no event to close, or its closing could not be finished. Raises OSError.
    """
    place = EventPlace(folder / "data", folder / "keys", EVENT_ID)
    verdict = Verdict.UNKNOWN
    if place.folder.is_dir() and state_at(place) not in OVER:
        with suppress(WrongState, ClosingElsewhere):
            verdict = close_event(place, wait_s=0.0).verdict
    shutil.rmtree(folder)
    return verdict


def sweep_cut_short(parent: Path | None = None) -> int:
    """End every training of this user that nobody holds any more; how many there were. Raises OSError."""
    ended = 0
    for folder in sorted((parent or Path(tempfile.gettempdir())).glob(f"{PREFIX}*")):
        if not _is_ours(folder):
            continue
        with suppress(BlockingIOError), folder_alone(folder, wait_s=0.0):
            end_training(folder)
            ended += 1
    return ended


def _is_ours(folder: Path) -> bool:
    """Others may put links of such a name where everybody may write."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
