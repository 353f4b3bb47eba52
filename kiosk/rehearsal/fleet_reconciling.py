"""A rehearsed fleet's base against what its stations said and what lies in their stores, to the ticket."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field

from kiosk.base import admin, journal
from kiosk.base.cluster import connected
from kiosk.config.places import EventPlace
from kiosk.ledger.store import open_store, reading
from kiosk.rehearsal.fleet import Fleet
from kiosk.rehearsal.fleet_machine import EVENT


@dataclass
class Stores:
    """What all machines' stores hold together: ids of admissions, and how many entries are not told.

    ``alone``: decided without the base. ``told_again``: after the base was restored from a backup. ``untold``: of what
    is not told.
    """

    admitted: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    told_again: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    pending: int = 0


def stores(fleet: Fleet) -> Stores:
    """Raises LedgerUnavailable."""
    found = Stores()
    for machine in fleet.machines.values():
        path = EventPlace(machine.data_dir, machine.key_dir, EVENT).ledger_file
        with closing(open_store(path)) as db, reading(db):
            found.admitted |= {row[0] for row in db.execute("SELECT admission_id FROM admissions").fetchall()}
            told = db.execute(
                "SELECT admission_id, nonce = admission_id FROM venue_journal WHERE kind = ?", (journal.ADMITTED,)
            ).fetchall()
            untold = db.execute("SELECT admission_id FROM venue_journal WHERE sent = 0").fetchall()
            found.pending += journal.pending(db)
        found.untold |= {row[0] for row in untold}
        found.alone |= {row[0] for row in told if row[1]}
        found.told_again |= {row[0] for row in told if not row[1]}
    return found


def reconciled(fleet: Fleet) -> dict[str, int]:
    """Everything that has to be 0, by name. What a store still has to tell is pending, and not lost.

    Raises LedgerUnavailable, BaseTrouble.
    """
    with connected(fleet.place, fleet.settings) as db:
        admitted = db.execute(
            "SELECT admission, session || reference, undone_at IS NOT NULL FROM venue.admissions WHERE event = %s",
            (EVENT,),
        ).fetchall()
        doubles = db.execute(
            "SELECT admission, session || reference, undone_at IS NOT NULL FROM venue.conflicts "
            "WHERE event = %s AND kind = 'double_use'",
            (EVENT,),
        ).fetchall()
        reported = Counter(use.session + use.reference for use in admin.conflict_report(db, EVENT))
    kept, said = stores(fleet), fleet.said
    at_base = {row[0] for row in (*admitted, *doubles)}
    standing = Counter(row[1] for row in admitted if not row[2])
    undone = {row[0] for row in (*admitted, *doubles) if row[2]}
    return {
        "lost": len(said.admitted - at_base - kept.untold),
        "in_a_store_alone": len(kept.admitted - at_base - kept.untold),
        "admitted_twice": sum(count > 1 for count in standing.values()),
        "doubled_with_the_base": len({row[0] for row in doubles} - kept.alone - kept.told_again),
        "not_in_the_report": sum(reported[row[1]] < 2 for row in doubles),
        "undone_but_standing": len(said.undone - undone - kept.untold),
        "pending": kept.pending,
    }
