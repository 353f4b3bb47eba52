"""Gates racing for the same tickets at one base, while gates, the base and the way to it are killed.

Each gate is a process with a store of its own and the product's ledger and follower; it says each admission after the
ledger gave it, and what it says is compared with the base at the end. While the base is away gates decide alone, so
that a ticket can be used twice: then it is in the report of conflicts, or the part has failed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from kiosk.base import admin
from kiosk.base.client import BaseClient
from kiosk.base.cluster import start
from kiosk.base.errors import BaseTrouble
from kiosk.base.following import BaseFollower, Reported
from kiosk.base.link import BaseWay
from kiosk.base.venue_ledger import VenueLedger
from kiosk.config.event import OfflinePolicy
from kiosk.domain.lane import Lane
from kiosk.ledger.port import Admission, LedgerUnavailable, Place
from kiosk.ledger.store import open_store
from kiosk.ledger.tickets import TicketRow, sealed_row
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.base import ADDRESS, TestBase, new_base
from tests.helpers.ledger import EVENT, card, ticket
from tests.soak.figures import Figures

MOST_GATES = 50
ATTEMPTS_A_TICKET = 4
KILLS_A_THOUSAND = 2
LEASE_S = 5.0
AFTERWARDS_S = 120.0
START_S = 120.0


def raced_tickets(count: int, seed: int) -> Figures:
    """``count`` attempts over at most 50 gates."""
    figures = Figures("venue")
    gates = min(MOST_GATES, max(3, count // 200))
    tickets = max(20, count // ATTEMPTS_A_TICKET)
    with new_base() as base, tempfile.TemporaryDirectory(prefix="kiosk-soak-") as name:
        event = _Venue(base, Path(name), gates, tickets).raced(count, random.Random(seed), figures)
        _reconcile(base, event, Path(name), figures)
    return figures


class _Venue:
    def __init__(self, base: TestBase, folder: Path, gates: int, tickets: int) -> None:
        self._base, self._folder, self._tickets = base, folder, tickets
        keys = FileEventKeys.create(folder / f"{EVENT}.key", EVENT)
        rows = [sealed_row(ticket(keys, person), keys) for person in range(tickets)]
        self._event = base.event([(row[3], row[0], row[4], False) for row in rows])
        self._names = [f"gate-{number}" for number in range(gates)]
        for name in self._names:
            _filled(folder / f"{name}.sqlite", keys, rows)
        self._ways = {name: base.enrolled(name) for name in self._names}

    def raced(self, count: int, chance: random.Random, figures: Figures) -> str:
        """Every gate tries its share; some are killed and begin again where they were. Then all is told."""
        share = -(-count // len(self._names))
        running = {name: self._start(name, share) for name in self._names}
        kills = max(2, count * KILLS_A_THOUSAND // 1000)
        for number in range(kills):
            time.sleep(chance.uniform(0.05, 0.6))  # the random moment is what is tested
            alive = [name for name, process in running.items() if process.poll() is None]
            if not alive:
                break
            if number % 4 == 1:
                self._kill_base(chance)
                figures.count("kills of the base")
            else:
                victim = chance.choice(alive)
                running[victim].kill()
                running[victim].wait()
                running[victim] = self._start(victim, share)
                figures.count("kills of gates")
        for name, process in running.items():
            figures.require(process.wait(START_S + count) == 0, f"{name} did not come to its end")
        return self._event

    def _start(self, name: str, share: int) -> subprocess.Popen[bytes]:
        log = self._folder / f"{name}.log"
        words = (
            name,
            str(share),
            str(self._tickets),
            self._event,
            str(self._base.settings.port),
            str(self._ways[name]),
        )
        command = [sys.executable, "-m", __name__, str(self._folder), *words]
        with log.open("ab") as out:
            return subprocess.Popen(command, stdout=out)

    def _kill_base(self, chance: random.Random) -> None:
        """All of PostgreSQL at once, as when the power goes; and back after a moment."""
        postmaster = psutil.Process(self._base.postmaster())
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)
        time.sleep(chance.uniform(0.0, 1.0))
        deadline_s = time.monotonic() + START_S
        while True:
            try:
                start(self._base.place, self._base.settings)
            except BaseTrouble:
                if time.monotonic() > deadline_s:
                    raise
                time.sleep(0.2)
                continue
            return


def _filled(path: Path, keys: FileEventKeys, rows: list[TicketRow]) -> None:
    client = BaseClient(BaseWay(ADDRESS, 1, "", path.parent), EVENT)
    ledger = VenueLedger(path, keys, client, OfflinePolicy.ADMIT_AND_REPORT, "A")
    ledger.add_rows(rows)
    ledger.close()


def _reconcile(base: TestBase, event: str, folder: Path, figures: Figures) -> None:
    """The base against what gates said and what lies in their stores, to the ticket."""
    said: set[str] = set()
    for log in folder.glob("*.log"):
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
        said |= {line["admission"] for line in lines if "admission" in line}
        figures.count("attempts", max((line["tried"] for line in lines if "tried" in line), default=0))
    with base.admin() as db:
        admitted = db.execute(
            "SELECT admission, reference, offline FROM venue.admissions WHERE event = %s", (event,)
        ).fetchall()
        doubles = db.execute(
            "SELECT admission, reference FROM venue.conflicts WHERE event = %s AND kind = 'double_use'", (event,)
        ).fetchall()
        reported = admin.conflict_report(db, event)
    stored, pending = set[str](), 0
    for path in folder.glob("*.sqlite"):
        db_ = open_store(path)
        stored |= {row[0] for row in db_.execute("SELECT admission_id FROM admissions").fetchall()}
        pending += db_.execute("SELECT count(*) FROM venue_journal WHERE sent = 0").fetchone()[0]
        db_.close()
    at_base = {row[0] for row in admitted} | {row[0] for row in doubles}
    uses = Counter(row[1] for row in admitted)
    figures.count("admissions", len(admitted))
    figures.count("decided alone", sum(row[2] for row in admitted) + len(doubles))
    figures.count("double uses while the base was away", len(doubles))
    figures.require(not said - at_base, f"{len(said - at_base)} admissions were lost")
    figures.require(not stored - at_base, f"{len(stored - at_base)} admissions lie in a store alone")
    figures.require(max(uses.values(), default=0) <= 1, "a ticket was admitted twice")
    figures.require(pending == 0, f"{pending} decisions were not told")
    online = {row[0] for row in admitted if not row[2]}
    figures.require(not online & {row[0] for row in doubles}, "a double use was decided with the base")
    shown = Counter(use.reference for use in reported)
    figures.require(
        all(shown[reference] >= 2 for _, reference in doubles), "a double use is not in the report with both uses"
    )
    figures.require(len(said) > 0, "nobody was admitted")


def gate(folder: Path, name: str, share: int, tickets: int, event: str, port: int, device: Path) -> None:
    """One gate: tries random tickets until its share is done, then waits until everything is told."""
    chance = random.Random()
    keys = FileEventKeys.load(folder / f"{EVENT}.key", EVENT)
    path, place = folder / f"{name}.sqlite", Place(name, "A", "night-1")
    client = BaseClient(BaseWay(ADDRESS, port, name, device), event)
    ledger = VenueLedger(path, keys, client, OfflinePolicy.ADMIT_AND_REPORT, "A")
    follower = BaseFollower(path, client, Reported(name, "A", "0.1.0"))
    follower.start()
    tried = _tried_before(folder / f"{name}.log")
    while tried < share:
        nonce = f"{name}.{chance.getrandbits(96):x}"
        tried += 1
        try:
            held = ledger.hold(card(keys, chance.randrange(tickets)), place, nonce, LEASE_S, time.time())
            if held.hold is not None:
                answer = ledger.commit(held.hold.hold_id, nonce, Lane.FACE, time.time())
                if isinstance(answer, Admission):
                    _say({"admission": answer.admission_id})
        except LedgerUnavailable:
            pass  # its store is busy: the attempt goes to staff
        _say({"tried": tried})
    deadline_s = time.monotonic() + AFTERWARDS_S
    while ledger.pending() and time.monotonic() < deadline_s:
        time.sleep(0.05)
    follower.stop()
    ledger.close()


def _tried_before(log: Path) -> int:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
    return max((line["tried"] for line in lines if "tried" in line), default=0)


def _say(value: dict[str, object]) -> None:
    os.write(1, (json.dumps(value) + "\n").encode())


if __name__ == "__main__":
    folder_, name_, share_, tickets_, event_, port_, device_ = sys.argv[1:]
    gate(Path(folder_), name_, int(share_), int(tickets_), event_, int(port_), Path(device_))
