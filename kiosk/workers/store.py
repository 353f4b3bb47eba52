"""The ledger behind a work queue: every call on one thread, every answer in the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.domain.access import Action, NotAllowed, Principal, authorise
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.ledger.port import (
    Admission,
    Found,
    GateState,
    Held,
    Ledger,
    LedgerUnavailable,
    PartyRefused,
    Place,
    Presented,
)
from kiosk.ledger.prior import PriorChoices
from kiosk.ports import Clock, TokenSource
from kiosk.station.ports import TOO_LATE
from kiosk.workers.queue import WorkQueue

Failed = Callable[[str], None]
ADMIT_BY = {
    Lane.FACE: Action.ADMIT_BY_FACE,
    Lane.STAFF: Action.ADMIT_BY_STAFF,
    Lane.DOCUMENT: Action.ADMIT_BY_DOCUMENT,
}
UNDO_LATE_S = 15 * 60.0
GATE_ANSWERS_S = 5.0
"""A gate that was asked has answered by then; what is still open is worth an attendant's look."""


class StaffAct(StrEnum):
    """What somebody at a desk decided; all but ADMITTED go against the machine's word or take it back."""

    ADMITTED = "admitted"
    OVERRIDE = "override"
    UNDONE = "undone"


@dataclass(frozen=True)
class LedgerStore:
    """Implements kiosk.station.ports.Store. Nonces are made here, once per asked-for change.

    ``principal``: who acts now, asked in the window's thread when a change is asked for. ``noted`` hears of every
    durable decision of a person, ``refused`` of every one the role table has no cell for; both on the ledger's thread.
    """

    ledger: Ledger
    queue: WorkQueue
    place: Place
    clock: Clock
    tokens: TokenSource
    principal: Callable[[], Principal]
    lease_s: float = 30.0
    forget_keys: Callable[[], None] = lambda: None
    noted: Callable[[Principal, StaffAct], None] = lambda who, act: None
    refused: Callable[[NotAllowed], None] = lambda refusal: None
    prior: PriorChoices | None = None  # judges lanes chosen with tickets, where the event takes them
    _overriding: set[str] = field(default_factory=set)  # leases taken although the check said otherwise

    def look_up(self, presented: Presented, answered: Callable[[TicketCheck], None], failed: Failed) -> None:
        now, who = self.clock.now(), self.principal()

        def look_up() -> TicketCheck:
            self._authorise(who, Action.LOOK_UP_TICKET)
            check = self.ledger.check(presented, self.place, now)
            if self.prior is None or check.ticket is None:
                return check
            return replace(check, prior=self.prior.lane(self.ledger.prior_choice(check.ticket.reference), now))

        self.queue.do(look_up, answered, _coded(failed))

    def void_prior(self, reference: str) -> None:
        """The consent that came with this ticket was taken back. Best effort: nobody waits for it."""
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def void() -> bool:
            self._authorise(who, Action.LOOK_UP_TICKET)
            return self.ledger.void_prior(reference, nonce, now)

        self.queue.do(void, _ignored, _coded(_ignored))

    def search(self, untrusted_text: str, answered: Callable[[Found], None], failed: Failed) -> None:
        who = self.principal()

        def search() -> Found:
            self._authorise(who, Action.SEARCH_TICKETS)
            return self.ledger.search(untrusted_text, self.place)

        self.queue.do(search, answered, _coded(failed))

    def hold(self, presented: Presented, answered: Callable[[Held], None], failed: Failed) -> None:
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def hold() -> Held:
            self._authorise(who, Action.ADMIT_BY_FACE)
            return self.ledger.hold(presented, self.place, nonce, self.lease_s, now)

        self.queue.do(hold, answered, _coded(failed))

    def hold_by_staff(self, presented: Presented, answered: Callable[[Held], None], failed: Failed) -> None:
        """Hold on an attendant's word: the name was judged by eye, and every gate group is theirs to admit to."""
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def hold() -> Held:
            self._authorise(who, Action.ADMIT_BY_STAFF)
            return self._held_by_staff(presented, nonce, now, who)

        self.queue.do(hold, answered, _coded(failed))

    def admit_again(
        self, presented: Presented, reason: str, answered: Callable[[Admission | TicketCheck], None], failed: Failed
    ) -> None:
        """Admit on an officer's word on a ticket that has been used (R-35): the earlier use stays on record, set aside.

        By one task, so that no tap comes between; where it ends half-way the use is on record as taken back. A check
        says why nobody was admitted.
        """
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def admit() -> Admission | TicketCheck:
            self._authorise(who, Action.OVERRIDE_CHECK)
            check = self.ledger.check(presented, self.place, now)
            use, ticket = check.earlier_use, check.ticket
            if check.outcome is not CheckOutcome.ALREADY_USED or use is None or ticket is None:
                return check
            if not self.ledger.undo(use.admission_id, nonce, f"admitted_again_{reason}", who.name, now):
                return self.ledger.check(presented, self.place, now)
            place = replace(self.place, gate_group=ticket.gate_group, code_needed=False)
            answer: Admission | TicketCheck | None = None
            try:
                answer = self._admitted_at(presented, place, nonce, now)
            finally:
                self.noted(who, StaffAct.OVERRIDE if isinstance(answer, Admission) else StaffAct.UNDONE)
            return answer

        self.queue.do(admit, answered, _coded(failed))

    def _admitted_at(self, presented: Presented, place: Place, nonce: str, now: float) -> Admission | TicketCheck:
        held = self.ledger.hold(replace(presented, name=None), place, nonce, self.lease_s, now)
        if held.hold is None:
            return held.check
        answer = self.ledger.commit(held.hold.hold_id, nonce, Lane.STAFF, now)
        return replace(held.check, outcome=answer) if isinstance(answer, CheckOutcome) else answer

    def _held_by_staff(self, presented: Presented, nonce: str, now: float, who: Principal) -> Held:
        check = self.ledger.check(presented, self.place, now)
        overriding = check.outcome is not CheckOutcome.VALID
        if overriding:
            self._authorise(who, Action.OVERRIDE_CHECK)
        group = check.ticket.gate_group if check.ticket else self.place.gate_group
        place = replace(self.place, gate_group=group, code_needed=False)
        held = self.ledger.hold(replace(presented, name=None), place, nonce, self.lease_s, now)
        if overriding and held.hold is not None:
            self._overriding.add(held.hold.hold_id)
        return held

    def admit_party(
        self,
        party: Sequence[Presented],
        answered: Callable[[tuple[Admission, ...] | PartyRefused], None],
        failed: Failed,
    ) -> None:
        """Leases of all, then one commit; whoever has none is named, and the leases of the others are given back."""
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def admit() -> tuple[Admission, ...] | PartyRefused:
            self._authorise(who, Action.ADMIT_BY_STAFF)
            holds: list[str] = []
            answer: tuple[Admission, ...] | PartyRefused | CheckOutcome | None = None
            try:
                for index, presented in enumerate(party):
                    held = self._held_by_staff(presented, f"{nonce}.{index}", now, who)
                    if held.hold is None:
                        return PartyRefused(index, held.check)
                    holds.append(held.hold.hold_id)
                answer = self.ledger.commit_all(holds, nonce, Lane.STAFF, now)
            finally:
                if not isinstance(answer, tuple):
                    self._give_back(holds, nonce, now)
            if isinstance(answer, CheckOutcome):
                return PartyRefused(None, TicketCheck(answer))
            for hold_id in holds:
                self.noted(who, StaffAct.OVERRIDE if hold_id in self._overriding else StaffAct.ADMITTED)
            self._overriding.difference_update(holds)
            return answer

        self.queue.do(admit, answered, _coded(failed))

    def _give_back(self, holds: Sequence[str], nonce: str, now: float) -> None:
        self._overriding.difference_update(holds)
        for index, hold_id in enumerate(holds):
            with suppress(LedgerUnavailable):  # then the lease ends by itself
                self.ledger.release(hold_id, f"{nonce}.{index}", now)

    def exit(self, presented: Presented, answered: Callable[[bool], None], failed: Failed) -> None:
        """By whichever gate somebody came in. The name was judged when they came in."""
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def go_out() -> bool:
            self._authorise(who, Action.NOTE_EXIT)
            return self.ledger.exit(replace(presented, name=None), self.place, nonce, now)

        self.queue.do(go_out, answered, _coded(failed))

    def commit(
        self, hold_id: str, lane: Lane, answered: Callable[[Admission | CheckOutcome], None], failed: Failed
    ) -> None:
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def commit() -> Admission | CheckOutcome:
            self._authorise(who, ADMIT_BY[lane])
            answer = self.ledger.commit(hold_id, nonce, lane, now)
            if lane is Lane.STAFF and isinstance(answer, Admission):
                self.noted(who, StaffAct.OVERRIDE if hold_id in self._overriding else StaffAct.ADMITTED)
            self._overriding.discard(hold_id)
            return answer

        self.queue.do(commit, answered, _coded(failed))

    def release(self, hold_id: str) -> None:
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def release() -> None:
            self._authorise(who, Action.RELEASE_TICKET)
            self._overriding.discard(hold_id)
            self.ledger.release(hold_id, nonce, now)

        self.queue.do(release)  # one that fails is no fault of the visit: the lease runs out by itself

    def undo(self, admission_id: str, reason: str, by: str, answered: Callable[[bool], None], failed: Failed) -> None:
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def undo() -> bool:
            untold = reason == TOO_LATE
            self._authorise(who, Action.UNDO_UNTOLD_ADMISSION if untold else Action.UNDO_ADMISSION)
            done = self.ledger.undo(admission_id, nonce, reason, by if untold else who.name, now)
            if done and not untold:
                self.noted(who, StaffAct.UNDONE)
            return done

        self.queue.do(undo, answered, _coded(failed))

    def recent(self, answered: Callable[[list[Admission]], None], failed: Failed) -> None:
        """What was admitted here in the last quarter of an hour, newest first: a supervisor may take it back."""
        since, who = self.clock.now() - UNDO_LATE_S, self.principal()

        def recent() -> list[Admission]:
            self._authorise(who, Action.UNDO_ADMISSION_LATE)
            return self.ledger.recent(self.place.station, since)

        self.queue.do(recent, answered, _coded(failed))

    def undo_late(self, admission_id: str, answered: Callable[[bool], None], failed: Failed) -> None:
        """Take back what ``recent`` said; False once its time is over."""
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def undo() -> bool:
            self._authorise(who, Action.UNDO_ADMISSION_LATE)
            known = self.ledger.recent(self.place.station, now - UNDO_LATE_S)
            if admission_id not in {one.admission_id for one in known}:
                return False
            done = self.ledger.undo(admission_id, nonce, "supervisor", who.name, now)
            if done:
                self.noted(who, StaffAct.UNDONE)
            return done

        self.queue.do(undo, answered, _coded(failed))

    def correct(self, presented: Presented, reason: str, answered: Callable[[bool], None], failed: Failed) -> None:
        """Bind the ticket to what is presented (R-89)."""
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def correct() -> bool:
            self._authorise(who, Action.CORRECT_TICKET)
            return self.ledger.correct(presented, self.place, nonce, reason, who.name, now)

        self.queue.do(correct, answered, _coded(failed))

    def erase(self, presented: Presented, answered: Callable[[bool], None], failed: Failed) -> None:
        """Erase what the ticket says of whoever is present (R-83)."""
        nonce, now, who = self.tokens.fresh(), self.clock.now(), self.principal()

        def erase() -> bool:
            self._authorise(who, Action.ERASE_TICKET)
            return self.ledger.erase(presented, self.place, nonce, who.name, now)

        self.queue.do(erase, answered, _coded(failed))

    def unconfirmed(self, answered: Callable[[list[Admission]], None]) -> None:
        """What every station of this store left open, gates on their way right now excepted."""
        until, who = self.clock.now() - GATE_ANSWERS_S, self.principal()

        def unconfirmed() -> list[Admission]:
            self._authorise(who, Action.READ_UNCONFIRMED)
            return [one for one in self.ledger.unconfirmed() if one.at <= until]

        self.queue.do(unconfirmed, answered)

    def let_go(self) -> None:
        """Close the ledger for good, and with it whatever else of the event this process holds."""

        def let_go() -> None:
            self.ledger.close()
            self.forget_keys()

        self.queue.do(let_go)

    def note_gate(self, admission_id: str, state: GateState) -> None:
        """Any thread: the gate's own calls this."""
        now, who = self.clock.now(), self.principal()

        def note_gate() -> None:
            self._authorise(who, Action.NOTE_GATE)
            self.ledger.note_gate(admission_id, state, now)

        self.queue.do(note_gate)

    def _authorise(self, who: Principal, action: Action) -> None:
        try:
            authorise(who, action)
        except NotAllowed as refusal:
            self.refused(refusal)
            raise


def _ignored(answer: object) -> None:
    """Nobody waits for it."""


def _coded(failed: Failed) -> Callable[[Exception], None]:
    def answer(error: Exception) -> None:
        failed(error.code if isinstance(error, LedgerUnavailable | NotAllowed) else "bug")

    return answer
