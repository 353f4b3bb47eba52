"""The lane chosen with the ticket: a reminder and the other button, then that lane, unless anything else is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.port import DocumentProof
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.states import Cause, Phase, Rules
from kiosk.visit.view import Screen
from tests.helpers.visits import ADULT, CHILD, EXPIRED, FACE, STAFF, VALID, Story

TIME_OVER = ev.TimerFired("prior")


def chose(lane: Lane, check: TicketCheck = VALID) -> ev.TicketLookedUp:
    return ev.TicketLookedUp(replace(check, prior=lane))


def reminded(lane: Lane, rules: Rules | None = None) -> Story:
    return Story(rules).tell(ev.DocumentPresented(), ADULT, chose(lane))


@pytest.mark.requirement("R-05", "R-06")
def test_a_signed_face_choice_opens_the_camera_after_the_reminder_only() -> None:
    story = reminded(Lane.FACE)
    assert (story.shown.screen, story.shown.prior) == (Screen.PRIOR_CHOICE, Lane.FACE)
    assert story.wanted(ef.PrepareCapture) == 0
    story.tell(TIME_OVER)
    assert story.visit.phase is Phase.HOLDING
    assert story.wanted(ef.PrepareCapture) == 1
    assert ef.CountChoice(Lane.FACE) in story.effects
    story.tell(ev.PortraitArrived(), ev.TicketHeld(VALID), ev.MatchFound(), ev.AdmissionCommitted())
    assert story.visit.phase is Phase.ADMITTED
    assert story.wanted(ef.VoidPriorChoice) == 0


def test_a_staff_choice_leads_to_staff() -> None:
    story = reminded(Lane.STAFF).tell(TIME_OVER)
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.CHOSE_STAFF)
    assert story.shown.screen is Screen.STAFF_CHOSEN
    assert story.wanted(ef.PrepareCapture) == 0
    assert ef.CountChoice(Lane.STAFF) in story.effects


@pytest.mark.requirement("R-06", "R-10")
def test_the_other_button_counts_at_once_and_ends_the_consent() -> None:
    story = reminded(Lane.FACE).tell(STAFF)
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.CHOSE_STAFF)
    assert story.wanted(ef.PrepareCapture) == 0
    assert story.wanted(ef.VoidPriorChoice) == 1
    other = reminded(Lane.STAFF).tell(FACE)
    assert other.visit.phase is Phase.HOLDING
    assert other.wanted(ef.VoidPriorChoice) == 0
    assert not any(isinstance(effect, ef.CountChoice) for effect in (*story.effects, *other.effects))


@pytest.mark.requirement("R-10")
def test_stopping_later_ends_the_consent_too() -> None:
    story = reminded(Lane.FACE).tell(TIME_OVER, ev.PortraitArrived(), ev.TicketHeld(VALID), ev.StopTapped())
    assert story.visit.cause is Cause.WITHDREW
    assert story.wanted(ef.VoidPriorChoice) == 1


@pytest.mark.requirement("R-102")
def test_whoever_touches_anything_else_has_the_open_choice_and_its_time() -> None:
    story = reminded(Lane.FACE).tell(ev.MoreTimeTapped(), TIME_OVER)
    assert story.shown.screen is Screen.CHOICE
    assert story.visit.phase is Phase.CHOOSING
    assert story.wanted(ef.PrepareCapture) == 0
    assert story.effects[-1] == ef.StartTimer("idle", story.rules.idle_s)
    assert story.tell(STAFF).wanted(ef.VoidPriorChoice) == 1


@pytest.mark.requirement("R-06", "R-14")
@pytest.mark.parametrize("document", [CHILD, EXPIRED], ids=["under 14", "expired"])
def test_no_consent_counts_for_whom_no_face_is_looked_at(document: ev.DocumentRead) -> None:
    story = Story().tell(ev.DocumentPresented(), document, chose(Lane.FACE), TIME_OVER)
    assert story.shown.screen is Screen.CHOICE
    assert story.wanted(ef.PrepareCapture) == 0


@pytest.mark.requirement("R-05")
def test_a_code_alone_reminds_nobody() -> None:
    story = Story().tell(ev.CodeRead(), chose(Lane.FACE), TIME_OVER)
    assert story.shown.screen is Screen.CHOICE
    assert story.wanted(ef.PrepareCapture) == 0


def test_another_document_is_asked_anew() -> None:
    story = reminded(Lane.FACE).tell(ev.DocumentPresented())
    assert story.shown.screen is Screen.CHOICE
    assert story.tell(TIME_OVER).wanted(ef.PrepareCapture) == 0
    assert story.tell(ADULT, ev.TicketLookedUp(VALID)).shown.screen is Screen.CHOICE
    assert story.tell(STAFF).wanted(ef.VoidPriorChoice) == 0


def test_a_code_that_is_needed_may_come_during_the_reminder_or_after_it() -> None:
    needed = TicketCheck(CheckOutcome.CODE_NEEDED, VALID.ticket)
    rules = Rules(code_needed=True)
    first = Story(rules).tell(ev.DocumentPresented(), ADULT, chose(Lane.FACE, needed), ev.CodeRead())
    assert first.shown.screen is Screen.PRIOR_CHOICE
    assert first.tell(TIME_OVER).visit.phase is Phase.HOLDING
    later = Story(rules).tell(ev.DocumentPresented(), ADULT, chose(Lane.FACE, needed), TIME_OVER)
    assert later.visit.phase is Phase.AWAITING_DOCUMENT
    assert later.tell(ev.CodeRead()).visit.phase is Phase.HOLDING


def test_a_lane_that_is_paused_meanwhile_is_not_taken() -> None:
    story = reminded(Lane.FACE).tell(ev.FaceLanePaused(), TIME_OVER)
    assert (story.shown.screen, story.shown.face_paused) == (Screen.CHOICE, True)
    assert story.effects[-1] == ef.StartTimer("idle", story.rules.idle_s)
    assert reminded(Lane.STAFF).tell(ev.FaceLanePaused()).shown.screen is Screen.PRIOR_CHOICE
    paused = Story().tell(ev.FaceLanePaused(), ev.DocumentPresented(), ADULT, chose(Lane.FACE))
    assert paused.shown.screen is Screen.CHOICE


def test_a_suspect_document_goes_to_staff_without_a_camera() -> None:
    story = reminded(Lane.FACE).tell(ev.DocumentProved(DocumentProof.TAMPERED), TIME_OVER)
    assert story.visit.cause is Cause.DOCUMENT_SUSPECT
    assert story.wanted(ef.PrepareCapture) == 0


@pytest.mark.parametrize("lane", [Lane.FACE, Lane.STAFF])
def test_where_no_face_is_looked_at_nobody_is_reminded(lane: Lane) -> None:
    assert reminded(lane, Rules(face_lane=False)).shown.screen is Screen.CHOICE
