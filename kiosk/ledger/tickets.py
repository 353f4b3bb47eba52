"""Tickets in the store: what is sealed, how they come in, how they are found."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlite_utils import Database

from drivers.port import IdToken
from kiosk.domain.check import normalise_code
from kiosk.ledger.buckets import NEAR, bucket_of, buckets_of
from kiosk.ledger.prior import PriorNote
from kiosk.vault.port import EventKeys

TicketRow = tuple[str, bytes, bytes, str, str, int, bytes, int]
"""A row of ``tickets`` in column order; nothing in it is personal without the event's key."""

_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode
_LEAST_TEXTS = 3
_INSERT = "INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class TicketConflict(Exception):
    """A document or a code would have two tickets for one session."""


@dataclass(frozen=True)
class TicketDetails:
    """What of a ticket is only ever stored sealed."""

    code: str
    name: str
    seat_area: str
    order: str = ""
    prior: str = ""
    """The lane chosen with the ticket, as ``kiosk.ledger.prior`` reads it."""

    def __repr__(self) -> str:
        return "TicketDetails(...)"


@dataclass(frozen=True)
class NewTicket:
    """A ticket as the roster gives it, its document already a token."""

    token: IdToken
    session: str
    gate_group: str
    details: TicketDetails
    revoked: bool = False


@dataclass(frozen=True)
class StoredTicket:
    """A ticket as found: ``details_sealed`` still closed."""

    reference: str
    session: str
    gate_group: str
    revoked: bool
    details_sealed: bytes
    by_document: bool
    by_code: bool


def new_reference() -> str:
    """Random, so that it says nothing outside its event (or inside it)."""
    return secrets.token_hex(16)


def sealed_row(ticket: NewTicket, keys: EventKeys, reference: str | None = None) -> TicketRow:
    """The row to store. ``reference``: the one the ticket has on other machines; a new one where there is none."""
    reference, details = reference or new_reference(), ticket.details
    return (
        reference,
        ticket.token,
        keys.code_token(normalise_code(details.code)),
        ticket.session,
        ticket.gate_group,
        int(ticket.revoked),
        resealed(reference, details, keys),
        buckets_of(details.order, details.seat_area, details.name, ticket.session, keys),
    )


def resealed(reference: str, details: TicketDetails, keys: EventKeys) -> bytes:
    """What is stored sealed of the ticket with this reference."""
    texts = [details.code, details.name, details.seat_area, details.order, details.prior]
    while not texts[-1] and len(texts) > _LEAST_TEXTS:
        texts.pop()
    return keys.seal(_AS_JSON(texts).encode("utf-8"), _context(reference))


def write_details(db: Database, reference: str, session: str, details: TicketDetails, keys: EventKeys) -> None:
    """What is sealed of a stored ticket is this from now on. Inside a transaction."""
    buckets = buckets_of(details.order, details.seat_area, details.name, session, keys)
    db.execute(
        "UPDATE tickets SET details_sealed = ?, search_buckets = ? WHERE reference = ?",
        (resealed(reference, details, keys), buckets, reference),
    )


def open_details(reference: str, details_sealed: bytes, keys: EventKeys) -> TicketDetails:
    """Raises SealBroken when the row was changed or its seal belongs to another ticket."""
    return TicketDetails(*json.loads(keys.open(details_sealed, _context(reference))))


def insert_rows(db: Database, rows: Iterable[TicketRow]) -> None:
    """Inside a transaction. Raises sqlite3.IntegrityError when a document or code has a ticket for that session."""
    db.conn.executemany(_INSERT, rows)


def put_rows(db: Database, rows: Iterable[TicketRow]) -> None:
    """Rows under the references they have on another machine: new, or in the place of the earlier ones. A ticket that
    was revoked here stays so, since the venue's base may have said it. Inside a transaction, raises as above.
    """
    db.conn.executemany(
        f"{_INSERT} ON CONFLICT (reference) DO UPDATE SET token = excluded.token, code_token = excluded.code_token, "
        "session = excluded.session, gate_group = excluded.gate_group, revoked = max(revoked, excluded.revoked), "
        "details_sealed = excluded.details_sealed, search_buckets = excluded.search_buckets",
        rows,
    )


def rows_by_reference(db: Database) -> dict[str, TicketRow]:
    """Every ticket there is."""
    return {row[0]: row for row in db.execute("SELECT * FROM tickets").fetchall()}


def references(db: Database) -> dict[tuple[str, bytes], tuple[str, bool]]:
    """(session, token) -> reference and whether it is revoked, of every ticket there is."""
    rows = db.execute("SELECT session, token, reference, revoked FROM tickets").fetchall()
    return {(row[0], row[1]): (row[2], bool(row[3])) for row in rows}


def taken_tokens(db: Database) -> tuple[set[tuple[str, bytes]], set[tuple[str, bytes]]]:
    """(session, token) and (session, code token) of every ticket there is."""
    rows = db.execute("SELECT session, token, code_token FROM tickets").fetchall()
    return {(row[0], row[1]) for row in rows}, {(row[0], row[2]) for row in rows}


def find(db: Database, token: bytes | None, code_token: bytes | None) -> list[StoredTicket]:
    """Every ticket the document or the code belongs to, in any session."""
    rows = db.execute(
        "SELECT reference, session, gate_group, revoked, details_sealed, token IS ?1, code_token IS ?2 "
        "FROM tickets WHERE token = ?1 OR code_token = ?2",
        (token, code_token),
    ).fetchall()
    return [StoredTicket(r[0], r[1], r[2], bool(r[3]), r[4], bool(r[5]), bool(r[6])) for r in rows]


def sealed_near(db: Database, session: str, untrusted_text: str, keys: EventKeys) -> list[tuple[str, str, bytes]]:
    """(reference, gate group, sealed details) of the tickets of a session that have a word in the bucket of this one,
    and of those that were stored before there were buckets. Within a reading.
    """
    rows: list[tuple[str, str, bytes]] = db.execute(
        f"SELECT reference, gate_group, details_sealed FROM tickets WHERE session = ?1 AND {NEAR}",  # noqa: S608 - ours
        (session, bucket_of(untrusted_text, session, keys)),
    ).fetchall()
    return rows


def sealed_of(db: Database, reference: str) -> tuple[str, str, bytes]:
    """(reference, gate group, sealed details) of one ticket. Within a reading."""
    found: tuple[str, str, bytes] = db.execute(
        "SELECT reference, gate_group, details_sealed FROM tickets WHERE reference = ?", (reference,)
    ).fetchone()
    return found


def prior_of(db: Database, reference: str, keys: EventKeys) -> PriorNote | None:
    """What the ticket says of its lane; None where there is no such ticket."""
    row = db.execute("SELECT details_sealed FROM tickets WHERE reference = ?", (reference,)).fetchone()
    if row is None:
        return None
    details = open_details(reference, row[0], keys)
    return PriorNote(details.code, details.prior)


def void_prior(db: Database, reference: str, keys: EventKeys) -> bool:
    """The ticket says nothing of a lane any more; False where it did not. Inside a transaction."""
    row = db.execute("SELECT details_sealed FROM tickets WHERE reference = ?", (reference,)).fetchone()
    details = None if row is None else open_details(reference, row[0], keys)
    if details is None or not details.prior:
        return False
    fresh = resealed(reference, replace(details, prior=""), keys)
    db.execute("UPDATE tickets SET details_sealed = ? WHERE reference = ?", (fresh, reference))
    return True


def _context(reference: str) -> str:
    return f"ticket/{reference}"
