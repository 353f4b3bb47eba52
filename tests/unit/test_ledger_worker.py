"""What a crash left open reaches the attendant; a gate on its way right now does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.access import Principal, Role
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.ledger.memory import MemoryLedger
from kiosk.ledger.port import Admission
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import sealed_row
from kiosk.ports import SystemTokens
from kiosk.workers.queue import WorkQueue
from kiosk.workers.store import GATE_ANSWERS_S, LedgerStore, StaffAct
from tests.helpers.ledger import GATE, LEASE_S, NOON, OTHER_STATION, card, new_keys, ticket

ATTENDANT = Principal(Role.ATTENDANT, "desk-1")


class SetClock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at


def test_the_desk_is_told_of_every_stations_open_admission_once_a_gate_would_have_answered(tmp_path: Path) -> None:
    keys, clock, seen = new_keys(tmp_path), SetClock(), list[list[Admission]]()
    ledger = MemoryLedger(keys)
    ledger.add_rows([sealed_row(ticket(keys, 1), keys)])
    held = ledger.hold(card(keys, 1), GATE, "h", LEASE_S, NOON).hold
    assert held is not None
    admission = ledger.commit(held.hold_id, "c", Lane.FACE, NOON)

    for later_s in (0.0, GATE_ANSWERS_S):
        clock.at = NOON + later_s
        queue = WorkQueue("ledger", lambda call: call())
        LedgerStore(ledger, queue, OTHER_STATION, clock, SystemTokens(), lambda: ATTENDANT).unconfirmed(seen.append)
        queue.stop()

    assert seen == [[], [admission]]


def test_a_station_cannot_admit_by_hand_nor_an_attendant_by_face(tmp_path: Path) -> None:
    keys, refused = new_keys(tmp_path), list[str]()
    ledger = MemoryLedger(keys)
    ledger.add_rows([sealed_row(ticket(keys, 1), keys)])
    queue = WorkQueue("ledger", lambda call: call())
    gate = LedgerStore(ledger, queue, GATE, SetClock(), SystemTokens(), lambda: Principal(Role.STATION, "gate-1"))
    desk = LedgerStore(ledger, queue, GATE, SetClock(), SystemTokens(), lambda: ATTENDANT)

    gate.hold_by_staff(card(keys, 1), lambda held: refused.append("held"), refused.append)
    gate.undo("any", "because", "gate", lambda done: refused.append("undone"), refused.append)
    desk.hold(card(keys, 1), lambda held: refused.append("held"), refused.append)
    queue.stop()

    assert refused == ["not_allowed"] * 3
    assert ledger.counts()["held"] == 0


@pytest.mark.requirement("R-35", "R-63")
def test_a_used_ticket_admitted_all_the_same_is_used_when_the_answer_comes(tmp_path: Path) -> None:
    """Whatever the desk taps next: there is no moment at which the ticket is free."""
    keys, answers, noted = new_keys(tmp_path), list[object](), list[str]()
    ledger = SqliteLedger(tmp_path / "ledger.sqlite", keys)
    ledger.add_rows([sealed_row(ticket(keys, 1), keys)])
    held = ledger.hold(card(keys, 1), GATE, "h", LEASE_S, NOON).hold
    assert held is not None
    ledger.commit(held.hold_id, "c", Lane.FACE, NOON)
    queue = WorkQueue("ledger", lambda call: call())
    store = LedgerStore(
        ledger, queue, GATE, SetClock(), SystemTokens(), lambda: ATTENDANT, noted=lambda who, act: noted.append(act)
    )
    store.admit_again(card(keys, 1), "not_passed", answers.append, answers.append)
    store.admit_again(card(keys, 2), "not_passed", answers.append, answers.append)
    queue.stop()
    admission, nobody = answers
    assert isinstance(admission, Admission)
    assert isinstance(nobody, TicketCheck)
    assert ledger.check(card(keys, 1), GATE, NOON + 1).outcome is CheckOutcome.ALREADY_USED
    assert (ledger.counts()["admitted"], ledger.counts()["undone"], noted) == (1, 1, [StaffAct.OVERRIDE])
    ledger.close()
