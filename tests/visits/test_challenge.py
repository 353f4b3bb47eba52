"""An event with a challenge, told as stories: both the comparison and the acts count, and nobody is refused."""

from __future__ import annotations

import pytest

from kiosk.domain.act import Act
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.states import Cause, Phase, Rules
from kiosk.visit.view import Screen
from tests.helpers.visits import Story

ASKED = ev.ActAsked(Act.TURN_LEFT, 1, 2)
BACK = ev.ActAsked(Act.FRONT, 1, 2)


def story() -> Story:
    return Story(Rules(challenge=True)).until_capturing()


def test_a_match_waits_for_the_challenge_and_shows_nothing_of_itself() -> None:
    told = story().tell(ASKED)
    before = told.shown
    told.tell(ev.MatchFound())
    assert told.visit.phase is Phase.CAPTURING
    assert told.shown == before
    assert told.wanted(ef.CommitTicket) == 0
    told.tell(ev.ChallengeMet())
    assert told.visit.phase is Phase.COMMITTING
    assert told.wanted(ef.CommitTicket) == 1


def test_a_challenge_met_first_waits_for_the_match() -> None:
    told = story().tell(ASKED, BACK, ev.ChallengeMet())
    assert (told.visit.phase, told.shown.act) == (Phase.CAPTURING, None)
    assert told.effects[-1] == ef.StartTimer("attempt", told.rules.attempt_s)
    assert told.tell(ev.MatchFound()).visit.phase is Phase.COMMITTING


def test_without_a_challenge_in_the_rules_a_match_is_enough_and_no_act_is_shown() -> None:
    told = Story().until_capturing().tell(ASKED)
    assert told.shown.act is None
    assert told.tell(ev.SubjectReplaced(), ev.ChallengeFailed("time_over")).visit.phase is Phase.CAPTURING
    assert told.tell(ev.MatchFound()).visit.phase is Phase.COMMITTING


def test_the_screen_asks_for_one_act_at_a_time_and_advice_does_not_speak_over_it() -> None:
    told = story().tell(ASKED)
    assert (told.shown.act, told.shown.act_step, told.shown.act_of) == (Act.TURN_LEFT, 1, 2)
    shown = told.wanted(ef.Show)
    told.tell(ev.AdviceChanged("look_straight"))
    assert told.wanted(ef.Show) == shown
    assert told.tell(BACK).shown.act is Act.FRONT


@pytest.mark.requirement("R-27", "R-33")
@pytest.mark.parametrize("end", [ev.ChallengeFailed("time_over"), ev.ChallengeFailed("other_act"),
                                 ev.TimerFired("challenge")])  # fmt: skip
def test_a_challenge_not_met_goes_to_staff_in_the_same_words_as_every_no(end: ev.Event) -> None:
    told = story().tell(ASKED, ev.MatchFound(), end)
    assert (told.visit.phase, told.visit.cause) == (Phase.STAFF, Cause.CHALLENGE_NOT_MET)
    assert told.shown.screen is Screen.SEE_STAFF
    assert told.wanted(ef.ReleaseTicket) == 1
    no = Story().until_capturing().tell(ev.NoMatchFound(), ev.NoMatchFound())
    assert told.shown == no.shown


def test_the_attempts_own_time_does_not_cut_a_challenge_short() -> None:
    told = story().tell(ev.AdviceChanged("none"), ASKED, ev.TimerFired("attempt"))
    assert told.visit.phase is Phase.CAPTURING
    assert told.visit.attempt == 1


def test_without_any_face_the_attempts_end_as_ever() -> None:
    told = story().tell(ev.TimerFired("attempt"), ev.TimerFired("attempt"))
    assert (told.visit.phase, told.visit.cause) == (Phase.STAFF, Cause.NOT_ACQUIRED)


def test_whoever_steps_in_has_done_nothing_yet_and_is_not_matched_yet() -> None:
    told = story().tell(ASKED, ev.MatchFound(), ev.SubjectReplaced())
    assert (told.visit.matched, told.visit.challenge_met, told.visit.act) == (False, False, None)
    assert told.visit.attempt == 2
    assert told.wanted(ef.RestartCapture) == 1
    told.tell(ASKED, ev.ChallengeMet())
    assert told.visit.phase is Phase.CAPTURING


def test_changing_again_and_again_ends_at_the_staff() -> None:
    told = story().tell(ASKED, ev.SubjectReplaced(), ASKED, ev.SubjectReplaced())
    assert (told.visit.phase, told.visit.cause) == (Phase.STAFF, Cause.NOT_ACQUIRED)


def test_staff_can_be_chosen_in_the_middle_of_it() -> None:
    told = story().tell(ASKED, ev.StopTapped())
    assert (told.visit.phase, told.visit.cause) == (Phase.STAFF, Cause.WITHDREW)
    assert story().tell(ASKED).shown.can_stop


def test_a_no_of_the_comparison_counts_in_a_challenge_too() -> None:
    told = story().tell(ASKED, ev.NoMatchFound())
    assert (told.visit.attempt, told.visit.act) == (2, None)
    assert told.tell(ASKED, ev.NoMatchFound()).visit.cause is Cause.NO_MATCH
