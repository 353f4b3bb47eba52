"""A station's records: in time, in the right log, counted per quarter of an hour, and never in the window's way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import DeviceLost, DeviceReady
from kiosk.audit.catalogue import Kind
from kiosk.audit.detail import DetailLog
from kiosk.audit.fields import points_to_a_person
from kiosk.audit.record import Entry
from kiosk.audit.slots import SLOT_S, Fact, Slots, slot_of, uncounted
from kiosk.audit.verify import verify_log
from kiosk.domain.outcome import CheckOutcome
from kiosk.face.port import AttackSuspected, ChallengeFailed, EngineLost
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.ports import CameraGone, VisitFacts
from kiosk.vault.file_keys import FileEventKeys
from kiosk.workers.auditing import LOOK_EVERY_MS, SILENT_AFTER_S, Scribe, StationAudit
from kiosk.workers.auditing_acts import AuditedDesk, AuditedGate, AuditedVisits, audited_device, audited_service
from kiosk.workers.face_lane import FaceLane, Hold
from tests.helpers.audit import SetClock, disk_full_at, identity, make_log
from tests.helpers.station import RecordedLog
from tests.helpers.station_workers import Posts
from tests.unit.test_audit_log import kinds, records

WITHIN_S = 5.0
"""From a log that cannot be written to a resting face lane (R-64)."""


class Place:
    """One machine's folder with an event's key, and stations on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self.posts = folder, SetClock(), Posts()
        self.log = make_log(folder, self.clock)
        self.keys = FileEventKeys.create(folder / "k.key", "rehearsal")
        self.detail = DetailLog(folder / "detail.log", self.keys)

    def scribe(self, station: str = "gate-1") -> Scribe:
        return Scribe(station, self.log, self.detail, self.clock)

    def counted(self, kind: Kind) -> list[dict[str, Any]]:
        return [record["fields"] for record in records(self.log.file) if record["kind"] == kind]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def ended(clock: SetClock, ending: str = "admitted", cause: str = "face", station: str = "gate-1") -> Fact:
    entry = Entry(Kind.VISIT_ENDED, station, "rehearsal", fields={"station": station, "ending": ending, "cause": cause})
    return Fact(clock.now(), entry)


# --- counting -------------------------------------------------------------------------------------


@pytest.mark.requirement("R-53")
@given(st.lists(st.tuples(st.integers(0, 4 * SLOT_S), st.sampled_from(["admitted", "staff"])), max_size=30))
def test_slots_add_up_and_say_no_finer_time(visits: list[tuple[int, str]]) -> None:
    slots = Slots("gate-1", lambda batch: None)
    for at_s, ending in visits:
        clock = SetClock(at_s)
        slots.add(ended(clock, ending))
    taken = slots.take(2 * SLOT_S)
    taken += slots.take(None)
    assert slots.take(None) == []
    for ending in ("admitted", "staff"):
        for slot, batch in taken:
            counts = [(entry.fields or {})["count"] for entry in batch if (entry.fields or {})["ending"] == ending]
            wanted = sum(slot_of(at_s) == slot and how == ending for at_s, how in visits)
            assert counts == ([wanted] if wanted else [])
    assert {slot for slot, _ in taken} == {slot_of(at_s) for at_s, _ in visits}
    assert all(slot % SLOT_S == 0 for slot, _ in taken)


def test_a_slots_records_come_after_it_and_shuffled(place: Place) -> None:
    orders = set()
    for _ in range(8):
        slots = Slots("gate-1", Scribe("x", place.log, place.detail, place.clock)._slots._shuffle)
        for cause in "abcdef":
            slots.add(ended(place.clock, "staff", cause))
        assert slots.take(slot_of(place.clock.s) + SLOT_S - 1) == []
        ((_, batch),) = slots.take(slot_of(place.clock.s) + SLOT_S)
        orders.add(tuple((entry.fields or {})["cause"] for entry in batch))
    assert len(orders) > 1


def test_the_chain_says_how_many_and_the_events_log_says_when(place: Place) -> None:
    scribe = place.scribe()
    for cause in ("face", "no_match", "face"):
        place.clock.s += 1
        scribe.take(ended(place.clock, "admitted" if cause == "face" else "staff", cause))
    assert not place.log.file.exists()  # nothing while the slot lasts
    place.clock.s += SLOT_S
    scribe.look()
    counted = {(each["ending"], each["cause"]): each["count"] for each in place.counted(Kind.VISITS_COUNTED)}
    assert counted == {("admitted", "face"): 2, ("staff", "no_match"): 1}
    assert {each["slot"] for each in place.counted(Kind.VISITS_COUNTED)} == {"2026-05-28T20:15Z"}
    assert [fact.at_s for fact in place.detail.read()][:3] == [1_780_000_001.0, 1_780_000_002.0, 1_780_000_003.0]
    assert b"no_match" not in (place.folder / "detail.log").read_bytes()


def test_a_station_that_stops_writes_what_it_counted(place: Place) -> None:
    scribe = place.scribe()
    scribe.take(ended(place.clock))
    scribe.finish()
    assert kinds(place.log.file)[-2:] == [Kind.VISITS_COUNTED, Kind.LOG_CHECKPOINT]
    again = place.scribe()
    again.recover()
    again.finish()
    assert len(place.counted(Kind.VISITS_COUNTED)) == 1


def test_a_killed_station_counts_again_what_it_had_not_written(place: Place) -> None:
    killed = place.scribe()
    killed.take(ended(place.clock, cause="before"))
    killed.finish()
    killed.take(ended(place.clock))
    killed.take(ended(place.clock))
    place.scribe("gate-2").take(ended(place.clock, station="gate-2"))
    after = place.scribe()
    after.recover()
    place.clock.s += 2 * SLOT_S
    after.look()
    assert sorted((each["cause"], each["count"]) for each in place.counted(Kind.VISITS_COUNTED)) == [
        ("before", 1),
        ("face", 2),
    ]
    assert uncounted("gate-2", place.detail.read())


def test_a_closed_event_has_no_detail_but_its_last_counts(place: Place) -> None:
    scribe = place.scribe()
    place.keys.forget()
    scribe.take(ended(place.clock))
    scribe.finish()
    assert place.counted(Kind.VISITS_COUNTED)[0]["count"] == 1
    assert not (place.folder / "detail.log").exists()


# --- a log that cannot be written -----------------------------------------------------------------


@pytest.fixture
def station(place: Place, qapp: object) -> Iterator[StationAudit]:
    audit = StationAudit("gate-1", "rehearsal", place.scribe(), place.clock, place.posts)
    audit._timer.setInterval(10**6)  # the test looks itself
    yield audit
    audit.stop()


def lane_of(station: StationAudit) -> tuple[FaceLane, list[bool]]:
    told: list[bool] = []
    lane = FaceLane(set(), told.append)
    station.hindered = lambda on: lane.hold(Hold.AUDIT, on=on)
    lane.start()
    return lane, told


def test_the_face_lane_rests_while_the_disk_is_full_and_nothing_is_lost(place: Place, station: StationAudit) -> None:
    lane, told = lane_of(station)
    station.start("gate")
    place.posts.run_until(lambda: station._asked_at_s is None)
    with disk_full_at(place.log.file.stat().st_size):
        station.note(Kind.STATION_OPEN)
        station.note(Kind.VISIT_ENDED, ending="admitted", cause="face")
        place.posts.run_until(lambda: told == [True, False])
        station.look()
        place.posts.run_until(lambda: station._asked_at_s is None)
        assert lane.holds == {Hold.AUDIT}
    station.look()
    place.posts.run_until(lambda: told == [True, False, True])
    assert kinds(place.log.file)[-2:] == [Kind.STATION_STARTED, Kind.STATION_OPEN]
    assert [fact.entry.kind for fact in place.detail.read()] == [Kind.VISIT_ENDED]


def test_a_quiet_station_notices_too(place: Place, station: StationAudit) -> None:
    """Nothing is to be written, and still the lane rests: the log's file is no file any more."""
    lane, told = lane_of(station)
    station.start("gate")
    place.posts.run_until(lambda: station._asked_at_s is None)
    place.log.file.rename(place.folder / "away")
    place.log.file.mkdir()
    station.look()
    place.posts.run_until(lambda: told == [True, False])
    place.log.file.rmdir()
    (place.folder / "away").rename(place.log.file)
    place.posts.run_until(lambda: station._asked_at_s is None)  # one question at a time
    station.look()
    place.posts.run_until(lambda: told == [True, False, True])
    assert lane.holds == frozenset()


@pytest.mark.requirement("R-64")
def test_a_writer_that_hangs_counts_as_dead_within_five_seconds(place: Place, station: StationAudit) -> None:
    lane, told = lane_of(station)
    goes_on = threading.Event()
    station._queue.do(goes_on.wait)
    station.look()
    place.clock.s += SILENT_AFTER_S
    station.look()
    assert told == [True, False]
    assert SILENT_AFTER_S + 2 * LOOK_EVERY_MS / 1000 <= WITHIN_S
    goes_on.set()
    place.posts.run_until(lambda: told == [True, False, True])
    assert lane.holds == frozenset()


def test_a_stop_leaves_a_signed_log(place: Place, station: StationAudit) -> None:
    station.start("gate")
    station.note(Kind.VISIT_LANE_CHOSEN, lane="face")
    station.stop()
    found = verify_log(place.log.file, public_key=identity().public_key)
    assert (found.ok, found.complete_to) == (True, found.records)
    assert place.counted(Kind.CONSENTS_COUNTED) == [
        {"station": "gate-1", "slot": "2026-05-28T20:15Z", "lane": "face", "count": 1}
    ]


# --- what is recorded -----------------------------------------------------------------------------


class Notes:
    def __init__(self) -> None:
        self.all: list[tuple[Kind, str, bool, dict[str, Any]]] = []

    def __call__(self, kind: Kind, by: str = "", about: str = "", *, success: bool = True, **fields: Any) -> None:
        self.all.append((kind, by, success, fields))

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind, *_ in self.all]


def test_a_gate_records_faults_pauses_and_choices() -> None:
    notes, heard = Notes(), list[object]()
    gate, further = AuditedGate(notes, "ab" * 32, lambda: "zh"), RecordedLog()
    deliver = gate.capture(heard.append)
    for event in (CameraGone("lost"), EngineLost("died"), AttackSuspected("frozen"), ChallengeFailed("time_over")):
        deliver(event)
    lane = FaceLane({Hold.ENGINE}, gate.face_lane(lambda: lane, heard.append))
    lane.start()
    lane.hold(Hold.ENGINE, on=False)
    gate.lane_chosen("face")
    gate.staff_called()
    facts = VisitFacts("staff", "store_fault", 0.9, {"verdict_s": 0.5})
    AuditedVisits(notes, further).visit_ended(facts)
    audited_service(notes, heard.append)(True)
    assert further.facts == [facts]
    assert len(heard) == 7
    assert notes.kinds == [
        Kind.CAMERA_FAULT, Kind.ENGINE_FAULT, Kind.VISIT_ATTACK_SIGN, Kind.VISIT_CHALLENGE_NOT_MET,
        Kind.FACE_LANE_PAUSED, Kind.FACE_LANE_READY, Kind.VISIT_LANE_CHOSEN,
        Kind.STAFF_CALLED, Kind.VISIT_ENDED, Kind.STORE_FAULT, Kind.STATION_OPEN,
    ]  # fmt: skip
    assert notes.all[2][3] == {"code": "frozen"}
    assert notes.all[3][3] == {"code": "time_over"}
    assert notes.all[4][3] == {"holds": "engine"}
    assert notes.all[6][3] == {"lane": "face", "notice": "ab" * 32, "language": "zh"}
    assert "0.9" not in json.dumps([fields for *_, fields in notes.all])


def test_a_device_is_lost_once_and_back_once() -> None:
    notes, heard = Notes(), list[object]()
    deliver = audited_device(notes, "reader", heard.append)
    for event in (DeviceReady(), DeviceLost("gone"), DeviceLost("gone"), DeviceReady(), DeviceReady()):
        deliver(event)
    assert notes.kinds == [Kind.DEVICE_LOST, Kind.DEVICE_READY]
    assert len(heard) == 5


@pytest.mark.requirement("R-66")
def test_a_desk_records_who_did_what_and_how_long_somebodys_data_was_looked_at() -> None:
    notes, clock = Notes(), SetClock(100.0)
    desk = AuditedDesk(notes, lambda: "anna", clock)
    personal: dict[str, Any] = {"masked_name": "张*", "ticket_reference_end": "ab12"}
    rest = DeskView(DeskState.WAITING)
    for outcome in (CheckOutcome.VALID, CheckOutcome.OTHER_GATE):
        desk.shown(DeskView(DeskState.READING))
        desk.shown(DeskView(DeskState.FACTS, outcome=outcome, **personal))
        clock.s += 7.25
        desk.shown(DeskView(DeskState.ADMITTED, outcome=outcome, can_undo=True, **personal))
    desk.undo_tapped()
    desk.shown(rest)
    desk.searched("typed_number")
    desk.shown(DeskView(DeskState.FACTS, outcome="no_ticket"))
    desk.shown(DeskView(DeskState.TO_SUPERVISOR))
    desk.shown(DeskView(DeskState.WAITING, unconfirmed=("20:31 gate-1 …ab12",)))
    desk.call_answered()
    assert notes.kinds == [
        Kind.STAFF_ADMITTED, Kind.STAFF_VIEWED, Kind.STAFF_OVERRIDE, Kind.STAFF_VIEWED, Kind.STAFF_UNDID,
        Kind.STAFF_SEARCHED, Kind.STAFF_SENT_TO_SUPERVISOR, Kind.GATE_NOT_CONFIRMED, Kind.STAFF_CALL_ANSWERED,
    ]  # fmt: skip
    assert {by for kind, by, *_ in notes.all if kind is not Kind.GATE_NOT_CONFIRMED} == {"anna"}
    viewed = [fields for kind, _, _, fields in notes.all if kind is Kind.STAFF_VIEWED]
    assert [each["duration_s"] for each in viewed] == [7.2, 7.2]
    said = json.dumps([fields for *_, fields in notes.all], ensure_ascii=False)
    assert "张" not in said
    assert "ab12" not in said
    assert not points_to_a_person(said)
