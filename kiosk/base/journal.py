"""What a station still has to tell the base, in the order it happened; and what the base said to it.

Rows of the station's own store, written in the same transaction as what they tell of. None is ever removed before the
event is: one the base has taken is marked, one it refused stays and is counted as pending. Within a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlite_utils import Database

from kiosk.domain.lane import Lane
from kiosk.domain.outcome import TicketFacts
from kiosk.ledger.port import Admission, GateState

ADMITTED, UNDONE, GATE, EXITED = "upload", "undo", "gate", "exit"

_TOLD = (ADMITTED, UNDONE, EXITED)
_PENDING_IDS = "SELECT admission_id FROM venue_journal WHERE sent = 0 AND kind = ?"
_ENTRY = "sequence, kind, nonce, admission_id, reference, session, station, gate_group, lane, at, gate_state"


@dataclass(frozen=True)
class Entry:
    """One thing to tell. Everything after ``admission_id`` is there for ADMITTED, ``gate_state`` for GATE; for EXITED
    ticket, station and gate group.
    """

    sequence: int
    kind: str
    nonce: str
    admission_id: str
    reference: str
    session: str
    station: str
    gate_group: str
    lane: str
    at: float
    gate_state: str


@dataclass(frozen=True)
class Conflict:
    """An admission of this station that the base could not agree to; when and where the other one was, if there is."""

    reference: str
    station: str
    at: float
    other_station: str | None
    other_gate_group: str | None
    other_at: float | None


def note_admission(db: Database, admission: Admission, session: str, gate_group: str, nonce: str) -> None:
    db.execute(
        "INSERT INTO venue_journal "
        "(kind, nonce, admission_id, reference, session, station, gate_group, lane, at, sent) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (
            ADMITTED,
            nonce,
            admission.admission_id,
            admission.ticket_reference,
            session,
            admission.station,
            gate_group,
            admission.lane,
            admission.at,
        ),
    )


def note_undo(db: Database, admission_id: str, nonce: str) -> None:
    db.execute(
        "INSERT INTO venue_journal (kind, nonce, admission_id, sent) VALUES (?, ?, ?, 0)",
        (UNDONE, nonce, admission_id),
    )


def note_exit(db: Database, admission_id: str, ticket: TicketFacts, station: str, gate_group: str, nonce: str) -> None:
    db.execute(
        "INSERT INTO venue_journal (kind, nonce, admission_id, reference, session, station, gate_group, sent) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        (EXITED, nonce, admission_id, ticket.reference, ticket.session, station, gate_group),
    )


def note_gate(db: Database, admission_id: str, state: GateState, nonce: str) -> None:
    db.execute(
        "INSERT INTO venue_journal (kind, nonce, admission_id, gate_state, sent) VALUES (?, ?, ?, ?, 0)",
        (GATE, nonce, admission_id, state),
    )


def pending(db: Database) -> int:
    """How many the base has not taken."""
    return int(db.execute("SELECT count(*) FROM venue_journal WHERE sent = 0").fetchone()[0])


def is_pending(db: Database, admission_id: str) -> bool:
    """Whether the base does not know this admission yet."""
    row = db.execute(
        "SELECT 1 FROM venue_journal WHERE sent = 0 AND kind = ? AND admission_id = ?", (ADMITTED, admission_id)
    ).fetchone()
    return row is not None


def to_send(db: Database, after: int, most: int = 50) -> Iterator[Entry]:
    """The next ones behind ``after``, oldest first."""
    rows = db.execute(
        f"SELECT {_ENTRY} FROM venue_journal WHERE sent = 0 AND sequence > ? ORDER BY sequence LIMIT ?",  # noqa: S608
        (after, most),
    ).fetchall()
    return (Entry(*row) for row in rows)


def mark_sent(
    db: Database, sequence: int, outcome: str, other: tuple[float | None, str | None, str | None] = (None, None, None)
) -> None:
    """The base has it. ``other``: when and where the admission was that stands in the way of this one."""
    db.execute(
        "UPDATE venue_journal SET sent = 1, outcome = ?, other_at = ?, other_station = ?, other_gate_group = ? "
        "WHERE sequence = ?",
        (outcome, *other, sequence),
    )


def mark_refused(db: Database, sequence: int, code: str) -> None:
    """The base will not take it as it is: it stays pending, so that somebody looks."""
    db.execute("UPDATE venue_journal SET outcome = ? WHERE sequence = ?", (code, sequence))


def conflicts(db: Database) -> list[Conflict]:
    """This station's own, in the order of their scans."""
    rows = db.execute(
        "SELECT reference, station, at, other_station, other_gate_group, other_at FROM venue_journal "
        "WHERE kind = ? AND outcome = 'conflict' ORDER BY at, sequence",
        (ADMITTED,),
    ).fetchall()
    return [Conflict(*row) for row in rows]


@dataclass(frozen=True)
class AtBase:
    """Ids of what a base knows."""

    admissions: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    exited: set[str] = field(default_factory=set)


def tell_all_again(db: Database, epoch: str, there: AtBase) -> None:
    """The base was set back: whatever of this store it does not know any more is told again, with new nonces."""
    pending = {kind: {row[0] for row in db.execute(_PENDING_IDS, (kind,)).fetchall()} for kind in _TOLD}
    known, known_undone = there.admissions | pending[ADMITTED], there.undone | pending[UNDONE]
    known_exited = there.exited | pending[EXITED]
    kept = db.execute(
        "SELECT admission_id, a.reference, t.session, a.station, a.gate_group, a.lane, a.at, undone, exited_at "
        "FROM admissions a JOIN tickets t USING (reference) ORDER BY a.at"
    ).fetchall()
    for admission_id, reference, session, station, gate_group, lane, at, undone, exited_at in kept:
        nonce = f"{admission_id}.{epoch}"
        if admission_id not in known:
            admission = Admission(admission_id, reference, at, station, Lane(lane), GateState.PENDING)
            note_admission(db, admission, session, gate_group, nonce)
        if exited_at is not None and admission_id not in known_exited:
            note_exit(db, admission_id, TicketFacts(reference, session, gate_group, ""), station, gate_group, nonce)
        if undone and admission_id not in known_undone:
            note_undo(db, admission_id, nonce)
