"""What an attendee lives through at a gate. The desk is manned; whoever is sent there is called up and let in."""

from __future__ import annotations

import pytest

from kiosk.audit.catalogue import Kind
from kiosk.station.desk_view import DeskState
from kiosk.visit.states import Cause
from kiosk.visit.view import Screen
from tests.flows.devices import Face
from tests.flows.hall import Hall
from tests.flows.place import NO_TICKET, OTHER_DAY, OTHER_GATE


@pytest.mark.requirement("R-04", "R-05", "R-21", "R-38")
def test_face_pass(hall: Hall) -> None:
    """Choice, document, look, welcome; the camera is open from the consent to the decision and not a moment longer."""
    before, frames, opened = hall.counts(), hall.camera.frames, hall.board.opened
    someone = hall.person()
    hall.sees(Screen.CHOICE, "choice.title", "choice.face", "choice.staff")
    assert not hall.camera.is_open

    hall.engine.face = Face.NOBODY
    hall.touch("choice_face")
    hall.sees(Screen.PRESENT_DOCUMENT, "document.title", "common.stop", "common.call_staff")
    hall.until(lambda: hall.camera.is_open, "the camera opens with the consent")
    assert hall.camera.frames == frames, "no frame before the ticket is held"
    hall.puts(someone)
    hall.sees(Screen.LOOK_HERE, "look.title", "common.camera_on")
    hall.until(lambda: hall.texts("look.advice.nobody") in hall.glass, "one steady advice")
    hall.engine.face = Face.HOLDER
    hall.sees(Screen.WELCOME, "verdict.welcome", "verdict.walk_through")
    assert someone.masked_name in hall.glass
    hall.until(lambda: not hall.camera.is_open and hall.texts("common.camera_on") not in hall.glass, "camera closed")

    hall.until(lambda: hall.board.opened == opened + 1, "the gate opens")
    hall.board.walk_through()
    hall.pass_time(3.0)
    hall.sees(Screen.CHOICE, "choice.title")
    assert someone.masked_name not in hall.glass, "cleared after three seconds"
    assert hall.counts()["admitted"] == before["admitted"] + 1
    hall.until(lambda: hall.recorded(Kind.VISIT_ENDED, ending="admitted", cause="face"), "the record")


@pytest.mark.requirement("R-33", "R-34", "R-108")
def test_face_to_staff(hall: Hall) -> None:
    """The machine cannot confirm: no word of it on the screen. An officer compares, two taps, and the gate opens."""
    before, opened = hall.counts(), hall.board.opened
    someone = hall.person()
    hall.engine.face = Face.STRANGER
    hall.touch("choice_face")
    hall.puts(someone)
    hall.sees(Screen.SEE_STAFF, "verdict.see_staff", "verdict.see_staff_line", "verdict.where_desk")
    assert Screen.LOOK_HERE in hall.screens()
    assert hall.counts() == before, "a wrong face uses no ticket up"
    assert hall.board.opened == opened

    hall.comes_to_the_desk(someone)
    hall.desk_says("desk.admit")
    assert "0." not in hall.desk_glass, "no score for anybody"
    hall.desk_touch("desk_admit")
    hall.desk_is(DeskState.ADMITTED, "desk.admitted_there_title", "desk.admitted_there_line")
    hall.sees(Screen.WELCOME, "verdict.welcome", "verdict.walk_through")
    hall.until(lambda: hall.board.opened == opened + 1, "the gate that sent them opens")
    assert hall.counts()["admitted"] == before["admitted"] + 1
    hall.until(lambda: hall.recorded(Kind.STAFF_ADMITTED, outcome="valid"), "the officer's record")
    assert hall.recorded(Kind.VISIT_ENDED, ending="staff", cause=Cause.NO_MATCH)
    hall.desk_touch("desk_next")
    hall.until(lambda: hall.recorded(Kind.STAFF_VIEWED), "that somebody's data was looked at, once they are gone")


@pytest.mark.requirement("R-05", "R-09", "R-13", "R-107")
def test_chose_staff(hall: Hall) -> None:
    """One tap, no question why, no camera; the desk sees somebody coming, and they are welcomed at their gate."""
    opened, camera = hall.board.opened, hall.camera.opened_count
    someone = hall.person()
    hall.touch("choice_staff")
    hall.sees(Screen.STAFF_CHOSEN, "verdict.staff_chosen", "verdict.where_desk")
    assert hall.screens() == [Screen.STAFF_CHOSEN]
    hall.comes_to_the_desk(someone)
    hall.desk_touch("desk_admit")
    hall.sees(Screen.WELCOME, "verdict.welcome")
    hall.until(lambda: hall.board.opened == opened + 1, "the gate opens")
    assert hall.camera.opened_count == camera
    hall.until(lambda: hall.recorded(Kind.VISIT_LANE_CHOSEN, lane="staff"), "the choice")


@pytest.mark.requirement("R-10")
@pytest.mark.parametrize("at", [Screen.PRESENT_DOCUMENT, Screen.LOOK_HERE])
def test_withdrew(hall: Hall, at: Screen) -> None:
    """*Stop* from wherever they are: everything is closed, the ticket is as it was, the place in line is kept."""
    before, someone = hall.counts(), hall.person()
    hall.engine.face = Face.NOBODY
    hall.touch("choice_face")
    hall.sees(Screen.PRESENT_DOCUMENT)
    if at is Screen.LOOK_HERE:
        hall.puts(someone)
        hall.sees(Screen.LOOK_HERE)
    hall.touch("stop")
    hall.sees(Screen.STAFF_CHOSEN, "verdict.staff_chosen")
    hall.until(lambda: not hall.camera.is_open and not hall.engine.begun[-1].alive, "camera and engine are gone")
    assert hall.counts() == before
    assert len(hall.base.queue) == 1
    hall.until(lambda: hall.recorded(Kind.VISIT_ENDED, cause=Cause.WITHDREW), "the record")
    hall.serve_queue()


@pytest.mark.parametrize("bought", [OTHER_GATE, OTHER_DAY], ids=["gate", "day"])
def test_wrong_gate_or_day(hall: Hall, bought: range) -> None:
    """Where to go instead, before any frame was taken; nobody is sent to a desk for it."""
    before, frames = hall.counts(), hall.camera.frames
    someone = hall.person(bought)
    hall.touch("choice_face")
    hall.puts(someone)
    event = hall.event
    if bought is OTHER_GATE:
        hall.sees(Screen.WHERE_TO_GO, "verdict.where_title", "verdict.where_go")
        assert event.gate_groups[1].name[hall.code] in hall.glass
        assert event.gate_groups[1].where[hall.code] in hall.glass
    else:
        hall.sees(Screen.WHERE_TO_GO, "verdict.day_title", "verdict.where_day")
        assert event.sessions[1].name[hall.code] in hall.glass
    assert hall.camera.frames == frames
    assert hall.counts() == before
    assert not hall.base.queue
    hall.pass_time(8.0)
    hall.sees(Screen.CHOICE)


@pytest.mark.requirement("R-33")
def test_no_ticket(hall: Hall) -> None:
    """The same words as for any other cause: the machine refuses nobody."""
    hall.touch("choice_face")
    hall.puts(hall.person(NO_TICKET))
    hall.sees(Screen.SEE_STAFF, "verdict.see_staff", "verdict.see_staff_line")
    hall.serve_queue()


@pytest.mark.requirement("R-14")
def test_a_child_goes_to_staff_without_a_frame(hall: Hall) -> None:
    frames = hall.camera.frames
    hall.touch("choice_face")
    hall.puts(hall.person(child=True))
    hall.sees(Screen.SEE_STAFF, "verdict.see_staff")
    assert hall.camera.frames == frames
    hall.serve_queue()


@pytest.mark.requirement("R-04")
def test_a_document_before_the_choice_leaves_it_open(hall: Hall) -> None:
    camera = hall.camera.opened_count
    hall.puts(hall.person())
    hall.until(lambda: hall.attendee.view.document_down, "the document is seen")
    hall.sees(Screen.CHOICE, "choice.document_down", "choice.face", "choice.staff")
    assert hall.camera.opened_count == camera
    hall.touch("choice_staff")
    hall.sees(Screen.STAFF_CHOSEN, "verdict.staff_chosen")
    hall.serve_queue()


@pytest.mark.requirement("R-44", "R-102")
def test_whoever_went_away_leaves_nothing(hall: Hall) -> None:
    """Twenty seconds, a warning with *more time*, twenty more; then the start screen, the camera closed."""
    hall.touch("choice_face")
    hall.sees(Screen.PRESENT_DOCUMENT)
    hall.pass_time(20.0)
    hall.reads("idle.title", "idle.more_time")
    hall.touch("more_time")
    hall.reads("document.title")
    hall.pass_time(20.0)
    hall.reads("idle.title")
    hall.pass_time(20.0)
    hall.sees(Screen.CHOICE, "choice.title")
    assert not hall.camera.is_open


@pytest.mark.requirement("R-105")
def test_staff_are_called_and_answer(hall: Hall) -> None:
    hall.touch("call_staff")
    hall.until(lambda: hall.texts("common.staff_called") in hall.glass, "staff have been called")
    hall.desk_says("desk.answer_call")
    hall.until(lambda: not hall.officer._calls.resting, "a banner that has just come takes no tap")
    hall.desk_touch("desk_answer_call")
    hall.until(lambda: hall.texts("common.call_staff") in hall.glass, "the button is itself again")
    hall.until(lambda: hall.recorded(Kind.STAFF_CALL_ANSWERED), "the record")


@pytest.mark.requirement("R-106")
def test_the_other_language_by_a_touch_for_one_visit(hall: Hall) -> None:
    other = "en" if hall.language == "zh" else "zh"
    with hall.in_language(other):
        hall.touch_language(other)
        hall.sees(Screen.CHOICE, "choice.title")
        hall.touch("choice_staff")
        hall.sees(Screen.STAFF_CHOSEN, "verdict.staff_chosen")
    hall.pass_time(8.0)
    hall.sees(Screen.CHOICE, "choice.title")
    hall.serve_queue()
