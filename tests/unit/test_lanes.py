"""Shared lanes: the rules of incidents and of fair waits, and a gate's part."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from kiosk.domain.incident import Incident, Mode, holding
from kiosk.domain.lanes import (
    GroupWaits,
    HeadCount,
    LaneState,
    Staffing,
    staff_lane_is_worse,
    unstaffed,
)
from kiosk.station.lanes import LET_IN_S, OPEN_WITHIN_S, GateLanes, Where
from kiosk.station.ports import VisitFacts
from kiosk.visit.states import Cause
from tests.helpers.lane_fakes import NOW, Clock, Lanes, Tokens, incident


def test_of_several_incidents_the_strictest_holds_and_each_ends_at_its_time() -> None:
    running = [
        incident(Mode.FREE_FLOW, "all", 900),
        incident(Mode.LANE_CLOSED, "A", 60),
        incident(Mode.ALL_MANUAL, "B"),
    ]
    modes = [holding(running, group, NOW + at) for group, at in (("A", 1), ("A", 61), ("B", 1), ("C", 1), ("C", 901))]
    assert [one.mode if one else None for one in modes] == ["lane_closed", "free_flow", "all_manual", "free_flow", None]


@pytest.mark.parametrize(
    ("manned", "left_s", "rests"),
    [(1, 0.0, False), (0, 0.0, False), (0, 7.9, False), (0, 8.0, True), (0, None, True), (1, None, False)],
)
def test_face_lanes_rest_within_ten_seconds_after_the_last_officer_left(
    manned: int, left_s: float | None, rests: bool
) -> None:
    staffing = [Staffing("A", 2, manned, None if left_s is None else NOW - left_s), Staffing("B", 1, 1, NOW)]
    assert unstaffed(staffing, NOW, 10.0) == (frozenset("A") if rests else frozenset())


@pytest.mark.parametrize(
    ("staff_s", "face_s", "worse"),
    [
        (None, 10.0, False),
        (60.0, None, False),
        (61.0, None, True),
        (70.0, 10.0, False),
        (70.1, 10.0, True),
        (375.0, 300.0, False),
        (375.1, 300.0, True),
    ],
)
def test_the_staff_lane_is_worse_by_a_quarter_and_a_minute(
    staff_s: float | None, face_s: float | None, worse: bool
) -> None:
    assert staff_lane_is_worse(GroupWaits("A", 1, NOW, staff_s, 5, face_s, 5)) is worse


def test_heads_inside_and_whoever_came_in_behind_another() -> None:
    assert (HeadCount("A", 100, 10, 2, 105, 40).inside, HeadCount("A", 100, 10, 2, 105, 40).without_admission) == (
        132,
        3,
    )
    assert HeadCount("A", 100, 0, 0, 90, 0).without_admission == 0, "not all gates have a sensor"


@dataclass
class Hands:
    modes: list[Mode] = field(default_factory=list)
    resting: list[bool] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)

    def mode(self, mode: Mode, incident: Incident | None) -> None:
        assert (incident is None) == (mode is Mode.NONE)
        self.modes.append(mode)

    def unstaffed(self, on: bool) -> None:
        self.resting.append(on)

    def let_in(self, admission: str) -> None:
        self.opened.append(admission)

    def let_in_over(self, admission: str) -> None:
        self.over.append(admission)


class Gate:
    def __init__(self) -> None:
        self.base, self.hands, self.clock = Lanes(), Hands(), Clock()
        self.lanes = GateLanes(self.base, self.hands, Where("A", 10.0), self.clock, Tokens())
        self.lanes.on_service(True)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.mark.parametrize(
    ("ending", "cause", "joins"),
    [
        ("staff", Cause.CHOSE_STAFF, True),
        ("staff", Cause.NO_MATCH, True),
        ("staff", "already_used", True),
        ("staff", Cause.NO_CHOICE, False),
        ("staff", Cause.SERVICE_ENDED, False),
        ("elsewhere", "other_gate", False),
        ("admitted", "face", False),
    ],
)
def test_whoever_goes_to_staff_joins_the_queue_and_no_reason_goes_along(
    gate: Gate, ending: str, cause: str, joins: bool
) -> None:
    gate.lanes.visit_ended(VisitFacts(ending, cause, 0.3))
    assert gate.base.names() == ([("join_queue", "entry-1")] if joins else [])


def test_how_long_a_face_check_took_is_told(gate: Gate) -> None:
    gate.lanes.visit_ended(VisitFacts("admitted", "face", 0.7, {"choice_to_verdict_s": 6.5}))
    assert gate.base.asks == [("tell_wait", 6.5)]


def test_the_gate_opens_once_for_whom_it_sent_and_for_nobody_else(gate: Gate) -> None:
    gate.lanes.visit_ended(VisitFacts("staff", Cause.CHOSE_STAFF, None))
    gate.lanes.on_served("entry-9", "admission-9", 0.1)
    gate.lanes.on_served("entry-1", "admission-1", 0.1)
    gate.lanes.on_served("entry-1", "admission-1", 0.1)
    assert gate.hands.opened == ["admission-1"]
    gate.clock.s += LET_IN_S
    gate.lanes.look()
    gate.lanes.look()
    assert gate.hands.over == ["admission-1"]


def test_a_gate_that_hears_too_late_or_of_another_ending_does_not_open(gate: Gate) -> None:
    for _ in range(2):
        gate.lanes.visit_ended(VisitFacts("staff", Cause.CHOSE_STAFF, None))
    gate.lanes.on_served("entry-1", "admission-1", OPEN_WITHIN_S + 0.1)
    gate.lanes.on_served("entry-2", "", 0.1)
    assert gate.hands.opened == []


def test_the_mode_follows_and_ends_by_itself_while_the_base_is_away(gate: Gate) -> None:
    gate.lanes.on_state(LaneState(True, incidents=(incident(Mode.ALL_MANUAL, seconds=60),)))
    gate.lanes.on_state(LaneState(False, incidents=(incident(Mode.ALL_MANUAL, seconds=60),)))
    gate.clock.s = 59
    gate.lanes.look()
    assert gate.hands.modes == [Mode.ALL_MANUAL]
    gate.clock.s = 60
    gate.lanes.look()
    assert gate.hands.modes == [Mode.ALL_MANUAL, Mode.NONE]
    assert gate.base.said == ["serving", "all_manual", "serving"]


def test_without_an_officer_the_face_lane_rests_and_says_so_until_one_is_back(gate: Gate) -> None:
    empty, back = (Staffing("A", 1, 0, NOW - 60),), (Staffing("A", 1, 1, NOW),)
    gate.lanes.on_state(LaneState(True, staffing=empty))
    gate.lanes.on_state(LaneState(False, staffing=back))
    assert gate.hands.resting == [True], "while the base is away officers are as they were"
    gate.lanes.on_state(LaneState(True, staffing=back))
    assert gate.hands.resting == [True, False]
    assert gate.base.said == ["serving", "face_paused", "serving"]
    gate.lanes.on_service(False)
    assert gate.base.said[-1] == "closed"
