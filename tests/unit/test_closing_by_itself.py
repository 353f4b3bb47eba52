"""An event that ends although nobody ends it: before the first screen, while stations run, and with what is allowed
before: an extension, and the list of used tickets."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.audit.catalogue import Kind
from kiosk.closing import life
from kiosk.closing.approval import NotApproved, approval
from kiosk.closing.bound import read_bound
from kiosk.closing.by_itself import ELSEWHERE, finish_before_start, main, start_closing
from kiosk.closing.clock import Reading
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.close import close_event
from kiosk.closing.deadline import Deadline, Judged
from kiosk.closing.extension import TooLong, extend
from kiosk.closing.journal import Because, read_noted
from kiosk.closing.leftovers import Verdict
from kiosk.closing.lock import ClosingElsewhere, closing_alone, folder_alone
from kiosk.closing.resume import resume_all
from kiosk.closing.schedule import Due, end_s
from kiosk.closing.state import EventState, WrongState, move, read_state, write_whole
from kiosk.closing.used_list import InsideTheKiosk, Taking, take_used_list
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.lane import Lane
from kiosk.ledger.port import Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import sealed_row
from kiosk.service import _close_others_if_due
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.workers.deadline import AGAIN_AFTER_S, DeadlineWatch
from tests.helpers.event_place import CANARIES, make_event, settle
from tests.helpers.ledger import ticket
from tests.unit.test_schedule import Machine, Written

HOUR_S = 3600.0
AGREED = approval("the encore takes longer", ["anna", "bo"])


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    place = make_event(tmp_path)
    life.arm_event(place)
    life.open_event(place)
    return place


@pytest.fixture
def machine(place: EventPlace) -> Machine:
    """Its clock stands at the end of the last session."""
    return Machine(wall_s=end_s(load_event(place.event_file)))


@pytest.fixture
def log() -> Written:
    return Written()


@pytest.fixture
def deadline(place: EventPlace, machine: Machine, log: Written) -> Deadline:
    device = DevicePlace(place.data_dir, place.key_dir)
    return Deadline(place, ClockFile(device, log, machine), log)


# --- before the first screen --------------------------------------------------------------------------


def test_off_over_the_deadline_it_is_wiped_before_any_screen(
    place: EventPlace, deadline: Deadline, machine: Machine, log: Written
) -> None:
    assert finish_before_start(place, deadline, log) is None
    machine.restart(off_s=30 * HOUR_S)
    report = finish_before_start(place, deadline, log)
    assert report is not None
    assert (report.verdict, report.because) == (Verdict.PASS, Because.DEADLINE)
    assert read_state(place.state_file) is EventState.WIPED
    assert log.kinds[0] is Kind.EVENT_CLOSING
    assert log.kinds[-1] is Kind.EVENT_WIPED
    assert log.kinds.count(Kind.KEY_DESTROYED) == 1
    assert finish_before_start(place, deadline, log) is None, "over is over"


def test_a_closing_that_was_cut_short_is_finished_before_any_screen(
    place: EventPlace, deadline: Deadline, log: Written
) -> None:
    move(place.state_file, EventState.CLOSING)
    report = finish_before_start(place, deadline, log)
    assert report is not None
    assert report.verdict is Verdict.PASS


def test_a_clock_a_day_ahead_destroys_nothing_at_the_start(
    place: EventPlace, deadline: Deadline, machine: Machine, log: Written
) -> None:
    deadline.look()
    machine.wall_s += 24 * HOUR_S
    assert finish_before_start(place, deadline, log) is None
    assert deadline.look().due is Due.ASK
    assert place.key_file.exists()
    machine.run(1800)
    report = finish_before_start(place, deadline, log)
    assert report is not None
    assert (report.verdict, report.because) == (Verdict.PASS, Because.CLOCK)


def test_an_overdue_event_no_machine_file_names_is_closed_at_the_start(
    place: EventPlace, caplog: pytest.LogCaptureFixture, log: Written
) -> None:
    another = EventPlace(place.data_dir, place.key_dir, "another")
    text = place.event_file.read_text(encoding="utf-8")
    settle(place, text.replace("2026-05-", "2024-05-"))
    broken = place.data_dir / "events" / "broken"
    broken.mkdir()
    (broken / "event.toml").write_text("id = ")
    _close_others_if_due(another, log)
    assert read_state(place.state_file) is EventState.WIPED
    assert not place.key_file.exists()
    assert "event broken: neither its event.toml nor its bound end can be used" in caplog.text
    assert [event for event, report in resume_all(place.data_dir, place.key_dir, lambda step, share: None, "anna")] == [
        "broken"
    ]


@pytest.mark.parametrize("where", ["overdue_events", "close_event"])
def test_no_fault_of_another_event_stops_a_station(
    place: EventPlace, log: Written, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError

    settle(place, place.event_file.read_text(encoding="utf-8").replace("2026-05-", "2024-05-"))
    monkeypatch.setattr(f"kiosk.service.{where}", broken)
    _close_others_if_due(replace(place, event_id="another"), log)
    assert "RecursionError" in caplog.text


def test_a_folder_held_by_somebody_puts_no_deadline_off(
    place: EventPlace, machine: Machine, deadline: Deadline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.closing.clock_file._WAIT_S", 0.1)
    machine.run(25 * HOUR_S)
    device = DevicePlace(place.data_dir, place.key_dir)
    device.make_folders()
    with folder_alone(device.folder):
        assert deadline.look().due is Due.CLOSE


def test_resuming_closes_what_is_overdue(place: EventPlace) -> None:
    text = place.event_file.read_text(encoding="utf-8")
    settle(place, text.replace("2026-05-", "2024-05-"))
    [(event, report)] = resume_all(place.data_dir, place.key_dir, lambda step, share: None, "anna")
    assert report is not None
    assert (event, report.verdict, report.because) == (place.event_id, Verdict.PASS, Because.DEADLINE)


def test_wiped_is_not_believed_while_key_or_ledger_is_there(
    place: EventPlace, deadline: Deadline, log: Written
) -> None:
    write_whole(place.state_file, '{"state": "wiped"}')
    assert deadline.look().due is Due.CLOSE
    report = finish_before_start(place, deadline, log)
    assert report is not None
    assert report.verdict is Verdict.PASS
    assert not place.key_file.exists()
    assert deadline.look().due is Due.NOT_YET


# --- while stations run -------------------------------------------------------------------------------


def test_its_own_process_closes_with_the_same_code(place: EventPlace) -> None:
    closing = start_closing(place, Because.DEADLINE)
    assert closing.wait(30) == 0
    assert read_state(place.state_file) is EventState.WIPED
    assert read_noted(place.report_file).because is Because.DEADLINE
    assert main(str(place.data_dir), str(place.key_dir), place.event_id, "deadline") == 0, "nothing is left to be done"


def test_exactly_one_closes(place: EventPlace) -> None:
    with closing_alone(place.folder):
        with pytest.raises(ClosingElsewhere):
            close_event(place)
        assert main(str(place.data_dir), str(place.key_dir), place.event_id, "deadline") == ELSEWHERE
    assert read_state(place.state_file) is EventState.OPEN
    assert close_event(place).verdict is Verdict.PASS


class Due_:
    """A deadline that says what it is told to."""

    def __init__(self, due: Due, because: Because = Because.DEADLINE) -> None:
        self.judged = Judged(due, because)
        self.looked = threading.Event()

    def look(self) -> Judged:
        self.looked.set()
        return self.judged


class Closer:
    """Processes that end at once."""

    def __init__(self) -> None:
        self.begun: list[Because] = []

    def __call__(self, because: Because) -> subprocess.Popen[bytes]:
        self.begun.append(because)
        process = subprocess.Popen([sys.executable, "-S", "-c", ""])
        process.wait()
        return process


def test_a_closing_that_does_not_end_is_begun_again_later_and_later() -> None:
    closer, now_s = Closer(), 0.0
    watch = DeadlineWatch(Due_(Due.CLOSE), closer, monotonic=lambda: now_s)
    begun_at = []
    for second in range(0, 1000, 10):
        now_s = float(second)
        before = len(closer.begun)
        watch.look()
        begun_at += [second] * (len(closer.begun) - before)
    assert begun_at == [0, 60, 180, 420, 900]


def test_somebody_elses_closing_is_left_alone_for_a_minute() -> None:
    closer, now_s = Closer(), 0.0
    watch = DeadlineWatch(Due_(Due.CLOSE, Because.ASKED), closer, monotonic=lambda: now_s)
    watch.look()
    assert closer.begun == []
    now_s = AGAIN_AFTER_S
    watch.look()
    assert closer.begun == [Because.ASKED]


def test_the_watch_looks_by_itself_and_says_when_staff_are_to_be_asked() -> None:
    due = Due_(Due.ASK)
    watch = DeadlineWatch(due, Closer(), look_every_s=0.001)
    watch.start()
    assert due.looked.wait(5)
    watch.stop()
    assert watch.asking


# --- an extension -------------------------------------------------------------------------------------


def test_an_extension_moves_the_deadline_and_is_recorded(
    place: EventPlace, deadline: Deadline, machine: Machine, log: Written
) -> None:
    assert extend(place, 3.0, AGREED, "anna", machine.wall_s, log) == 5.0
    machine.run(4.9 * HOUR_S)
    assert deadline.look().due is Due.NOT_YET
    machine.run(0.1 * HOUR_S)
    assert deadline.look().due is Due.CLOSE
    told = {"hours": 3.0, "reason": AGREED.reason, "approved_by": "anna,bo", "code": "names_only"}
    assert log.records == [(Kind.EVENT_EXTENDED, told)]


def test_never_past_24_hours(place: EventPlace) -> None:
    extend(place, 20.0, AGREED, "anna", 0.0)
    with pytest.raises(TooLong) as too_long:
        extend(place, 2.5, AGREED, "anna", 0.0)
    assert too_long.value.most_h == 2.0
    extend(place, 2.0, AGREED, "anna", 0.0)
    assert extended_h(place) == 22.0
    for hours in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises((ValueError, TooLong)):
            extend(place, hours, AGREED, "anna", 0.0)


def extended_h(place: EventPlace) -> float:
    bound = read_bound(place)
    assert bound is not None
    return bound.extended_h


def test_an_event_that_is_over_cannot_be_extended(place: EventPlace) -> None:
    close_event(place)
    with pytest.raises(WrongState):
        extend(place, 1.0, AGREED, "anna", 0.0)


@pytest.mark.parametrize(
    ("reason", "people", "code"),
    [
        ("", ["anna", "bo"], "no_reason"),
        ("  x ", ["anna", "bo"], "no_reason"),
        ("x" * 501, ["anna", "bo"], "no_reason"),
        ("late", ["anna"], "not_two_people"),
        ("late", ["anna", "anna"], "not_two_people"),
        ("late", ["Anna Li", "anna  LI"], "not_two_people"),
        ("late", ["anna", " "], "not_two_people"),
        ("late", ["anna", "bo", "cy"], "not_two_people"),
    ],
)
def test_what_is_not_an_approval(reason: str, people: list[str], code: str) -> None:
    with pytest.raises(NotApproved) as missing:
        approval(reason, people)
    assert missing.value.code == code


# --- the used list ------------------------------------------------------------------------------------


def admit(place: EventPlace, keys: FileEventKeys, code: str) -> None:
    ledger = SqliteLedger(place.ledger_file, keys)
    now_s = datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp()
    at = Place("gate-1", "B", "night-1", code_needed=True)
    held = ledger.hold(Presented(untrusted_code=code), at, f"hold {code}", 60.0, now_s)
    assert held.hold is not None, held
    ledger.commit(held.hold.hold_id, f"commit {code}", Lane.STAFF, now_s)
    ledger.close()


def test_the_used_list_says_ticket_session_and_use_and_nothing_else(
    place: EventPlace, tmp_path: Path, log: Written
) -> None:
    keys = FileEventKeys.load(place.key_file, place.event_id)
    admit(place, keys, "TICKET-000004")
    to = tmp_path / "used.csv"
    taken = take_used_list(place, keys, to, Taking("Anna 李", "for refunds"), 5.0, log)
    data = to.read_bytes()
    rows = list(csv.reader(data.decode().splitlines()))
    assert rows[0] == ["ticket", "session", "used"]
    assert len(rows) == 41
    assert [row for row in rows[1:] if row[2] == "used"] == [["TICKET-000004", "night-1", "used"]]
    assert [row[0] for row in rows[1:]] != sorted(row[0] for row in rows[1:]), "no order to guess from"
    assert not any(canary.encode() in data for canary in CANARIES)
    assert taken.sha256 == hashlib.sha256(data).hexdigest()
    assert to.stat().st_mode & 0o777 == 0o600
    [(kind, fields)] = log.records
    assert (kind, fields["sha256"], fields["rows"]) == (Kind.USED_LIST_TAKEN, taken.sha256, 40)
    report = close_event(place)
    assert report.handed_out == (taken,), "the certificate names what is out of its reach"
    with pytest.raises(WrongState):
        take_used_list(place, keys, tmp_path / "late.csv", Taking("anna", "late"), 5.0)


def test_no_cell_of_the_used_list_is_a_formula(place: EventPlace, tmp_path: Path) -> None:
    """Codes that look like one are refused at the import; should one be there all the same, nothing computes it."""
    codes = ["=cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "+1", "＝1", "TICKET-2=2"]
    keys = FileEventKeys.load(place.key_file, place.event_id)
    tickets = [ticket(keys, 100 + number) for number in range(len(codes))]
    ledger = SqliteLedger(place.ledger_file, keys)
    ledger.add_rows(
        sealed_row(replace(each, details=replace(each.details, code=code)), keys)
        for each, code in zip(tickets, codes, strict=True)
    )
    ledger.close()
    take_used_list(place, keys, tmp_path / "used.csv", Taking("anna", "refunds"), 5.0)
    cells = {row[0] for row in csv.reader((tmp_path / "used.csv").read_text("utf-8").splitlines())}
    assert {f"'{code}" for code in codes[:-1]} | {codes[-1]} <= cells
    assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)


def test_the_used_list_overwrites_nothing_and_stays_out_of_our_folders(place: EventPlace, tmp_path: Path) -> None:
    keys = FileEventKeys.load(place.key_file, place.event_id)
    there = tmp_path / "there.csv"
    there.write_text("mine")
    with pytest.raises(KeyFileUnusable):
        take_used_list(place, keys, there, Taking("anna", "refunds"), 5.0)
    assert there.read_text() == "mine"
    for inside in (place.folder / "used.csv", place.key_dir / "used.csv", tmp_path / "keys" / ".." / "data" / "u.csv"):
        with pytest.raises(InsideTheKiosk):
            take_used_list(place, keys, inside, Taking("anna", "refunds"), 5.0)


def test_the_machines_own_clocks_are_read() -> None:
    from kiosk.closing.clock_file import read_clocks

    first, second = read_clocks(), read_clocks()
    assert isinstance(first, Reading)
    assert first.boot == second.boot
    assert 0 <= second.since_boot_s - first.since_boot_s < 5
