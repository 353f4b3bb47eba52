"""A ledger in memory with the rules of the real one: for tests of whatever stands on the ledger. Nothing is durable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from kiosk.domain.check import Candidate, Shown, check_tickets, normalise_code
from kiosk.domain.lane import Lane
from kiosk.domain.names import NameAgreement, compare_names
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck, TicketFacts
from kiosk.ledger.answers import Answer
from kiosk.ledger.at_desk import random_token
from kiosk.ledger.lease_clock import LeaseClock
from kiosk.ledger.port import Admission, Found, GateState, Held, Hold, LedgerUnavailable, Place, Presented
from kiosk.ledger.prior import PriorNote
from kiosk.ledger.searching import found_in
from kiosk.ledger.tickets import TicketConflict, TicketDetails, TicketRow, open_details, resealed
from kiosk.ports import SystemTokens, TokenSource
from kiosk.vault.port import EventKeys

Given = TypeVar("Given", bound=Answer)


@dataclass
class _Lease:
    hold: Hold
    place: Place


class MemoryLedger:
    """Ledger in dictionaries. ``unavailable``: set to a code to make every call raise LedgerUnavailable."""

    def __init__(self, keys: EventKeys, tokens: TokenSource | None = None) -> None:
        self.unavailable: str | None = None
        self._keys = keys
        self._tokens = tokens or SystemTokens()
        self._clock = LeaseClock()
        self._tickets: dict[str, TicketRow] = {}
        self._leases: dict[str, _Lease] = {}
        self._admissions: dict[str, tuple[Admission, str]] = {}
        self._undone: set[str] = set()
        self._exited: set[str] = set()
        self._answers: dict[tuple[str, str], Answer] = {}

    def check(self, presented: Presented, place: Place, now: float) -> TicketCheck:
        self._reachable()
        return self._look_up(presented, place, self._clock.advance(now).highest)

    def search(self, untrusted_text: str, place: Place) -> Found:
        self._reachable()
        rows = [row for row in self._tickets.values() if row[3] == place.session]
        token = self._keys.code_token(normalise_code(untrusted_text))
        opened = ((row[0], row[4], open_details(row[0], row[6], self._keys)) for row in rows)
        return found_in(untrusted_text, opened, [row[0] for row in rows if row[2] == token])

    def hold(self, presented: Presented, place: Place, nonce: str, lease_s: float, now: float) -> Held:
        def decide(at: float) -> Held:
            check = self._look_up(presented, place, at)
            if check.outcome is not CheckOutcome.VALID or check.ticket is None:
                return Held(check, None)
            hold = Hold(self._tokens.fresh(), check.ticket.reference, at + lease_s)
            self._leases[hold.ticket_reference] = _Lease(hold, place)
            return Held(check, hold)

        return self._once("hold", nonce, now, decide)

    def commit(self, hold_id: str, nonce: str, lane: Lane, now: float) -> Admission | CheckOutcome:
        def decide(at: float) -> Admission | CheckOutcome:
            lease = self._lease(hold_id)
            if lease is None or lease.hold.expires_at <= at:
                return CheckOutcome.IN_USE_ELSEWHERE
            return self._admit(lease, lane, now)

        return self._once("commit", nonce, now, decide)

    def commit_all(
        self, hold_ids: Sequence[str], nonce: str, lane: Lane, now: float
    ) -> tuple[Admission, ...] | CheckOutcome:
        def decide(at: float) -> tuple[Admission, ...] | CheckOutcome:
            leases = [self._lease(hold_id) for hold_id in hold_ids]
            good = [lease for lease in leases if lease is not None and lease.hold.expires_at > at]
            if len(good) < len(leases):
                return CheckOutcome.IN_USE_ELSEWHERE
            if len({lease.hold.hold_id for lease in good}) < len(good):  # one lease twice is one ticket
                return CheckOutcome.ALREADY_USED
            return tuple(self._admit(lease, lane, now) for lease in good)

        return self._once("commit_all", nonce, now, decide)

    def exit(self, presented: Presented, place: Place, nonce: str, now: float) -> bool:
        def decide(at: float) -> bool:
            ticket = self._look_up(presented, place, at).ticket
            if ticket is None or ticket.session != place.session:
                return False
            found = [key for key in self._inside() if self._admissions[key][0].ticket_reference == ticket.reference]
            self._exited.update(found)
            return bool(found)

        return self._once("exit", nonce, now, decide)

    def release(self, hold_id: str, nonce: str, now: float) -> None:
        def decide(at: float) -> None:
            lease = self._lease(hold_id)
            if lease is not None:
                del self._leases[lease.hold.ticket_reference]

        self._once("release", nonce, now, decide)

    def undo(self, admission_id: str, nonce: str, reason: str, by: str, now: float) -> bool:
        def decide(at: float) -> bool:
            known = admission_id in self._admissions and admission_id not in self._undone
            if known:
                self._undone.add(admission_id)
            return known

        return self._once("undo", nonce, now, decide)

    def note_gate(self, admission_id: str, state: GateState, now: float) -> None:
        self._reachable()
        if admission_id in self._admissions:
            admission, group = self._admissions[admission_id]
            self._admissions[admission_id] = replace(admission, gate_state=state), group

    def unconfirmed(self, station: str | None = None) -> list[Admission]:
        self._reachable()
        return [
            admission
            for admission, _ in map(self._admissions.__getitem__, self._inside())
            if station in (None, admission.station) and admission.gate_state in {GateState.PENDING, GateState.FAILED}
        ]

    def recent(self, station: str, since: float) -> list[Admission]:
        self._reachable()
        inside = [self._admissions[key][0] for key in self._inside()]
        found = [one for one in inside if one.station == station and one.at > since]
        return sorted(found, key=lambda one: one.at, reverse=True)

    def correct(self, presented: Presented, place: Place, nonce: str, reason: str, by: str, now: float) -> bool:
        def decide(at: float) -> bool:
            code = presented.untrusted_code
            key = 1 if code is None else 2
            wanted = presented.token if code is None else self._keys.code_token(normalise_code(code))
            rows = [row for row in self._tickets.values() if row[3] == place.session and row[key] == wanted]
            token = presented.token or (rows[0][1] if rows else b"")
            others = [row for row in self._tickets.values() if row[3] == place.session and row[1] == token]
            used = {admission.ticket_reference for admission, _ in self._standing()}
            if not rows or rows[0][5] or rows[0][0] in used or any(row[0] != rows[0][0] for row in others):
                return False
            reference, _, code_token, session, group, revoked, sealed, buckets = rows[0]
            details = open_details(reference, sealed, self._keys)
            name = presented.name.reveal() if presented.name is not None else details.name
            fresh = resealed(reference, replace(details, name=name, prior=""), self._keys)
            self._tickets[reference] = reference, token, code_token, session, group, revoked, fresh, buckets
            return True

        return self._once("correct", nonce, now, decide)

    def erase(self, presented: Presented, place: Place, nonce: str, by: str, now: float) -> bool:
        def decide(at: float) -> bool:
            rows = [row for row in self._tickets.values() if row[3] == place.session and row[1] == presented.token]
            used = {admission.ticket_reference for admission, _ in self._standing()}
            for reference, _, _, session, group, _, _, buckets in rows:
                nobody = resealed(reference, TicketDetails("", "", ""), self._keys)
                tokens = random_token(), random_token()
                gone = int(reference not in used)
                self._tickets[reference] = reference, *tokens, session, group, gone, nobody, buckets
            return bool(rows)

        return self._once("erase", nonce, now, decide)

    def prior_choice(self, reference: str) -> PriorNote | None:
        self._reachable()
        row = self._tickets.get(reference)
        if row is None:
            return None
        details = open_details(reference, row[6], self._keys)
        return PriorNote(details.code, details.prior)

    def void_prior(self, reference: str, nonce: str, now: float) -> bool:
        def decide(at: float) -> bool:
            row = self._tickets.get(reference)
            details = None if row is None else open_details(reference, row[6], self._keys)
            if row is None or details is None or not details.prior:
                return False
            self._tickets[reference] = *row[:6], resealed(reference, replace(details, prior=""), self._keys), row[7]
            return True

        return self._once("void_prior", nonce, now, decide)

    def counts(self) -> dict[str, int]:
        self._reachable()
        return {
            "tickets": len(self._tickets),
            "admitted": len(self._standing()),
            "exited": len(self._exited - self._undone),
            "undone": len(self._undone),
            "held": sum(lease.hold.expires_at > self._clock.highest for lease in self._leases.values()),
            "revoked": sum(row[5] for row in self._tickets.values()),
        }

    def close(self) -> None:
        self.unavailable = "closed"

    def add_rows(self, rows: Iterable[TicketRow]) -> None:
        """Store tickets, all or none. Raises TicketConflict when a document or code already has one."""
        self._reachable()
        after = dict(self._tickets)
        for row in rows:
            if any(other[3] == row[3] and (other[1] == row[1] or other[2] == row[2]) for other in after.values()):
                raise TicketConflict
            after[row[0]] = row
        self._tickets = after

    def _reachable(self) -> None:
        if self.unavailable is not None:
            raise LedgerUnavailable(self.unavailable)

    def _once(self, action: str, nonce: str, now: float, decide: Callable[[float], Given]) -> Given:
        self._reachable()
        if (action, nonce) not in self._answers:
            self._clock = self._clock.advance(now)
            self._answers[action, nonce] = decide(self._clock.highest)
        given: Given = self._answers[action, nonce]  # type: ignore[assignment]  # kept under its own action
        return given

    def _standing(self) -> list[tuple[Admission, str]]:
        return [entry for key, entry in self._admissions.items() if key not in self._undone]

    def _inside(self) -> list[str]:
        return [key for key in self._admissions if key not in self._undone | self._exited]

    def _uses(self, reference: str) -> list[EarlierUse]:
        """As the SQLite ledger has it: first whoever is inside, then the last one who went out."""
        uses = [
            EarlierUse(one.at, one.station, group, one.lane, one.admission_id, one.admission_id in self._exited)
            for one, group in reversed(self._standing())
            if one.ticket_reference == reference
        ]
        return sorted(uses, key=lambda use: use.outside)

    def _admit(self, lease: _Lease, lane: Lane, now: float) -> Admission:
        reference = lease.hold.ticket_reference
        del self._leases[reference]
        admission = Admission(self._tokens.fresh(), reference, now, lease.place.station, lane, GateState.PENDING)
        self._admissions[admission.admission_id] = admission, lease.place.gate_group
        return admission

    def _lease(self, hold_id: str) -> _Lease | None:
        return next((lease for lease in self._leases.values() if lease.hold.hold_id == hold_id), None)

    def _look_up(self, presented: Presented, place: Place, at: float) -> TicketCheck:
        code = presented.untrusted_code
        code_token = None if code is None else self._keys.code_token(normalise_code(code))
        shown = Shown(
            presented.token is not None,
            code is not None,
            place.station,
            place.gate_group,
            place.session,
            place.code_needed,
            place.entries,
        )
        found = [row for row in self._tickets.values() if row[1] == presented.token or row[2] == code_token]
        return check_tickets([self._candidate(row, presented, code_token, at) for row in found], shown)

    def _candidate(self, row: TicketRow, presented: Presented, code_token: bytes | None, at: float) -> Candidate:
        reference, token, code, session, gate_group, revoked, sealed, _ = row
        details = open_details(reference, sealed, self._keys)
        used = self._uses(reference)
        lease = self._leases.get(reference)
        name = NameAgreement.CANNOT_TELL
        if presented.name is not None:
            name = compare_names(presented.name.reveal(), details.name)
        return Candidate(
            ticket=TicketFacts(reference, session, gate_group, details.seat_area),
            by_document=token == presented.token,
            by_code=code == code_token,
            revoked=bool(revoked),
            earlier_use=used[0] if used else None,
            entries=len(used),
            leased_by=lease.place.station if lease and lease.hold.expires_at > at else None,
            name=name,
        )
