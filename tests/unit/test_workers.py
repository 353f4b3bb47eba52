"""Threads between the window and what blocks: order, faults, and nothing of a person in a log."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from drivers.port import CodeScanned, DeviceLost, DeviceReady, OpeningResult
from kiosk.closing.state import EventState, write_whole
from kiosk.ledger.port import GateState
from kiosk.workers import device, gate
from kiosk.workers.device import DeviceThread
from kiosk.workers.gate import GateTask, NoGate
from kiosk.workers.mailbox import Mailbox
from kiosk.workers.queue import WorkQueue
from kiosk.workers.service import ServiceWatch
from kiosk.workers.timers import QtTimers
from tests.helpers.station import SetClock
from tests.helpers.station_workers import PlayedDevice, PlayedGate, Posts, wait_for

# --- the work queue ---------------------------------------------------------------------------------


@pytest.fixture
def posts() -> Posts:
    return Posts()


def test_calls_run_in_order_on_one_other_thread_and_answers_come_back(posts: Posts) -> None:
    work, threads, answers = WorkQueue("ledger", posts), set[int](), list[int]()
    for number in range(20):

        def call(number: int = number) -> int:
            threads.add(threading.get_ident())
            return number

        work.do(call, answers.append)
    posts.run_until(lambda: len(answers) == 20)
    work.stop()
    assert answers == list(range(20))
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_a_call_that_fails_says_so_and_the_next_one_runs(posts: Posts, caplog: pytest.LogCaptureFixture) -> None:
    work, failed, answers = WorkQueue("ledger", posts), list[Exception](), list[str]()

    def fail() -> str:
        raise ValueError("Zhang San 110101199003077571")

    work.do(fail, answers.append, failed.append)
    work.do(lambda: "next", answers.append)
    posts.run_until(lambda: answers == ["next"])
    work.stop()
    assert [type(error) for error in failed] == [ValueError]
    assert "Zhang" not in caplog.text


def test_stopping_finishes_what_was_asked_for(posts: Posts) -> None:
    work, done = WorkQueue("ledger", posts), list[int]()
    for number in range(5):
        work.do(lambda number=number: done.append(number))  # type: ignore[misc]
    work.stop()
    assert done == list(range(5))


class Presented:
    """Somebody's: it can be seen to be gone."""


def test_what_was_asked_about_is_let_go_of_before_the_next_call(posts: Posts) -> None:
    work, presented = WorkQueue("ledger", posts), Presented()
    held = weakref.ref(presented)
    work.do(lambda presented=presented: None)  # type: ignore[misc]
    del presented
    posts.run_until(lambda: held() is None)
    work.stop()


# --- a device's thread ------------------------------------------------------------------------------


def test_events_are_delivered_in_order_and_the_device_closed_at_the_end(posts: Posts) -> None:
    played = PlayedDevice([[DeviceReady()], [CodeScanned("a"), CodeScanned("b")]])
    heard: list[object] = []
    thread = DeviceThread("scanner", played, posts, heard.append)
    thread.start()
    posts.run_until(lambda: len(heard) == 3)
    thread.stop()
    assert heard == [DeviceReady(), CodeScanned("a"), CodeScanned("b")]
    assert played.closed.is_set()
    assert played.polled_by == {"scanner"}


def test_a_delivered_event_is_let_go_of_while_the_device_is_silent(posts: Posts) -> None:
    presented = Presented()
    held, heard = weakref.ref(presented), list[bool]()
    thread = DeviceThread("reader", PlayedDevice([[presented]]), posts, lambda event: heard.append(True))
    del presented
    thread.start()
    posts.run_until(lambda: bool(heard))
    posts.run_until(lambda: held() is None)
    thread.stop()


def test_a_driver_that_raises_is_a_lost_device_until_it_answers_again(
    posts: Posts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(device, "AFTER_BUG_S", 0.0)
    secret = ValueError("Zhang San")
    played = PlayedDevice([[DeviceReady()], secret, secret, [CodeScanned("a")]])
    heard: list[object] = []
    thread = DeviceThread("reader", played, posts, heard.append)
    thread.start()
    posts.run_until(lambda: len(heard) == 4)
    thread.stop()
    assert heard == [DeviceReady(), DeviceLost("bug"), DeviceReady(), CodeScanned("a")]
    assert "ValueError" in caplog.text
    assert "Zhang" not in caplog.text


def test_halting_ends_the_thread_without_waiting_for_it(posts: Posts) -> None:
    played = PlayedDevice([])
    thread = DeviceThread("reader", played, posts, lambda event: None)
    thread.start()
    thread.halt()
    assert played.closed.wait(2.0)
    thread.stop()


# --- mailbox and timers -----------------------------------------------------------------------------


def test_a_post_from_any_thread_runs_in_the_windows_thread_in_order(qtbot: QtBot) -> None:
    mailbox, ran = Mailbox(), list[tuple[int, int]]()

    def post() -> None:
        for number in range(10):
            mailbox.post(lambda number=number: ran.append((number, threading.get_ident())))  # type: ignore[misc]

    poster = threading.Thread(target=post)
    poster.start()
    poster.join()
    assert ran == []
    qtbot.waitUntil(lambda: len(ran) == 10)
    assert ran == [(number, threading.get_ident()) for number in range(10)]


def test_a_closed_mailbox_drops_what_is_under_way(qtbot: QtBot) -> None:
    mailbox, ran = Mailbox(), list[int]()
    mailbox.post(lambda: ran.append(1))
    mailbox.close()
    mailbox.post(lambda: ran.append(2))
    fence = Mailbox()
    fence.post(lambda: ran.append(3))
    qtbot.waitUntil(lambda: bool(ran))
    assert ran == [3]


def test_a_timer_started_again_fires_once_and_a_cancelled_one_never(qtbot: QtBot) -> None:
    fired: list[str] = []
    timers = QtTimers(fired.append)
    timers.start("idle", 0.0)
    timers.start("idle", 0.005)
    timers.start("fault", 0.0)
    timers.cancel_all()
    timers.start("idle", 0.001)
    timers.start("last", 0.02)
    qtbot.waitUntil(lambda: "last" in fired)
    assert fired == ["idle", "last"]


# --- the gate's thread ------------------------------------------------------------------------------


class Notes:
    """What the gate's thread noted, and waiting for it."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, GateState]] = []
        self._changed = threading.Condition()

    def __call__(self, admission_id: str, state: GateState) -> None:
        with self._changed:
            self.taken.append((admission_id, state))
            self._changed.notify_all()

    def wait(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.taken) >= count, 5.0), self.taken


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Notes:
    monkeypatch.setattr(gate, "POLL_S", 0.005)
    return Notes()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def test_an_opening_and_its_passage_are_noted(notes: Notes, clock: SetClock) -> None:
    played = PlayedGate()
    task = GateTask(played, notes, clock)
    task.open_for("a-1")
    notes.wait(1)
    played.let_through()
    notes.wait(2)
    task.stop()
    assert notes.taken == [("a-1", GateState.OPENED), ("a-1", GateState.PASSED)]
    assert (played.openings, played.closed) == (1, True)


@pytest.mark.parametrize("result", [OpeningResult.FAILED, ValueError("a bug")])
def test_a_gate_that_does_not_open_is_noted_as_failed_and_the_next_one_opens(
    notes: Notes, clock: SetClock, result: OpeningResult | Exception
) -> None:
    task = GateTask(PlayedGate(result), notes, clock)
    task.open_for("a-1")
    task.open_for("a-2")
    notes.wait(2)
    task.stop()
    assert notes.taken == [("a-1", GateState.FAILED), ("a-2", GateState.OPENED)]


def test_a_passage_long_after_the_opening_is_nobodys(notes: Notes, clock: SetClock) -> None:
    played = PlayedGate()
    task = GateTask(played, notes, clock)
    task.open_for("a-1")
    notes.wait(1)
    clock.s += gate.PASSAGE_WAIT_S + 1
    task.open_for("a-2")
    notes.wait(2)
    played.let_through()
    notes.wait(3)
    task.stop()
    assert notes.taken[2:] == [("a-2", GateState.PASSED)]


def test_two_people_close_together_pass_in_the_order_they_were_let_in(notes: Notes, clock: SetClock) -> None:
    played = PlayedGate()
    task = GateTask(played, notes, clock)
    task.open_for("a-1")
    task.open_for("a-2")
    notes.wait(2)
    played.let_through()
    played.let_through()
    notes.wait(4)
    task.stop()
    assert [one for one, state in notes.taken if state is GateState.PASSED] == ["a-1", "a-2"]


def test_in_free_flow_it_opens_for_one_after_the_other_and_counts_them(notes: Notes, clock: SetClock) -> None:
    played, passed = PlayedGate(), list[bool]()
    task = GateTask(played, notes, clock, passed.append)

    def settled() -> None:
        """Whatever it would have done, it has by now."""
        polls = played.polls
        wait_for(lambda: played.polls >= polls + 4)

    played.let_through()
    wait_for(lambda: passed == [False])
    assert played.openings == 0, "somebody climbed over"
    task.free_flow(True)
    wait_for(lambda: played.openings == 1)
    settled()
    assert played.openings == 1, "open already"
    played.let_through()
    wait_for(lambda: played.openings == 2)
    clock.s += gate.FREE_FLOW_S
    wait_for(lambda: played.openings == 3)
    task.free_flow(False)
    played.let_through()
    wait_for(lambda: len(passed) == 3)
    settled()
    task.not_opened("a-1")
    task.stop()
    assert (played.openings, passed) == (3, [False, True, False])
    assert notes.taken == [("a-1", GateState.FAILED)]


def test_without_a_gate_output_the_ledger_hears_it_at_once() -> None:
    notes = Notes()
    NoGate(notes).open_for("a-1")
    assert notes.taken == [("a-1", GateState.OPENED)]


# --- the event's state ------------------------------------------------------------------------------


@pytest.fixture
def heard() -> list[object]:
    return []


@pytest.fixture
def watch(tmp_path: Path, qtbot: QtBot, heard: list[object]) -> Iterator[ServiceWatch]:
    watch = ServiceWatch(tmp_path / "state.json", heard.append, lambda: heard.append("ended"))
    watch._timer.setInterval(5)
    yield watch
    watch.stop()


def set_state(folder: Path, state: EventState) -> None:
    write_whole(folder / "state.json", f'{{"state": "{state.value}"}}')


def test_a_station_hears_when_its_event_opens_and_stops(
    watch: ServiceWatch, tmp_path: Path, qtbot: QtBot, heard: list[object]
) -> None:
    watch.start()
    assert heard == [False]
    set_state(tmp_path, EventState.OPEN)
    qtbot.waitUntil(lambda: heard[1:] == [True])
    (tmp_path / "state.json").write_text("{")
    qtbot.waitUntil(lambda: heard[2:] == [False])


@pytest.mark.parametrize("state", [EventState.CLOSING, EventState.WIPED])
def test_a_closed_event_is_told_once_and_the_file_is_left_alone_from_then_on(
    watch: ServiceWatch, tmp_path: Path, qtbot: QtBot, heard: list[object], state: EventState
) -> None:
    set_state(tmp_path, EventState.OPEN)
    watch.start()
    set_state(tmp_path, state)
    qtbot.waitUntil(lambda: heard == [True, "ended"])
    assert not watch._timer.isActive()


def test_a_station_started_after_the_closing_ends_at_once(
    watch: ServiceWatch, tmp_path: Path, heard: list[object]
) -> None:
    set_state(tmp_path, EventState.CLOSING)
    watch.start()
    assert heard == ["ended"]
