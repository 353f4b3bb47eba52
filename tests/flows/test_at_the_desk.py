"""What an officer does for somebody who stands there, and what a supervisor alone may do."""

from __future__ import annotations

import pytest

from kiosk.audit.catalogue import Kind
from kiosk.domain.refusal import Reason
from kiosk.portrait.rehearsal import encode
from kiosk.rehearsal.gallery import portrait_sample
from kiosk.station.desk_view import DeskState, PortraitLook
from kiosk.station.login_view import LoginStep
from kiosk.visit.view import Screen
from tests.flows.devices import Face
from tests.flows.hall import Hall
from tests.flows.place import NO_TICKET, PIN
from tests.helpers.printer import qr_text


@pytest.mark.requirement("R-59", "R-61")
def test_badge_and_pin(hall: Hall) -> None:
    """Nothing of the desk is there before somebody has shown badge and PIN, and nothing of anybody after."""
    someone = hall.person()
    hall.leaves()
    hall.desk_reader.put(someone)
    hall.settle()
    hall.desk_says("login.title", "login.badge")
    assert someone.masked_name not in hall.desk_glass
    hall.desk_scanner.scan(hall.evening.badges["anna"])
    hall.until(lambda: hall.login is LoginStep.PIN)
    hall.types_pin("000000")
    hall.desk_says("login.refused.wrong")
    hall.types_pin(PIN)
    hall.until(lambda: hall.at_the_desk == "anna", "the desk opens")
    hall.desk_is(DeskState.WAITING, "desk.waiting_title")
    assert "Officer anna" in hall.desk_glass
    hall.desk_reads(someone)
    hall.desk_touch("desk_lock")
    hall.until(lambda: hall.login is LoginStep.UNLOCK)
    assert someone.masked_name not in hall.desk_glass
    hall.types_pin(PIN)
    hall.until(lambda: hall.at_the_desk == "anna", "the desk opens again")


@pytest.mark.requirement("R-24", "R-108")
def test_a_number_typed_for_a_forgotten_card(hall: Hall) -> None:
    someone = hall.person()
    hall.types_number(someone.number)
    hall.desk_is(DeskState.FACTS, "desk.outcome.valid.title", "desk.admit")
    hall.desk_touch("desk_admit")
    hall.desk_is(DeskState.ADMITTED, "desk.admitted_title", "desk.admitted_line")


@pytest.mark.requirement("R-108")
def test_undo_until_the_next_person(hall: Hall) -> None:
    before, someone = hall.counts(), hall.person()
    hall.admits(someone)
    hall.desk_touch("desk_undo")
    hall.desk_is(DeskState.WAITING)
    assert hall.counts()["admitted"] == before["admitted"]
    assert hall.counts()["undone"] == before["undone"] + 1, "a second record, never a deletion"
    hall.until(lambda: hall.recorded(Kind.STAFF_UNDID, reason="desk"), "the record")
    hall.desk_reads(someone)
    assert hall.officer.view.outcome == "valid"


@pytest.mark.requirement("R-35", "R-66")
def test_already_used_and_admitted_by_an_officer(hall: Hall) -> None:
    """A used ticket: at the gate no word of it, at the desk when and where, and three taps to let them in."""
    before, someone = hall.counts(), hall.person()
    hall.engine.face = Face.HOLDER
    hall.touch("choice_face")
    hall.puts(someone)
    hall.sees(Screen.WELCOME)
    hall.pass_time(3.0)

    hall.touch("choice_face")
    hall.puts(someone)
    hall.sees(Screen.SEE_STAFF, "verdict.see_staff", "verdict.see_staff_line")
    assert hall.texts("desk.outcome.already_used.title") not in hall.glass
    hall.comes_to_the_desk(someone)
    hall.desk_says("desk.outcome.already_used.title", "desk.earlier_when", "desk.earlier_where", "desk.lane_face")
    hall.desk_touch("desk_admit")
    hall.desk_says("again.title", "again.reason.holder_here.word")
    hall.desk_touch("tile_holder_here")
    hall.desk_is(DeskState.ADMITTED, "desk.admitted_there_title")
    hall.sees(Screen.WELCOME, "verdict.welcome")
    counts = hall.counts()
    assert counts["admitted"] == before["admitted"] + 1, "one head"
    assert counts["undone"] == before["undone"] + 1, "both uses stay on record"
    hall.until(lambda: hall.recorded(Kind.STAFF_ADMITTED_AGAIN, reason="holder_here"), "the reason")


@pytest.mark.requirement("R-33", "R-88")
def test_refused_by_a_supervisor_with_slip(hall: Hall) -> None:
    """An attendant can send on and no more. A supervisor says why; the slip is on the screen, as QR and on paper."""
    before, someone = hall.counts(), hall.person(NO_TICKET)
    hall.touch("choice_staff")
    hall.sees(Screen.STAFF_CHOSEN)
    hall.comes_to_the_desk(someone)
    hall.desk_says("desk.outcome.no_ticket.title", "desk.supervisor")
    assert not hall.officer.admit_button.isEnabled()
    hall.desk_touch("desk_supervisor")
    hall.desk_is(DeskState.TO_SUPERVISOR, "desk.supervisor_title", "desk.supervisor_line")
    hall.desk_touch("desk_next")

    hall.works("sven")
    hall.desk_reads(someone)
    hall.desk_says("desk.refuse")
    hall.desk_touch("desk_supervisor")
    hall.desk_says("refuse.title", *(f"refuse.reason.{reason}.word" for reason in Reason))
    hall.desk_touch("tile_no_ticket")
    hall.desk_is(DeskState.REFUSED, "slip.refused_title", "slip.scan", "refuse.reason.no_ticket.slip")
    hall.desk_says("slip.told.printed")
    said = qr_text(hall.printer.printer.slips[-1])
    assert hall.texts("refuse.reason.no_ticket.slip") in said
    assert hall.event.notice.contact[hall.code] in said, "where to complain"
    assert not [secret for secret in someone.secrets if secret in said]
    assert hall.counts() == before
    hall.until(lambda: hall.recorded(Kind.STAFF_REFUSED, reason="no_ticket"), "the supervisor's record")
    hall.desk_touch("office_next")
    hall.desk_is(DeskState.WAITING)


def test_whoever_was_sent_on_opens_no_gate_for_the_next(hall: Hall) -> None:
    """One is sent on to the supervisor, another walks up and is admitted: the first one's gate stays shut."""
    gate, desk = hall.board.opened, hall.desk_board.opened
    hall.touch("choice_staff")
    hall.sees(Screen.STAFF_CHOSEN)
    hall.comes_to_the_desk(hall.person(NO_TICKET))
    hall.desk_touch("desk_supervisor")
    hall.desk_is(DeskState.TO_SUPERVISOR)
    hall.desk_touch("desk_next")
    hall.admits(hall.person())
    hall.until(lambda: hall.desk_board.opened == desk + 1, "the desk's own gate")
    assert hall.board.opened == gate
    hall.sees(Screen.STAFF_CHOSEN)


@pytest.mark.requirement("R-14")
def test_family_of_three(hall: Hall) -> None:
    """One guardian, two children, one act; three heads in the ledger, three openings, one after the other."""
    before, opened = hall.counts(), hall.desk_board.opened
    guardian, *children = hall.person(), hall.person(child=True), hall.person(child=True)
    hall.desk_reads(children[0])
    hall.desk_touch("desk_gather")
    hall.desk_says("desk.party.no_guardian")
    assert not hall.officer.party.admit.isEnabled(), "children do not come in alone"
    for person in (children[1], guardian):
        hall.desk_reads(person)
        hall.desk_touch("desk_admit")  # which now says: add to the group
        hall.until(lambda: hall.officer.view.state is DeskState.WAITING)
    hall.desk_says("desk.party.more")
    hall.desk_says("desk.party.admit", count=3)
    hall.desk_touch("desk_admit_party")
    hall.desk_is(DeskState.ADMITTED, "desk.admitted_together_line")
    hall.desk_says("desk.admitted_together_title", count=3)
    for heads in (1, 2, 3):
        hall.until(lambda heads=heads: hall.desk_board.opened == opened + heads, "the gate opens for the next")  # type: ignore[misc]
        hall.desk_board.walk_through()
    assert hall.counts()["admitted"] == before["admitted"] + 3
    hall.until(lambda: hall.recorded(Kind.STAFF_ADMITTED_TOGETHER, count=3), "one act, three heads")


@pytest.mark.requirement("R-34")
def test_an_officer_compares_by_eye(hall: Hall) -> None:
    """The portrait on the card, when asked for: gone with the decision, and half a minute after it was read."""
    hall.desk_reader.portrait = encode(portrait_sample())
    for end in ("admits", "waits"):
        before = hall.recorded(Kind.STAFF_SAW_PORTRAIT)
        hall.desk_reads(hall.person())
        hall.until(lambda: hall.officer.view.can_see_portrait, "the portrait is offered")
        hall.pass_time(5.0)
        hall.desk_touch("desk_portrait")
        hall.until(lambda: hall.officer.view.portrait is PortraitLook.SHOWN, "the portrait")
        hall.desk_says("desk.portrait.title", "desk.portrait.until")
        held = hall.officer.portrait.picture.picture
        assert held is not None
        pixels = held._pixels.array
        assert pixels[..., :3].any()
        if end == "admits":
            hall.desk_touch("desk_admit")
            assert not pixels.any()
            hall.desk_is(DeskState.ADMITTED)
            hall.desk_touch("desk_next")
        else:
            hall.pass_time(24.9)
            assert pixels[..., :3].any()
            hall.pass_time(0.2)
            assert not pixels.any()
            hall.desk_is(DeskState.FACTS, "desk.admit")
            hall.desk_touch("desk_next")
        hall.until(lambda seen=before: hall.recorded(Kind.STAFF_SAW_PORTRAIT) == seen + 1, "the record")  # type: ignore[misc]


def test_exit_and_re_entry(hall: Hall) -> None:
    """Out is noted by a tap; with the document they come in again, as often as the event allows, and no more."""
    before, someone = hall.counts(), hall.person()
    hall.admits(someone)
    hall.desk_touch("desk_next")
    hall.desk_reads(someone)
    hall.desk_says("desk.reentry.inside", "desk.exit")
    hall.desk_touch("desk_exit")
    hall.desk_is(DeskState.OUT, "desk.out_title", "desk.out_line")
    hall.desk_touch("desk_next")
    assert hall.counts()["exited"] == before["exited"] + 1

    hall.engine.face = Face.HOLDER
    hall.touch("choice_face")
    hall.puts(someone)
    hall.sees(Screen.WELCOME, "verdict.welcome")
    hall.desk_reads(someone)
    hall.desk_touch("desk_exit")
    hall.desk_is(DeskState.OUT)
    hall.desk_touch("desk_next")
    hall.desk_reads(someone)
    hall.desk_says("desk.reentry.used_up")
    hall.until(lambda: hall.recorded(Kind.STAFF_NOTED_EXIT) >= 2, "both exits")


@pytest.mark.requirement("R-89")
def test_a_ticket_is_corrected_for_a_new_document(hall: Hall) -> None:
    """A supervisor binds the ticket in one hand to the document in the other; the next check agrees."""
    hall.works("sven")
    bought_with, has_now = hall.person(), hall.person(NO_TICKET)
    hall.desk_reads(has_now)
    hall.desk_scanner.scan(bought_with.code)
    hall.until(lambda: hall.officer.view.outcome == "code_and_card_disagree")
    hall.desk_touch("desk_more")
    hall.desk_touch("tile_person.correct")
    hall.desk_touch("tile_new_document")
    hall.until(lambda: hall.officer.view.outcome == "valid")
    hall.desk_touch("desk_admit")
    hall.desk_is(DeskState.ADMITTED)
    hall.until(lambda: hall.recorded(Kind.STAFF_CORRECTED, reason="new_document"), "the record")


@pytest.mark.requirement("R-82", "R-84")
def test_what_is_held_is_told_with_a_numbered_slip(hall: Hall) -> None:
    hall.works("sven")
    hall.desk_reads(hall.person())
    hall.desk_touch("desk_more")
    hall.desk_touch("tile_person.rights")
    hall.desk_touch("tile_access")
    hall.desk_touch("office_record")
    hall.desk_says("slip.told.printed", "slip.request_title")
    hall.until(lambda: hall.recorded(Kind.STAFF_RIGHTS_REQUEST, act="access"), "the record")
    hall.desk_touch("office_next")
    hall.desk_touch("desk_admit")
    hall.desk_is(DeskState.ADMITTED)


@pytest.mark.requirement("R-108")
def test_taken_back_by_a_supervisor_within_a_quarter_of_an_hour(hall: Hall) -> None:
    someone = hall.person()
    hall.admits(someone)
    hall.desk_touch("desk_next")
    hall.pass_time(600.0, answering=False)
    hall.works("sven")
    hall.desk_touch("desk_records")
    hall.desk_touch("tile_records.undo")
    hall.until(lambda: bool(hall.officer.page.tiles), "what was admitted here")
    hall.desk_touch(f"tile_{next(iter(hall.officer.page.tiles))}")
    hall.desk_says("late.sure")
    hall.desk_hold("office_undo")
    hall.desk_says("late.told.done")
    hall.until(lambda: hall.recorded(Kind.STAFF_UNDID, reason="late"), "the record")
    hall.desk_reads(someone)
    assert hall.officer.view.outcome == "valid"


def test_help_is_one_tap_away_and_a_task_two(hall: Hall) -> None:
    hall.desk_touch("desk_help")
    hall.desk_says("help.tasks_title", "help.tasks_lead")
    hall.desk_touch("tile_paper_out")
    hall.until(lambda: hall.texts("help.tasks_lead") not in hall.desk_glass, "the steps of one task")
    hall.desk_touch("office_back")
    hall.desk_touch("office_back")
    hall.until(lambda: hall.officer.keypad.isVisible(), "the desk is back")
