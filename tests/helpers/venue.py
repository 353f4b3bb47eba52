"""Stations with a base, for tests: their stores filled alike, the base's clock told by the test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.base import admin
from kiosk.base.client import BaseClient
from kiosk.base.following import BaseFollower, Reported
from kiosk.base.venue_ledger import VenueLedger
from kiosk.config.event import OfflinePolicy
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.ledger.lease_clock import LeaseClock
from kiosk.ledger.port import Admission, Held, Place, Presented
from kiosk.ledger.store import open_store
from kiosk.ledger.tickets import TicketRow
from kiosk.vault.port import EventKeys
from tests.helpers.base import TestBase

TOLD_TIME = """
    CREATE TABLE IF NOT EXISTS venue.told_time (event venue.id PRIMARY KEY, now venue.seconds);
    ALTER TABLE venue.told_time OWNER TO venue_owner;
    CREATE OR REPLACE FUNCTION venue.base_now(p_event venue.id) RETURNS venue.seconds
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
      SELECT coalesce((SELECT now FROM venue.told_time WHERE event = p_event),
                      extract(epoch FROM clock_timestamp())::double precision)
    $$
"""


class ToldTime:
    """The base's clock of one event, as the test tells it; it never goes back, as a base's does not."""

    def __init__(self, base: TestBase, event: str) -> None:
        self._base, self._event, self._clock = base, event, LeaseClock()
        with base.admin() as db:
            db.execute(TOLD_TIME)

    def tell(self, now: float) -> None:
        self._clock = self._clock.advance(now)
        with self._base.admin() as db:
            db.execute(
                "INSERT INTO venue.told_time VALUES (%s, %s) ON CONFLICT (event) DO UPDATE SET now = excluded.now",
                (self._event, self._clock.highest),
            )


class TimedVenueLedger(VenueLedger):
    """A VenueLedger whose base is told the caller's time before each call that depends on it."""

    def over(self, base: TestBase, event: str) -> TimedVenueLedger:
        self._base, self._event, self._time = base, event, ToldTime(base, event)
        return self

    def check(self, presented: Presented, place: Place, now: float) -> TicketCheck:
        self._time.tell(now)
        return super().check(presented, place, now)

    def hold(self, presented: Presented, place: Place, nonce: str, lease_s: float, now: float) -> Held:
        self._time.tell(now)
        return super().hold(presented, place, nonce, lease_s, now)

    def commit(self, hold_id: str, nonce: str, lane: Lane, now: float) -> Admission | CheckOutcome:
        self._time.tell(now)
        return super().commit(hold_id, nonce, lane, now)

    def add_rows(self, rows: Iterable[TicketRow]) -> None:
        given = list(rows)
        super().add_rows(given)
        load(self._base, self._event, given)


def load(base: TestBase, event: str, rows: Iterable[TicketRow]) -> None:
    with base.admin() as db:
        admin.load_tickets(db, event, [(row[3], row[0], row[4], bool(row[5])) for row in rows])


@dataclass
class Station:
    """One machine of a venue: its store, its connection, its follower, stepped by the test."""

    place: Place
    ledger: VenueLedger
    client: BaseClient
    follower: BaseFollower
    path: Path

    @classmethod
    def of(
        cls,
        base: TestBase,
        event: str,
        place: Place,
        folder: Path,
        keys: EventKeys,
        *,
        policy: OfflinePolicy = OfflinePolicy.ADMIT_AND_REPORT,
        patience_s: float = 20.0,
        kind: str = "gate",
    ) -> Station:
        path = folder / f"{place.station}.sqlite"
        client = BaseClient(base.way(place.station, kind, patience_s), event)
        ledger = VenueLedger(path, keys, client, policy, place.gate_group)
        # Every step is one in which everything is due.
        follower = BaseFollower(path, client, Reported(place.station, place.gate_group, "0.1.0"), monotonic=_Hours())
        return cls(place, ledger, client, follower, path)

    def step(self) -> None:
        db = open_store(self.path)
        try:
            self.follower.step(db)
        finally:
            db.close()

    def close(self) -> None:
        self.ledger.close()
        self.client.close()


class _Hours:
    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        self._now += 3600
        return self._now
