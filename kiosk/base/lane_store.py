"""What a station keeps of its venue's lanes on its own disk: incidents it heard of, passages the base has not counted.

A gate that is started again while the base is away still follows the last incident until its time is over, and nobody
who went through is forgotten.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kiosk.base.client import BaseClient
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.ledger.store import StoreFile, reading, writing


@dataclass(frozen=True)
class Passages:
    """``how``: checked, free."""

    sequence: int
    nonce: str
    how: str
    passed_in: int


def keep_incidents(db: StoreFile, incidents: Iterable[Incident]) -> None:
    """In place of those kept before; times by this machine's clock."""
    with writing(db):
        db.execute("DELETE FROM venue_incidents")
        for one in incidents:
            db.execute(
                "INSERT INTO venue_incidents VALUES (?, ?, ?, ?, ?, ?, ?)",
                (one.incident, one.gate_group, one.mode, one.why, one.officer, one.began_at, one.until),
            )


def kept_incidents(db: StoreFile) -> tuple[Incident, ...]:
    with reading(db):
        rows = db.execute(
            "SELECT incident, gate_group, mode, why, officer, began_at, until FROM venue_incidents ORDER BY began_at"
        ).fetchall()
    return tuple(Incident(a, b, Mode(c), Why(d), e, f, g) for a, b, c, d, e, f, g in rows)


def by_own_clock(incidents: Iterable[Incident], offset_s: float) -> tuple[Incident, ...]:
    """The base's times as times of a machine whose clock is ``offset_s`` behind the base's."""
    return tuple(replace(one, began_at=one.began_at - offset_s, until=one.until - offset_s) for one in incidents)


def note_passages(db: StoreFile, how: str, passed_in: int) -> None:
    with writing(db):
        db.execute(
            "INSERT INTO venue_passages (nonce, how, passed_in) VALUES (?, ?, ?)",
            (secrets.token_hex(16), how, passed_in),
        )


def tell_passages(db: StoreFile, client: BaseClient, station: str, gate_group: str) -> None:
    """All the base has not counted, in order; each goes once it has. Raises BaseAway, BaseRefused."""
    for batch in _untold(db):
        client.count_passages(batch.nonce, station, gate_group, batch.passed_in, 0, batch.how)
        with writing(db):
            db.execute("DELETE FROM venue_passages WHERE sequence = ?", (batch.sequence,))


def _untold(db: StoreFile) -> Iterator[Passages]:
    with reading(db):
        rows = db.execute("SELECT sequence, nonce, how, passed_in FROM venue_passages ORDER BY sequence").fetchall()
    return (Passages(*row) for row in rows)
