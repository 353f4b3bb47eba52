"""Closing and beginning when something is in the way: a full disk, a cut in the middle, a key that is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest

from kiosk.audit.catalogue import Kind, checked_fields
from kiosk.audit.fields import Value
from kiosk.audit.port import AuditUnavailable
from kiosk.closing import life, making
from kiosk.closing.approval import approval
from kiosk.closing.close import close_event
from kiosk.closing.journal import Noted, Step, read_noted
from kiosk.closing.leftovers import Verdict, find_leftovers
from kiosk.closing.reserve import RESERVE_BYTES, RESERVE_NAME, move_to_closing
from kiosk.closing.resume import resume_all
from kiosk.closing.state import EventState, WrongState, move, read_state
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.ledger.port import LedgerUnavailable
from kiosk.vault.copies import destroy_copies
from kiosk.vault.protection import Protection
from tests.helpers.event_place import CANARIES, make_event, settle, write_event_file
from tests.unit.test_schedule import Written

LOST = approval("the safe burnt down", ["anna", "bo"])


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    return make_event(tmp_path)


class PowerCut(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


# --- a full disk --------------------------------------------------------------------------------------

FULL_DISK = """
import os, sys
from pathlib import Path
from kiosk.closing.close import close_event
from kiosk.closing.state import read_state
from tests.helpers.event_place import make_event
here = Path(sys.argv[1])
place = make_event(here, people=400)
with open(here / "data" / "filler", "wb", buffering=0) as filler:
    size = 1 << 20
    while size:
        try:
            filler.write(bytes(size))
        except OSError:
            size //= 2
try:
    (here / "data" / "one-more").write_bytes(bytes(8192))
except OSError as full:
    assert full.errno == 28, full
else:
    raise SystemExit("the disk is not full")
(place.folder / "reserve").unlink() if sys.argv[2] == "no-reserve" else None
if sys.argv[2] == "no-reserve":
    with open(here / "data" / "filler2", "wb", buffering=0) as filler:
        size = 1 << 20
        while size:
            try:
                filler.write(bytes(size))
            except OSError:
                size //= 2
report = close_event(place)
print(report.verdict.value, read_state(place.state_file).value, (report.counts or {}).get("tickets"))
"""


@pytest.mark.parametrize("reserve", ["reserve", "no-reserve"])
def test_a_disk_without_a_free_block_is_closed_all_the_same(tmp_path: Path, reserve: str) -> None:
    mount = f'mount -t tmpfs -o size=4m none {tmp_path} && exec {sys.executable} -c "$0" {tmp_path} {reserve}'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, FULL_DISK]
    if subprocess.run([*command[:4], "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let its users mount a small disk of their own")
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path.cwd())
    verdict, state, tickets = (done.stdout.split() or [done.stderr, "", ""])[:3]
    assert (verdict, state) == ("PASS", "wiped"), done.stderr
    assert reserve == "no-reserve" or tickets == "400"


def test_the_reserve_is_room_and_is_given_up_first(place: EventPlace) -> None:
    assert (place.folder / RESERVE_NAME).stat().st_size == RESERVE_BYTES
    move_to_closing(place.folder, place.state_file)
    assert not (place.folder / RESERVE_NAME).exists()


def test_a_state_is_changed_where_it_lies_when_nothing_new_can_be_written(
    place: EventPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.closing.state.write_whole", full)
    move_to_closing(place.folder, place.state_file)
    assert read_state(place.state_file) is EventState.CLOSING


def test_another_fault_of_the_disk_is_no_full_disk(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(path: Path, text: str) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("kiosk.closing.state.write_whole", read_only)
    with pytest.raises(OSError, match="Read-only"):
        move_to_closing(place.folder, place.state_file)


# --- the log ------------------------------------------------------------------------------------------


def test_each_step_is_recorded_in_fields_the_catalogue_knows(place: EventPlace) -> None:
    log = Written()
    close_event(place, audit=log, by="anna")
    assert log.kinds == [
        Kind.EVENT_CLOSING,
        *[Kind.WIPE_STEP] * 3,
        Kind.KEY_DESTROYED,
        *[Kind.WIPE_STEP] * 2,
        Kind.WIPE_VERIFIED,
        Kind.CERTIFICATE_ISSUED,
        Kind.EVENT_WIPED,
    ]
    assert [fields["step"] for kind, fields in log.records if kind is Kind.WIPE_STEP] == [
        step.value for step in Step if step is not Step.DONE
    ]
    for kind, fields in log.records:
        assert checked_fields(kind, fields) == fields


def test_a_log_that_cannot_be_written_stops_nothing(place: EventPlace) -> None:
    class Full:
        def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: Value) -> None:
            raise AuditUnavailable("disk_full")

    assert close_event(place, audit=Full()).verdict is Verdict.PASS


# --- the journal --------------------------------------------------------------------------------------


def test_what_was_noted_before_a_cut_is_in_the_report_of_the_next(place: EventPlace) -> None:
    def cut(step: Step, share: float) -> None:
        if step is Step.FILES and share > 0.5:
            raise PowerCut

    log = Written()
    with pytest.raises(PowerCut):
        close_event(place, cut, audit=log, now=lambda: 7.0)
    assert not place.key_file.exists()
    noted = read_noted(place.journal_file)
    assert [begun.step for begun in noted.steps] == [Step.STOPPING, Step.COUNTING, Step.KEY, Step.FILES]
    report = close_event(place, audit=log)
    assert (report.verdict, report.resumed, report.key_seen) == (Verdict.PASS, 1, True)
    assert (report.counts or {})["tickets"] == 40, "the half overwritten ledger is not counted again"
    assert len(report.steps) == 9
    assert report.steps[0].at_s == 7.0
    assert report.key_fingerprint
    assert (Kind.WIPE_RESUMED, {"step": "files"}) in log.records


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"steps": 5}',
        b'{"steps": [{"step": "x", "at_s": 1}]}',
        b'{"steps": [{"step": "key", "at_s": NaN}]}',
        b'{"steps": [{"step": "key", "at_s": 1e300}]}',
        b'{"key_seen": true, "counts": [1]}',
        b'{"key_seen": true, "counts": {"tickets": "many"}}',
        b'{"key_seen": true, "counts": {"tickets": -1}}',
        b'{"key_seen": true, "resumed": -5}',
        b'{"key_seen": true, "files_removed": 1e3}',
        b'{"key_seen": true, "key_fingerprint": 7}',
        b'{"key_seen": true, "handed_out": [{"at_s": 1, "sha256": 1, "tickets": 1, "recipient": "", "reason": ""}]}',
        b'{"key_seen": true, "steps": ' + b"[" * 100_000,
        b"\xff",
    ],
    ids=range(16),
)
def test_a_damaged_journal_is_an_empty_one(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "journal.json"
    file.write_bytes(damage)
    assert read_noted(file) == Noted()


PLANTED = {
    "protection": "secret",
    "key_seen": True,
    "key_fingerprint": "deadbeefdeadbeef",
    "counts": {"tickets": 999_999},
    "steps": [{"step": "stopping", "at_s": 1.0}, {"step": "key", "at_s": 1.0}, {"step": "files", "at_s": 1.0}],
    "key_lost": asdict(LOST),
}


@pytest.mark.parametrize("planted", [PLANTED, {"counts": [1]}, {"resumed": -5}], ids=["well-made", "list", "negative"])
def test_a_report_that_lies_in_the_events_folder_is_not_believed(place: EventPlace, planted: object) -> None:
    place.report_file.write_text(json.dumps(planted))
    report = close_event(place)
    assert (report.verdict, report.protection, report.resumed) == (Verdict.PASS, Protection.FILE, 0)
    assert (report.counts or {})["tickets"] == 40
    assert (report.key_lost, report.key_fingerprint == "deadbeefdeadbeef") == (None, False)


@pytest.mark.parametrize("gone", ["key", "store"])
def test_a_planted_report_hides_no_key_and_no_store_that_lie_elsewhere(
    place: EventPlace, tmp_path: Path, gone: str
) -> None:
    (place.key_file if gone == "key" else place.ledger_file).rename(tmp_path / "away")
    place.report_file.write_text(json.dumps(PLANTED))
    report = close_event(place)
    assert (report.verdict, report.is_over) == (Verdict.UNKNOWN, False)
    assert (report.key_seen, report.store_missed) == (gone != "key", gone == "store")


@pytest.mark.parametrize("name", ["report.json", "certificate.json"])
def test_a_folder_by_the_name_of_a_kept_file_stands_in_no_closings_way(place: EventPlace, name: str) -> None:
    (place.folder / name / "deep").mkdir(parents=True)
    assert close_event(place).verdict is Verdict.PASS
    assert (place.folder / name).is_file()


def test_the_journal_goes_when_the_closing_is_over(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_: EventPlace) -> None:
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.closing.close.forget_journal", cut)
        with pytest.raises(PowerCut):
            close_event(place)
    assert read_state(place.state_file) is EventState.WIPED
    assert place.journal_file.exists()
    making.sweep_half_made(place.data_dir, place.key_dir)
    assert find_leftovers(place.data_dir, CANARIES, key_dir=place.key_dir).verdict is Verdict.PASS


def test_the_journal_is_read_as_it_was_written(place: EventPlace) -> None:
    report = close_event(place, key_lost=LOST)
    noted = read_noted(place.report_file)
    assert noted.steps == report.steps
    assert (noted.counts, noted.key_fingerprint, noted.key_lost) == (report.counts, report.key_fingerprint, LOST)


def test_resume_finishes_what_was_cut_short_and_nothing_else(tmp_path: Path, place: EventPlace) -> None:
    _far_ahead(place)
    assert list(resume_all(place.data_dir, place.key_dir, lambda step, share: None, "anna")) == []
    assert read_state(place.state_file) is EventState.DRAFT
    move(place.state_file, EventState.CLOSING)
    [(event, report)] = resume_all(place.data_dir, place.key_dir, lambda step, share: None, "anna")
    assert report is not None
    assert (event, report.verdict) == (place.event_id, Verdict.PASS)


@pytest.mark.parametrize("name", ["identity", "device"])
def test_the_machines_own_keys_are_no_events(place: EventPlace, name: str) -> None:
    _far_ahead(place)
    machine = DevicePlace(place.data_dir, place.key_dir)
    for own in machine.own_keys - {machine.identity_file}:
        own.write_bytes(b"the machine's")
    before = {own: own.read_bytes() for own in machine.own_keys}
    planted = EventPlace(place.data_dir, place.key_dir, name)
    for folder in (planted.folder, planted.folder.with_name(f".making-{name}")):
        folder.mkdir()
        (folder / "state.json").write_text('{"state": "closing"}')
    assert list(resume_all(place.data_dir, place.key_dir, lambda step, share: None, "anna")) == []
    with pytest.raises(WrongState):
        close_event(planted)
    destroy_copies(planted)
    machine.clock_file.write_bytes(before[machine.clock_file])  # which is kept while deadlines are judged
    assert {own: own.read_bytes() for own in machine.own_keys} == before


def _far_ahead(place: EventPlace) -> None:
    text = place.event_file.read_text(encoding="utf-8")
    settle(place, text.replace("2026-05-", "2099-05-"))


# --- a new event that was cut short -------------------------------------------------------------------


@pytest.mark.parametrize(
    "where", ["create_key", "SqliteLedger", "write_whole", "set_aside", "begin"], ids=lambda where: f"at-{where}"
)
@pytest.mark.parametrize("how", [OSError(28, "No space left on device"), PowerCut()], ids=["fault", "cut"])
def test_an_event_that_was_not_made_whole_does_not_burn_its_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, how: BaseException
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise how

    file = write_event_file(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(life, where, broken)
        with pytest.raises(type(how)):
            life.new_event(file, tmp_path / "data", tmp_path / "keys")
    if isinstance(how, OSError):
        assert not list((tmp_path / "data" / "events").iterdir()), "nothing is left"
        assert not list((tmp_path / "keys").glob("rehearsal*"))
    place = life.new_event(file, tmp_path / "data", tmp_path / "keys")
    assert read_state(place.state_file) is EventState.DRAFT
    assert [path.name for path in (tmp_path / "data" / "events").iterdir()] == ["rehearsal"]
    assert close_event(place).verdict is Verdict.PASS


def test_a_key_whose_event_lies_elsewhere_is_not_swept_away(place: EventPlace, tmp_path: Path) -> None:
    with pytest.raises(life.EventExists):
        life.new_event(write_event_file(tmp_path), tmp_path / "other-data", place.key_dir)
    assert place.key_file.exists()


def test_a_half_made_event_is_a_leftover_and_resume_sweeps_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise PowerCut

    monkeypatch.setattr(life, "begin", cut)
    with pytest.raises(PowerCut):
        life.new_event(write_event_file(tmp_path), tmp_path / "data", tmp_path / "keys")
    assert find_leftovers(tmp_path / "data").verdict is Verdict.FAILED
    making.sweep_half_made(tmp_path / "data", tmp_path / "keys")
    assert find_leftovers(tmp_path / "data", key_dir=tmp_path / "keys").verdict is Verdict.PASS


@pytest.mark.parametrize("how", ["beside", "renamed"])
def test_a_folder_that_looks_half_made_costs_no_whole_event_its_key(place: EventPlace, how: str) -> None:
    beside = place.folder.with_name(f".making-{place.event_id}")
    if how == "beside":
        beside.mkdir()
    else:
        place.folder.rename(beside)
    making.sweep_half_made(place.data_dir, place.key_dir)
    assert place.key_file.exists()
    assert (place.folder if how == "beside" else beside).joinpath("ledger.sqlite").exists()


def test_an_event_renamed_to_half_made_still_ends_at_its_time(place: EventPlace) -> None:
    place.folder.rename(place.folder.with_name(f".making-{place.event_id}"))
    [(event, report)] = resume_all(place.data_dir, place.key_dir, lambda step, share: None, "anna")
    assert report is not None
    assert (event, report.verdict, report.key_seen) == (place.event_id, Verdict.UNKNOWN, True)
    assert not place.key_file.exists()


def test_of_two_that_make_one_event_exactly_one_does(tmp_path: Path) -> None:
    file, together = write_event_file(tmp_path), threading.Barrier(2)

    def make() -> str:
        together.wait(10)
        try:
            life.new_event(file, tmp_path / "data", tmp_path / "keys")
        except life.EventExists:
            return "exists"
        return "made"

    with ThreadPoolExecutor(2) as both:
        ends = sorted(each.result(30) for each in [both.submit(make), both.submit(make)])
    assert ends == ["exists", "made"]
    assert EventPlace(tmp_path / "data", tmp_path / "keys", "rehearsal").key_file.exists()
    assert [path.name for path in (tmp_path / "data" / "events").iterdir()] == ["rehearsal"]


# --- a lost key ---------------------------------------------------------------------------------------


def test_an_event_whose_key_is_lost_ends_as_unknown_once_two_people_say_so(place: EventPlace) -> None:
    place.key_file.unlink()
    assert close_event(place).verdict is Verdict.UNKNOWN
    assert read_state(place.state_file) is EventState.CLOSING
    report = close_event(place, key_lost=LOST)
    assert (report.verdict, report.is_over, report.key_lost) == (Verdict.UNKNOWN, True, LOST)
    assert read_state(place.state_file) is EventState.WIPED
    assert json.loads(place.report_file.read_text())["key_lost"]["approved_by"] == ["anna", "bo"]
    look = find_leftovers(place.data_dir, CANARIES, key_dir=place.key_dir)
    assert (look.verdict, look.leftovers) == (Verdict.UNKNOWN, []), "it was never measured, whoever looks"
    with pytest.raises(WrongState):
        close_event(place)


def test_saying_that_the_key_is_lost_excuses_nothing_else(place: EventPlace) -> None:
    place.key_file.unlink()
    with place.ledger_file.open("rb"):
        report = close_event(place, key_lost=LOST)
    assert (report.verdict, report.is_over) == (Verdict.FAILED, False)
    assert read_state(place.state_file) is EventState.CLOSING
    assert close_event(place).is_over, "what was said once is noted"


def test_a_key_that_turns_up_is_destroyed_and_measured(place: EventPlace) -> None:
    assert close_event(place, key_lost=LOST).verdict is Verdict.PASS


def test_every_copy_of_the_key_in_its_folder_goes(place: EventPlace) -> None:
    (place.key_dir / "old-backup").write_bytes(place.key_file.read_bytes())
    (place.key_dir / f"{place.event_id}.key.1").write_bytes(b"anything")
    (place.key_dir / "other.key").write_bytes(b"not ours")
    assert close_event(place).verdict is Verdict.PASS
    assert {path.name for path in place.key_dir.iterdir()} == {"other.key", "identity.key"}


def test_closing_needs_no_unlocking(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> None:
        raise AssertionError("the key was opened")

    monkeypatch.setattr("kiosk.vault.file_keys.FileEventKeys.load", opened)
    report = close_event(place)
    assert (report.verdict, (report.counts or {})["tickets"]) == (Verdict.PASS, 40)


def test_a_store_that_cannot_be_read_stops_nothing(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise LedgerUnavailable("locked")

    monkeypatch.setattr("kiosk.closing.close.count_tickets", locked)
    report = close_event(place)
    assert (report.verdict, report.counts) == (Verdict.PASS, None)
    assert not place.key_file.exists()


def test_a_folder_where_a_new_file_is_written_first_stops_no_closing(place: EventPlace) -> None:
    for file in (place.state_file, place.report_file):
        (file.with_name(f"{file.name}.new") / "in it").mkdir(parents=True)
    report = close_event(place)
    assert report.verdict is Verdict.PASS
    assert read_state(place.state_file) is EventState.WIPED


def test_a_copy_of_the_key_in_a_sub_folder_goes_with_it(place: EventPlace) -> None:
    old = place.key_dir / "old" / "by another name"
    old.parent.mkdir()
    old.write_bytes(place.key_file.read_bytes())
    assert close_event(place).verdict is Verdict.PASS
    assert not old.exists()
