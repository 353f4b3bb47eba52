"""The ledger of a station in a venue: decided at the base while it answers, from the station's own store while not.

What only the station may know - documents, codes, names - is judged here, as on a single machine; the base is asked
about the ticket's random reference alone. Whatever the base decided is kept in the station's store too, so that the
station can go on by itself at any moment; whatever it decided by itself is in the journal, and told to the base by
kiosk.base.following. Ids are made from the nonce: a call repeated after a crash, or told later, is the same one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from kiosk.base import journal
from kiosk.base.client import Answer, BaseClient
from kiosk.base.errors import BaseAway, BaseRefused
from kiosk.base.policy import may_decide
from kiosk.config.event import OfflinePolicy
from kiosk.domain.check import Candidate, check_tickets
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck, TicketFacts
from kiosk.ledger import tickets
from kiosk.ledger.port import Admission, GateState, Held, Hold, LedgerUnavailable, Place, Presented
from kiosk.ledger.sqlite import SqliteLedger, shown_at
from kiosk.ledger.store import reading, writing
from kiosk.ports import TokenSource
from kiosk.vault.port import EventKeys

T = TypeVar("T")

_REFUSED = {"VE001": "not_enrolled", "VE002": "event_not_at_base", "VE003": "desk_only"}
_ELSEWHERE = "elsewhere"
_NOT_TOGETHER = "not_together"


@dataclass(frozen=True)
class _Lease:
    reference: str
    session: str
    station: str
    gate_group: str
    revoked: bool
    left_s: float


class VenueLedger(SqliteLedger):
    """Ledger over the base and one file. ``home_group``: the station's, for the policy.

    ``on_close``: ends whatever keeps both at one.

    A call waits for the base no longer than the client's deadlines. Raises LedgerUnavailable.
    """

    def __init__(
        self,
        path: Path,
        keys: EventKeys,
        client: BaseClient,
        policy: OfflinePolicy,
        home_group: str,
        tokens: TokenSource | None = None,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(path, keys, tokens)
        self._client, self._policy, self._home_group = client, policy, home_group
        self._on_close = on_close

    # --- the port -------------------------------------------------------------------------------------

    def check(self, presented: Presented, place: Place, now: float) -> TicketCheck:
        with reading(self._db):
            candidates = self._candidates(presented)
        try:
            found = [_as_told(each, self._look(each, place), place) for each in candidates]
        except BaseAway:
            return super().check(presented, place, now)
        return check_tickets(found, shown_at(presented, place))

    def hold(self, presented: Presented, place: Place, nonce: str, lease_s: float, now: float) -> Held:
        with reading(self._db):
            given = self._kept("hold", nonce)
            candidates = self._candidates(presented)
        if given is not None:
            return self._once("hold", nonce, now, _never)
        check = check_tickets(candidates, shown_at(presented, place))
        try:
            if check.outcome is not CheckOutcome.VALID or check.ticket is None:
                return self._keep_refusal(self.check(presented, place, now), nonce, now)
            ticket = check.ticket
            answer = self._asked(
                lambda: self._client.hold(
                    nonce,
                    place.station,
                    place.gate_group,
                    ticket.session,
                    ticket.reference,
                    self._new_id("hold", place.station, nonce),
                    lease_s,
                )
            )
        except BaseAway:
            return self._hold_alone(presented, place, nonce, lease_s, now)
        if answer.outcome != "held":
            told = [_as_told(each, answer, place) if each.ticket == ticket else each for each in candidates]
            return self._keep_refusal(check_tickets(told, shown_at(presented, place)), nonce, now)

        def decide(at: float) -> Held:
            hold = Hold(str(answer.id), ticket.reference, at + lease_s)
            self._keep_hold(hold, place)
            return Held(check, hold)

        return self._once("hold", nonce, now, decide)

    def commit(self, hold_id: str, nonce: str, lane: Lane, now: float) -> Admission | CheckOutcome:
        with reading(self._db):
            given = self._kept("commit", nonce)
            lease = self._lease(hold_id, now)
        if given is not None or lease is None or lease.revoked:
            return super().commit(hold_id, nonce, lane, now)
        admission_id = self._new_id("commit", lease.station, nonce)
        try:
            answer = self._asked(lambda: self._commit_there(lease, hold_id, admission_id, nonce, lane, now))
        except BaseAway:
            return self._commit_alone(lease, hold_id, nonce, lane, now)

        def decide(at: float) -> Admission | CheckOutcome:
            if answer.outcome != "admitted":
                self._db.execute("DELETE FROM holds WHERE hold_id = ?", (hold_id,))
                return _REASONS.get(answer.outcome, CheckOutcome.IN_USE_ELSEWHERE)
            admission = Admission(
                str(answer.id), lease.reference, answer.at or now, lease.station, lane, GateState.PENDING
            )
            self._taken_back_elsewhere(lease.reference, now)
            self._keep_admission(hold_id, admission, lease.gate_group)
            return admission

        return self._once("commit", nonce, now, decide)

    def commit_all(
        self, hold_ids: Sequence[str], nonce: str, lane: Lane, now: float
    ) -> tuple[Admission, ...] | CheckOutcome:
        """One by one, for the base takes one at a time: where one fails, those before it are taken back."""
        with reading(self._db):
            given = self._kept("commit_all", nonce)
            leases = [lease for hold_id in hold_ids if (lease := self._lease(hold_id, now)) is not None]
        if given is not None:
            return super().commit_all(hold_ids, nonce, lane, now)
        if not self.online:
            for lease in leases:
                self._require_leave_for(lease.reference)
            return super().commit_all(hold_ids, nonce, lane, now)
        made: list[Admission] = []
        refused: CheckOutcome | None = None
        try:
            for number, hold_id in enumerate(hold_ids):
                answer = self.commit(hold_id, f"{nonce}.{number}", lane, now)
                if not isinstance(answer, Admission):
                    refused = answer
                    break
                made.append(answer)
        except LedgerUnavailable:
            self._take_back(made, nonce, now)
            raise
        if refused is not None:
            self._take_back(made, nonce, now)
        answered = tuple(made) if refused is None else refused
        return self._once("commit_all", nonce, now, lambda at: answered)

    def _take_back(self, made: list[Admission], nonce: str, now: float) -> None:
        """What cannot be taken back now stays on the list of unconfirmed gates."""
        for number, admission in enumerate(made):
            with suppress(LedgerUnavailable):
                self.undo(admission.admission_id, f"{nonce}.{number}", _NOT_TOGETHER, admission.station, now)

    def exit(self, presented: Presented, place: Place, nonce: str, now: float) -> bool:
        with reading(self._db):
            given = self._kept("exit", nonce)
        if given is not None:
            return super().exit(presented, place, nonce, now)
        ticket = self.check(presented, place, now).ticket
        if ticket is None or ticket.session != place.session:
            return self._once("exit", nonce, now, lambda at: False)
        with reading(self._db):
            inside = self._inside(ticket.reference)
            untold = inside is not None and journal.is_pending(self._db, inside)
        if untold:  # told in its turn
            return super().exit(presented, place, nonce, now)
        try:
            answer = self._asked(
                lambda: self._client.exit(nonce, place.station, place.gate_group, ticket.session, ticket.reference)
            )
        except BaseAway:
            return super().exit(presented, place, nonce, now)

        def decide(at: float) -> bool:
            if answer.outcome == "exited":
                self._keep_exit(str(answer.id), answer.at or now)
            return answer.outcome == "exited"

        return self._once("exit", nonce, now, decide)

    def release(self, hold_id: str, nonce: str, now: float) -> None:
        super().release(hold_id, nonce, now)
        with suppress(BaseAway):  # then the lease ends by itself
            self._asked(lambda: self._client.release(nonce, hold_id))

    def undo(self, admission_id: str, nonce: str, reason: str, by: str, now: float) -> bool:
        with reading(self._db):
            alone = self._kept("undo", nonce) is not None or journal.is_pending(self._db, admission_id)
        if alone:
            return super().undo(admission_id, nonce, reason, by, now)  # told in its turn
        try:
            answer = self._asked(lambda: self._client.undo(nonce, admission_id))
        except BaseAway:
            return super().undo(admission_id, nonce, reason, by, now)

        def decide(at: float) -> bool:
            self._db.execute("UPDATE admissions SET undone = 1 WHERE admission_id = ?", (admission_id,))
            if answer.outcome == "undone":
                self._record(now, "undo", admission_id, {"reason": reason, "by": by})
            return answer.outcome == "undone"

        return self._once("undo", nonce, now, decide)

    def unconfirmed(self, station: str | None = None) -> list[Admission]:
        """With those the base committed while this machine was cut off or killed before it could write them down."""
        known = super().unconfirmed(station)
        with reading(self._db):
            rows = self._db.execute(
                "SELECT uses.admission_id, uses.reference, uses.at, uses.station, uses.lane FROM venue_uses AS uses "
                "JOIN holds USING (reference, station) WHERE uses.station = coalesce(?, uses.station) "
                "AND uses.admission_id NOT IN (SELECT admission_id FROM admissions) ORDER BY uses.at",
                (station,),
            ).fetchall()
        return known + [Admission(a, b, c, d, Lane(e), GateState.PENDING) for a, b, c, d, e in rows]

    def note_gate(self, admission_id: str, state: GateState, now: float) -> None:
        """Also of an admission that a desk elsewhere made for somebody this gate had sent there."""
        with reading(self._db):
            row = self._db.execute("SELECT 1 FROM admissions WHERE admission_id = ?", (admission_id,)).fetchone()
        if row is not None:
            super().note_gate(admission_id, state, now)
            return
        with writing(self._db):
            self._gate_noted_here(admission_id, state)

    def close(self) -> None:
        """Close the file and end whatever else of the base this process holds; calling twice is fine."""
        self._on_close()
        super().close()

    # --- what staff see of it ---------------------------------------------------------------------------

    @property
    def online(self) -> bool:
        """Whether the base answered last."""
        return self._client.connected

    def pending(self) -> int:
        """How many decisions the base has not been told yet. Raises LedgerUnavailable."""
        with reading(self._db):
            return journal.pending(self._db)

    def known_epoch(self) -> str:
        """Of the base as it was last heard of, "" before that. Raises LedgerUnavailable."""
        with reading(self._db):
            [epoch] = self._db.execute("SELECT epoch FROM venue_position").fetchone()
        return str(epoch or "")

    def conflicts(self) -> list[journal.Conflict]:
        """This station's admissions that turned out to be double uses. Raises LedgerUnavailable."""
        with reading(self._db):
            return journal.conflicts(self._db)

    # --- asking the base ----------------------------------------------------------------------------------

    def _asked(self, ask: Callable[[], T]) -> T:
        """Raises BaseAway; what the base refuses is no reason to decide alone."""
        try:
            return ask()
        except BaseRefused as refused:
            if refused.code in _REFUSED:
                raise LedgerUnavailable(_REFUSED[refused.code]) from None
            raise

    def _look(self, candidate: Candidate, place: Place) -> Answer:
        ticket = candidate.ticket
        return self._asked(lambda: self._client.look(place.station, ticket.session, ticket.reference))

    def _commit_there(
        self, lease: _Lease, hold_id: str, admission_id: str, nonce: str, lane: Lane, now: float
    ) -> Answer:
        """A lease the base does not know, taken while it was away or lost when it crashed, is asked for once more."""
        answer = self._client.commit(nonce, hold_id, admission_id, lane, now)
        if answer.outcome != "lease_lost":
            return answer
        again = f"{nonce}.again"
        held = self._client.hold(
            again, lease.station, lease.gate_group, lease.session, lease.reference, hold_id, max(1.0, lease.left_s)
        )
        return self._client.commit(again, hold_id, admission_id, lane, now) if held.outcome == "held" else held

    # --- deciding alone -------------------------------------------------------------------------------------

    def _hold_alone(self, presented: Presented, place: Place, nonce: str, lease_s: float, now: float) -> Held:
        check = super().check(presented, place, now)
        if check.outcome is CheckOutcome.VALID and check.ticket is not None:
            self._require_leave(check.ticket.gate_group)
        return super().hold(presented, place, nonce, lease_s, now)

    def _commit_alone(
        self, lease: _Lease, hold_id: str, nonce: str, lane: Lane, now: float
    ) -> Admission | CheckOutcome:
        self._require_leave_for(lease.reference)
        return super().commit(hold_id, nonce, lane, now)

    def _require_leave_for(self, reference: str) -> None:
        with reading(self._db):
            [group] = self._db.execute("SELECT gate_group FROM tickets WHERE reference = ?", (reference,)).fetchone()
        self._require_leave(group)

    def _require_leave(self, ticket_group: str) -> None:
        if not may_decide(self._policy, ticket_group, self._home_group):
            raise LedgerUnavailable("base_away")

    # --- within one transaction -----------------------------------------------------------------------------

    def _new_id(self, kind: str, station: str, nonce: str) -> str:
        text = f"{self._keys.event_id} {kind} {station} {nonce}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _decided_here(self, admission: Admission, gate_group: str) -> None:
        [session] = self._db.execute(
            "SELECT session FROM tickets WHERE reference = ?", (admission.ticket_reference,)
        ).fetchone()
        journal.note_admission(self._db, admission, session, gate_group, admission.admission_id)

    def _exited_here(self, admission_id: str, ticket: TicketFacts, place: Place, nonce: str) -> None:
        journal.note_exit(self._db, admission_id, ticket, place.station, place.gate_group, nonce)

    def _keep_exit(self, admission_id: str, now: float) -> None:
        super()._keep_exit(admission_id, now)
        self._db.execute("UPDATE venue_uses SET exited_at = ? WHERE admission_id = ?", (now, admission_id))

    def _inside(self, reference: str) -> str | None:
        """Also by another station's admission, as far as it was heard of."""
        here = super()._inside(reference)
        if here is not None:
            return here
        row = self._db.execute(
            "SELECT admission_id FROM venue_uses WHERE reference = ? AND exited_at IS NULL "
            "AND admission_id NOT IN (SELECT admission_id FROM admissions)",
            (reference,),
        ).fetchone()
        return None if row is None else str(row[0])

    def _undone_here(self, admission_id: str, nonce: str) -> None:
        journal.note_undo(self._db, admission_id, nonce)

    def _gate_noted_here(self, admission_id: str, state: GateState) -> None:
        journal.note_gate(self._db, admission_id, state, f"{admission_id}.{self._tokens.fresh()[:8]}")

    def _keep_refusal(self, check: TicketCheck, nonce: str, now: float) -> Held:
        return self._once("hold", nonce, now, lambda at: Held(check, None))

    def _candidate(self, ticket: tickets.StoredTicket, presented: Presented) -> Candidate:
        """With how often somebody went out on it: who is inside, the base says."""
        gone = [use for use in self._uses(ticket.reference) if use.outside]
        known = super()._candidate(ticket, presented)
        return replace(known, earlier_use=gone[0] if gone else None, entries=len(gone))

    def _uses(self, reference: str) -> list[EarlierUse]:
        """With what other stations did, as far as it was heard of."""
        rows = self._db.execute(
            "SELECT at, station, gate_group, lane, admission_id, exited_at IS NOT NULL FROM venue_uses "
            "WHERE reference = ? AND admission_id NOT IN (SELECT admission_id FROM admissions) "
            "ORDER BY exited_at IS NOT NULL, at DESC",
            (reference,),
        ).fetchall()
        elsewhere = [EarlierUse(at, by, group, lane, key, bool(out)) for at, by, group, lane, key, out in rows]
        return sorted(super()._uses(reference) + elsewhere, key=lambda use: (use.outside, -use.at))

    def _lease(self, hold_id: str, now: float) -> _Lease | None:
        at = self._clock().advance(now).highest
        row = self._db.execute(
            "SELECT reference, session, station, holds.gate_group, revoked, expires_at - ?1 "
            "FROM holds JOIN tickets USING (reference) WHERE hold_id = ?2 AND expires_at > ?1",
            (at, hold_id),
        ).fetchone()
        if row is None:
            return None
        reference, session, station, gate_group, revoked, left_s = row
        return _Lease(reference, session, station, gate_group, bool(revoked), left_s)

    def _taken_back_elsewhere(self, reference: str, now: float) -> None:
        """The base lets the ticket in, so that no admission of it kept here stands any more."""
        stale = self._db.execute(
            "SELECT admission_id FROM admissions WHERE reference = ? AND undone = 0 AND exited_at IS NULL",
            (reference,),
        ).fetchall()
        for (admission_id,) in stale:
            self._db.execute("UPDATE admissions SET undone = 1 WHERE admission_id = ?", (admission_id,))
            self._record(now, "undo", admission_id, {"reason": _ELSEWHERE, "by": _ELSEWHERE})


_REASONS = {"already_used": CheckOutcome.ALREADY_USED, "revoked": CheckOutcome.REVOKED}


def _as_told(candidate: Candidate, answer: Answer, place: Place) -> Candidate:
    """The candidate with what the base said of its ticket. Raises LedgerUnavailable when it knows no such ticket."""
    match answer.outcome:
        case "no_ticket":
            raise LedgerUnavailable("not_at_base")
        case "revoked":
            return replace(candidate, revoked=True)
        case "already_used":
            use = EarlierUse(
                answer.at or 0.0, answer.station or "", answer.gate_group or "", answer.lane or "", answer.id or ""
            )
            return replace(candidate, earlier_use=use)
        case "in_use":
            # Another machine's station of the same name is not this one.
            other = answer.station if answer.station != place.station else None
            return replace(candidate, leased_by=other or _ELSEWHERE)
        case _:
            return candidate


def _never(at: float) -> Held:
    raise AssertionError("an answer kept under this nonce is given again, not decided again")
