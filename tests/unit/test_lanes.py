"""Shared lanes without a base: rules, the gate's and the desk's part, notices, the supervisor's sheets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from kiosk.base.answers import Answer
from kiosk.domain.access import Principal, Role
from kiosk.domain.incident import Incident, Mode, Why, holding
from kiosk.domain.lanes import (
    GroupWaits,
    HeadCount,
    LaneState,
    Staffing,
    Waiting,
    staff_lane_is_worse,
    unstaffed,
)
from kiosk.office.incident_page import BEGIN, CHOOSE, END
from kiosk.office.lanes_page import INCIDENTS
from kiosk.office.view import ListPage
from kiosk.station.desk_queue import DeskQueue
from kiosk.station.desk_view import DeskState, DeskView, QueueView, Trouble
from kiosk.station.lanes import LET_IN_S, OPEN_WITHIN_S, GateLanes, Where
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.station.ports import VisitFacts
from kiosk.station.venue_notices import AGAIN_AFTER_S, Notice, VenueNotices
from kiosk.station.venue_sheets import VenueSheets
from kiosk.text import Texts
from kiosk.visit.states import Cause

NOW = 1_777_600_000.0
OPEN = LoginView(LoginStep.OPEN, "Ben")


@dataclass
class Clock:
    s: float = 0.0

    def monotonic(self) -> float:
        return self.s

    def now(self) -> float:
        return NOW + self.s


@dataclass
class Tokens:
    made: int = 0

    def fresh(self) -> str:
        self.made += 1
        return f"entry-{self.made}"


@dataclass
class Lanes:
    """Keeps what was asked for; ``reply`` answers the newest ask."""

    asks: list[tuple[Any, ...]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.asks.append((name, *given))

    def say(self, word: str) -> None:
        if self.said[-1:] != [word]:
            self.said.append(word)

    def want_heads(self, on: bool) -> None:
        self.heads.append(on)

    def names(self) -> list[tuple[Any, ...]]:
        """What was asked, without whom to answer and how long it is good."""
        return [tuple(part for part in ask if not callable(part) and not isinstance(part, float)) for ask in self.asks]

    def reply(self, answer: Answer | None) -> None:
        next(part for part in self.asks[-1][1:] if callable(part))(answer)


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


def incident(mode: Mode, group: str = "A", seconds: float = 600, name: str = "i") -> Incident:
    return Incident(name, group, mode, Why.FAULT, "s-1", NOW, NOW + seconds)


# --- rules ------------------------------------------------------------------------------------------------


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


# --- the gate ---------------------------------------------------------------------------------------------


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


# --- the desk ---------------------------------------------------------------------------------------------


class Desk:
    def __init__(self) -> None:
        self.base, self.clock, self.may = Lanes(), Clock(), True
        self.views: list[QueueView] = []
        self.queue = DeskQueue(self.base, ("A", "B"), self.clock, self.views.append, lambda: self.may)
        waiting = [Waiting(f"entry-{n}", f"gate-{n}", group, NOW - 300 + n) for n, group in enumerate("CBA")]
        self.queue.on_state(LaneState(True, queue=tuple(waiting)))

    @property
    def view(self) -> QueueView:
        return self.views[-1]

    def taking(self) -> None:
        self.queue.on_take()
        self.base.reply(Answer("taken", "entry-1", NOW - 299, "gate-1", "B"))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_desk_sees_who_comes_next_in_the_groups_it_serves(desk: Desk) -> None:
    assert (desk.view.waiting, desk.view.first_station, desk.view.first_group, desk.view.first_min) == (
        2,
        "gate-1",
        "B",
        4,
    )
    desk.taking()
    assert desk.base.names() == [("take_next", "B")]
    assert (desk.view.serving_station, desk.view.asking) == ("gate-1", False)


def test_whom_it_admits_goes_in_by_their_gate_and_one_not_told_is_said(desk: Desk) -> None:
    desk.taking()
    desk.queue.admitted("admission-1")
    assert desk.base.names()[-1] == ("admit", "entry-1", "admission-1")
    desk.base.reply(Answer("finished"))
    assert desk.view.trouble is Trouble.NONE
    desk.taking()
    desk.queue.admitted("admission-2")
    desk.base.reply(None)
    assert desk.view.trouble is Trouble.GATE
    assert not desk.queue.serving


def test_the_next_one_taken_ends_the_last_and_nobody_came_is_put_aside(desk: Desk) -> None:
    desk.taking()
    desk.taking()
    desk.queue.on_put_aside()
    assert desk.base.names() == [
        ("take_next", "B"),
        ("finish", "entry-1", "sent_on"),
        ("take_next", "B"),
        ("finish", "entry-1", "left"),
    ]


@pytest.mark.parametrize(("answer", "trouble"), [(None, Trouble.AWAY), (Answer("empty"), Trouble.NOBODY)])
def test_who_could_not_be_called_up(desk: Desk, answer: Answer | None, trouble: Trouble) -> None:
    desk.queue.on_take()
    desk.queue.on_take()
    assert len(desk.base.asks) == 1, "a double tap calls up one"
    desk.base.reply(answer)
    assert (desk.view.trouble, desk.view.serving) == (trouble, False)


def test_a_desk_nobody_works_at_calls_nobody_up(desk: Desk) -> None:
    desk.may = False
    desk.queue.on_take()
    assert desk.base.asks == []


# --- notices ----------------------------------------------------------------------------------------------


def test_a_supervisor_is_called_once_recorded_and_again_while_it_lasts() -> None:
    clock, begun = Clock(), list[tuple[Notice, str, GroupWaits | None]]()
    notices = VenueNotices(("A",), 10.0, clock, lambda *what: begun.append(what))
    unequal = [GroupWaits(group, 3, NOW, 200.0, 3, 10.0, 9) for group in "AB"]
    state = LaneState(True, staffing=(Staffing("B", 1, 0, NOW - 60),), waits=tuple(unequal))
    for _ in range(3):
        assert notices.of(state) == ((Notice.UNSTAFFED, "B"), (Notice.WAITS, "A")), "waits: of its own groups alone"
    assert begun == [(Notice.UNSTAFFED, "B", None), (Notice.WAITS, "A", unequal[0])]
    notices.answer(Notice.UNSTAFFED, "B")
    assert notices.of(state) == ((Notice.WAITS, "A"),)
    clock.s = AGAIN_AFTER_S
    assert len(notices.of(state)) == 2
    assert notices.of(replace(state, online=False)) == ()
    assert notices.of(LaneState(True)) == ()
    notices.of(state)
    assert len(begun) == 4, "it began anew"


def test_an_unequal_wait_is_told_within_a_minute_of_its_beginning() -> None:
    """R-11: somebody waits from second 0; the face lane takes 5 s. Desks hear of waits every two seconds."""
    clock = Clock()
    notices = VenueNotices(("A",), 10.0, clock, lambda *what: None)
    for clock.s in range(0, 200, 2):
        waits = GroupWaits("A", 1, NOW, clock.s, 0, 5.0, 20)
        if notices.of(LaneState(True, waits=(waits,))):
            break
    assert 65 < clock.s <= 65 + 60


# --- the supervisor's sheets ------------------------------------------------------------------------------


class Sheets:
    def __init__(self) -> None:
        self.base, self.clock = Lanes(), Clock()
        self.who = Principal(Role.SUPERVISOR, "s-1")
        self.button = False
        self.page: ListPage | None = None
        self.log: list[tuple[str, str, str, str]] = []
        self.sheets = VenueSheets(
            self,
            self.base,
            self,
            lambda: self.who,
            lambda: Texts("en"),
            ("A", "B"),
            lambda group: f"Gate {group}",
            self.clock,
        )
        self.sheets.on_state(LaneState(True))

    def show_venue_button(self, on: bool) -> None:
        self.button = on

    def show_sheet(self, page: ListPage | None) -> None:
        self.page = page

    def begun(self, who: str, incident: Incident) -> None:
        self.log.append(("begun", who, incident.gate_group, incident.mode))

    def ended(self, who: str, incident: Incident) -> None:
        self.log.append(("ended", who, incident.gate_group, incident.mode))

    def to_incidents(self) -> None:
        self.sheets.on_tapped()
        self.sheets.on_act(INCIDENTS, "")

    @property
    def told(self) -> str:
        assert self.page is not None
        return self.page.told.words if self.page.told else ""


@pytest.fixture
def sheets() -> Sheets:
    return Sheets()


def test_only_a_supervisor_has_the_button_and_the_sheet(sheets: Sheets) -> None:
    sheets.who = Principal(Role.ATTENDANT, "o-1")
    sheets.sheets.on_login(OPEN)
    sheets.sheets.on_tapped()
    assert (sheets.button, sheets.page) == (False, None)
    sheets.who = Principal(Role.SUPERVISOR, "s-1")
    sheets.sheets.on_login(OPEN)
    sheets.sheets.on_tapped()
    assert sheets.button
    assert sheets.page is not None
    assert sheets.base.heads == [True], "head counts take the base work, and only while somebody looks"
    sheets.sheets.on_desk(DeskView(DeskState.READING))
    assert (sheets.page, sheets.base.heads) == (None, [True, False])


def test_an_incident_is_begun_with_who_where_why_and_until(sheets: Sheets) -> None:
    sheets.to_incidents()
    sheets.sheets.on_chosen("minutes", "30")
    sheets.sheets.on_chosen("why", "")
    sheets.sheets.on_act(CHOOSE, "medical")
    sheets.sheets.on_act(BEGIN + "lane_closed", "B")
    begun = sheets.base.asks[-1][1]
    assert (begun.gate_group, begun.mode, begun.why, begun.officer) == ("B", "lane_closed", "medical", "s-1")
    assert begun.until == NOW + 1800
    assert sheets.log == [], "not before the base has it"
    sheets.base.reply(Answer("began"))
    assert sheets.log == [("begun", "s-1", "B", "lane_closed")]
    assert "Begun" in sheets.told


def test_without_a_row_or_without_the_base_nothing_begins_and_that_is_said(sheets: Sheets) -> None:
    sheets.to_incidents()
    sheets.sheets.on_act(BEGIN + "all_manual", "")
    assert sheets.base.asks == []
    sheets.sheets.on_act(BEGIN + "all_manual", "all")
    sheets.base.reply(None)
    assert "radio" in sheets.told
    assert sheets.log == []


def test_an_incident_is_ended_where_it_was_begun(sheets: Sheets) -> None:
    running = (incident(Mode.FREE_FLOW, "all", name="i-1"), incident(Mode.LANE_CLOSED, "B", name="i-2"))
    sheets.sheets.on_state(LaneState(True, incidents=running))
    sheets.to_incidents()
    assert sheets.page is not None
    assert [row.cells[1] for row in sheets.page.rows] == ["Free flow, counted", "As always", "Closed"]
    sheets.sheets.on_act(END, "B")
    assert sheets.base.names() == [("end", "i-2", "s-1")]
    sheets.base.reply(Answer("ended"))
    assert sheets.log == [("ended", "s-1", "B", "lane_closed")]


def test_lanes_and_heads_stand_side_by_side_and_what_needs_a_look_is_marked(sheets: Sheets) -> None:
    waits = (GroupWaits("A", 3, NOW - 130, 95.0, 22, 9.0, 210), GroupWaits("B", 0, None, 20.0, 4, 8.0, 190))
    sheets.sheets.on_state(LaneState(True, waits=waits, staffing=(Staffing("A", 2, 2, NOW),)))
    sheets.sheets.on_tapped()
    sheets.sheets.on_heads((HeadCount("A", 412, 3, 1, 415, 0), HeadCount("B", 388, 0, 0, 388, 40)))
    assert sheets.page is not None
    rows = [row.cells for row in sheets.page.rows]
    assert rows[0] == ("Gate A", "2", "3", "2:10", "1:35", "0:09", "412", "415", "2", "410")
    assert rows[1] == ("Gate B", "", "0", "", "0:20", "0:08", "388", "428", "0", "428")
    assert [row.mark for row in sheets.page.rows] == ["look", "good"]
    assert "838" in sheets.page.lead
