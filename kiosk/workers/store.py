"""The ledger behind a work queue: every call on one thread, every answer in the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.domain.access import Action, NotAllowed, Principal, authorise
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.ledger.port import Admission, GateState, Held, Ledger, LedgerUnavailable, Place, Presented
from kiosk.ports import Clock, TokenSource
from kiosk.station.ports import TOO_LATE
from kiosk.workers.queue import WorkQueue

Failed = Callable[[str], None]
ADMIT_BY = {Lane.FACE: Action.ADMIT_BY_FACE, Lane.STAFF: Action.ADMIT_BY_STAFF}
GATE_ANSWERS_S = 5.0
"""A gate that was asked has answered by then; what is still open is worth an attendant's look."""


@dataclass(frozen=True)
class LedgerStore:
    """Implements kiosk.station.ports.Store. Nonces are made here, once per asked-for change."""

    ledger: Ledger
    queue: WorkQueue
    place: Place
    clock: Clock
    tokens: TokenSource
    principal: Principal
    lease_s: float = 30.0
    forget_keys: Callable[[], None] = lambda: None

    def look_up(self, presented: Presented, answered: Callable[[TicketCheck], None], failed: Failed) -> None:
        now = self.clock.now()

        def look_up() -> TicketCheck:
            authorise(self.principal, Action.LOOK_UP_TICKET)
            return self.ledger.check(presented, self.place, now)

        self.queue.do(look_up, answered, _coded(failed))

    def hold(self, presented: Presented, answered: Callable[[Held], None], failed: Failed) -> None:
        nonce, now = self.tokens.fresh(), self.clock.now()

        def hold() -> Held:
            authorise(self.principal, Action.ADMIT_BY_FACE)
            return self.ledger.hold(presented, self.place, nonce, self.lease_s, now)

        self.queue.do(hold, answered, _coded(failed))

    def hold_by_staff(self, presented: Presented, answered: Callable[[Held], None], failed: Failed) -> None:
        """Hold on an attendant's word: the name was judged by eye, and every gate group is theirs to admit to."""
        nonce, now = self.tokens.fresh(), self.clock.now()
        shown = replace(presented, name=None)

        def hold() -> Held:
            authorise(self.principal, Action.ADMIT_BY_STAFF)
            found = self.ledger.check(shown, self.place, now).ticket
            group = found.gate_group if found else self.place.gate_group
            place = replace(self.place, gate_group=group, code_needed=False)
            return self.ledger.hold(shown, place, nonce, self.lease_s, now)

        self.queue.do(hold, answered, _coded(failed))

    def commit(
        self, hold_id: str, lane: Lane, answered: Callable[[Admission | CheckOutcome], None], failed: Failed
    ) -> None:
        nonce, now = self.tokens.fresh(), self.clock.now()

        def commit() -> Admission | CheckOutcome:
            authorise(self.principal, ADMIT_BY[lane])
            return self.ledger.commit(hold_id, nonce, lane, now)

        self.queue.do(commit, answered, _coded(failed))

    def release(self, hold_id: str) -> None:
        nonce, now = self.tokens.fresh(), self.clock.now()
        # A release that fails is no fault of the visit: the lease runs out by itself.
        self.queue.do(lambda: self.ledger.release(hold_id, nonce, now))

    def undo(self, admission_id: str, reason: str, by: str, answered: Callable[[bool], None], failed: Failed) -> None:
        nonce, now = self.tokens.fresh(), self.clock.now()

        def undo() -> bool:
            untold = reason == TOO_LATE
            authorise(self.principal, Action.UNDO_UNTOLD_ADMISSION if untold else Action.UNDO_ADMISSION)
            return self.ledger.undo(admission_id, nonce, reason, by, now)

        self.queue.do(undo, answered, _coded(failed))

    def unconfirmed(self, answered: Callable[[list[Admission]], None]) -> None:
        """What every station of this store left open, gates on their way right now excepted."""
        until = self.clock.now() - GATE_ANSWERS_S
        self.queue.do(lambda: [one for one in self.ledger.unconfirmed() if one.at <= until], answered)

    def let_go(self) -> None:
        """Close the ledger for good, and with it whatever else of the event this process holds."""

        def let_go() -> None:
            self.ledger.close()
            self.forget_keys()

        self.queue.do(let_go)

    def note_gate(self, admission_id: str, state: GateState) -> None:
        now = self.clock.now()
        self.queue.do(lambda: self.ledger.note_gate(admission_id, state, now))


def _coded(failed: Failed) -> Callable[[Exception], None]:
    def answer(error: Exception) -> None:
        failed(error.code if isinstance(error, LedgerUnavailable | NotAllowed) else "bug")

    return answer
