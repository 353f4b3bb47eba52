"""What is asked of a ledger at an event's end: numbers, which need no key, and which tickets were used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from kiosk.ledger.store import open_store, reading, translated
from kiosk.ledger.tickets import open_details
from kiosk.vault.port import EventKeys

_COUNTS = {
    "tickets": "SELECT count(*) FROM tickets",
    "admitted": "SELECT count(*) FROM admissions WHERE undone = 0",
    "exited": "SELECT count(exited_at) FROM admissions WHERE undone = 0",
    "undone": "SELECT count(*) FROM admissions WHERE undone = 1",
    "held": "SELECT count(*) FROM holds WHERE expires_at > (SELECT highest FROM clock)",
    "revoked": "SELECT count(*) FROM tickets WHERE revoked = 1",
}
_BY_QUARTER = (
    "SELECT CAST(at / 900 AS INTEGER) * 900 AS quarter, station, lane, count(*) FROM admissions WHERE undone = 0 "
    "GROUP BY quarter, station, lane ORDER BY quarter, station, lane"
)
_USES = (
    "SELECT reference, session, details_sealed, "
    "EXISTS (SELECT 1 FROM admissions WHERE admissions.reference = tickets.reference AND undone = 0) "
    "FROM tickets ORDER BY reference"  # a random order: the roster's would say more than was asked
)


def counts_of(db: Database) -> dict[str, int]:
    """Numbers by what they count. Within a reading; raises sqlite3.Error."""
    return {name: int(db.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}


def count_tickets(path: Path) -> dict[str, int]:
    """Numbers of the ledger in ``path``. Raises LedgerUnavailable."""
    with closing(open_store(path)) as db, reading(db):
        return counts_of(db)


def admitted_by_quarter(path: Path) -> list[tuple[int, str, str, int]]:
    """(beginning of the quarter of an hour in UTC seconds, station, lane, people) of all that were let in and not taken
    back, in order. Raises LedgerUnavailable.
    """
    with closing(open_store(path)) as db, reading(db):
        return [(int(at), str(station), str(lane), int(count)) for at, station, lane, count in db.execute(_BY_QUARTER)]


def uses(path: Path, keys: EventKeys) -> Iterator[tuple[str, str, bool]]:
    """(ticket code, session, used) of every ticket, for the organiser; nothing else of it.

    Raises LedgerUnavailable, SealBroken, KeysDestroyed.
    """
    with closing(open_store(path)) as db, reading(db), translated():
        for reference, session, sealed, used in db.execute(_USES):
            yield open_details(reference, sealed, keys).code, session, bool(used)
