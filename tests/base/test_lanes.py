"""Shared lanes over a real base: queue, calls, staffing, incidents, counts, and what is left of them without it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.base.client import BaseClient
from kiosk.base.venue_ledger import VenueLedger
from kiosk.config.event import OfflinePolicy
from kiosk.domain.incident import Incident, Mode, Why, holding
from kiosk.domain.lane import Lane
from kiosk.domain.lanes import HeadCount, LaneState, staff_lane_is_worse, unstaffed
from kiosk.ledger.port import Admission, GateState, Place
from kiosk.ledger.tickets import sealed_row
from kiosk.ports import SystemClock
from kiosk.station.calls import StaffCalls
from kiosk.vault.file_keys import FileEventKeys
from kiosk.workers.calling import DeskCalls, GateCalls
from tests.base.test_functions import SESSION, admit
from tests.helpers.base import TestBase
from tests.helpers.lanes import LaneStation, fresh
from tests.helpers.ledger import LEASE_S, card, new_keys, ticket
from tests.helpers.venue import ToldTime, load

PATIENT_S = 30.0
"""Machines that build are busy; how quick it is, is measured elsewhere (docs/venue.md)."""


@pytest.fixture
def event(base: TestBase) -> str:
    return base.event([(SESSION, f"t{number}", "A", False) for number in range(5)])


@pytest.fixture
def gate(base: TestBase, event: str, tmp_path: Path) -> Iterator[LaneStation]:
    made = LaneStation.of(base, event, "gate-1", tmp_path)
    yield made
    made.stop()


@pytest.fixture
def desk(base: TestBase, event: str, tmp_path: Path) -> Iterator[LaneStation]:
    made = LaneStation.of(base, event, "desk-1", tmp_path, serves=("A",))
    yield made
    made.stop()


def incident(mode: Mode, seconds: float = 600.0, group: str = "all") -> Incident:
    now = time.time()
    return Incident(fresh(), group, mode, Why.MEDICAL, "s-1", now, now + seconds)


def mode_at(station: LaneStation, group: str = "A") -> Mode:
    found = holding(station.state.incidents, group, time.time())
    return found.mode if found else Mode.NONE


# --- the queue --------------------------------------------------------------------------------------------


def test_who_is_served_at_a_desk_goes_in_by_the_gate_that_sent_them(
    base: TestBase, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """With ledgers as in the product: the desk's admission reaches the gate, and the gate's opening the desk."""
    keys = new_keys(tmp_path)
    rows = [sealed_row(ticket(keys, 1), keys)]
    event = base.event([])
    load(base, event, rows)
    gate = LaneStation.of(base, event, "gate-1", tmp_path)
    desk = LaneStation.of(base, event, "desk-1", tmp_path, serves=("A",))
    request.addfinalizer(gate.stop)
    request.addfinalizer(desk.stop)
    ledgers = [_ledger(tmp_path, keys, each) for each in (gate, desk)]
    for ledger in ledgers:
        request.addfinalizer(ledger.close)
        ledger.add_rows(rows)
    entry = fresh()
    assert gate.ask(gate.lanes.join_queue, entry) is not None
    desk.until(lambda: [one.entry for one in desk.state.queue] == [entry], PATIENT_S)
    taken = desk.ask(desk.lanes.take_next, "A")
    assert taken is not None
    assert (taken.outcome, taken.id, taken.station) == ("taken", entry, "gate-1")
    place, now = Place("desk-1", "A", "night-1"), time.time()
    held = ledgers[1].hold(card(keys, 1), place, fresh(), LEASE_S, now)
    assert held.hold is not None
    admission = ledgers[1].commit(held.hold.hold_id, fresh(), Lane.STAFF, now)
    assert isinstance(admission, Admission)
    assert desk.ask(desk.lanes.admit, entry, admission.admission_id) is not None
    gate.until(lambda: bool(gate.finished), PATIENT_S)
    assert (gate.finished[0].entry, gate.finished[0].admission) == (entry, admission.admission_id)
    assert gate.finished[0].ago_s < PATIENT_S
    assert [one.admission_id for one in ledgers[1].unconfirmed()] == [admission.admission_id]
    ledgers[0].note_gate(admission.admission_id, GateState.OPENED, time.time())
    desk.until(lambda: not ledgers[1].unconfirmed(), PATIENT_S)


def _ledger(folder: Path, keys: FileEventKeys, station: LaneStation) -> VenueLedger:
    path = folder / f"{station.lanes.station}.sqlite"
    return VenueLedger(path, keys, station.client, OfflinePolicy.ADMIT_AND_REPORT, "A")


def test_an_admission_that_is_not_the_desks_opens_no_gate(gate: LaneStation, desk: LaneStation) -> None:
    entry, elsewhere = fresh(), admit(gate.client, "t1")
    gate.ask(gate.lanes.join_queue, entry)
    for admission in (elsewhere, fresh()):
        answer = desk.ask(desk.lanes.admit, entry, admission)
        assert answer is not None
        assert answer.outcome == "no_admission"
    desk.ask(desk.lanes.finish, entry, "left")
    gate.until(lambda: bool(gate.finished))
    assert [(one.outcome, one.admission) for one in gate.finished] == [("left", "")]


def test_a_gate_tells_of_nobody_elses_opening(gate: LaneStation, base: TestBase, event: str) -> None:
    admission = admit(gate.client, "t1")
    other = base.client("gate-2", event)
    assert other.note_gate(fresh(), admission, "opened").outcome == "nothing"
    other.close()


def test_a_desk_started_again_gets_whom_it_had_taken(gate: LaneStation, desk: LaneStation) -> None:
    first, second = fresh(), fresh()
    for entry in (first, second):
        gate.ask(gate.lanes.join_queue, entry)
    for _ in range(2):
        taken = desk.ask(desk.lanes.take_next, "A")
        assert taken is not None
        assert taken.id == first
    desk.ask(desk.lanes.finish, first, "sent_on")
    taken = desk.ask(desk.lanes.take_next, "A")
    assert taken is not None
    assert taken.id == second


# --- calls ------------------------------------------------------------------------------------------------


def test_a_call_is_seen_at_every_desk_and_answered_for_all(
    base: TestBase, event: str, gate: LaneStation, desk: LaneStation, tmp_path: Path
) -> None:
    other = LaneStation.of(base, event, "desk-2", tmp_path, group="B", serves=("B",))
    try:
        call = gate.ask(gate.lanes.call, fresh(), "staff")
        assert call is not None
        for each in (desk, other):
            each.until(lambda each=each: [one.call for one in each.state.calls] == [call.id], PATIENT_S)  # type: ignore[misc]
        desk.ask(desk.lanes.answer, call.id)
        gate.until(lambda: gate.answered == [call.id], PATIENT_S)
        other.until(lambda: other.state.calls == (), PATIENT_S)
    finally:
        other.stop()


# --- staffing and waits -----------------------------------------------------------------------------------


def test_when_the_last_officer_leaves_the_gates_hear_of_it_and_rest_after_their_patience(
    gate: LaneStation, desk: LaneStation
) -> None:
    def rests() -> bool:
        now = time.time() + gate.state.offset_s
        return "A" in unstaffed(gate.state.staffing, now, 10.0)

    desk.lanes.say("manned")
    gate.until(lambda: bool(gate.state.staffing) and gate.state.staffing[0].manned == 1, PATIENT_S)
    assert not rests()
    desk.lanes.say("unmanned")
    gate.until(lambda: gate.state.staffing[0].manned == 0, PATIENT_S)
    assert not rests(), "an officer who hands over is no pause"
    gate.until(rests, PATIENT_S)


def test_waits_of_both_lanes_stand_side_by_side(base: TestBase, event: str) -> None:
    """Nine of ten waits, those who still wait among them; the alert of R-11 by a told clock."""
    told = ToldTime(base, event)
    gate, desk = base.client("gate-1", event), base.client("desk-1", event, "desk")
    start = time.time()
    for number in range(10):
        told.tell(start + number)
        gate.queue_join(fresh(), "gate-1", "A", fresh())
        gate.tell_wait(fresh(), "gate-1", "A", 5.0 + number)
    told.tell(start + 50)
    for _ in range(4):
        desk.queue_take(fresh(), "desk-1", "A")
        [taken] = [desk.queue_take(fresh(), "desk-1", "A").id]
        desk.queue_finish(fresh(), str(taken), "sent_on")
    [waits] = desk.queue_waits()
    assert (waits.waiting, waits.served, waits.face_checks) == (6, 4, 10)
    assert waits.since == pytest.approx(start + 4, abs=0.01)
    assert waits.face_p90_s == pytest.approx(13.1)
    assert waits.staff_p90_s == pytest.approx(49.1, abs=0.01)
    assert not staff_lane_is_worse(waits)
    told.tell(start + 90)
    assert staff_lane_is_worse(desk.queue_waits()[0]), "those who wait count, or nobody's waiting would ever be seen"
    told.tell(start + 2000)
    assert desk.queue_waiting() == (), "nobody waits for half an hour"
    for client in (gate, desk):
        client.close()


# --- incidents --------------------------------------------------------------------------------------------


def test_an_incident_reaches_the_gates_and_so_does_its_end(gate: LaneStation, desk: LaneStation) -> None:
    begun = incident(Mode.LANE_CLOSED, group="A")
    assert desk.ask(desk.lanes.begin, begun) is not None
    gate.until(lambda: mode_at(gate) is Mode.LANE_CLOSED, PATIENT_S)
    assert mode_at(gate, "B") is Mode.NONE
    wider = incident(Mode.FREE_FLOW)
    desk.ask(desk.lanes.begin, wider)
    gate.until(lambda: mode_at(gate, "B") is Mode.FREE_FLOW, PATIENT_S)
    assert mode_at(gate) is Mode.LANE_CLOSED, "the strictest holds"
    desk.ask(desk.lanes.end, begun.incident, "s-1")
    gate.until(lambda: mode_at(gate) is Mode.FREE_FLOW, PATIENT_S)


def test_a_gate_restarted_without_the_base_keeps_the_incident_until_its_time_is_over(
    base: TestBase, event: str, desk: LaneStation, tmp_path: Path
) -> None:
    before = LaneStation.of(base, event, "gate-1", tmp_path)
    desk.ask(desk.lanes.begin, incident(Mode.ALL_MANUAL, seconds=300))
    before.until(lambda: mode_at(before) is Mode.ALL_MANUAL)
    before.stop()
    after = LaneStation.of(base, event, "gate-1", tmp_path, started=False)
    after.client = BaseClient(replace(base.way("gate-1"), port=1, connect_s=0.1), event)
    after.follower._client = after.lanes._client = after.client
    after.follower.start()
    try:
        after.until(lambda: bool(after.states))
        assert not after.state.online
        assert mode_at(after) is Mode.ALL_MANUAL
        assert holding(after.state.incidents, "A", time.time() + 301) is None
    finally:
        after.stop()


def test_what_cannot_be_told_in_its_time_comes_back_unanswered(base: TestBase, event: str, tmp_path: Path) -> None:
    desk = LaneStation.of(base, event, "desk-1", tmp_path, serves=("A",), started=False)
    desk.client = BaseClient(replace(base.way("desk-1", "desk"), port=1, connect_s=0.1), event)
    desk.follower._client = desk.lanes._client = desk.client
    desk.follower.start()
    try:
        assert desk.ask(desk.lanes.begin, incident(Mode.FREE_FLOW), within_s=0.3) is None
        assert desk.ask(desk.lanes.take_next, "A", within_s=0.3) is None
    finally:
        desk.stop()


# --- counts -----------------------------------------------------------------------------------------------


def test_who_went_through_is_counted_once_though_the_base_was_away(
    base: TestBase, event: str, desk: LaneStation, tmp_path: Path
) -> None:
    gate = LaneStation.of(base, event, "gate-1", tmp_path, started=False)
    there, gone = gate.client, BaseClient(replace(base.way("gate-1"), port=1, connect_s=0.1), event)
    gate.follower._client = gate.lanes._client = gone
    gate.follower.start()
    for _ in range(3):
        gate.lanes.passed(free=False)
    gate.lanes.passed(free=True)
    gate.until(lambda: bool(gate.states))
    gate.stop()
    there.reconnect()
    admit(there, "t1")
    again = LaneStation.of(base, event, "gate-1", tmp_path)
    try:
        desk.lanes.want_heads(True)
        desk.until(lambda: bool(desk.heads) and desk.heads[-1] == (HeadCount("A", 1, 0, 0, 3, 1),))
        assert (desk.heads[-1][0].inside, desk.heads[-1][0].without_admission) == (2, 2)
    finally:
        again.stop()
        there.close()


# --- the button and the banner -----------------------------------------------------------------------------


def test_call_staff_goes_both_ways_and_is_one_call(
    qtbot: object, gate: LaneStation, desk: LaneStation, tmp_path: Path
) -> None:
    files = StaffCalls(tmp_path / "calls", SystemClock())
    files.prepare()
    said: list[bool] = []
    shown: list[int] = []
    button = GateCalls(files, "gate-1", "A", said.append, gate.lanes)
    banner = DeskCalls(files, lambda calls: shown.append(len(calls)), desk.lanes)
    gate.lanes.listeners.answered = button.on_answered
    desk.lanes.listeners.state = banner.on_state
    button.call()
    assert said == [], "no desk of this machine looks, and the base has not answered"
    gate.until(lambda: said == [True])
    desk.until(lambda: shown == [1], PATIENT_S)
    banner.answer("gate-1")
    assert shown == [1, 0]
    gate.until(lambda: said == [True, False], PATIENT_S)
    assert files.waiting() == []


def test_a_call_answered_from_the_machines_file_before_the_base_told_of_it_rings_nowhere_afterwards(
    qtbot: object, gate: LaneStation, desk: LaneStation, tmp_path: Path
) -> None:
    files = StaffCalls(tmp_path / "calls", SystemClock())
    files.prepare()
    banner = DeskCalls(files, lambda calls: None, desk.lanes)
    banner.look()
    said: list[bool] = []
    GateCalls(files, "gate-1", "A", said.append, gate.lanes).call()
    assert said == [True], "a desk of this machine looks"
    banner.answer("gate-1")

    def heard(state: LaneState) -> None:
        banner.on_state(state)
        desk.states.append(state)

    def answered() -> bool:
        desk.posts.run_waiting()
        return len(gate.answered) == 1

    desk.lanes.listeners.state = heard
    gate.until(answered, PATIENT_S)
    desk.until(lambda: desk.state.calls == ())
