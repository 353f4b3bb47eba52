"""A disputed face check: when it is offered, what a yes and a no lead to, and when nothing is ever kept (R-47)."""

from __future__ import annotations

import pytest

from drivers.port import DocumentValidity
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.machine import step
from kiosk.visit.states import Cause, Phase, Rules, Visit
from kiosk.visit.view import Keeping, Screen, View
from tests.helpers.visits import TICKET, check

OFFERED = Rules(hold_offered=True, max_attempts=1)
TO_CAPTURING = (
    ev.ChoiceMade(Lane.FACE),
    ev.DocumentRead("Z**", age_ok=True, validity=DocumentValidity.VALID),
    ev.PortraitArrived(),
    ev.TicketHeld(check(CheckOutcome.VALID, TICKET)),
)
DENIED = (*TO_CAPTURING, ev.NoMatchFound())
AGREED = (*DENIED, ev.CaptureClosed(), ev.DisputeTapped(), ev.HoldAnswered(agreed=True))
REPEATED = (*AGREED, *TO_CAPTURING)
READ_BY_ANOTHER = ev.DocumentRead("Y**", age_ok=True, validity=DocumentValidity.VALID, same_holder=False)


class Lane1:
    """A gate that is told events, with what it showed last and did last."""

    def __init__(self, rules: Rules = OFFERED) -> None:
        self.rules, self.visit, self.effects = rules, Visit(), tuple[ef.Effect, ...]()
        self.tell(ev.ReaderCameBack())

    def tell(self, *events: ev.Event) -> Lane1:
        for event in events:
            self.visit, self.effects = step(self.visit, event, self.rules)
        return self

    @property
    def view(self) -> View:
        return next(effect.view for effect in reversed(self.effects) if isinstance(effect, ef.Show))


@pytest.mark.parametrize(
    ("ending", "offered"),
    [
        (ev.NoMatchFound(), True),
        (ev.TimerFired("attempt"), True),
        (ev.StopTapped(), False),
        (ev.CameraFailed("lost"), False),
        (ev.ReferenceUnusable("no_face"), False),
    ],
)
def test_only_a_check_that_said_no_or_nothing_can_be_disputed(ending: ev.Event, offered: bool) -> None:
    assert Lane1().tell(*TO_CAPTURING, ending).view.can_dispute is offered
    assert not Lane1(Rules(max_attempts=1)).tell(*TO_CAPTURING, ending).view.can_dispute


def test_without_permission_a_tap_leads_nowhere() -> None:
    lane = Lane1(Rules(max_attempts=1)).tell(*DENIED, ev.DisputeTapped())
    assert (lane.visit.phase, lane.effects) == (Phase.STAFF, ())


def test_of_a_check_that_is_disputed_nothing_is_sealed() -> None:
    closed = [effect for effect in Lane1().tell(*DENIED).effects if isinstance(effect, ef.CloseCapture)]
    assert closed == [ef.CloseCapture(seal=False)]


def test_no_goes_to_staff_and_is_not_asked_again() -> None:
    lane = Lane1().tell(*DENIED, ev.DisputeTapped(), ev.HoldAnswered(agreed=False))
    assert lane.visit.phase is Phase.STAFF
    assert (lane.view.screen, lane.view.can_dispute) == (Screen.SEE_STAFF, False)
    assert ef.ForgetDocument() in lane.effects


def test_yes_asks_for_the_face_check_again_and_says_that_it_is_kept() -> None:
    lane = Lane1().tell(*AGREED)
    assert lane.visit.phase is Phase.CHOOSING
    assert (lane.view.screen, lane.view.keeps) == (Screen.CHOICE, True)
    assert ef.EndVisit() in lane.effects
    assert not any(isinstance(effect, ef.PrepareCapture) for effect in lane.effects)


def test_a_quick_yes_waits_until_the_first_check_is_closed() -> None:
    lane = Lane1().tell(*DENIED, ev.DisputeTapped(), ev.HoldAnswered(agreed=True))
    assert lane.visit.phase is Phase.DISPUTING
    assert lane.tell(ev.TimerFired("fault")).effects[0] == ef.CloseCapture()
    assert lane.tell(ev.CaptureClosed()).visit.phase is Phase.CHOOSING


def test_the_repeated_check_is_sealed_at_a_no() -> None:
    lane = Lane1().tell(*REPEATED)
    assert ef.StartFrames(keep=True) in lane.effects
    lane.tell(ev.NoMatchFound())
    assert ef.CloseCapture(seal=True) in lane.effects
    assert (lane.view.keeping, lane.view.can_dispute) == (Keeping.PENDING, False)
    assert lane.tell(ev.CapturesSealed(any_there=True)).effects == (ef.StoreSealed(),)
    lane.tell(ev.CaptureClosed(), ev.CapturesKept("K7M4PX"))
    assert (lane.view.keeping, lane.view.dispute_code) == (Keeping.KEPT, "K7M4PX")
    assert ef.StartTimer("direction", OFFERED.code_s) in lane.effects


@pytest.mark.parametrize("said", [ev.CapturesSealed(any_there=False), ev.CapturesNotKept()])
def test_who_was_promised_a_code_hears_that_there_is_none(said: ev.Event) -> None:
    lane = Lane1().tell(*REPEATED, ev.NoMatchFound(), said)
    assert (lane.view.keeping, lane.view.dispute_code) == (Keeping.FAILED, "")
    assert lane.tell(ev.CapturesKept("K7M4PX")).effects == ()  # too late: it is dropped by whoever wrote it


@pytest.mark.parametrize(
    ("ending", "cause"),
    [
        (ev.StopTapped(), Cause.WITHDREW),
        (ev.CameraFailed("lost"), Cause.CAMERA_FAULT),
        (ev.EngineFailed("crashed"), Cause.ENGINE_FAULT),
        (ev.ReferenceUnusable("no_face"), Cause.NO_REFERENCE),
        (ev.ServiceEnded(), Cause.SERVICE_ENDED),
    ],
)
def test_stopping_and_faults_keep_nothing(ending: ev.Event, cause: Cause) -> None:
    lane = Lane1().tell(*REPEATED, ending)
    assert (lane.visit.phase, lane.visit.cause) == (Phase.STAFF, cause)
    assert ef.CloseCapture(seal=False) in lane.effects
    assert lane.tell(ev.CapturesSealed(any_there=True)).effects == ()


def test_a_match_ends_the_dispute_and_keeps_nothing() -> None:
    lane = Lane1().tell(*REPEATED, ev.MatchFound())
    assert lane.visit.phase is Phase.COMMITTING
    assert ef.CloseCapture(seal=False) in lane.effects


@pytest.mark.parametrize("first", [(ev.ChoiceMade(Lane.FACE),), ()])
def test_the_consent_is_for_the_person_who_gave_it(first: tuple[ev.Event, ...]) -> None:
    """Somebody else steps in and puts another document down: an ordinary check, of which nothing is kept."""
    lane = Lane1().tell(*AGREED, *first, READ_BY_ANOTHER, ev.ChoiceMade(Lane.FACE), *TO_CAPTURING[2:])
    assert ef.StartFrames(keep=False) in lane.effects
    assert not lane.view.keeps
    assert ef.CloseCapture(seal=False) in lane.tell(ev.NoMatchFound()).effects


def test_whoever_leaves_the_question_open_leaves_nothing() -> None:
    lane = Lane1().tell(*DENIED, ev.CaptureClosed(), ev.DisputeTapped(), ev.TimerFired("consent"))
    assert lane.visit == Visit(phase=Phase.IDLE, reader_ready=True)


def test_the_next_person_ends_a_code_on_the_screen() -> None:
    lane = Lane1().tell(*REPEATED, ev.NoMatchFound(), ev.CaptureClosed(), ev.DocumentPresented())
    assert lane.visit.phase is Phase.CHOOSING
    assert lane.tell(ev.CapturesSealed(any_there=True), ev.CapturesKept("K7M4PX")).effects == ()
    assert not lane.visit.keep


@pytest.mark.parametrize("rest", [ev.FaceLanePaused(), ev.ServicePaused(), ev.ReaderWentAway()])
def test_what_cannot_be_repeated_goes_to_staff(rest: ev.Event) -> None:
    lane = Lane1().tell(*DENIED, ev.CaptureClosed(), ev.DisputeTapped(), rest, ev.HoldAnswered(agreed=True))
    assert (lane.visit.phase, lane.view.screen) == (Phase.STAFF, Screen.SEE_STAFF)
