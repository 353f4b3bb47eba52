"""The ledger behind its thread: staff's word, fresh nonces, faults as codes, and letting go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.access import Action, NotAllowed, Principal, Role
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Admission, GateState, Held, Presented
from kiosk.ledger.prior import PriorChoices, signed_consent
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import TicketDetails, sealed_row
from kiosk.ports import SystemTokens
from kiosk.station.ports import TOO_LATE
from kiosk.vault.file_keys import FileEventKeys
from kiosk.workers.queue import WorkQueue
from kiosk.workers.store import LedgerStore, StaffAct
from tests.helpers.ledger import GATE, card, code, new_keys, ticket
from tests.helpers.prior import EVENT, KEY
from tests.helpers.station import SetClock
from tests.helpers.station_workers import Posts


class Store:
    """A LedgerStore over a real file; ``ask`` waits for the answer."""

    def __init__(self, folder: Path, code_needed: bool = False, role: Role = Role.ATTENDANT) -> None:
        self.keys = new_keys(folder)
        ledger = SqliteLedger(folder / "ledger.sqlite", self.keys)
        rows = [ticket(self.keys, 1), ticket(self.keys, 2, gate_group="B"), ticket(self.keys, 3, session="night-2")]
        ledger.add_rows(sealed_row(row, self.keys) for row in [*rows, ticket(self.keys, 4, revoked=True)])
        self.posts, self.clock = Posts(), SetClock()
        self.queue = WorkQueue("ledger", self.posts)
        place, who = replace(GATE, code_needed=code_needed), Principal(role, "rehearsal-1")
        self.store = LedgerStore(
            ledger, self.queue, place, self.clock, SystemTokens(), lambda: who, 30.0, self.keys.forget
        )

    def ask(self, call: Any, *given: Any) -> Any:
        answers: list[Any] = []
        call(*given, answers.append, answers.append)
        self.posts.run_until(lambda: bool(answers))
        return answers[0]

    def admit(self, presented: Presented) -> Admission:
        held = self.ask(self.store.hold_by_staff, presented)
        admission = self.ask(self.store.commit, held.hold.hold_id, Lane.STAFF)
        assert isinstance(admission, Admission)
        return admission


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.store.let_go()
    made.queue.stop()


def held(answer: Any) -> tuple[CheckOutcome, bool]:
    assert isinstance(answer, Held)
    return answer.check.outcome, answer.hold is not None


def test_staff_admit_to_every_gate_and_past_a_differing_name(store: Store) -> None:
    keys = store.keys
    assert store.ask(store.store.look_up, card(keys, 2)).outcome is CheckOutcome.OTHER_GATE
    assert held(store.ask(store.store.hold_by_staff, card(keys, 2))) == (CheckOutcome.VALID, True)
    assert store.ask(store.store.look_up, card(keys, 1, "王样例")).outcome is CheckOutcome.NAME_DIFFERS
    assert held(store.ask(store.store.hold_by_staff, card(keys, 1, "王样例"))) == (CheckOutcome.VALID, True)


@pytest.mark.requirement("R-06", "R-10")
def test_a_lane_chosen_with_the_ticket_is_judged_when_it_is_looked_up(tmp_path: Path) -> None:
    made = Store(tmp_path)
    consent = signed_consent(EVENT, "T-9", 2_000_000_000, KEY)
    assert isinstance(made.store.ledger, SqliteLedger)
    for person, said in ((8, "staff"), (9, consent), (10, consent)):
        details = TicketDetails(f"T-{person}", f"测试{person}", "Block", "", said)
        made.store.ledger.add_rows([sealed_row(replace(ticket(made.keys, person), details=details), made.keys)])
    assert made.ask(made.store.look_up, card(made.keys, 9)).prior is None
    judging = replace(made.store, prior=PriorChoices(EVENT))
    found = [made.ask(judging.look_up, card(made.keys, person)) for person in (8, 9, 10, 1)]
    assert [check.prior for check in found] == [Lane.STAFF, Lane.FACE, None, None]
    judging.void_prior(found[1].ticket.reference)
    assert made.ask(judging.look_up, card(made.keys, 9)).prior is None
    made.store.let_go()
    made.queue.stop()


def test_staff_need_no_code(tmp_path: Path) -> None:
    made = Store(tmp_path, code_needed=True)
    assert made.ask(made.store.look_up, card(made.keys, 1)).outcome is CheckOutcome.CODE_NEEDED
    assert held(made.ask(made.store.hold_by_staff, card(made.keys, 1))) == (CheckOutcome.VALID, True)
    made.store.let_go()
    made.queue.stop()


@pytest.mark.parametrize(
    ("person", "outcome"), [(3, CheckOutcome.OTHER_DAY), (4, CheckOutcome.REVOKED), (9, CheckOutcome.NO_TICKET)]
)
def test_staff_admit_to_no_other_day_and_nobody_without_a_ticket(
    store: Store, person: int, outcome: CheckOutcome
) -> None:
    assert held(store.ask(store.store.hold_by_staff, card(store.keys, person))) == (outcome, False)


def test_a_used_ticket_is_used_for_staff_too(store: Store) -> None:
    store.admit(card(store.keys, 1))
    assert held(store.ask(store.store.hold_by_staff, card(store.keys, 1))) == (CheckOutcome.ALREADY_USED, False)


def test_card_and_code_that_disagree_are_not_held_on_anybodys_word(store: Store) -> None:
    both = replace(card(store.keys, 1), untrusted_code=code(2).untrusted_code)
    assert held(store.ask(store.store.hold_by_staff, both)) == (CheckOutcome.CODE_AND_CARD_DISAGREE, False)


def test_each_change_has_a_nonce_of_its_own(store: Store) -> None:
    """Else the second visit of the same person would be answered with the first one's lease."""
    first = store.admit(card(store.keys, 1))
    assert store.ask(store.store.undo, first.admission_id, "wrong person", "attendant") is True
    second = store.admit(card(store.keys, 1))
    assert second.admission_id != first.admission_id


def test_a_released_lease_is_free_for_the_next(store: Store) -> None:
    answer = store.ask(store.store.hold_by_staff, card(store.keys, 1))
    store.store.release(answer.hold.hold_id)
    assert store.ask(store.store.commit, answer.hold.hold_id, Lane.STAFF) is CheckOutcome.IN_USE_ELSEWHERE
    assert store.ask(store.store.look_up, card(store.keys, 1)).outcome is CheckOutcome.VALID


def test_a_failed_opening_is_shown_to_staff_until_somebody_passed(store: Store) -> None:
    admission = store.admit(card(store.keys, 1))
    seen: list[list[Admission]] = []
    store.clock.s += 60
    for state in (GateState.FAILED, GateState.PASSED):
        store.store.note_gate(admission.admission_id, state)
        store.store.unconfirmed(seen.append)
    store.posts.run_until(lambda: len(seen) == 2)
    assert [[one.admission_id for one in listed] for listed in seen] == [[admission.admission_id], []]


def test_letting_go_closes_file_and_key_after_what_was_asked(store: Store, tmp_path: Path) -> None:
    answers: list[object] = []
    store.store.look_up(card(store.keys, 1), answers.append, answers.append)
    store.store.let_go()
    store.store.look_up(card(store.keys, 1), answers.append, answers.append)
    store.posts.run_until(lambda: len(answers) == 2)
    assert answers[1] == "closed"
    assert isinstance(store.keys, FileEventKeys)
    assert store.keys.destroyed
    assert not (tmp_path / "ledger.sqlite-wal").exists()


def test_a_gate_admits_by_face_alone_and_takes_back_only_what_nobody_was_told(tmp_path: Path) -> None:
    gate = Store(tmp_path, role=Role.STATION)
    answer = gate.ask(gate.store.hold, card(gate.keys, 1))
    assert held(answer) == (CheckOutcome.VALID, True)
    assert gate.ask(gate.store.commit, answer.hold.hold_id, Lane.STAFF) == "not_allowed"
    assert gate.ask(gate.store.hold_by_staff, card(gate.keys, 1)) == "not_allowed"
    admission = gate.ask(gate.store.commit, answer.hold.hold_id, Lane.FACE)
    assert isinstance(admission, Admission)
    assert gate.ask(gate.store.undo, admission.admission_id, "whim", "gate") == "not_allowed"
    assert gate.ask(gate.store.undo, admission.admission_id, TOO_LATE, "gate") is True
    gate.store.let_go()
    gate.queue.stop()


def test_what_a_person_decided_is_noted_with_who_it_was_and_overrides_apart(tmp_path: Path) -> None:
    asked = Store(tmp_path)
    heard: list[tuple[str, StaffAct]] = []
    refused: list[NotAllowed] = []
    people = [Principal(Role.ATTENDANT, "o-1")]
    asked.store = replace(
        asked.store,
        principal=lambda: people[-1],
        noted=lambda who, act: heard.append((who.name, act)),
        refused=refused.append,
    )
    asked.admit(card(asked.keys, 1))
    other_gate = asked.admit(card(asked.keys, 2))
    people.append(Principal(Role.SUPERVISOR, "s-1"))
    assert asked.ask(asked.store.undo, other_gate.admission_id, "desk", "attendant") is True
    assert heard == [("o-1", StaffAct.ADMITTED), ("o-1", StaffAct.OVERRIDE), ("s-1", StaffAct.UNDONE)]
    people.append(Principal(Role.UNATTENDED, "desk-1"))
    for call in (asked.store.look_up, asked.store.hold, asked.store.hold_by_staff):
        assert asked.ask(call, card(asked.keys, 1)) == "not_allowed"
    assert [refusal.action for refusal in refused] == [
        Action.LOOK_UP_TICKET,
        Action.ADMIT_BY_FACE,
        Action.ADMIT_BY_STAFF,
    ]
    asked.store.let_go()
    asked.queue.stop()
