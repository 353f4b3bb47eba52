"""A single ticket changed after its roster was imported: revoked, or given to somebody else. Never one that was used.

A station that holds the ticket at that moment finds out when it commits: a revoked ticket is refused there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from kiosk.domain.check import normalise_code
from kiosk.ledger.store import open_store, writing
from kiosk.ledger.tickets import NewTicket, TicketConflict, write_details
from kiosk.vault.port import EventKeys


class NotChanged(Exception):
    """``code``: no_ticket, used, in_use, revoked."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def revoke(path: Path, keys: EventKeys, code: str, session: str) -> None:
    """The ticket ``code`` of ``session`` admits nobody any more. Raises NotChanged, LedgerUnavailable."""

    def change(db: Database, reference: str) -> None:
        db.execute("UPDATE tickets SET revoked = 1 WHERE reference = ?", (reference,))

    _change(path, keys, code, session, change)


def transfer(path: Path, keys: EventKeys, to: NewTicket) -> None:
    """The ticket with this code and session is now ``to``'s holder's; of the one before nothing is left.

    Raises NotChanged, TicketConflict when that holder has a ticket for the session already, LedgerUnavailable.
    """

    def change(db: Database, reference: str) -> None:
        db.execute(
            "UPDATE tickets SET token = ?, gate_group = ? WHERE reference = ?", (to.token, to.gate_group, reference)
        )
        write_details(db, reference, to.session, to.details, keys)

    _change(path, keys, to.details.code, to.session, change)


def _change(path: Path, keys: EventKeys, code: str, session: str, change: Callable[[Database, str], None]) -> None:
    with closing(open_store(path)) as db:
        try:
            with writing(db):
                change(db, _unused(db, keys.code_token(normalise_code(code)), session))
        except sqlite3.IntegrityError:
            raise TicketConflict from None


def _unused(db: Database, code_token: bytes, session: str) -> str:
    """The reference of the ticket; within a writing."""
    row = db.execute(
        "SELECT reference, revoked, "
        "EXISTS (SELECT 1 FROM admissions WHERE admissions.reference = tickets.reference AND undone = 0), "
        "EXISTS (SELECT 1 FROM holds WHERE holds.reference = tickets.reference "
        "AND expires_at > (SELECT highest FROM clock)) "
        "FROM tickets WHERE code_token = ? AND session = ?",
        (code_token, session),
    ).fetchone()
    if row is None:
        raise NotChanged("no_ticket")
    reference, revoked, used, held = row
    for code, applies in (("used", used), ("in_use", held), ("revoked", revoked)):
        if applies:
            raise NotChanged(code)
    return str(reference)
