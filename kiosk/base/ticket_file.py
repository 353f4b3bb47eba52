"""Tickets as the base may know them, in a CSV file: session, reference, gate_group, revoked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kiosk.base.admin import TicketState
from kiosk.base.errors import BaseTrouble
from kiosk.ledger.store import open_store, reading

HEADER = ("session", "reference", "gate_group", "revoked")


def write_tickets(ledger_file: Path, to: Path) -> int:
    """Every ticket of a store; how many. Needs no key: nothing of it is sealed. Raises LedgerUnavailable, OSError."""
    with closing(open_store(ledger_file)) as db, reading(db), to.open("w", encoding="ascii", newline="") as file:
        rows = db.execute("SELECT session, reference, gate_group, revoked FROM tickets ORDER BY reference").fetchall()
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return len(rows)


def read_tickets(file: Path) -> Iterator[TicketState]:
    """Raises BaseTrouble naming the line that is none, OSError."""
    with file.open(encoding="ascii", errors="replace", newline="") as lines:
        rows = csv.reader(lines)
        if tuple(next(rows, ())) != HEADER:
            raise BaseTrouble(f"{file} does not begin with the columns {', '.join(HEADER)}.")
        for number, row in enumerate(rows, start=2):
            if len(row) != len(HEADER) or row[3] not in {"0", "1"}:
                raise BaseTrouble(f"{file}, line {number} is no ticket.")
            yield row[0], row[1], row[2], row[3] == "1"
