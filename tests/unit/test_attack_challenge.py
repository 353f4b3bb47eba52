"""The challenge by itself: order, direction, the way back, and time."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.act import Act
from kiosk.face.attack.challenge import ACT_S, DRAWN, Challenge, Step, draw_acts
from kiosk.face.attack.pose import Turn

STRAIGHT = Turn(0.0, 0.0, 0.0, 0.005)
TURNS = {
    Act.TURN_LEFT: Turn(25.0, 1.0, 0.0, 0.06),
    Act.TURN_RIGHT: Turn(-25.0, 1.0, 0.0, 0.06),
    Act.NOD: Turn(1.0, 16.0, 0.0, 0.05),
}


def half(act: Act) -> Turn:
    """On the way to ``act``."""
    turn = TURNS[act]
    return Turn(turn.yaw_deg / 2, turn.pitch_deg / 2, 0.0, 0.02)


def test_a_turn_that_was_never_on_its_way_is_not_done() -> None:
    challenge = Challenge((Act.TURN_LEFT,), 0.0)
    assert challenge.take(STRAIGHT, 0.3, usable=True) is Step.NOTHING
    assert challenge.take(TURNS[Act.TURN_LEFT], 0.5) is Step.NOTHING
    assert challenge.take(STRAIGHT, 0.8, usable=True) is Step.NOTHING
    assert challenge.take(TURNS[Act.TURN_RIGHT], 1.0) is Step.NOTHING
    assert challenge.take(half(Act.TURN_LEFT), 1.3) is Step.NOTHING
    assert challenge.take(TURNS[Act.TURN_LEFT], 1.5) is Step.DONE


def test_done_in_order_with_the_face_straight_between_it_is_met() -> None:
    challenge = Challenge((Act.TURN_LEFT, Act.NOD), began_s=10.0)
    assert (challenge.asked, challenge.step, challenge.of) == (Act.TURN_LEFT, 1, 2)
    assert challenge.take(STRAIGHT, 10.2, usable=True) is Step.NOTHING
    assert challenge.take(half(Act.TURN_LEFT), 10.8) is Step.NOTHING
    assert challenge.take(TURNS[Act.TURN_LEFT], 11.0) is Step.DONE
    assert challenge.asked is Act.FRONT
    assert challenge.take(STRAIGHT, 11.5, usable=True) is Step.FRONT
    assert (challenge.asked, challenge.step) == (Act.NOD, 2)
    assert challenge.take(half(Act.NOD), 12.3) is Step.NOTHING
    assert challenge.take(TURNS[Act.NOD], 12.5) is Step.DONE
    assert not challenge.met
    assert challenge.take(STRAIGHT, 13.0, usable=True) is Step.FRONT
    assert challenge.met
    assert challenge.asked is None


@pytest.mark.parametrize("done", [Act.TURN_RIGHT, Act.NOD])
def test_another_act_ends_it(done: Act) -> None:
    challenge = Challenge((Act.TURN_LEFT, Act.NOD), 0.0)
    challenge.take(half(done), 0.8)
    assert challenge.take(TURNS[done], 1.0) is Step.OTHER
    assert challenge.asked is None
    assert challenge.take(TURNS[Act.TURN_LEFT], 1.1) is Step.NOTHING
    assert not challenge.met


def test_the_way_back_needs_a_frame_that_says_whose_face_it_is() -> None:
    challenge = Challenge((Act.NOD,), 0.0)
    challenge.take(half(Act.NOD), 0.8)
    challenge.take(TURNS[Act.NOD], 1.0)
    assert challenge.take(STRAIGHT, 1.2, usable=False) is Step.NOTHING
    assert challenge.take(TURNS[Act.NOD], 1.3, usable=True) is Step.NOTHING
    assert challenge.take(STRAIGHT, 1.4, usable=True) is Step.FRONT


def test_each_act_has_its_time_and_begins_it_anew() -> None:
    challenge = Challenge((Act.TURN_LEFT, Act.TURN_RIGHT), 0.0)
    challenge.take(half(Act.TURN_LEFT), 1.5)
    challenge.take(TURNS[Act.TURN_LEFT], 2.0)
    challenge.take(STRAIGHT, 3.0, usable=True)
    assert challenge.take(STRAIGHT, 3.0 + ACT_S, usable=True) is Step.NOTHING
    assert challenge.take(TURNS[Act.TURN_RIGHT], 3.1 + ACT_S) is Step.LATE
    assert challenge.take(TURNS[Act.TURN_RIGHT], 3.2 + ACT_S) is Step.NOTHING
    assert not challenge.met


@pytest.mark.parametrize("usable", [True, False])
def test_time_runs_out_with_and_without_a_face_once(usable: bool) -> None:
    challenge = Challenge((Act.NOD,), 0.0)
    assert challenge.take(STRAIGHT if usable else None, ACT_S + 0.1, usable=usable) is Step.LATE
    assert challenge.take(None, ACT_S + 0.2) is Step.NOTHING


@pytest.mark.parametrize("act", DRAWN)
def test_what_one_plane_explains_is_no_act(act: Act) -> None:
    flat = Turn(TURNS[act].yaw_deg, TURNS[act].pitch_deg, 0.0, 0.01)
    challenge = Challenge((act,), 0.0)
    challenge.take(half(act), 0.5)
    assert challenge.take(flat, 1.0) is Step.NOTHING
    assert challenge.asked is act


@pytest.mark.parametrize("act", DRAWN)
def test_what_has_become_as_narrow_as_a_sheet_is_no_act(act: Act) -> None:
    turn = TURNS[act]
    narrow = Turn(turn.yaw_deg, turn.pitch_deg, 0.0, turn.off_plane, rigid=0.7)
    challenge = Challenge((act,), 0.0)
    challenge.take(half(act), 0.5)
    assert challenge.take(narrow, 1.0) is Step.NOTHING
    assert challenge.take(turn, 1.2) is Step.DONE


@given(st.integers(1, 3), st.integers())
def test_acts_are_drawn_without_repetition_from_those_there_are(count: int, seed: int) -> None:
    acts = draw_acts(count, Random(seed))
    assert len(acts) == len(set(acts)) == count
    assert set(acts) <= set(DRAWN)


def test_every_order_comes_about_as_often() -> None:
    chance = Random(1)
    drawn = [draw_acts(2, chance) for _ in range(6_000)]
    counts = {order: drawn.count(order) for order in set(drawn)}
    assert len(counts) == 6
    assert all(850 < count < 1150 for count in counts.values())
