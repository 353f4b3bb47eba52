"""The desk through recorders: two taps, one person at a time, nothing kept."""

from __future__ import annotations

import pytest

from drivers.port import CodeScanned, DeviceLost, DocumentPresented, ReadFailed, ReadFailure
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck
from kiosk.ledger.port import Held
from kiosk.station.desk import FORGET_AFTER_S, LOOK_AFTER_GATES_S, SERVICE_CLOSED
from kiosk.station.desk_view import DeskState
from tests.helpers.station import ADMISSION, HELD, TICKET, VALID, DeskLane, identity, portrait

OTHER_GATE = TicketCheck(CheckOutcome.OTHER_GATE, TICKET)
REFUSED = Held(TicketCheck(CheckOutcome.ALREADY_USED, TICKET, EarlierUse(1.0, "gate-1", "A", "face")), None)


@pytest.fixture
def desk() -> DeskLane:
    return DeskLane()


def admit(desk: DeskLane) -> None:
    desk.desk.on_admit()
    desk.store.take("hold_by_staff").answer(HELD)
    desk.store.take("commit").answer(ADMISSION)


# --- two taps ---------------------------------------------------------------------------------------


def test_document_then_one_tap_admits(desk: DeskLane) -> None:
    desk.facts()
    assert (desk.view.state, desk.view.can_admit, desk.view.seat_area) == (DeskState.FACTS, True, "Block 1")
    desk.desk.on_admit()
    desk.store.take("hold_by_staff").answer(HELD)
    asked = desk.store.take("commit")
    assert asked.given == ("hold-1", Lane.STAFF)
    assert desk.gate.opened == []
    asked.answer(ADMISSION)
    assert (desk.view.state, desk.view.can_undo) == (DeskState.ADMITTED, True)
    assert desk.gate.opened == ["admission-1"]


def test_document_then_one_tap_sends_to_the_supervisor_and_forgets(desk: DeskLane) -> None:
    read = desk.facts()
    desk.desk.on_supervisor()
    assert (desk.view.state, desk.view.masked_name, desk.view.can_admit) == (DeskState.TO_SUPERVISOR, "", False)
    assert read.name.wiped
    assert desk.store.asked == []


def test_a_second_tap_admits_nobody_twice(desk: DeskLane) -> None:
    desk.facts()
    desk.desk.on_admit()
    desk.desk.on_admit()
    assert desk.store.count("hold_by_staff") == 1


@pytest.mark.parametrize("outcome", list(CheckOutcome))
def test_only_what_staff_may_judge_can_be_admitted(desk: DeskLane, outcome: CheckOutcome) -> None:
    desk.facts(TicketCheck(outcome, TICKET))
    judged_by_staff = {
        CheckOutcome.VALID, CheckOutcome.OTHER_GATE, CheckOutcome.NAME_DIFFERS, CheckOutcome.CODE_NEEDED,
    }  # fmt: skip
    assert desk.view.can_admit == (outcome in judged_by_staff)
    desk.desk.on_admit()
    assert desk.store.count("hold_by_staff") == (outcome in judged_by_staff)


def test_no_ticket_is_never_admitted_whatever_the_outcome_says(desk: DeskLane) -> None:
    desk.facts(TicketCheck(CheckOutcome.CODE_NEEDED))
    assert not desk.view.can_admit


def test_age_and_validity_are_facts(desk: DeskLane) -> None:
    desk.put(age_ok=False, validity="expired")
    desk.store.take("look_up").answer(VALID)
    assert (desk.view.age_ok, desk.view.document_validity, desk.view.can_admit) == (False, "expired", True)


def test_what_changed_since_the_facts_is_shown_instead(desk: DeskLane) -> None:
    desk.facts()
    desk.desk.on_admit()
    desk.store.take("hold_by_staff").answer(REFUSED)
    assert (desk.view.outcome, desk.view.can_admit) == (CheckOutcome.ALREADY_USED, False)
    assert desk.view.earlier_use is not None
    assert desk.gate.opened == []


def test_a_lease_lost_before_the_commit_admits_nobody(desk: DeskLane) -> None:
    desk.facts()
    desk.desk.on_admit()
    desk.store.take("hold_by_staff").answer(HELD)
    desk.store.take("commit").answer(CheckOutcome.IN_USE_ELSEWHERE)
    assert (desk.view.outcome, desk.view.can_admit) == (CheckOutcome.IN_USE_ELSEWHERE, False)
    assert desk.gate.opened == []


# --- undo and trouble -------------------------------------------------------------------------------


def test_undo_takes_the_admission_back_once(desk: DeskLane) -> None:
    desk.facts()
    admit(desk)
    desk.desk.on_undo()
    desk.desk.on_undo()
    assert desk.store.undone == [("admission-1", "desk")]
    desk.store.take("undo").answer(True)
    assert desk.view.state is DeskState.WAITING


def test_undo_belongs_to_the_last_admission_only(desk: DeskLane) -> None:
    desk.facts()
    admit(desk)
    desk.desk.on_next()
    desk.desk.on_undo()
    assert desk.store.undone == []


@pytest.mark.parametrize("step", ["look_up", "hold_by_staff", "commit", "undo"])
def test_trouble_with_the_store_is_said_and_shows_nobody(desk: DeskLane, step: str) -> None:
    desk.put()
    if step != "look_up":
        desk.store.take("look_up").answer(VALID)
        desk.desk.on_admit()
    if step in {"commit", "undo"}:
        desk.store.take("hold_by_staff").answer(HELD)
    if step == "undo":
        desk.store.take("commit").answer(ADMISSION)
        desk.desk.on_undo()
    desk.store.take(step).fail("disk_full")
    assert (desk.view.state, desk.view.trouble) == (DeskState.TROUBLE, "store.disk_full")
    assert (desk.view.masked_name, desk.view.can_admit) == ("", False)


def test_an_unreadable_document_is_said_and_leaves_by_itself(desk: DeskLane) -> None:
    desk.desk.on_document(DocumentPresented(0.0))
    assert desk.view.state is DeskState.READING
    desk.desk.on_document(ReadFailed(ReadFailure.GARBLED))
    assert (desk.view.state, desk.view.trouble) == (DeskState.TROUBLE, "document.garbled")
    desk.desk.on_timer("forget")
    assert desk.view.state is DeskState.WAITING


def test_a_reader_pulled_out_ends_the_reading(desk: DeskLane) -> None:
    desk.desk.on_document(DocumentPresented(0.0))
    desk.desk.on_document(DeviceLost("gone"))
    assert (desk.view.state, desk.view.reader_online) == (DeskState.TROUBLE, False)


# --- nothing kept -----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["reading", "facts", "admitted", "supervisor", "trouble"])
def test_every_persons_state_is_forgotten_after_a_minute(desk: DeskLane, end: str) -> None:
    read = desk.put()
    if end != "reading":
        desk.store.take("look_up").answer(VALID)
    if end == "admitted":
        admit(desk)
    if end == "supervisor":
        desk.desk.on_supervisor()
    if end == "trouble":
        desk.desk.on_admit()
        desk.store.take("hold_by_staff").fail("locked")
    assert desk.timers.running["forget"] == FORGET_AFTER_S == 60
    desk.desk.on_timer("forget")
    assert read.name.wiped
    assert (desk.view.state, desk.view.masked_name, desk.view.seat_area) == (DeskState.WAITING, "", "")


def test_a_typed_number_is_tokenised_and_not_kept(desk: DeskLane) -> None:
    desk.desk.on_number("cn-resident", "110101199003077571")
    presented = desk.store.asked[0].given[0]
    assert presented.token == b"cn-resident/CHN/18".ljust(32)
    kept = repr([vars(desk.desk), vars(desk.desk._document), desk.window.views])
    assert "110101199003077571" not in kept


def test_the_portrait_is_wiped_on_arrival(desk: DeskLane) -> None:
    picture = portrait()
    desk.put()
    desk.desk.on_document(picture)
    assert picture.data.wiped


# --- one person at a time ---------------------------------------------------------------------------


def test_the_answer_about_the_last_document_never_shows_on_the_next(desk: DeskLane) -> None:
    first, second = desk.put(1), desk.put(2)
    assert first.name.wiped
    assert not second.name.wiped
    desk.store.take("look_up").answer(OTHER_GATE)
    assert (desk.view.state, desk.view.outcome, desk.view.masked_name) == (DeskState.READING, "", "P2*")
    desk.store.take("look_up").answer(VALID)
    assert (desk.view.outcome, desk.view.masked_name) == (CheckOutcome.VALID, "P2*")


@pytest.mark.parametrize("how", ["fail", "answer"])
@pytest.mark.parametrize("asked", ["look_up", "hold_by_staff", "commit", "undo"])
def test_no_late_answer_reaches_the_next_screen(desk: DeskLane, asked: str, how: str) -> None:
    desk.put()
    if asked != "look_up":
        desk.store.take("look_up").answer(VALID)
        desk.desk.on_admit()
    if asked in {"commit", "undo"}:
        desk.store.take("hold_by_staff").answer(HELD)
    if asked == "undo":
        desk.store.take("commit").answer(ADMISSION)
        desk.desk.on_undo()
    late = desk.store.take(asked)
    opened = list(desk.gate.opened)
    desk.facts(OTHER_GATE, person=2)
    shown = desk.view
    answers = {"look_up": VALID, "hold_by_staff": REFUSED, "commit": ADMISSION, "undo": True}
    if how == "fail":
        late.fail("locked")
    else:
        late.answer(answers[asked])
    assert desk.view == shown
    assert desk.gate.opened == opened


def test_a_late_lease_is_given_back_and_a_late_admission_undone(desk: DeskLane) -> None:
    desk.facts()
    desk.desk.on_admit()
    late_hold = desk.store.take("hold_by_staff")
    desk.facts(person=2)
    late_hold.answer(HELD)
    assert desk.store.released == ["hold-1"]
    desk.desk.on_admit()
    desk.store.take("hold_by_staff").answer(HELD)
    late_commit = desk.store.take("commit")
    desk.desk.on_next()
    late_commit.answer(ADMISSION)
    assert desk.store.undone == [("admission-1", "too_late")]
    assert desk.gate.opened == []


def test_a_document_still_being_read_when_next_was_tapped_shows_nobody(desk: DeskLane) -> None:
    desk.desk.on_document(DocumentPresented(0.0))
    desk.desk.on_next()
    read = identity()
    desk.desk.on_document(read)
    assert read.name.wiped
    assert desk.store.asked == []
    assert desk.view.masked_name == ""


def test_a_code_joins_the_document_that_lies_there(desk: DeskLane) -> None:
    read = desk.facts(TicketCheck(CheckOutcome.CODE_NEEDED, TICKET))
    desk.desk.on_scanner(CodeScanned("T-1"))
    assert not desk.view.can_admit
    presented = desk.store.take("look_up").given[0]
    assert (presented.token, presented.untrusted_code) == (read.token, "T-1")


@pytest.mark.parametrize("end", ["admitted", "supervisor", "second_code"])
def test_a_code_after_the_last_one_is_the_next_persons(desk: DeskLane, end: str) -> None:
    desk.facts()
    if end == "admitted":
        admit(desk)
    elif end == "supervisor":
        desk.desk.on_supervisor()
    else:
        desk.desk.on_code("T-1")
        desk.store.take("look_up").answer(VALID)
    desk.desk.on_code("T-2")
    presented = desk.store.take("look_up").given[0]
    assert (presented.token, presented.untrusted_code) == (None, "T-2")
    assert desk.view.masked_name == ""


def test_what_is_admitted_is_what_the_facts_were_made_from(desk: DeskLane) -> None:
    desk.desk.on_number("cn-resident", "110101199003077571")
    desk.store.take("look_up").answer(TicketCheck(CheckOutcome.CODE_NEEDED, TICKET))
    desk.desk.on_code("T-9")
    looked_up = desk.store.take("look_up")
    looked_up.answer(VALID)
    desk.desk.on_admit()
    held = desk.store.take("hold_by_staff").given[0]
    assert held == looked_up.given[0]
    assert held.token is not None
    assert held.untrusted_code == "T-9"


# --- gates left open, and service -------------------------------------------------------------------


def test_gates_nobody_confirmed_are_looked_after_without_anybody_coming(desk: DeskLane) -> None:
    assert desk.timers.running["gates"] == LOOK_AFTER_GATES_S
    desk.store.open_gates.append(ADMISSION)
    desk.desk.on_timer("gates")
    assert desk.view.unconfirmed == ("admission-1",)
    assert desk.timers.running["gates"] == LOOK_AFTER_GATES_S
    desk.facts()
    assert "gates" in desk.timers.running


def test_a_desk_admits_nobody_while_its_event_is_not_open(desk: DeskLane) -> None:
    desk.facts()
    desk.desk.on_service(False)
    assert (desk.view.state, desk.view.trouble) == (DeskState.TROUBLE, SERVICE_CLOSED)
    desk.desk.on_admit()
    desk.put()
    desk.desk.on_code("T-1")
    desk.desk.on_number("cn-resident", "110101199003077571")
    desk.desk.on_supervisor()
    assert desk.store.asked == []
    assert desk.view.trouble == SERVICE_CLOSED
    desk.desk.on_service(True)
    assert desk.view.state is DeskState.WAITING


def test_a_closed_event_is_let_go_of_for_good(desk: DeskLane) -> None:
    read = desk.facts()
    desk.desk.on_service_ended()
    assert desk.store.let_go_of == 1
    assert read.name.wiped
    assert "gates" not in desk.timers.running
    desk.desk.on_service(True)
    desk.put()
    assert desk.view.trouble == SERVICE_CLOSED
    assert desk.store.asked == []
