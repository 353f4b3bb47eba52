"""The baseline of the benchmark: a ticket's row locked and marked in a plain transaction, statement by statement.

Over the same PostgreSQL and the same certificates, with no nonce, no lease and no function: what a small scanner
program does. In a database of a benchmark alone.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from kiosk.base.link import BaseWay, conninfo
from kiosk.base.settings_files import DEVICE


def prepare(db: psycopg.Connection, event: str) -> None:
    """Tables of the baseline, filled with the event's tickets, open to devices."""
    db.execute(
        "CREATE TABLE IF NOT EXISTS venue.bench_tickets (event text, reference text, used boolean,"
        " PRIMARY KEY (event, reference))"
    )
    db.execute("CREATE TABLE IF NOT EXISTS venue.bench_uses (event text, admission text PRIMARY KEY, reference text)")
    db.execute(
        "INSERT INTO venue.bench_tickets SELECT event, reference, false FROM venue.tickets WHERE event = %s", (event,)
    )
    device = sql.Identifier(DEVICE)
    db.execute(sql.SQL("GRANT SELECT, UPDATE ON venue.bench_tickets TO {}").format(device))
    db.execute(sql.SQL("GRANT INSERT ON venue.bench_uses TO {}").format(device))


class RowLockClient:
    """One connection; the same calls as a benchmark makes of the product's client."""

    def __init__(self, way: BaseWay, event: str) -> None:
        self._way, self._event = way, event
        self._connection: psycopg.Connection | None = None

    def reconnect(self) -> bool:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(conninfo(self._way).decode())
        return True

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def use(self, reference: str, admission: str) -> bool:
        """Whether the ticket was free and is used by this admission now."""
        assert self._connection is not None
        with self._connection.transaction():
            row = self._connection.execute(
                "SELECT used FROM venue.bench_tickets WHERE event = %s AND reference = %s FOR UPDATE",
                (self._event, reference),
            ).fetchone()
            if row is None or row[0]:
                return False
            self._connection.execute(
                "UPDATE venue.bench_tickets SET used = true WHERE event = %s AND reference = %s",
                (self._event, reference),
            )
            self._connection.execute(
                "INSERT INTO venue.bench_uses VALUES (%s, %s, %s)", (self._event, admission, reference)
            )
        return True
