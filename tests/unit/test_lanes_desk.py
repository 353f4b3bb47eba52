"""A desk's part in the shared lanes: who comes next, and what a supervisor is called for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.base.answers import Answer
from kiosk.domain.lanes import (
    GroupWaits,
    LaneState,
    Staffing,
    Waiting,
)
from kiosk.station.desk_queue import DeskQueue
from kiosk.station.desk_view import QueueView, Trouble
from kiosk.station.venue_notices import AGAIN_AFTER_S, Notice, VenueNotices
from tests.helpers.lane_fakes import NOW, Clock, Lanes


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
