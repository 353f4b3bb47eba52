"""The world of the crash runs: readers, film and gate board live on while the product is killed and started again."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from kiosk.rehearsal.actor import World
from kiosk.rehearsal.peers import Company, Peer
from kiosk.rehearsal.performance import Setting, start_station
from kiosk.rehearsal.venue import Sizes, Venue, build
from kiosk.rehearsal.wire import Message

RULES = {"welcome_s": 0.05, "direction_s": 0.05, "idle_s": 3.0, "idle_warning_s": 3.0, "attempt_s": 3.0}
SETTING = Setting(rows=[], rules=RULES, sizes=Sizes(gate=(1280, 800)))
AT_ONCE = ("--open-seconds", "0", "--first-frame-seconds", "0")
MARK = "KIOSK_SOAK_LIFE"
"""In the environment of one life of the product, so of everything it starts: nobody escapes by being adopted."""
GONE_WITHIN_S = 3.0


@dataclass
class Life:
    """The gate's process from its start to its death."""

    peer: Peer
    mark: str
    last_view: str = ""
    shown: list[int] = field(default_factory=list)
    """Whom a welcome was shown to: painted, or at least handed to the window."""
    person: int = -1
    _doom: tuple[str, object, float] | None = None
    _timer: threading.Timer | None = None

    def hear(self, message: Message) -> None:
        self.last_view = str(message.get("view", self.last_view))
        welcome = message.get("view") == "welcome" or message.get("painted") == "welcome"
        if welcome and self.shown[-1:] != [self.person]:
            self.shown.append(self.person)
        if self._doom is not None and self._doom[:2] in message.items():
            self.kill_in(self._doom[2])

    def kill_in(self, seconds: float) -> None:
        """kill -9 to the product's process alone, ``seconds`` from now."""
        if self._timer is None:
            self._timer = threading.Timer(seconds, self.peer.process.kill)
            self._timer.start()

    def kill_after(self, what: str, value: object, seconds: float) -> None:
        """The same, ``seconds`` after the product next reports this, say the view "welcome"."""
        self._doom = (what, value, seconds)

    @property
    def doomed(self) -> bool:
        return self._doom is not None or self.dying

    @property
    def dying(self) -> bool:
        return self._timer is not None

    def await_death(self) -> float:
        """Wait for the kill, which comes now if its moment never came; returns the seconds until nothing the product
        had started was left, or infinity."""
        self.kill_in(0.0)
        assert self._timer is not None
        self._timer.join()
        self.peer.process.wait()
        died_at_s = time.monotonic()
        self.peer.close()
        while _alive_with(self.mark):
            if time.monotonic() - died_at_s > GONE_WITHIN_S:
                return float("inf")
            time.sleep(0.02)
        return time.monotonic() - died_at_s


@dataclass(frozen=True)
class CrashWorld:
    """Stage and film for any number of runs, one after the other."""

    folder: Path
    company: Company
    stage: Peer
    film: Peer
    lifted_at_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def venue(self, rows: list[tuple[str, ...]]) -> Iterator[Venue]:
        """A fresh store with these tickets."""
        place = Path(tempfile.mkdtemp(prefix="run-", dir=self.folder))
        try:
            yield build(place, rows, self.folder / "devices", str(self.folder / "camera"), SETTING.sizes)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def start(self, venue: Venue) -> Life:
        """Start the product on the venue's store, whatever a crash left there. Raises PeerLost."""
        mark = secrets.token_hex(8)
        life = Life(start_station(self.company, "gate", venue.gate_config, SETTING, {MARK: mark}), mark)
        life.peer.on_message = life.hear
        life.peer.wait_joined()
        return life

    def around(self, life: Life) -> World:
        """The world as an attendee in front of this life of the product meets it."""
        return World(life.peer, None, self.stage, self._show, _never, _never, self.lifted_at_s)

    def openings(self) -> int:
        """How often the gate has been opened so far, as the board saw it."""
        return int(self.stage.ask({"tell": True})["openings"])

    def _show(self, scene: str, face: int) -> None:
        self.film.ask({"scene": scene, "faces": [face, face + 1]})


@contextmanager
def crash_world() -> Iterator[CrashWorld]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-soak-"))
    company = Company(folder)
    (folder / "devices").mkdir()
    conductor = ["--socket", str(company.socket_path)]
    try:
        stage = company.start(
            "stage", "kiosk.rehearsal.stage", *conductor, "--dir", str(folder / "devices"), "--pace", "fast"
        )
        film = company.start(
            "film", "kiosk.rehearsal.film_server", "--socket", str(folder / "camera"), "--conductor",
            str(company.socket_path), *AT_ONCE,
        )  # fmt: skip
        for peer in (stage, film):
            peer.wait_joined()
        yield CrashWorld(folder, company, stage, film)
    finally:
        company.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _never(*_: object) -> None:
    raise AssertionError("crash runs do not play this")


def _alive_with(mark: str) -> list[int]:
    """Processes that carry this life's mark; ended ones that nobody has reaped do not count."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found
