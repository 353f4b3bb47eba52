"""The writer: several processes, crashes, full disks, a second medium, a clock that goes back, old records."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.audit.port import AuditUnavailable
from kiosk.audit.purge import PROCESSING_DAYS, SECURITY_DAYS, TooYoung
from kiosk.audit.record import base64_of
from kiosk.audit.verify import Anchor, anchors_of, verify_log
from kiosk.config.places import DevicePlace
from tests.helpers.audit import DAY_S, SetClock, disk_full_at, identity, make_log
from tests.helpers.source_tree import CHECKOUT

KEY = identity().public_key


def records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def kinds(file: Path) -> list[str]:
    return [record["kind"] for record in records(file)]


def test_a_machines_log_is_private_and_begins_by_itself(tmp_path: Path) -> None:
    place = DevicePlace(tmp_path / "data", tmp_path / "keys")
    log = AuditLog.at(place, SetClock())
    log.write(Kind.STATION_STARTED, "gate-1", "rehearsal", role="gate")
    assert kinds(place.audit_file) == [Kind.LOG_BEGUN, Kind.STATION_STARTED]
    assert place.audit_file.stat().st_mode & 0o777 == 0o600
    assert verify_log(place.audit_file).ok


def test_processes_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    command = [sys.executable, "-m", "tests.helpers.audit_writer", str(file), "40"]
    writers = [subprocess.Popen([*command, name], cwd=CHECKOUT) for name in ("gate-1", "desk-1", "root")]
    assert [writer.wait(30) for writer in writers] == [0, 0, 0]
    found = verify_log(file, public_key=KEY)
    assert found.ok
    assert {name: sum(record["by"] == name for record in records(file)) for name in ("gate-1", "desk-1", "root")} == {
        "gate-1": 40,
        "desk-1": 40,
        "root": 40,
    }
    assert found.complete_to is not None
    assert found.complete_to > found.records - 11


def test_checkpoints_come_by_number_and_at_the_end(tmp_path: Path) -> None:
    log = make_log(tmp_path, checkpoint_every=5)
    for _ in range(7):
        log.write(Kind.STATION_OPEN, "gate-1")
    log.checkpoint("gate-1")
    log.checkpoint("gate-1")
    signed = [record["seq"] for record in records(log.file) if record["kind"] == Kind.LOG_CHECKPOINT]
    assert signed == [6, 10]
    assert verify_log(log.file, public_key=KEY).complete_to == 10


@pytest.mark.parametrize("cut", [1, 2, 40, 150])
def test_a_line_torn_by_a_crash(tmp_path: Path, cut: int) -> None:
    """What never became a record goes, and the next record says so; without it the verifier complains."""
    log = make_log(tmp_path)
    log.write(Kind.STATION_OPEN, "gate-1")
    whole = log.file.read_bytes()
    log.write(Kind.STATION_PAUSED, "gate-1")
    log.file.write_bytes(log.file.read_bytes()[:-cut])
    torn = verify_log(log.file, public_key=KEY)
    assert (torn.first_bad, torn.why) == (3, "torn")
    log.write(Kind.STATION_OPEN, "gate-1")
    kept = cut == 1  # nothing but the newline was missing
    assert log.file.read_bytes().startswith(whole)
    assert kinds(log.file)[2:] == [*([Kind.STATION_PAUSED] if kept else []), Kind.LOG_REPAIRED, Kind.STATION_OPEN]
    told = records(log.file)[-2]["fields"]
    assert told["completed"] is kept
    assert (told["cut_bytes"] > 0) is not kept
    mended = verify_log(log.file, public_key=KEY)
    assert (mended.ok, mended.repairs) == (True, 1)


def test_zeros_after_a_power_cut(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    log.write(Kind.STATION_OPEN, "gate-1")
    with log.file.open("ab") as file:
        file.write(bytes(300))
    log.write(Kind.STATION_OPEN, "gate-1")
    assert verify_log(log.file, public_key=KEY).ok
    assert records(log.file)[-2]["fields"] == {"cut_bytes": 300, "completed": False}


def test_a_changed_last_record_is_not_written_on(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    log.write(Kind.STATION_OPEN, "gate-1")
    log.file.write_bytes(log.file.read_bytes().replace(b"gate-1", b"gate-2"))
    with pytest.raises(AuditUnavailable) as refused:
        log.write(Kind.STATION_OPEN, "gate-1")
    assert refused.value.code == "broken_chain"


MALFORMED: list[dict[str, Any]] = [
    {"at": "x"}, {"at": "2026-02-30T00:00:00Z"}, {"at": 7}, {"kind": None}, {"kind": ["a.b"]}, {"seq": True},
    {"seq": 0}, {"seq": 10**400}, {"by": 7}, {"by": ""}, {"about": None}, {"success": "true"}, {"fields": []},
    {"fields": {"count": [1]}}, {"prev": [1]}, {"prev": "short"}, {"hash": 1}, {"more": 1}, {"kind": ...},
]  # fmt: skip
"""Of a record whose hash fits: what somebody changed, ``...`` for what is missing."""


def malformed(changes: dict[str, Any], last: dict[str, Any]) -> bytes:
    """A line after ``last``, spelt and hashed as the writer does."""
    record = {**last, "seq": last["seq"] + 1, "prev": last["hash"], **changes}
    record = {name: value for name, value in record.items() if value is not ... and name != "hash"}
    digest = base64_of(hashlib.sha256(spelt(record)).digest())
    return spelt({**record, "hash": changes.get("hash", digest)}) + b"\n"


def spelt(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode("ascii")


@pytest.mark.parametrize("changes", MALFORMED, ids=str)
def test_a_last_line_of_another_form_is_a_broken_chain(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Whatever stands there, who writes gets AuditUnavailable, who verifies a number."""
    log = make_log(tmp_path)
    log.write(Kind.STATION_OPEN, "gate-1")
    whole = log.file.read_bytes()
    line = malformed(changes, records(log.file)[-1])
    log.file.write_bytes(whole + line)
    for act in (log.probe, log.checkpoint, log.head, lambda: log.write(Kind.STATION_OPEN, "gate-1")):
        with pytest.raises(AuditUnavailable) as refused:
            act()
        assert refused.value.code == "broken_chain"
    found = verify_log(log.file, public_key=KEY)
    assert (found.ok, found.first_bad) == (False, 3)
    log.file.write_bytes(whole + line[:-1])  # torn: no record of ours, so it goes
    log.write(Kind.STATION_OPEN, "gate-1")
    assert verify_log(log.file, public_key=KEY).ok


def test_a_copys_state_that_names_no_folder_stops_no_record(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    log.copy_to(tmp_path)
    state = log.file.with_name("audit.log.copy.json")
    state.write_text('{"to":"a\\u0000b","lost":false,"apart":false}')
    log.write(Kind.STATION_OPEN, "gate-1")
    assert kinds(log.file)[-2:] == [Kind.STATION_OPEN, Kind.LOG_COPY_LOST]


def test_a_full_disk_leaves_no_half_record(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    log.write(Kind.STATION_OPEN, "gate-1")
    before = log.file.read_bytes()
    with disk_full_at(len(before) + 50), pytest.raises(AuditUnavailable) as full:
        log.write(Kind.STATION_OPEN, "gate-1")
    assert full.value.code == "disk_full"
    assert log.file.read_bytes() == before
    log.write(Kind.STATION_OPEN, "gate-1")
    assert verify_log(log.file, public_key=KEY).repairs == 0


def test_a_file_that_is_none_any_more(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    log.file.mkdir()
    for act in (log.probe, log.checkpoint, log.head, lambda: log.write(Kind.STATION_OPEN, "gate-1")):
        with pytest.raises(AuditUnavailable) as refused:
            act()
        assert refused.value.code == "io"


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    log = make_log(tmp_path)
    log.file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditUnavailable):
        log.write(Kind.STATION_OPEN, "gate-1")


def test_a_clock_that_goes_back_is_recorded_where_it_does(tmp_path: Path) -> None:
    clock = SetClock()
    log = make_log(tmp_path, clock)
    log.write(Kind.STATION_OPEN, "gate-1")
    clock.s -= 1  # two processes read it in turn
    log.write(Kind.STATION_OPEN, "gate-1")
    clock.s -= 3600
    log.write(Kind.STATION_OPEN, "gate-1")
    assert kinds(log.file).count(Kind.CLOCK_WENT_BACK) == 1
    assert records(log.file)[-2]["fields"] == {"by_s": 3601}
    assert verify_log(log.file, public_key=KEY).ok


@pytest.mark.parametrize("cause", ["a clock that goes back", "a crash before the signature"])
def test_no_hundred_records_go_unsigned(tmp_path: Path, cause: str) -> None:
    clock = SetClock()
    log = make_log(tmp_path, clock)
    for _ in range(98):
        log.write(Kind.STATION_OPEN, "gate-1")
    if cause.startswith("a clock"):
        clock.s -= 3600  # its record is the hundredth
    else:
        log.write(Kind.STATION_OPEN, "gate-1")
        log.file.write_bytes(b"".join(log.file.read_bytes().splitlines(keepends=True)[:100]))
    for _ in range(120):
        log.write(Kind.STATION_OPEN, "gate-1")
    assert [record["seq"] for record in records(log.file) if record["kind"] == Kind.LOG_CHECKPOINT] == [101, 201]
    assert verify_log(log.file, public_key=KEY).ok


# --- the second medium ----------------------------------------------------------------------------


def copy_of(folder: Path) -> Path:
    return next(folder.iterdir())


def test_every_record_is_copied_and_a_loss_and_a_return_are_recorded(tmp_path: Path) -> None:
    log, stick = make_log(tmp_path / "device"), tmp_path / "stick"
    log.write(Kind.STATION_OPEN, "gate-1")
    log.copy_to(stick)
    stick.mkdir()
    log.write(Kind.STATION_PAUSED, "gate-1")
    assert copy_of(stick).read_bytes() == log.file.read_bytes()
    stick.rename(tmp_path / "pulled")
    for _ in range(3):
        log.write(Kind.STATION_OPEN, "gate-1")
    assert kinds(log.file).count(Kind.LOG_COPY_LOST) == 1
    assert next(record for record in records(log.file) if record["kind"] == Kind.LOG_COPY_LOST)["fields"] == {
        "reason": "missing"
    }
    (tmp_path / "pulled").rename(stick)
    make_log(tmp_path / "device").write(Kind.STATION_OPEN, "desk-1")  # another process knows the medium, too
    assert kinds(log.file)[-2:] == [Kind.STATION_OPEN, Kind.LOG_COPY_BACK]
    assert copy_of(stick).read_bytes() == log.file.read_bytes()
    assert verify_log(log.file, anchors_of(copy_of(stick)), KEY).ok


def test_a_copy_that_is_no_beginning_of_the_log_is_left_alone(tmp_path: Path) -> None:
    """The log was cut: the copy still has what is gone, and stays as it is."""
    log, stick = make_log(tmp_path / "device"), tmp_path / "stick"
    stick.mkdir()
    log.copy_to(stick)
    for _ in range(5):
        log.write(Kind.STATION_OPEN, "gate-1")
    kept = copy_of(stick).read_bytes()
    log.file.write_bytes(b"".join(log.file.read_bytes().splitlines(keepends=True)[:3]))
    log.write(Kind.STATION_PAUSED, "gate-1")
    assert records(log.file)[-1]["fields"] == {"reason": "differs"}
    assert copy_of(stick).read_bytes() == kept
    found = verify_log(log.file, anchors_of(copy_of(stick)), KEY)
    assert (found.first_bad, found.why) == (4, "rolled_back")


def test_no_medium_keeps_nobody_from_writing(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    log.copy_to(tmp_path / "nowhere")
    log.copy_to(None)
    log.write(Kind.STATION_OPEN, "gate-1")
    assert Kind.LOG_COPY_LOST not in kinds(log.file)


# --- old records ----------------------------------------------------------------------------------


@pytest.mark.requirement("R-64")
def test_records_younger_than_the_limits_stay(tmp_path: Path) -> None:
    clock = SetClock()
    log = make_log(tmp_path, clock)
    log.write(Kind.LOGIN_FAILED, "anna")  # security
    log.write(Kind.EVENT_OPENED, "anna", "ev")  # processing
    began_s = clock.s
    clock.s += (SECURITY_DAYS - 1) * DAY_S
    with pytest.raises(TooYoung) as young:
        log.purge(clock.s, "anna")
    assert (young.value.seq, young.value.days) == (1, SECURITY_DAYS)
    clock.s = began_s + (PROCESSING_DAYS - 1) * DAY_S
    with pytest.raises(TooYoung) as young:
        log.purge(clock.s, "anna")
    assert (young.value.seq, young.value.days) == (3, PROCESSING_DAYS)
    assert len(records(log.file)) == 3


def test_a_purge_leaves_a_log_that_verifies_and_says_what_went(tmp_path: Path) -> None:
    clock, stick = SetClock(), tmp_path / "stick"
    stick.mkdir()
    log = make_log(tmp_path / "device", clock)
    log.copy_to(stick)
    for _ in range(3):
        log.write(Kind.LOGIN_FAILED, "anna")
    older_head = log.head()
    log.write(Kind.LOGIN_FAILED, "anna")
    old_head = log.head()
    clock.s += PROCESSING_DAYS * DAY_S + 1
    log.write(Kind.STATION_OPEN, "gate-1")
    assert log.purge(clock.s - DAY_S, "anna") == 5
    assert log.purge(clock.s - DAY_S, "anna") == 0
    log.write(Kind.STATION_PAUSED, "gate-1")
    assert kinds(log.file)[:2] == [Kind.STATION_OPEN, Kind.LOG_PURGED]
    for key in (KEY, None):
        found = verify_log(log.file, [Anchor.parse(old_head)], key)
        assert (found.ok, found.purged_to, found.anchors_below) == (True, 5, 0)
    below = verify_log(log.file, [Anchor.parse(older_head)], KEY)
    assert (below.ok, below.anchors_below) == (True, 1)
    another = Anchor(5, Anchor.parse(older_head).hash)
    assert verify_log(log.file, [another], KEY).first_bad == 5
    assert sorted(path.name.split("-")[2:] for path in stick.iterdir()) == [[], ["to", "5.log"]]
    lines = log.file.read_bytes().splitlines(keepends=True)
    log.file.write_bytes(b"".join(lines[1:]))  # somebody goes on where the purge ended
    assert verify_log(log.file, public_key=KEY).why == "cut_off"


def test_nothing_waits_for_ever_for_another_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr("kiosk.audit.log_file.WAIT_FOR_LOCK_S", 0.02)
    log = make_log(tmp_path)
    log.write(Kind.STATION_OPEN, "gate-1")
    other = os.open(log.file, os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(AuditUnavailable) as busy:
        log.write(Kind.STATION_OPEN, "gate-1")
    assert busy.value.code == "busy"
    os.close(other)
    log.write(Kind.STATION_OPEN, "gate-1")
