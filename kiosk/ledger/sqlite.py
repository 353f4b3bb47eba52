"""The ledger of one machine: gate and desk processes over one SQLite file.

Each changing call is one transaction that also moves the store's clock and keeps the answer under its nonce. Leases
are judged by that clock, which never goes back; admissions carry the machine's time. The store itself refuses a
second admission of a ticket, whatever this code does.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from kiosk.domain.check import Candidate, Shown, check_tickets, normalise_code
from kiosk.domain.lane import Lane
from kiosk.domain.names import NameAgreement, compare_names
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck, TicketFacts
from kiosk.ledger import answers, at_desk, tickets
from kiosk.ledger.lease_clock import LeaseClock
from kiosk.ledger.numbers import counts_of
from kiosk.ledger.port import Admission, Found, GateState, Held, Hold, Place, Presented
from kiosk.ledger.prior import PriorNote
from kiosk.ledger.searching import found_in
from kiosk.ledger.store import BUSY_TIMEOUT_S, open_store, reading, roomy, translated, writing
from kiosk.ports import SystemTokens, TokenSource
from kiosk.vault.port import EventKeys

Given = TypeVar("Given", bound=answers.Answer)

_ADMISSION = "admission_id, reference, at, station, lane, gate_state"


class SqliteLedger:
    """Ledger over one file. Used by one thread at a time; raises LedgerUnavailable within about 2 s."""

    def __init__(
        self,
        path: Path,
        keys: EventKeys,
        tokens: TokenSource | None = None,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> None:
        self._keys = keys
        self._tokens = tokens or SystemTokens()
        self._db = open_store(path, busy_timeout_s)

    # --- the port -------------------------------------------------------------------------------------

    def check(self, presented: Presented, place: Place, now: float) -> TicketCheck:
        with reading(self._db):
            return self._look_up(presented, place, self._clock().advance(now).highest)

    def search(self, untrusted_text: str, place: Place) -> Found:
        with reading(self._db):
            by_code = self._candidates(Presented(untrusted_code=untrusted_text))
            own = [one.ticket.reference for one in by_code if one.ticket.session == place.session]
            sealed = (
                [tickets.sealed_of(self._db, reference) for reference in own]
                if own
                else tickets.sealed_near(self._db, place.session, untrusted_text, self._keys)
            )
            return found_in(untrusted_text, ((a, b, tickets.open_details(a, c, self._keys)) for a, b, c in sealed), own)

    def hold(self, presented: Presented, place: Place, nonce: str, lease_s: float, now: float) -> Held:
        def decide(at: float) -> Held:
            self._db.execute("DELETE FROM holds WHERE expires_at <= ?", (at,))
            check = self._look_up(presented, place, at)
            if check.outcome is not CheckOutcome.VALID or check.ticket is None:
                return Held(check, None)
            hold = Hold(self._new_id("hold", place.station, nonce), check.ticket.reference, at + lease_s)
            self._keep_hold(hold, place)
            return Held(check, hold)

        return self._once("hold", nonce, now, decide)

    def commit(self, hold_id: str, nonce: str, lane: Lane, now: float) -> Admission | CheckOutcome:
        def decide(at: float) -> Admission | CheckOutcome:
            lease = self._leased(hold_id, at)
            return lease if isinstance(lease, CheckOutcome) else self._admit(hold_id, lease, nonce, lane, now)

        try:
            return self._once("commit", nonce, now, decide)
        except sqlite3.IntegrityError:
            return CheckOutcome.ALREADY_USED

    def commit_all(
        self, hold_ids: Sequence[str], nonce: str, lane: Lane, now: float
    ) -> tuple[Admission, ...] | CheckOutcome:
        def decide(at: float) -> tuple[Admission, ...] | CheckOutcome:
            leases: list[tuple[str, str, str]] = []
            for hold_id in hold_ids:
                lease = self._leased(hold_id, at)
                if isinstance(lease, CheckOutcome):
                    return lease
                leases.append(lease)
            numbered = enumerate(zip(hold_ids, leases, strict=True))
            return tuple(self._admit(hold_id, lease, f"{nonce}.{n}", lane, now) for n, (hold_id, lease) in numbered)

        try:
            return self._once("commit_all", nonce, now, decide)
        except sqlite3.IntegrityError:
            return CheckOutcome.ALREADY_USED

    def exit(self, presented: Presented, place: Place, nonce: str, now: float) -> bool:
        def decide(at: float) -> bool:
            ticket = self._look_up(presented, place, at).ticket
            if ticket is None or ticket.session != place.session:
                return False
            inside = self._inside(ticket.reference)
            if inside is not None:
                self._keep_exit(inside, now)
                self._exited_here(inside, ticket, place, nonce)
            return inside is not None

        return self._once("exit", nonce, now, decide)

    def release(self, hold_id: str, nonce: str, now: float) -> None:
        def decide(at: float) -> None:
            self._db.execute("DELETE FROM holds WHERE hold_id = ?", (hold_id,))

        self._once("release", nonce, now, decide)

    def undo(self, admission_id: str, nonce: str, reason: str, by: str, now: float) -> bool:
        def decide(at: float) -> bool:
            changed = self._db.execute(
                "UPDATE admissions SET undone = 1 WHERE admission_id = ? AND undone = 0", (admission_id,)
            ).rowcount
            if changed:
                self._record(now, "undo", admission_id, {"reason": reason, "by": by})
                self._undone_here(admission_id, nonce)
            return bool(changed)

        return self._once("undo", nonce, now, decide)

    def note_gate(self, admission_id: str, state: GateState, now: float) -> None:
        with writing(self._db):
            self._advance(now)
            changed = self._db.execute(
                "UPDATE admissions SET gate_state = ?1 WHERE admission_id = ?2 AND gate_state != ?1",
                (state, admission_id),
            ).rowcount
            if changed:
                self._record(now, "gate", admission_id, {"state": state})
                self._gate_noted_here(admission_id, state)

    def unconfirmed(self, station: str | None = None) -> list[Admission]:
        with translated():
            rows = self._db.execute(
                f"SELECT {_ADMISSION} FROM admissions "  # noqa: S608 - a constant of this module
                "WHERE station = coalesce(?, station) AND gate_state IN ('pending', 'failed') "
                "AND undone = 0 AND exited_at IS NULL "
                "ORDER BY at",
                (station,),
            ).fetchall()
        return [Admission(a, b, c, d, Lane(e), GateState(f)) for a, b, c, d, e, f in rows]

    def recent(self, station: str, since: float) -> list[Admission]:
        with translated():
            rows = self._db.execute(
                f"SELECT {_ADMISSION} FROM admissions "  # noqa: S608 - a constant of this module
                "WHERE station = ? AND at > ? AND undone = 0 AND exited_at IS NULL ORDER BY at DESC",
                (station, since),
            ).fetchall()
        return [Admission(a, b, c, d, Lane(e), GateState(f)) for a, b, c, d, e, f in rows]

    def correct(self, presented: Presented, place: Place, nonce: str, reason: str, by: str, now: float) -> bool:
        def decide(at: float) -> bool:
            ticket = at_desk.chosen(self._found(presented), presented, place.session)
            if ticket is None or self._used(ticket.reference):
                return False
            at_desk.bind(self._db, ticket, presented, self._keys)
            self._record(now, "correct", ticket.reference, {"reason": reason, "by": by})
            return True

        try:
            return self._once("correct", nonce, now, decide)
        except sqlite3.IntegrityError:
            return False

    def erase(self, presented: Presented, place: Place, nonce: str, by: str, now: float) -> bool:
        def decide(at: float) -> bool:
            found = self._found(replace(presented, untrusted_code=None))
            mine = [one for one in found if one.session == place.session]
            for ticket in mine:
                at_desk.erase(self._db, ticket, self._keys)
                self._record(now, "erase", ticket.reference, {"by": by})
            return bool(mine)

        return self._once("erase", nonce, now, decide)

    def prior_choice(self, reference: str) -> PriorNote | None:
        with reading(self._db):
            return tickets.prior_of(self._db, reference, self._keys)

    def void_prior(self, reference: str, nonce: str, now: float) -> bool:
        return self._once("void_prior", nonce, now, lambda at: tickets.void_prior(self._db, reference, self._keys))

    def counts(self) -> dict[str, int]:
        with reading(self._db):
            return counts_of(self._db)

    def close(self) -> None:
        """Close the file; calling twice is fine."""
        self._db.close()

    # --- the roster's side ----------------------------------------------------------------------------

    def add_rows(self, rows: Iterable[tickets.TicketRow]) -> None:
        """Store tickets, all or none. Raises TicketConflict when a document or code already has one."""
        try:
            with roomy(self._db), writing(self._db):
                tickets.insert_rows(self._db, rows)
        except sqlite3.IntegrityError:
            raise tickets.TicketConflict from None

    def put_rows(self, rows: Iterable[tickets.TicketRow]) -> None:
        """Store tickets under the references of another machine, all or none. Raises TicketConflict."""
        try:
            with roomy(self._db), writing(self._db):
                tickets.put_rows(self._db, rows)
        except sqlite3.IntegrityError:
            raise tickets.TicketConflict from None

    def rows_by_reference(self) -> dict[str, tickets.TicketRow]:
        """Every ticket there is, as it is stored."""
        with translated():
            return tickets.rows_by_reference(self._db)

    def taken(self) -> tuple[set[tuple[str, bytes]], set[tuple[str, bytes]]]:
        """(session, token) and (session, code token) of every ticket there is."""
        with translated():
            return tickets.taken_tokens(self._db)

    def tickets_by_place(self) -> dict[tuple[str, str], int]:
        """How many tickets each (session, gate group) has."""
        with translated():
            rows = self._db.execute(
                "SELECT session, gate_group, count(*) FROM tickets GROUP BY session, gate_group"
            ).fetchall()
        return {(session, gate_group): count for session, gate_group, count in rows}

    # --- for a ledger that tells others of what is decided here; within the transaction that decides ------

    def _new_id(self, kind: str, station: str, nonce: str) -> str:
        """The id of a lease or an admission that is about to be made."""
        return self._tokens.fresh()

    def _decided_here(self, admission: Admission, gate_group: str) -> None:
        """An admission was made by this store alone."""

    def _exited_here(self, admission_id: str, ticket: TicketFacts, place: Place, nonce: str) -> None:
        """Somebody's going out was noted by this store alone."""

    def _undone_here(self, admission_id: str, nonce: str) -> None:
        """An admission was taken back by this store alone."""

    def _gate_noted_here(self, admission_id: str, state: GateState) -> None:
        """The state of an admission's gate changed."""

    # --- inside one transaction -----------------------------------------------------------------------

    def _keep_hold(self, hold: Hold, place: Place) -> None:
        # A lease of our own station is one whose visit is gone: the new visit takes it over.
        self._db.execute("DELETE FROM holds WHERE reference = ?", (hold.ticket_reference,))
        self._db.execute(
            "INSERT INTO holds VALUES (?, ?, ?, ?, ?)",
            (hold.hold_id, hold.ticket_reference, place.station, place.gate_group, hold.expires_at),
        )

    def _keep_admission(self, hold_id: str, admission: Admission, gate_group: str) -> None:
        self._db.execute("DELETE FROM holds WHERE hold_id = ?", (hold_id,))
        self._db.execute(
            "INSERT INTO admissions "
            "(admission_id, reference, at, station, gate_group, lane, gate_state, undone, entry) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 1 + (SELECT coalesce(max(entry), 0) FROM admissions "
            "WHERE reference = ?2 AND undone = 0 AND exited_at IS NOT NULL))",
            (
                admission.admission_id,
                admission.ticket_reference,
                admission.at,
                admission.station,
                gate_group,
                admission.lane,
                admission.gate_state,
            ),
        )
        self._record(admission.at, "commit", admission.admission_id, {})

    def _leased(self, hold_id: str, at: float) -> tuple[str, str, str] | CheckOutcome:
        """(reference, station, gate group) of a lease that is still good, or why there is none."""
        row = self._db.execute(
            "SELECT reference, station, holds.gate_group, revoked FROM holds JOIN tickets USING (reference) "
            "WHERE hold_id = ? AND expires_at > ?",
            (hold_id, at),
        ).fetchone()
        if row is None:
            return CheckOutcome.IN_USE_ELSEWHERE
        reference, station, gate_group, revoked = row
        return CheckOutcome.REVOKED if revoked else (reference, station, gate_group)

    def _admit(self, hold_id: str, lease: tuple[str, str, str], nonce: str, lane: Lane, now: float) -> Admission:
        reference, station, gate_group = lease
        admission_id = self._new_id("commit", station, nonce)
        admission = Admission(admission_id, reference, now, station, lane, GateState.PENDING)
        self._keep_admission(hold_id, admission, gate_group)
        self._decided_here(admission, gate_group)
        return admission

    def _inside(self, reference: str) -> str | None:
        """The admission by which somebody is inside on this ticket."""
        row = self._db.execute(
            "SELECT admission_id FROM admissions WHERE reference = ? AND undone = 0 AND exited_at IS NULL", (reference,)
        ).fetchone()
        return None if row is None else str(row[0])

    def _keep_exit(self, admission_id: str, now: float) -> None:
        self._db.execute("UPDATE admissions SET exited_at = ? WHERE admission_id = ?", (now, admission_id))
        self._record(now, "exit", admission_id, {})

    def _once(self, action: str, nonce: str, now: float, decide: Callable[[float], Given]) -> Given:
        """Decide and keep the answer, or give the answer already kept under this nonce."""
        with writing(self._db):
            sealed = self._kept(action, nonce)
            if sealed is not None:
                earlier: Given = answers.decode(sealed)  # type: ignore[assignment]  # kept under its own action
                return earlier
            answer = decide(self._advance(now))
            kept = self._keys.seal(answers.encode(answer), _context(action, nonce))
            self._db.execute("INSERT INTO nonces VALUES (?, ?, ?)", (nonce, action, kept))
            return answer

    def _kept(self, action: str, nonce: str) -> bytes | None:
        """The answer given under this nonce, unsealed and still encoded."""
        row = self._db.execute(
            "SELECT answer_sealed FROM nonces WHERE action = ? AND nonce = ?", (action, nonce)
        ).fetchone()
        return None if row is None else self._keys.open(row[0], _context(action, nonce))

    def _clock(self) -> LeaseClock:
        return LeaseClock(*self._db.execute("SELECT highest, offset_s FROM clock").fetchone())

    def _advance(self, now: float) -> float:
        clock = self._clock().advance(now)
        self._db.execute("UPDATE clock SET highest = ?, offset_s = ?", (clock.highest, clock.offset_s))
        return clock.highest

    def _record(self, at: float, kind: str, admission_id: str, details: dict[str, str]) -> None:
        sealed = self._keys.seal(json.dumps(details, ensure_ascii=False).encode("utf-8"), f"record/{admission_id}")
        self._db.execute("INSERT INTO records VALUES (NULL, ?, ?, ?, ?)", (at, kind, admission_id, sealed))

    def _look_up(self, presented: Presented, place: Place, at: float) -> TicketCheck:
        found = [self._with_use(candidate, place, at) for candidate in self._candidates(presented)]
        return check_tickets(found, shown_at(presented, place))

    def _found(self, presented: Presented) -> list[tickets.StoredTicket]:
        code = presented.untrusted_code
        code_token = None if code is None else self._keys.code_token(normalise_code(code))
        return tickets.find(self._db, presented.token, code_token)

    def _used(self, reference: str) -> bool:
        row = self._db.execute("SELECT 1 FROM admissions WHERE reference = ? AND undone = 0", (reference,)).fetchone()
        return row is not None

    def _candidates(self, presented: Presented) -> list[Candidate]:
        """What was presented belongs to these tickets; whether they are used is not looked at."""
        return [self._candidate(ticket, presented) for ticket in self._found(presented)]

    def _candidate(self, ticket: tickets.StoredTicket, presented: Presented) -> Candidate:
        details = tickets.open_details(ticket.reference, ticket.details_sealed, self._keys)
        return Candidate(
            ticket=TicketFacts(ticket.reference, ticket.session, ticket.gate_group, details.seat_area),
            by_document=ticket.by_document,
            by_code=ticket.by_code,
            revoked=ticket.revoked,
            name=(
                compare_names(presented.name.reveal(), details.name)
                if presented.name is not None
                else NameAgreement.CANNOT_TELL
            ),
        )

    def _with_use(self, candidate: Candidate, place: Place, at: float) -> Candidate:
        """The same with its admission and its lease, as far as this store knows."""
        reference = candidate.ticket.reference
        used = self._uses(reference)
        lease = self._db.execute(
            "SELECT station FROM holds WHERE reference = ? AND expires_at > ?", (reference, at)
        ).fetchone()
        return replace(
            candidate,
            earlier_use=used[0] if used else None,
            entries=len(used),
            leased_by=lease[0] if lease else None,
        )

    def _uses(self, reference: str) -> list[EarlierUse]:
        """Every admission that was not taken back, as far as this store knows: first the one that is inside, then those
        who went out, the last one first.
        """
        rows = self._db.execute(
            "SELECT at, station, gate_group, lane, admission_id, exited_at IS NOT NULL FROM admissions "
            "WHERE reference = ? AND undone = 0 ORDER BY exited_at IS NOT NULL, entry DESC",
            (reference,),
        ).fetchall()
        return [EarlierUse(at, by, group, lane, key, bool(out)) for at, by, group, lane, key, out in rows]


def shown_at(presented: Presented, place: Place) -> Shown:
    """The question that the tickets answer."""
    return Shown(
        document=presented.token is not None,
        code=presented.untrusted_code is not None,
        station=place.station,
        gate_group=place.gate_group,
        session=place.session,
        code_needed=place.code_needed,
        entries=place.entries,
    )


def _context(action: str, nonce: str) -> str:
    return f"nonce/{action}/{nonce}"
