"""Incident modes and people a desk let in, as stories of one gate."""

from __future__ import annotations

import pytest

from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.states import Cause, Phase, Rules
from kiosk.visit.view import Screen
from tests.helpers.visits import ADULT, CHILD, EXPIRED, FACE, STAFF, VALID, Story, check

LET_IN = ev.StaffAdmitted("admission-1")


def in_mode(mode: Mode) -> Story:
    return Story().tell(ev.ModeChanged(mode))


@pytest.mark.parametrize("mode", [Mode.ALL_MANUAL, Mode.LANE_CLOSED, Mode.FREE_FLOW])
def test_in_these_modes_nothing_is_read_and_the_screen_says_which(mode: Mode) -> None:
    story = in_mode(mode)
    assert (story.shown.screen, story.shown.mode) == (Screen.OUT_OF_SERVICE, mode)
    story.tell(FACE, STAFF, ev.DocumentPresented(), ADULT)
    assert story.visit.phase is Phase.OUT_OF_SERVICE
    assert not story.wanted(ef.PrepareCapture)
    story.tell(ev.ModeChanged(Mode.NONE))
    assert (story.visit.phase, story.shown.screen) == (Phase.IDLE, Screen.CHOICE)


def test_a_closed_event_says_that_and_no_incident() -> None:
    story = in_mode(Mode.ALL_MANUAL).tell(ev.ServicePaused())
    assert (story.shown.screen, story.shown.mode) == (Screen.OUT_OF_SERVICE, Mode.NONE)


@pytest.mark.parametrize("mode", [Mode.ALL_MANUAL, Mode.LANE_CLOSED, Mode.FREE_FLOW, Mode.DOCUMENT_ONLY])
def test_a_face_check_under_way_ends_at_once_and_its_lease_is_given_back(mode: Mode) -> None:
    story = Story().until_capturing().tell(ev.ModeChanged(mode))
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.INCIDENT)
    assert (story.wanted(ef.CloseCapture), story.wanted(ef.ReleaseTicket)) == (1, 1)
    story.tell(ev.CaptureClosed(), ev.TimerFired("direction"))
    assert story.visit.mode is mode


def test_by_document_alone_the_ticket_admits_and_no_camera_is_asked_for() -> None:
    story = in_mode(Mode.DOCUMENT_ONLY)
    assert (story.shown.screen, story.shown.mode) == (Screen.PRESENT_DOCUMENT, Mode.DOCUMENT_ONLY)
    story.tell(ev.DocumentPresented(), ADULT, ev.PortraitArrived(), ev.TicketHeld(VALID))
    assert ef.CommitTicket(Lane.DOCUMENT) in story.effects
    story.tell(ev.AdmissionCommitted())
    assert (story.visit.phase, story.shown.screen) == (Phase.ADMITTED, Screen.WELCOME)
    assert ef.NoteEnding("admitted", Lane.DOCUMENT) in story.effects
    for kind in (ef.PrepareCapture, ef.StartFrames, ef.GiveReference, ef.CloseCapture):
        assert not story.wanted(kind)
    story.tell(ev.TimerFired("direction"))
    assert story.shown.mode is Mode.DOCUMENT_ONLY


def test_by_document_a_child_comes_in_and_an_expired_document_goes_to_staff() -> None:
    young = in_mode(Mode.DOCUMENT_ONLY).tell(ev.DocumentPresented(), CHILD)
    assert young.visit.phase is Phase.HOLDING
    old = in_mode(Mode.DOCUMENT_ONLY).tell(ev.DocumentPresented(), EXPIRED)
    assert (old.visit.phase, old.visit.cause) == (Phase.STAFF, Cause.DOCUMENT_NOT_VALID)


def test_by_document_the_code_is_asked_for_where_the_event_needs_one() -> None:
    story = Story(Rules(code_needed=True)).tell(ev.ModeChanged(Mode.DOCUMENT_ONLY), ev.DocumentPresented(), ADULT)
    assert (story.visit.phase, story.shown.code_needed) == (Phase.AWAITING_DOCUMENT, True)
    assert story.tell(ev.CodeRead()).visit.phase is Phase.HOLDING


def test_by_document_a_ticket_that_does_not_hold_goes_to_staff() -> None:
    story = in_mode(Mode.DOCUMENT_ONLY).tell(ev.DocumentPresented(), ADULT)
    story.tell(ev.HoldRefused(check(CheckOutcome.ALREADY_USED)))
    assert (story.visit.phase, story.visit.outcome) == (Phase.STAFF, "already_used")


def test_by_document_staff_can_be_chosen_and_camera_news_harm_nobody() -> None:
    assert in_mode(Mode.DOCUMENT_ONLY).tell(ev.StopTapped()).visit.cause is Cause.CHOSE_STAFF
    story = in_mode(Mode.DOCUMENT_ONLY).tell(ev.DocumentPresented(), ev.EngineFailed("lost"), ev.CameraFailed("lost"))
    assert story.visit.phase is Phase.AWAITING_DOCUMENT


def test_a_visit_by_document_ends_as_it_began_when_the_mode_is_over() -> None:
    story = in_mode(Mode.DOCUMENT_ONLY).tell(ev.DocumentPresented(), ADULT, ev.ModeChanged(Mode.NONE))
    story.tell(ev.TicketHeld(VALID), ev.AdmissionCommitted(), ev.TimerFired("direction"))
    assert (story.visit.phase, story.shown.screen) == (Phase.IDLE, Screen.CHOICE)
    assert not story.wanted(ef.StartFrames)


def test_free_flow_begins_once_and_ends_with_the_mode_or_the_event() -> None:
    story = in_mode(Mode.FREE_FLOW).tell(ev.ModeChanged(Mode.FREE_FLOW), ev.ServicePaused(), ev.ServiceResumed())
    story.tell(ev.ModeChanged(Mode.NONE))
    flows = [effect.on for effect in story.effects if isinstance(effect, ef.FreeFlow)]
    assert flows == [True, False, True, False]


def test_whom_a_desk_admitted_the_gate_that_sent_them_lets_in() -> None:
    story = Story().tell(STAFF, LET_IN)
    assert (story.visit.phase, story.shown.screen) == (Phase.ADMITTED, Screen.WELCOME)
    assert ef.OpenGate("admission-1") in story.effects
    assert story.tell(ev.TimerFired("direction")).visit.phase is Phase.IDLE


def test_while_somebody_else_is_served_they_wait_and_come_before_the_next_document() -> None:
    story = Story().until_capturing().tell(LET_IN, LET_IN)
    assert not story.wanted(ef.OpenGate)
    story.tell(ev.MatchFound(), ev.AdmissionCommitted())
    assert [effect for effect in story.effects if isinstance(effect, ef.OpenGate)] == [ef.OpenGate()]
    story.tell(ev.DocumentPresented(), ev.CaptureClosed())
    assert [effect for effect in story.effects if isinstance(effect, ef.OpenGate)][1:] == [ef.OpenGate("admission-1")]
    assert story.visit.phase is Phase.ADMITTED
    assert story.tell(ev.TimerFired("direction")).visit.phase is Phase.CHOOSING, "the next one's document waited"


def test_who_waited_too_long_is_left_to_staff() -> None:
    story = Story().until_capturing().tell(LET_IN, ev.LetInTimeOver("admission-1"), ev.LetInTimeOver("admission-1"))
    assert [effect for effect in story.effects if isinstance(effect, ef.NotLetIn)] == [ef.NotLetIn("admission-1")]
    story.tell(ev.StopTapped(), ev.CaptureClosed(), ev.TimerFired("direction"))
    assert not story.wanted(ef.OpenGate)


@pytest.mark.parametrize("shut", [ev.ModeChanged(Mode.LANE_CLOSED), ev.ServicePaused()])
def test_a_closed_lane_lets_in_nobody_and_says_so(shut: ev.Event) -> None:
    story = Story().tell(shut, LET_IN)
    assert ef.NotLetIn("admission-1") in story.effects
    assert not story.wanted(ef.OpenGate)


def test_while_everybody_is_checked_by_staff_the_gate_opens_for_them() -> None:
    assert ef.OpenGate("admission-1") in in_mode(Mode.ALL_MANUAL).tell(LET_IN).effects
