"""Calls for staff: the folder a gate and a desk share, and the two that look at it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict
from kiosk.station.calls import CARE_FORGOTTEN_AFTER_S, FORGOTTEN_AFTER_S, About, StaffCalls
from kiosk.station.desk_view import WaitingCall
from kiosk.station.ports import VisitFacts
from kiosk.visit.states import Cause
from kiosk.workers.calling import LOOK_EVERY_MS, DeskCalls, GateCalls, WatchedVisits
from tests.helpers.event_place import make_event
from tests.helpers.station import RecordedLog


class WallClock:
    """UTC seconds as the test sets them."""

    def __init__(self) -> None:
        self.s = 1_777_000_000.0

    def now(self) -> float:
        return self.s

    def monotonic(self) -> float:
        return self.s


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
def calls(tmp_path: Path, clock: WallClock) -> StaffCalls:
    calls = StaffCalls(tmp_path / "calls", clock)
    calls.prepare()
    return calls


def stations(calls: StaffCalls) -> list[str]:
    return [call.station for call in calls.waiting()]


def test_a_call_waits_until_it_is_answered(calls: StaffCalls) -> None:
    assert calls.waiting() == []
    calls.call("north-1", "A")
    assert stations(calls) == ["north-1"]
    calls.answer("north-1")
    calls.answer("north-1")
    assert not calls.is_waiting("north-1")
    assert calls.waiting() == []


def test_the_oldest_comes_first_and_calling_again_loses_no_place(calls: StaffCalls, clock: WallClock) -> None:
    for station in ("west", "east", "north"):
        calls.call(station, "A")
        clock.s += 60
    calls.call("west", "A")
    assert stations(calls) == ["west", "east", "north"]
    assert [calls.waited_s(call) for call in calls.waiting()] == [180, 120, 60]


@pytest.mark.parametrize("shift_s", [FORGOTTEN_AFTER_S + 1, -FORGOTTEN_AFTER_S - 1])
def test_a_call_of_another_time_is_none_and_the_next_tap_calls_anew(
    calls: StaffCalls, clock: WallClock, shift_s: float
) -> None:
    calls.call("west", "A")
    clock.s += shift_s
    assert calls.waiting() == []
    calls.call("west", "A")
    assert [calls.waited_s(call) for call in calls.waiting()] == [0]


def test_a_file_holds_station_group_and_time_and_is_ours_alone(
    calls: StaffCalls, clock: WallClock, tmp_path: Path
) -> None:
    calls.call("west", "A")
    [path] = (tmp_path / "calls").iterdir()
    assert json.loads(path.read_text()) == {
        "station": "west",
        "gate_group": "A",
        "called_at": clock.s,
        "about": "staff",
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "{",
        "[]",
        "7",
        "\udcff",
        "[" * 900,
        '{"station": "west"}',
        '{"station": "east", "gate_group": "A", "called_at": 1777000000}',
        '{"station": "west", "gate_group": "<b>", "called_at": 1777000000}',
        '{"station": "west", "gate_group": "A", "called_at": NaN}',
        '{"station": "west", "gate_group": "A", "called_at": "x"}',
        '{"station": "west", "gate_group": "A", "called_at": 1777000000, "about": "him"}',
        '{"station": "west", "gate_group": "A", "called_at": 1777000000}' + " " * 2000 + "x",
    ],
)
def test_what_is_no_call_is_left_out(calls: StaffCalls, tmp_path: Path, garbage: str) -> None:
    calls.call("north", "A")
    (tmp_path / "calls" / "west.json").write_bytes(garbage.encode("utf-8", "surrogateescape"))
    expected = ["north", "west"] if garbage.endswith(" x") else ["north"]
    assert stations(calls) == expected


def test_strange_things_in_the_folder_are_no_calls(calls: StaffCalls, tmp_path: Path) -> None:
    calls.call("north", "A")
    folder = tmp_path / "calls"
    (folder / "linked.json").symlink_to(folder / "north.json")
    (folder / "folder.json").mkdir()
    os.mkfifo(folder / "pipe.json")
    assert stations(calls) == ["north"]


def test_a_word_of_care_is_forgotten_sooner_and_gives_way_to_a_call(calls: StaffCalls, clock: WallClock) -> None:
    calls.ask_for_care("west", "A")
    assert [call.about for call in calls.waiting()] == [About.CARE]
    assert not calls.is_waiting("west")  # nobody there called
    clock.s += CARE_FORGOTTEN_AFTER_S + 1
    assert calls.waiting() == []
    calls.ask_for_care("west", "A")
    calls.call("west", "A")
    assert [call.about for call in calls.waiting()] == [About.STAFF]
    clock.s += 60
    calls.ask_for_care("west", "A")
    (call,) = calls.waiting()
    assert (call.about, calls.waited_s(call)) == (About.STAFF, 60)
    calls.answer("west")
    assert calls.waiting() == []


# --- the gate and the desk ------------------------------------------------------------------------


@pytest.fixture
def said() -> list[object]:
    return []


@pytest.fixture
def gate(calls: StaffCalls, said: list[object], qtbot: QtBot) -> Iterator[GateCalls]:
    gate = GateCalls(calls, "west", "A", said.append)
    gate._timer.setInterval(5)
    yield gate
    gate.stop()


@pytest.fixture
def shown() -> list[tuple[WaitingCall, ...]]:
    return []


@pytest.fixture
def desk(calls: StaffCalls, shown: list[tuple[WaitingCall, ...]], qtbot: QtBot) -> Iterator[DeskCalls]:
    desk = DeskCalls(calls, shown.append)
    desk._timer.setInterval(5)
    yield desk
    desk.stop()


def test_a_tap_reaches_the_desk_and_the_answer_reaches_the_gate(
    gate: GateCalls, desk: DeskCalls, qtbot: QtBot, said: list[object], shown: list[tuple[WaitingCall, ...]]
) -> None:
    desk.start()
    gate.call()
    assert said == [True]
    qtbot.waitUntil(lambda: shown == [(WaitingCall("west", "A"),)])
    desk.answer("west")
    assert shown[-1] == ()
    qtbot.waitUntil(lambda: said == [True, False])
    assert not gate._timer.isActive()


@pytest.mark.parametrize("cause", [Cause.ATTACK_SIGN, Cause.CHALLENGE_NOT_MET])
def test_after_a_sign_of_an_attack_the_desk_is_told_and_the_gates_screen_is_not(
    gate: GateCalls, desk: DeskCalls, qtbot: QtBot, said: list[object], shown: list[tuple[WaitingCall, ...]],
    cause: Cause,
) -> None:  # fmt: skip
    further = RecordedLog()
    visits = WatchedVisits(gate, further)
    desk.start()
    ended = [VisitFacts("staff", other, None) for other in (Cause.NO_MATCH, Cause.NOT_ACQUIRED, Cause.ENGINE_FAULT)]
    for facts in ended:
        visits.visit_ended(facts)
    desk.look()
    assert shown == []
    sign = VisitFacts("staff", cause, None)
    visits.visit_ended(sign)
    desk.look()
    assert shown == [(WaitingCall("west", "A", care=True),)]
    assert said == []
    assert further.facts == [*ended, sign]
    desk.answer("west")
    assert shown[-1] == ()


def test_a_word_that_cannot_be_written_harms_nobody(gate: GateCalls, tmp_path: Path, said: list[object]) -> None:
    (tmp_path / "calls").rmdir()
    gate.ask_for_care()
    gate.stop()
    gate.ask_for_care()
    assert said == []


def test_both_look_often_enough(calls: StaffCalls) -> None:
    assert DeskCalls(calls, lambda waiting: None)._timer.interval() == LOOK_EVERY_MS <= 1000


def test_the_desk_hears_of_each_minute_once(
    desk: DeskCalls, calls: StaffCalls, clock: WallClock, shown: list[tuple[WaitingCall, ...]]
) -> None:
    calls.call("west", "A")
    for _ in range(125):
        desk.look()
        clock.s += 1
    assert [call.waited_min for (call,) in shown] == [0, 1, 2]


def test_a_call_that_could_not_be_written_is_not_claimed(gate: GateCalls, tmp_path: Path, said: list[object]) -> None:
    (tmp_path / "calls").rmdir()
    gate.call()
    assert said == [False]
    assert not (tmp_path / "calls").exists()


def test_a_gate_that_ended_calls_nobody(gate: GateCalls, calls: StaffCalls, said: list[object]) -> None:
    gate.stop()
    gate.call()
    assert (said, calls.waiting()) == ([], [])


def test_calls_go_with_their_event_and_none_comes_after_it(tmp_path: Path, clock: WallClock) -> None:
    place = make_event(tmp_path, people=2)
    calls = StaffCalls(place.calls_folder, clock)
    calls.prepare()
    calls.call("west", "A")
    (place.calls_folder / "north.json.new").write_text("cut short")
    assert close_event(place).verdict is Verdict.PASS
    assert not place.calls_folder.exists()
    with pytest.raises(FileNotFoundError):
        calls.call("west", "A")
