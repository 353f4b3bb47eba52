"""Both lanes of a machine without a venue, compared (R-11)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.lanes import GroupWaits, LaneState
from kiosk.station.calls import StaffCalls
from kiosk.station.desk_view import DeskState, DeskView, PartyMember, WaitingCall
from kiosk.station.ports import VisitFacts
from kiosk.station.venue_notices import Notice, VenueNotices
from kiosk.station.waits import DeskWaits, WaitedVisits
from kiosk.workers.calling import DeskCalls
from tests.helpers.station import RecordedLog, SetClock

TO_STAFF = VisitFacts("staff", "no_match", None)
FACTS, WAITING = DeskView(DeskState.FACTS), DeskView(DeskState.WAITING)


class Machine:
    """A gate and a desk of one machine."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.log = SetClock(), RecordedLog()
        self.gate = WaitedVisits(folder, "gate-1", "A", self.clock, self.log)
        self.desk = DeskWaits(folder, self.clock)

    def face(self, seconds: float) -> None:
        self.gate.visit_ended(VisitFacts("admitted", "face", None, {"choice_to_verdict_s": seconds}))

    def served(self, view: DeskView = FACTS) -> None:
        self.desk.on_desk(view)
        self.desk.on_desk(WAITING)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_whoever_was_sent_first_is_served_first(machine: Machine) -> None:
    for _ in range(2):
        machine.gate.visit_ended(TO_STAFF)
        machine.clock.s += 30
    machine.face(4.0)
    machine.served()
    [seen] = machine.desk.waits()
    assert seen.staff_p90_s == pytest.approx(57.0)
    assert replace(seen, staff_p90_s=None) == GroupWaits("A", 1, 130.0, None, 1, 4.0, 1)
    assert len(machine.log.facts) == 3, "every visit is passed on"


def test_a_party_waited_once_and_one_look_serves_one(machine: Machine) -> None:
    for _ in range(3):
        machine.gate.visit_ended(TO_STAFF)
    machine.served(replace(FACTS, party=(PartyMember("1", "P*", "A"),)))
    machine.desk.on_desk(FACTS)
    machine.desk.on_desk(replace(FACTS, can_admit=True))
    assert machine.desk.waits()[0].waiting == 2


def test_who_never_comes_is_forgotten_and_a_served_wait_counts_for_ten_minutes(machine: Machine) -> None:
    machine.gate.visit_ended(TO_STAFF)
    machine.gate.visit_ended(TO_STAFF)
    machine.served()
    machine.clock.s += 599
    assert (machine.desk.waits()[0].waiting, machine.desk.waits()[0].served) == (1, 1)
    machine.clock.s += 302
    assert machine.desk.waits() == ()


def test_what_somebody_else_wrote_there_is_no_wait(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "gate-9.waits").write_bytes(b"A staff nan 0\nA staff\n\xff\xfe\nA cat 100.0 1\nA staff 1e400 0\n")
    assert machine.desk.waits() == ()


@pytest.mark.requirement("R-11")
def test_the_desk_is_told_when_staff_take_longer_and_it_is_written_down_once(machine: Machine, tmp_path: Path) -> None:
    written: list[tuple[Notice, str]] = []
    shown: list[tuple[WaitingCall, ...]] = []
    notices = VenueNotices(("A",), 10.0, machine.clock, lambda notice, group, waits: written.append((notice, group)))
    calls = DeskCalls(StaffCalls(tmp_path, machine.clock), shown.append, None, notices)
    machine.face(5.0)
    machine.gate.visit_ended(TO_STAFF)
    for _ in range(70):
        machine.clock.s += 1
        calls.on_state(LaneState(online=True, waits=machine.desk.waits()))
    assert [one.notice for one in shown[-1]] == ["waits"]
    assert written == [(Notice.WAITS, "A")]
    machine.served()
    machine.clock.s += 601
    calls.on_state(LaneState(online=True, waits=machine.desk.waits()))
    assert shown[-1] == ()
