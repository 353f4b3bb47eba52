"""What the ledger must say after a crash, compared with what people were shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from kiosk.config.places import EventPlace
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ports import SystemClock, SystemTokens
from kiosk.rehearsal.people import Visitor
from kiosk.rehearsal.venue import GATE_GROUP, SESSION, Venue
from kiosk.vault.file_keys import FileEventKeys
from tests.soak.figures import Figures

EVENT, GATE_STATION = "rehearsal", "rehearsal-gate"
INSPECTOR = Place("rehearsal-inspector", GATE_GROUP, SESSION)
CLOCK_JITTER_S = 2.0


class Inspection:
    """Looks at one store while no product runs on it. ``people``: who may hold a ticket, by number."""

    def __init__(self, venue: Venue, people: list[Visitor], figures: Figures) -> None:
        self._place = EventPlace(venue.data_dir, venue.key_dir, EVENT)
        self._lease_s = venue.event.times.hold_lease_s
        self._people, self._figures = people, figures
        self._clock, self._tokens = SystemClock(), SystemTokens()

    def after_death(self, shown: list[int]) -> None:
        """``shown``: whom a welcome was shown to so far. Every one of them is in the ledger, and none twice."""
        figures = self._figures
        with self._ledger() as (ledger, keys):
            admitted = {
                number
                for number, person in enumerate(self._people)
                if ledger.check(_presented(keys, person), INSPECTOR, self._clock.now()).outcome
                is CheckOutcome.ALREADY_USED
            }
            told = {admission.admission_id for admission in ledger.unconfirmed(GATE_STATION)}
        figures.require(set(shown) <= admitted, "an admission that was shown is not in the ledger")
        figures.require(len(shown) == len(set(shown)), "a person was shown two admissions")
        open_ones, latest, highest = self._rows()
        figures.require(told == open_ones, "an admission without a confirmed gate is not reported to staff")
        figures.count("committed, gate not confirmed, reported", len(told))
        figures.require(
            latest <= highest + self._lease_s + CLOCK_JITTER_S, f"a lease runs {latest - highest:.0f} s ahead"
        )

    def at_the_end(self, shown: list[int], openings: int) -> None:
        """Once every lease is over: whoever is not in the ledger can be held by another station, nobody else."""
        figures = self._figures
        with self._ledger() as (ledger, keys):
            admissions = ledger.counts()["admitted"]
            later = self._clock.now() + self._lease_s + CLOCK_JITTER_S
            free = 0
            for person in self._people:
                held = ledger.hold(_presented(keys, person), INSPECTOR, self._tokens.fresh(), self._lease_s, later)
                outcome = held.check.outcome
                free += outcome is CheckOutcome.VALID
                figures.require(
                    outcome in {CheckOutcome.VALID, CheckOutcome.ALREADY_USED}, f"a lease outlived its time: {outcome}"
                )
        figures.require(free + admissions == len(self._people), "tickets free and tickets used do not add up")
        figures.require(self._twice() == 0, "a ticket was admitted twice")
        figures.require(openings <= admissions, f"{openings} openings for {admissions} admissions")
        figures.count("admissions in the ledger", admissions)
        figures.count("admissions shown", len(shown))
        figures.count("gate openings", openings)

    @contextmanager
    def _ledger(self) -> Iterator[tuple[SqliteLedger, FileEventKeys]]:
        keys = FileEventKeys.load(self._place.key_file, EVENT)
        with closing(SqliteLedger(self._place.ledger_file, keys)) as ledger:
            yield ledger, keys

    def _rows(self) -> tuple[set[str], float, float]:
        """Admissions with an open gate, the latest end of a lease, and the store's clock, straight from the file."""
        with closing(sqlite3.connect(self._place.ledger_file)) as db:
            pending = {
                str(row[0]) for row in db.execute("SELECT admission_id FROM admissions WHERE gate_state = 'pending'")
            }
            latest = db.execute("SELECT coalesce(max(expires_at), 0) FROM holds").fetchone()[0]
            highest = db.execute("SELECT highest FROM clock").fetchone()[0]
        return pending, float(latest), float(highest)

    def _twice(self) -> int:
        with closing(sqlite3.connect(self._place.ledger_file)) as db:
            query = "SELECT count(*) - count(DISTINCT reference) FROM admissions WHERE undone = 0 AND exited_at IS NULL"
            return int(db.execute(query).fetchone()[0])


def _presented(keys: FileEventKeys, person: Visitor) -> Presented:
    return Presented(token=keys.token(person.kind, "CHN", person.number))
