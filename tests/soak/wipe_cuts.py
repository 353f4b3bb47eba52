"""Power cuts while an event is made, filled and wiped, at every place where something becomes durable.

A child makes an event, imports a roster and closes the event. In it ``os.fsync`` is wrapped: a copy of the data and key
folders is taken before or after one of its calls, in the middle of SQLite's transaction, or between two steps of the
closing. Every second cut is a plain kill -9 at a random moment instead. What is left is taken up again as by ``kiosk
wipe resume`` and has to end WIPED, with PASS, and without one of the roster's canaries anywhere, free pages included.

A copy holds what the files held, also what no ``fsync`` had reached yet; a disk that loses that, or SQLite's own
``fsync``, cannot be seen from here.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlite_utils import Database

from kiosk.closing import life
from kiosk.closing.by_itself import audit_of
from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict, find_leftovers
from kiosk.closing.making import sweep_half_made
from kiosk.closing.state import EventState, read_state
from kiosk.config.places import EventPlace
from kiosk.ledger import tickets
from kiosk.ledger.tickets import TicketRow
from tests.helpers.event_place import CANARIES, write_event_file, write_roster
from tests.helpers.roster import number
from tests.soak.figures import Figures
from tests.soak.shares import shared

PIECE = 50
PEOPLE, PEOPLE_KILLED = 60, 400
"""Enough to be killed while they are imported."""
EVENT = "rehearsal"
ENDS_WITHIN_S = 60.0
PHASES = ("new", "import", "arm", "close", "close", "close")
"""Where copies are taken; half of the kills fall into the closing, too."""
_WORLD = ("data", "keys")
_MEMORY = Path("/dev/shm")  # what is tried does not depend on the medium


def wipe_cuts(count: int, seed: int) -> Figures:
    """``count`` cuts, half of them copies at an fsync, half of them kill -9."""
    figures = shared("wipe cuts", _share, count, seed, PIECE)
    figures.require(figures.counts.get("cuts", 0) == count, "not every cut was made")
    return figures


def _share(count: int, seed: int) -> Figures:
    figures = Figures("wipe cuts")
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-", dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        folder = Path(name)
        moments, lasts_s = _moments(folder)
        figures.highest("moments a copy can be taken at, max", len(moments))
        for cut in range(count):
            chance = Random(f"{seed}/{cut}")
            with _world(folder, PEOPLE_KILLED if cut % 2 else PEOPLE) as here:
                how = _copied(here, moments, chance) if cut % 2 == 0 else _killed(here, lasts_s, chance)
                _finish(here, how, figures)
    return figures


# --- the child ----------------------------------------------------------------------------------------


def live(folder: Path, copy_at: int, begins: Callable[[str], None] = lambda phase: None) -> list[str]:
    """A whole life of an event: made, filled, closed. At moment ``copy_at`` the disk is copied to ``folder``/cut.

    The moments are given back by where they lie. ``begins``: told of the beginning and of the closing.
    """
    moments: list[str] = []
    sync, phase = os.fsync, "new"

    def moment(edge: str) -> None:
        moments.append(f"{phase}:{edge}")
        if len(moments) - 1 == copy_at:
            _copy(folder, folder / "cut")

    def watched(fd: Any) -> None:
        moment("before")
        sync(fd)
        moment("after")

    def inserted(db: Database, rows: Iterable[TicketRow]) -> None:
        insert(db, rows)
        moment("in the transaction")

    insert = tickets.insert_rows
    os.fsync, tickets.insert_rows = watched, inserted
    begins("life")
    try:
        place = life.new_event(folder / "my-event.toml", folder / "data", folder / "keys")
        phase = "import"
        life.import_tickets(place, folder / "roster.csv", lambda rows: moment("rows"))
        moment("imported")
        phase = "arm"
        life.arm_event(place)
        phase = "close"
        begins(phase)
        close_event(place, lambda step, share: moment(step.value), audit=audit_of(place))
    finally:
        os.fsync, tickets.insert_rows = sync, insert
    return moments


def _copy(folder: Path, to: Path) -> None:
    """The files as they are now. SQLite's shared memory is not on the disk, so a cut takes it."""
    for name in _WORLD:
        shutil.copytree(folder / name, to / name, ignore=shutil.ignore_patterns("*-shm"), dirs_exist_ok=True)


# --- one cut ------------------------------------------------------------------------------------------


@contextmanager
def _world(folder: Path, people: int) -> Iterator[Path]:
    here = Path(tempfile.mkdtemp(prefix="cut-", dir=folder))
    try:
        write_event_file(here)
        write_roster(here, people)
        yield here
    finally:
        shutil.rmtree(here)


def _moments(folder: Path) -> tuple[list[str], dict[str, float]]:
    """All moments of a life that is not disturbed, and how long such a life and its closing take, in s."""
    begun_s: dict[str, float] = {}
    with _world(folder, PEOPLE_KILLED) as here:
        moments = live(here, -1, lambda phase: begun_s.update({phase: time.monotonic()}))
    ended_s = time.monotonic()
    return moments, {phase: ended_s - at_s for phase, at_s in begun_s.items()}


def _copied(here: Path, moments: list[str], chance: Random) -> str:
    """What a power cut leaves at one of the moments, in place of what came after."""
    phase = chance.choice(PHASES)
    at = chance.choice([place for place, moment in enumerate(moments) if moment.startswith(f"{phase}:")])
    live(here, copy_at=at)
    for name in _WORLD:
        shutil.rmtree(here / name, ignore_errors=True)
        if (here / "cut" / name).exists():
            (here / "cut" / name).rename(here / name)
    shutil.rmtree(here / "cut", ignore_errors=True)
    return f"copied in {phase}"


def _killed(here: Path, lasts_s: dict[str, float], chance: Random) -> str:
    """kill -9 at a random moment of the child's life, or of its closing."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.wipe_cuts", str(here)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    phase = chance.choice(sorted(lasts_s))
    while child.stdout.readline().decode().strip() not in (phase, ""):
        pass
    try:
        child.wait(chance.uniform(0.0, lasts_s[phase]))
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
    killed = child.wait() == -signal.SIGKILL
    child.stdout.close()
    return "killed" if killed else "killed too late"


def _finish(here: Path, how: str, figures: Figures) -> None:
    """Take up what was left, as the next start does, and look."""
    figures.count("cuts")
    figures.count(how)
    place = EventPlace(here / "data", here / "keys", EVENT)
    sweep_half_made(place.data_dir, place.key_dir)
    if place.folder.exists():
        state = read_state(place.state_file)
        figures.count(f"left {state.value}")
        if state is not EventState.WIPED:
            report = close_event(place, audit=audit_of(place), wait_s=ENDS_WITHIN_S)
            figures.count("resumed", report.resumed > 0)
            figures.require(report.verdict is Verdict.PASS, f"{how}: {report.verdict} {report.look.as_dict()}")
        figures.require(read_state(place.state_file) is EventState.WIPED, f"{how}: not WIPED")
    else:
        figures.count("left nothing")
        figures.require(not place.key_file.exists(), f"{how}: a key without an event")
    _look(here, place, how, figures)


def _look(here: Path, place: EventPlace, how: str, figures: Figures) -> None:
    """0 canaries, by the product's look and by one that knows nothing but bytes."""
    if place.data_dir.exists():
        needles = (*CANARIES, *(number(person) for person in range(PEOPLE_KILLED)))
        look = find_leftovers(place.data_dir, needles, key_dir=place.key_dir)
        figures.require(look.verdict is Verdict.PASS, f"{how}: {look.as_dict()}")
    needles_raw = [canary.encode() for canary in CANARIES]
    for name in _WORLD:
        for path in (here / name).rglob("*"):
            data = path.read_bytes() if path.is_file() else b""
            figures.require(not any(raw in data for raw in needles_raw), f"{how}: a canary in {path.name}")


def _say(phase: str) -> None:
    sys.stdout.write(f"{phase}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    live(Path(sys.argv[1]), -1, _say)
