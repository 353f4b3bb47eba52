"""The visit's dealings with the ledger. Answers may come when nobody waits for them any more.

A late lease is given back, a late admission undone (nobody was told of it, and staff must find the ticket good); any
other late answer is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.ledger.port import Admission, Held, Presented
from kiosk.station.ports import TOO_LATE, Store
from kiosk.visit import events as ev
from kiosk.visit.states import Phase

T = TypeVar("T")


class VisitTicket:
    """``post`` takes the visit's events; ``phase`` says where it stands when an answer arrives."""

    def __init__(self, store: Store, post: Callable[[ev.Event], None], phase: Callable[[], Phase]) -> None:
        self._store, self._post, self._phase = store, post, phase
        self._visit_number = self._look_up_number = 0
        self._hold_id = self._looked_up = ""
        self.admission_id = ""

    def next_visit(self) -> None:
        self._visit_number += 1
        self._hold_id = self._looked_up = self.admission_id = ""

    def void_prior(self) -> None:
        """The person took back what they had agreed to with this ticket."""
        if self._looked_up:
            self._store.void_prior(self._looked_up)

    def look_up(self, presented: Presented) -> None:
        """Only the answer about the document that lies there by then counts."""
        self._look_up_number += 1
        number, failed = self._look_up_number, self._failed()

        def answered(check: TicketCheck) -> None:
            if number == self._look_up_number:
                self._looked_up = check.ticket.reference if check.ticket else ""
                self._post(ev.TicketLookedUp(check))

        self._store.look_up(presented, self._of_this_visit(answered), failed)

    def hold(self, presented: Presented) -> None:
        visit = self._visit_number

        def answered(held: Held) -> None:
            awaited = visit == self._visit_number and self._phase() is Phase.HOLDING
            if held.hold is not None and not awaited:
                self._store.release(held.hold.hold_id)
            elif held.hold is not None:
                self._hold_id = held.hold.hold_id
                self._post(ev.TicketHeld(held.check))
            elif awaited:
                self._post(ev.HoldRefused(held.check))

        self._store.hold(presented, answered, self._failed())

    def commit(self, lane: Lane) -> None:
        visit = self._visit_number

        def answered(answer: Admission | CheckOutcome) -> None:
            awaited = visit == self._visit_number and self._phase() is Phase.COMMITTING
            if isinstance(answer, Admission) and not awaited:
                self._store.undo(answer.admission_id, TOO_LATE, "station", _ignore, _ignore)
            elif isinstance(answer, Admission):
                self.admission_id = answer.admission_id
                self._post(ev.AdmissionCommitted())
            elif awaited:
                self._post(ev.CommitRefused())

        self._store.commit(self._hold_id, lane, answered, self._failed())

    def release(self) -> None:
        self._store.release(self._hold_id)
        self._hold_id = ""

    def _failed(self) -> Callable[[str], None]:
        return self._of_this_visit(lambda code: self._post(ev.StoreFailed(code)))

    def _of_this_visit(self, call: Callable[[T], None]) -> Callable[[T], None]:
        visit = self._visit_number

        def guarded(answer: T) -> None:
            if visit == self._visit_number:
                call(answer)

        return guarded


def _ignore(answer: object) -> None:
    """An admission that could not be undone stays on the desk's list of unconfirmed gates."""
