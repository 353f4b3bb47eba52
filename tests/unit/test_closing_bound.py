"""Whoever may write the data folder moves no deadline, hides no tickets, and makes no rehearsal of a live event."""

from __future__ import annotations

import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audit.catalogue import Kind
from kiosk.closing import life
from kiosk.closing.approval import approval
from kiosk.closing.bound import Bound, BoundUnusable, Extension, Terms, decode, read_bound, write_bound
from kiosk.closing.changing import ChangedMeanwhile, StoreMissed, change_event, planned
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.close import close_event
from kiosk.closing.deadline import Deadline, NobodyKnows
from kiosk.closing.extension import extend
from kiosk.closing.leftovers import Verdict, find_leftovers
from kiosk.closing.overdue import overdue_events
from kiosk.closing.schedule import Due, end_s
from kiosk.closing.state import EventState, read_state
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.identity import DeviceIdentity
from tests.helpers.event_place import make_event
from tests.unit.test_schedule import Machine, Written

HOUR_S = 3600.0


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    return make_event(tmp_path, people=8)


@pytest.fixture
def log() -> Written:
    return Written()


@pytest.fixture
def deadline(place: EventPlace, log: Written) -> Deadline:
    """The machine's clock stands three hours after the last session, an hour past the deadline."""
    machine = Machine(wall_s=end_s(load_event(place.event_file)) + 3 * HOUR_S)
    return Deadline(place, ClockFile(DevicePlace(place.data_dir, place.key_dir), log, machine), log)


def edit(place: EventPlace, old: str, new: str) -> None:
    text = place.event_file.read_text(encoding="utf-8")
    assert old in text
    place.event_file.write_text(text.replace(old, new), encoding="utf-8")


def bound(place: EventPlace) -> Bound:
    found = read_bound(place)
    assert found is not None
    return found


# --- the record ---------------------------------------------------------------------------------------


def test_it_is_written_read_and_refused_when_one_byte_differs(place: EventPlace) -> None:
    agreed = approval("the encore", ["anna", "bo"], logged_in=True)
    made = replace(bound(place), extensions=(Extension(1.5, agreed, "anna", 7.0),))
    write_bound(place, made)
    assert read_bound(place) == made
    data = place.bound_file.read_bytes()
    key = DeviceIdentity.load(DevicePlace(place.data_dir, place.key_dir).identity_file).public_key
    for at in range(0, len(data), 7):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert _as_it_reads(changed, key) in {made, "damaged", "wrong_signature"}


def _as_it_reads(data: bytes, key: bytes) -> Bound | str:
    try:
        return decode(data, key)  # another spelling of the same record may pass
    except BoundUnusable as refused:
        return refused.code


@given(st.binary(max_size=200))
def test_anything_else_is_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(BoundUnusable):
        decode(data, bytes(32))


def test_it_lies_beside_the_key_and_goes_with_it(place: EventPlace) -> None:
    assert place.bound_file.parent == place.key_dir
    assert bound(place).tickets == 8
    assert close_event(place).verdict is Verdict.PASS
    assert not place.bound_file.exists()


# --- the deadline -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("2026-05-0", "2099-05-0", "sessions"), ('mode = "rehearsal"', "mode = [", "unreadable")],
)
def test_a_changed_file_postpones_nothing_and_is_recorded_once(
    place: EventPlace, deadline: Deadline, log: Written, old: str, new: str, code: str
) -> None:
    assert deadline.look().changed == ()
    edit(place, old, new)
    for _ in range(3):
        judged = deadline.look()
        assert (judged.due, judged.changed) == (Due.CLOSE, (code,))
    assert [fields for kind, fields in log.records if kind is Kind.EVENT_CHANGED] == [{"code": code}]


def test_a_file_that_is_gone_postpones_nothing(place: EventPlace, deadline: Deadline) -> None:
    place.event_file.unlink()
    assert (deadline.look().due, deadline.look().changed) == (Due.CLOSE, ("unreadable",))


def test_a_file_made_to_keep_the_parser_busy_postpones_nothing(place: EventPlace, deadline: Deadline) -> None:
    place.event_file.write_bytes(b".".join([b"a"] * 100_000) + b"=1")
    began_s = time.monotonic()
    assert (deadline.look().due, deadline.look().changed) == (Due.CLOSE, ("unreadable",))
    assert close_event(place).verdict is Verdict.PASS
    assert time.monotonic() - began_s < 20.0


def test_an_earlier_end_in_the_file_destroys_nothing(place: EventPlace, log: Written) -> None:
    machine = Machine(wall_s=end_s(load_event(place.event_file)))
    deadline = Deadline(place, ClockFile(DevicePlace(place.data_dir, place.key_dir), log, machine), log)
    edit(place, "2026-05-0", "2020-05-0")
    assert deadline.look().due is Due.NOT_YET


def test_without_a_record_the_file_counts_and_that_is_said(place: EventPlace, deadline: Deadline) -> None:
    place.bound_file.unlink()
    assert (deadline.look().due, deadline.look().changed) == (Due.CLOSE, ("not_bound",))
    edit(place, 'mode = "rehearsal"', "mode = [")
    assert deadline.look().due is Due.CLOSE, "by the last settings this process saw"
    with pytest.raises(NobodyKnows):
        _ = Deadline(place, ClockFile(DevicePlace(place.data_dir, place.key_dir))).at_s


def test_an_event_whose_folder_was_moved_away_loses_its_key_at_its_time(
    place: EventPlace, tmp_path: Path, log: Written
) -> None:
    shutil.move(place.folder, tmp_path / "elsewhere")
    [found] = overdue_events(place.data_dir, place.key_dir, log)
    assert found.place == place
    report = close_event(found.place)
    assert (report.verdict, place.key_file.exists()) == (Verdict.UNKNOWN, False)
    other = overdue_events(tmp_path / "another", place.key_dir, log)
    assert list(other) == [], "another data folder's events are not ours"


# --- commands that change it --------------------------------------------------------------------------


def test_a_changed_event_is_armed_only_once_the_change_is_recorded(place: EventPlace, log: Written) -> None:
    edit(place, "2026-05-0", "2026-06-0")
    with pytest.raises(life.NotReady) as not_ready:
        life.arm_event(place)
    assert [thing.code for thing in not_ready.value.missing] == ["changed"]
    change = planned(place, place.event_file)
    assert (change.codes, change.later) == (("sessions",), True)
    change_event(place, change, "anna", log, "the band is late")
    assert log.records == [(Kind.EVENT_CHANGED, {"code": "sessions", "reason": "the band is late"})]
    life.arm_event(place)
    assert bound(place).terms == Terms.of(load_event(place.event_file))
    assert bound(place).tickets == 8


def test_an_armed_event_is_looked_at_again(place: EventPlace, log: Written, tmp_path: Path) -> None:
    life.arm_event(place)
    sooner = tmp_path / "sooner.toml"
    sooner.write_text(place.event_file.read_text(encoding="utf-8").replace("2026-05-0", "2026-04-0"), encoding="utf-8")
    change = planned(place, sooner)
    assert not change.later
    change_event(place, change, "anna", log)
    assert read_state(place.state_file) is EventState.DRAFT


def test_what_cannot_be_changed(place: EventPlace) -> None:
    edit(place, 'mode = "rehearsal"', 'mode = "live"')
    edit(place, ', "rehearsal"]', "]")
    with pytest.raises(ConfigFaults, match="mode"):
        planned(place, place.event_file)
    edit(place, 'id = "rehearsal"', 'id = "another"')
    with pytest.raises(ConfigFaults, match="id"):
        planned(place, place.event_file)


@pytest.mark.parametrize("tickets_left", [None, 0])
def test_tickets_moved_aside_give_no_later_end(place: EventPlace, tmp_path: Path, tickets_left: int | None) -> None:
    """Without them a later end would need nobody's approval, and they could be put back afterwards."""
    shutil.move(place.ledger_file, tmp_path / "ledger")
    if tickets_left is not None:
        SqliteLedger(place.ledger_file, FileEventKeys.load(place.key_file, place.event_id)).close()
    edit(place, "2026-05-0", "2026-06-0")
    with pytest.raises(StoreMissed):
        planned(place, place.event_file)
    shutil.move(tmp_path / "ledger", place.ledger_file)
    for beside in ("-wal", "-shm"):
        place.ledger_file.with_name(place.ledger_file.name + beside).unlink(missing_ok=True)
    assert planned(place, place.event_file).later


def test_what_was_added_while_a_change_was_agreed_to_stays(place: EventPlace, log: Written) -> None:
    edit(place, "2026-05-0", "2026-06-0")
    change = planned(place, place.event_file)
    extend(place, 3.0, approval("the encore", ["anna", "bo"], logged_in=True), "anna", 7.0)
    write_bound(place, replace(bound(place), tickets=9))
    change_event(place, change, "anna", log)
    now = bound(place)
    assert (now.extended_h, now.tickets, now.terms) == (3.0, 9, change.bound.terms)


def test_a_change_that_became_one_to_a_later_end_is_not_done(place: EventPlace, log: Written) -> None:
    change = planned(place, place.event_file)
    assert not change.later
    sooner = replace(bound(place).terms, end_s=bound(place).terms.end_s - HOUR_S)
    write_bound(place, replace(bound(place), terms=sooner))
    with pytest.raises(ChangedMeanwhile):
        change_event(place, change, "anna", log)
    assert (bound(place).terms, log.records) == (sooner, [])


def test_extensions_at_one_moment_are_all_kept(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have read the record before one writes, unless they take turns."""
    agreed = approval("the encore", ["anna", "bo"], logged_in=True)
    meeting = threading.Barrier(2)

    def slow_read(place: EventPlace) -> Bound | None:
        found = read_bound(place)
        with suppress(threading.BrokenBarrierError):
            meeting.wait(0.5)
        return found

    monkeypatch.setattr("kiosk.closing.extension.read_bound", slow_read)
    with ThreadPoolExecutor(2) as people:
        list(people.map(lambda hours: extend(place, hours, agreed, "anna", 7.0), (1.0, 2.0)))
    assert bound(place).extended_h == 3.0


# --- tickets that are missed --------------------------------------------------------------------------


def test_a_store_that_was_moved_away_makes_no_pass(place: EventPlace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "ledger"
    shutil.move(place.ledger_file, elsewhere)
    report = close_event(place)
    assert (report.verdict, report.store_missed, report.tickets) == (Verdict.UNKNOWN, True, 8)
    assert read_state(place.state_file) is EventState.CLOSING
    again = close_event(place)
    assert again.verdict is Verdict.UNKNOWN, "asking twice makes it no truer"
    shutil.copyfile(elsewhere, place.ledger_file)
    assert close_event(place).verdict is Verdict.PASS, "put back, it is destroyed"
    assert find_leftovers(place.data_dir).verdict is Verdict.PASS


@pytest.mark.parametrize("decoy", [b"", b"SQLite format 3\0 and so on"])
def test_another_file_in_its_place_makes_no_pass(place: EventPlace, tmp_path: Path, decoy: bytes) -> None:
    shutil.move(place.ledger_file, tmp_path / "ledger")
    place.ledger_file.write_bytes(decoy)
    assert close_event(place).verdict is Verdict.UNKNOWN


def test_a_store_damaged_where_it_lies_is_still_the_events(place: EventPlace) -> None:
    with place.ledger_file.open("r+b") as file:
        file.write(os.urandom(4096))
    assert close_event(place).verdict is Verdict.PASS


def test_two_people_end_an_event_whose_store_is_lost(place: EventPlace) -> None:
    place.ledger_file.unlink()
    lost = approval("the folder was taken", ["anna", "bo"], logged_in=True)
    report = close_event(place, key_lost=lost)
    assert (report.verdict, report.is_over) == (Verdict.UNKNOWN, True)
    assert find_leftovers(place.data_dir).verdict is Verdict.UNKNOWN
