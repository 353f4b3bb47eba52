"""What parts of the soak at a base share: gates with stores of their own, and the reckoning at the end.

Each gate is a process with the product's ledger and follower; it says each admission after the ledger gave it, and what
it says is compared with the base and with what lies in its store.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.base import admin
from kiosk.base.client import BaseClient
from kiosk.base.following import BaseFollower, Reported
from kiosk.base.link import BaseWay
from kiosk.base.venue_ledger import VenueLedger
from kiosk.config.event import OfflinePolicy
from kiosk.ledger.port import Place
from kiosk.ledger.store import open_store
from kiosk.ledger.tickets import TicketRow, sealed_row
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.base import ADDRESS, TestBase
from tests.helpers.ledger import EVENT, ticket
from tests.soak.figures import Figures

GROUP, SESSION = "A", "night-1"


@dataclass(frozen=True)
class World:
    """Gates with the same tickets, enrolled at a base that has them too."""

    base: TestBase
    folder: Path
    event: str
    names: list[str]
    tickets: int

    @classmethod
    def made(cls, base: TestBase, folder: Path, gates: int, tickets: int) -> World:
        keys = FileEventKeys.create(folder / f"{EVENT}.key", EVENT)
        rows = [sealed_row(ticket(keys, person), keys) for person in range(tickets)]
        event = base.event([(row[3], row[0], row[4], False) for row in rows])
        names = [f"gate-{number}" for number in range(gates)]
        for name in names:
            _filled(folder / f"{name}.sqlite", keys, rows)
            base.enrolled(name)
        return cls(base, folder, event, names, tickets)

    def words(self, name: str) -> list[str]:
        """What a gate's process has to be told to take part."""
        device, port = self.base.enrolled(name), self.base.settings.port
        return [str(self.folder), name, str(self.tickets), self.event, str(port), str(device)]


@dataclass(frozen=True)
class Gate:
    """One gate's process."""

    keys: FileEventKeys
    client: BaseClient
    ledger: VenueLedger
    place: Place
    tickets: int


@contextmanager
def gate_of(words: list[str], kind: type[BaseClient] = BaseClient) -> Iterator[Gate]:
    """With the product's own limits for answers of the base."""
    folder, name, tickets, event, port, device = words
    path = Path(folder) / f"{name}.sqlite"
    keys = FileEventKeys.load(Path(folder) / f"{EVENT}.key", EVENT)
    client = kind(BaseWay(ADDRESS, int(port), name, Path(device)), event)
    ledger = VenueLedger(path, keys, client, OfflinePolicy.ADMIT_AND_REPORT, GROUP)
    follower = BaseFollower(path, client, Reported(name, GROUP, "0.1.0"))
    follower.start()
    try:
        yield Gate(keys, client, ledger, Place(name, GROUP, SESSION), int(tickets))
    finally:
        follower.stop()
        ledger.close()


def everything_told(ledger: VenueLedger, patience_s: float) -> None:
    """Wait until nothing is pending, or for as long as that."""
    deadline_s = time.monotonic() + patience_s
    while ledger.pending() and time.monotonic() < deadline_s:
        time.sleep(0.05)


def say(value: dict[str, object]) -> None:
    os.write(1, (json.dumps(value) + "\n").encode())


def said(log: Path) -> list[dict[str, float | str]]:
    """Whole lines of a gate; the last may be cut by a kill."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]


def _filled(path: Path, keys: FileEventKeys, rows: list[TicketRow]) -> None:
    client = BaseClient(BaseWay(ADDRESS, 1, "", path.parent), EVENT)
    ledger = VenueLedger(path, keys, client, OfflinePolicy.ADMIT_AND_REPORT, GROUP)
    ledger.add_rows(rows)
    ledger.close()


def reconcile(world: World, figures: Figures) -> None:
    """The base against what gates said and what lies in their stores, to the ticket."""
    event, given = world.event, set[str]()
    for log in world.folder.glob("*.log"):
        lines = said(log)
        given |= {str(line["admission"]) for line in lines if "admission" in line}
        figures.count("attempts", max((int(line["tried"]) for line in lines if "tried" in line), default=0))
    with world.base.admin() as db:
        admitted = db.execute(
            "SELECT admission, reference, offline FROM venue.admissions WHERE event = %s", (event,)
        ).fetchall()
        doubles = db.execute(
            "SELECT admission, reference FROM venue.conflicts WHERE event = %s AND kind = 'double_use'", (event,)
        ).fetchall()
        reported = admin.conflict_report(db, event)
    stored, pending = set[str](), 0
    for path in world.folder.glob("*.sqlite"):
        db_ = open_store(path)
        stored |= {row[0] for row in db_.execute("SELECT admission_id FROM admissions").fetchall()}
        pending += db_.execute("SELECT count(*) FROM venue_journal WHERE sent = 0").fetchone()[0]
        db_.close()
    at_base = {row[0] for row in admitted} | {row[0] for row in doubles}
    uses = Counter(row[1] for row in admitted)
    figures.count("admissions", len(admitted))
    figures.count("admitted by the base", sum(not row[2] for row in admitted))
    figures.count("decided alone", sum(row[2] for row in admitted) + len(doubles))
    figures.count("double uses while the base was away", len(doubles))
    figures.require(not given - at_base, f"{len(given - at_base)} admissions were lost")
    figures.require(not stored - at_base, f"{len(stored - at_base)} admissions lie in a store alone")
    figures.require(max(uses.values(), default=0) <= 1, "a ticket was admitted twice")
    figures.require(pending == 0, f"{pending} decisions were not told")
    online = {row[0] for row in admitted if not row[2]}
    figures.require(not online & {row[0] for row in doubles}, "a double use was decided with the base")
    shown = Counter(use.reference for use in reported)
    figures.require(
        all(shown[reference] >= 2 for _, reference in doubles), "a double use is not in the report with both uses"
    )
    figures.require(len(given) > 0, "nobody was admitted")
