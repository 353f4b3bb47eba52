"""The visit machine told as stories; each reads like the product's rules."""

from __future__ import annotations

import pytest

from kiosk.domain.outcome import CheckOutcome
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.states import Cause, Phase, Rules
from kiosk.visit.view import Screen, WhereReason
from tests.helpers.visits import ADULT, CHILD, EXPIRED, FACE, STAFF, Story, check


def test_a_good_visit_commits_before_it_welcomes_and_ends_empty() -> None:
    story = Story().until_capturing().tell(ev.MatchFound())
    assert story.visit.phase is Phase.COMMITTING
    assert story.shown.screen is not Screen.WELCOME
    story.tell(ev.AdmissionCommitted())
    assert story.shown.screen is Screen.WELCOME
    assert story.shown.seat_area == "A"
    assert story.wanted(ef.OpenGate) == 1
    story.tell(ev.CaptureClosed(), ev.TimerFired("direction"))
    assert story.visit.phase is Phase.IDLE
    assert story.visit.masked_name == ""
    assert not story.visit.held


@pytest.mark.requirement("R-05", "R-06")
def test_the_camera_is_asked_for_by_the_tap_and_frames_only_after_the_lease() -> None:
    story = Story().tell(FACE)
    assert story.wanted(ef.PrepareCapture) == 1
    story.tell(ev.DocumentPresented(), ADULT, ev.PortraitArrived())
    assert story.wanted(ef.StartFrames) == 0
    assert story.wanted(ef.GiveReference) == 0


@pytest.mark.requirement("R-04")
def test_a_card_before_the_choice_only_looks_the_ticket_up() -> None:
    story = Story().tell(ev.DocumentPresented(), ADULT, ev.PortraitArrived())
    assert story.visit.phase is Phase.CHOOSING
    assert story.shown.screen is Screen.CHOICE
    assert story.wanted(ef.LookUpTicket) == 1
    assert story.wanted(ef.PrepareCapture) == story.wanted(ef.HoldTicket) == 0
    story.tell(FACE)
    assert story.visit.phase is Phase.HOLDING
    assert story.wanted(ef.PrepareCapture) == 1


def test_a_card_taken_back_before_the_choice_is_no_longer_said_to_lie_there() -> None:
    story = Story().tell(ev.DocumentPresented(), ADULT, ev.PortraitArrived(), ev.DocumentLifted())
    assert not story.shown.document_down
    story.tell(FACE)
    assert story.visit.phase is Phase.HOLDING


def test_a_paused_face_lane_keeps_its_button_and_takes_nobody() -> None:
    story = Story().tell(ev.FaceLanePaused())
    assert (story.shown.screen, story.shown.face_paused) == (Screen.CHOICE, True)
    story.tell(ev.DocumentPresented(), ADULT)
    assert story.shown.face_paused
    story.tell(FACE)
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.ENGINE_FAULT)
    assert story.wanted(ef.PrepareCapture) == 0
    story.tell(ev.TimerFired("direction"))
    assert (story.shown.screen, story.shown.face_paused) == (Screen.CHOICE, True)
    story.tell(ev.FaceLaneReady())
    assert not story.shown.face_paused


def test_a_face_lane_that_pauses_leaves_the_visit_under_way_alone() -> None:
    story = Story().until_capturing().tell(ev.FaceLanePaused(), ev.MatchFound(), ev.AdmissionCommitted())
    assert story.shown.screen is Screen.WELCOME
    story.tell(ev.CaptureClosed(), ev.TimerFired("direction"))
    assert story.shown.face_paused


@pytest.mark.requirement("R-04")
def test_no_choice_ends_with_staff_without_a_camera() -> None:
    story = Story().tell(ev.DocumentPresented(), ADULT, ev.TimerFired("idle"))
    assert story.shown.idle_warning
    story.tell(ev.TimerFired("idle"))
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.NO_CHOICE)
    assert story.wanted(ef.PrepareCapture) == 0


@pytest.mark.requirement("R-44", "R-102")
def test_more_time_can_be_asked_for_again_and_again() -> None:
    story = Story().tell(FACE)
    for _ in range(12):
        story.tell(ev.TimerFired("idle"))
        assert story.shown.idle_warning
        story.tell(ev.MoreTimeTapped())
        assert not story.shown.idle_warning
    assert story.visit.phase is Phase.AWAITING_DOCUMENT


@pytest.mark.requirement("R-05", "R-09")
@pytest.mark.parametrize("first", [(), (ev.DocumentPresented(), ADULT)])
def test_whoever_chooses_staff_meets_no_camera(first: tuple[ev.Event, ...]) -> None:
    story = Story().tell(*first, STAFF)
    assert story.shown.screen is Screen.STAFF_CHOSEN
    assert story.wanted(ef.PrepareCapture) == 0
    assert story.wanted(ef.ForgetDocument) == 1


@pytest.mark.requirement("R-14")
@pytest.mark.parametrize("document", [CHILD, EXPIRED])
@pytest.mark.parametrize("card_first", [True, False])
def test_unfit_for_the_face_lane_goes_to_staff_before_any_frame(document: ev.Event, card_first: bool) -> None:
    events = (document, FACE) if card_first else (FACE, document)
    story = Story().tell(ev.DocumentPresented() if card_first else FACE, *events[card_first is False :])
    assert story.visit.phase is Phase.STAFF
    assert story.shown.screen is Screen.SEE_STAFF
    assert story.wanted(ef.StartFrames) == story.wanted(ef.HoldTicket) == 0
    assert story.wanted(ef.PrepareCapture) == story.wanted(ef.CloseCapture)


@pytest.mark.parametrize(
    ("outcome", "reason", "where"),
    [
        (CheckOutcome.OTHER_GATE, WhereReason.OTHER_GATE, "east"),
        (CheckOutcome.OTHER_DAY, WhereReason.OTHER_DAY, "sat"),
    ],
)
def test_a_ticket_for_elsewhere_says_where_before_the_camera_matters(
    outcome: CheckOutcome, reason: WhereReason, where: str
) -> None:
    story = Story().tell(FACE, ev.DocumentPresented(), ADULT, ev.HoldRefused(check(outcome)))
    assert story.visit.phase is Phase.ELSEWHERE
    assert (story.shown.where_reason, story.shown.where) == (reason, where)
    assert story.wanted(ef.StartFrames) == 0


SAME_SCREEN = [
    (ev.ReferenceUnusable("no_decoder"),),
    (ev.CameraFailed("lost"),),
    (ev.EngineFailed("lost"),),
    (ev.NoMatchFound(), ev.NoMatchFound()),
    (ev.TimerFired("attempt"), ev.TimerFired("attempt")),
    (ev.AttackSuspected(),),
]


@pytest.mark.requirement("R-33")
@pytest.mark.parametrize("trouble", SAME_SCREEN)
def test_every_machine_no_is_the_same_screen_and_gives_the_ticket_back(trouble: tuple[ev.Event, ...]) -> None:
    story = Story().until_capturing().tell(*trouble)
    assert story.visit.phase is Phase.STAFF
    assert story.shown.screen is Screen.SEE_STAFF
    assert story.wanted(ef.ReleaseTicket) == story.wanted(ef.CloseCapture) == 1
    assert story.wanted(ef.CommitTicket) == story.wanted(ef.OpenGate) == 0


@pytest.mark.requirement("R-20")
def test_two_attempts_and_no_third() -> None:
    story = Story().until_capturing().tell(ev.TimerFired("attempt"))
    assert story.visit.attempt == 2
    assert story.wanted(ef.RestartCapture) == 1
    story.tell(ev.TimerFired("attempt"))
    assert story.visit.phase is Phase.STAFF
    assert story.visit.cause is Cause.NOT_ACQUIRED


@pytest.mark.requirement("R-10")
@pytest.mark.parametrize("where", [(), (ev.DocumentPresented(), ADULT), "capturing"])
def test_stop_is_one_tap_from_everywhere_after_consent(where: object) -> None:
    story = Story().until_capturing() if where == "capturing" else Story().tell(FACE, *where)  # type: ignore[misc]
    story.tell(ev.StopTapped())
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.WITHDREW)
    assert story.wanted(ef.CloseCapture) == 1


def test_a_reader_pulled_out_during_the_read_goes_to_staff_and_rests_out_of_service() -> None:
    story = Story().tell(FACE, ev.DocumentPresented(), ev.ReaderWentAway())
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.READER_LOST)
    story.tell(ev.CaptureClosed(), ev.TimerFired("direction"))
    assert story.visit.phase is Phase.OUT_OF_SERVICE
    story.tell(ev.ReaderCameBack())
    assert story.visit.phase is Phase.IDLE


def test_a_reader_pulled_out_after_the_read_does_not_disturb_the_visit() -> None:
    story = Story().until_capturing().tell(ev.ReaderWentAway())
    assert story.visit.phase is Phase.CAPTURING


def test_the_next_person_ends_the_verdict_but_waits_for_the_camera_to_be_gone() -> None:
    story = Story().until_capturing().tell(ev.MatchFound(), ev.AdmissionCommitted(), ev.DocumentPresented(), ADULT)
    assert story.visit.phase is Phase.CLOSING
    story.tell(ev.CaptureClosed())
    assert story.visit.phase is Phase.CHOOSING
    assert story.visit.document_known


def test_closing_never_gives_up_on_the_camera() -> None:
    story = Story().until_capturing().tell(ev.StopTapped(), ev.TimerFired("direction"))
    asked = story.wanted(ef.CloseCapture)
    story.tell(ev.TimerFired("fault"))
    assert story.visit.phase is Phase.CLOSING
    assert story.wanted(ef.CloseCapture) == asked + 1


@pytest.mark.parametrize("order", ["code_first", "card_first"])
def test_code_and_card_come_in_either_order_when_the_event_wants_both(order: str) -> None:
    story = Story(Rules(code_needed=True)).tell(FACE)
    events = [ev.CodeRead(), ADULT]
    for event in events if order == "code_first" else reversed(events):
        assert story.wanted(ef.HoldTicket) == 0
        story.tell(event)
    assert story.wanted(ef.HoldTicket) == 1


def test_a_document_that_cannot_be_read_twice_goes_to_staff() -> None:
    story = Story().tell(FACE, ev.DocumentPresented(), ev.DocumentUnreadable("lifted"))
    assert story.visit.phase is Phase.AWAITING_DOCUMENT
    story.tell(ev.DocumentPresented(), ev.DocumentUnreadable("garbled"))
    assert story.visit.cause is Cause.DOCUMENT_UNREADABLE


def test_a_reader_that_falls_silent_in_the_middle_goes_to_staff() -> None:
    story = Story().tell(FACE, ev.DocumentPresented(), ev.TimerFired("reading"))
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.DOCUMENT_UNREADABLE)


@pytest.mark.requirement("R-41")
@pytest.mark.parametrize("failure", [ev.StoreFailed("full"), ev.TimerFired("fault")])
def test_a_store_that_fails_or_stays_silent_ends_with_staff(failure: ev.Event) -> None:
    story = Story().tell(FACE, ev.DocumentPresented(), ADULT, failure)
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.STORE_FAULT)


def test_a_paused_service_finishes_the_visit_and_then_rests() -> None:
    story = Story().until_capturing().tell(ev.ServicePaused())
    assert story.visit.phase is Phase.CAPTURING
    story.tell(ev.MatchFound(), ev.AdmissionCommitted(), ev.CaptureClosed(), ev.TimerFired("direction"))
    assert story.visit.phase is Phase.OUT_OF_SERVICE
    assert story.shown.screen is Screen.OUT_OF_SERVICE
