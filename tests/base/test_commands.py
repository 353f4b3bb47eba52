"""``kiosk base``: a base made, run, enrolled at, backed up and put back by its commands alone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.base import admin
from kiosk.base.client import BaseClient
from kiosk.base.cluster import init
from kiosk.base.device import way_of
from kiosk.base.errors import BaseTrouble
from kiosk.base.place import BasePlace, BaseSettings
from kiosk.base.ticket_file import read_tickets, write_tickets
from kiosk.cli.main import app
from kiosk.cli.saying import BAD_USAGE, FAILED
from kiosk.closing.leftovers import find_leftovers
from kiosk.config.places import DevicePlace
from kiosk.decommission.survey import survey
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import sealed_row
from tests.helpers.base import PATIENT_S, TestBase, free_port, new_base
from tests.helpers.ledger import new_keys, ticket


def run(base: TestBase, folder: Path, *words: object) -> Result:
    folders = {"VENUE_KIOSK_DATA": str(folder / "data"), "VENUE_KIOSK_KEYS": str(folder / "keys")}
    environment = folders | {"VENUE_KIOSK_BASE": str(base.place.folder), "COLUMNS": "160"}
    return CliRunner(env=environment).invoke(app, ["base", *map(str, words)])


def good(base: TestBase, folder: Path, *words: object) -> str:
    result = run(base, folder, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def event(base: TestBase) -> str:
    return base.event([("night-1", f"t{number}", "A", False) for number in range(3)])


def test_a_device_is_enrolled_with_two_texts_and_cut_off_with_one_command(
    base: TestBase, event: str, tmp_path: Path
) -> None:
    begun_s = time.monotonic()
    code = good(base, tmp_path, "enrol", "gate-cli").splitlines()[0]
    good(base, tmp_path, "request", code, "--to", tmp_path / "request.txt")
    good(base, tmp_path, "sign", tmp_path / "request.txt", "--to", tmp_path / "answer.txt")
    assert "gate-cli" in good(base, tmp_path, "accept", tmp_path / "answer.txt")
    assert time.monotonic() - begun_s < 120
    client = BaseClient(way_of(tmp_path / "keys", PATIENT_S, PATIENT_S), event)
    assert client.reconnect()
    assert client.beat("gate-cli", "A", "serving", 2, "0.1.0").outcome == "noted"
    shown = json.loads(good(base, tmp_path, "status", "--json"))
    assert {row["device"]: row["version"] for row in shown["devices"]}["gate-cli"] == "0.1.0"
    assert {row["event"]: (row["tickets"], row["pending"]) for row in shown["events"]}[event] == (3, 2)
    assert "gate-cli" in good(base, tmp_path, "status")
    good(base, tmp_path, "revoke", "gate-cli")
    assert run(base, tmp_path, "revoke", "gate-cli").exit_code == FAILED
    client.close()


def test_what_a_device_keeps_of_it_is_the_machines_own_and_no_left_over(base: TestBase, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    code = good(base, tmp_path, "enrol", "gate-own").splitlines()[0]
    good(base, tmp_path, "request", code, "--to", tmp_path / "request.txt")
    machine = DevicePlace(tmp_path / "data", tmp_path / "keys")
    assert survey(machine).strangers == []
    good(base, tmp_path, "sign", tmp_path / "request.txt", "--to", tmp_path / "answer.txt")
    good(base, tmp_path, "accept", tmp_path / "answer.txt")
    assert survey(machine).strangers == []
    assert find_leftovers(machine.data_dir, key_dir=machine.key_dir).leftovers == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("request", "something else"), "no enrolment code"),
        (("sign", "request.txt"), "No such file"),
        (("accept", "answer.txt"), "No such file"),
        (("enrol", "two words"), "cannot be called"),
        (("enrol", "venue_owner"), "cannot be called"),
        (("load", "concert", "missing.csv"), "No such file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    base: TestBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(base, tmp_path, *words)
    assert result.exit_code in {FAILED, BAD_USAGE}
    assert why in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_tickets_go_from_a_store_to_the_base_without_a_code_or_a_name(base: TestBase, tmp_path: Path) -> None:
    keys = new_keys(tmp_path)
    ledger = SqliteLedger(tmp_path / "ledger.sqlite", keys)
    ledger.add_rows([sealed_row(ticket(keys, 1), keys), sealed_row(ticket(keys, 2, revoked=True), keys)])
    ledger.close()
    file = tmp_path / "tickets.csv"
    assert write_tickets(tmp_path / "ledger.sqlite", file) == 2
    for canary in ("测试", "T-1", "person-1", "Block"):
        assert canary not in file.read_text()
    assert "2 tickets" in good(base, tmp_path, "load", "event-cli", file)
    assert "2 tickets" in good(base, tmp_path, "load", "event-cli", file), "loaded again, nothing is doubled"
    with base.admin() as db:
        row = db.execute(
            "SELECT count(*), count(*) FILTER (WHERE revoked) FROM venue.tickets WHERE event = 'event-cli'"
        ).fetchone()
    assert row == (2, 1)
    file.write_text(file.read_text() + "night-1,what is this,A,0\n")
    assert run(base, tmp_path, "load", "event-cli", file).exit_code == FAILED
    file.write_text("a,b\n")
    with pytest.raises(BaseTrouble, match="does not begin"):
        list(read_tickets(file))


def test_a_backup_restores_everything_under_a_new_epoch(base: TestBase, event: str, tmp_path: Path) -> None:
    client = base.client("gate-1", event)
    client.hold("h", "gate-1", "A", "night-1", "t0", "hold-0", 60)
    assert client.commit("c", "hold-0", "admission-0", "face", 1.0).outcome == "admitted"
    before = client.beat("gate-1", "A", "serving", 0, "0.1.0").id
    good(base, tmp_path, "backup", tmp_path / "venue.backup")
    assert (tmp_path / "venue.backup").stat().st_mode & 0o777 == 0o600
    client.hold("h2", "gate-1", "A", "night-1", "t1", "hold-1", 60)
    client.commit("c2", "hold-1", "admission-1", "face", 2.0)
    client.close()
    good(base, tmp_path, "restore", tmp_path / "venue.backup")
    again = base.client("gate-1", event)
    assert again.look("gate-1", "night-1", "t0").outcome == "already_used"
    assert again.look("gate-1", "night-1", "t1").outcome == "free", "made after the backup: stations tell it again"
    assert again.beat("gate-1", "A", "serving", 0, "0.1.0").id != before
    again.close()
    (tmp_path / "none.backup").write_bytes(b"no backup")
    assert run(base, tmp_path, "restore", tmp_path / "none.backup").exit_code == FAILED


def test_conflicts_are_shown(base: TestBase, event: str, tmp_path: Path) -> None:
    one, two = base.client("gate-1", event), base.client("gate-2", event)
    for client, station, at in ((one, "gate-1", 10.0), (two, "gate-2", 5.0)):
        client.upload(f"u-{station}", station, "A", "night-1", "t2", f"admission-{station}", "staff", at)
        client.close()
    shown = good(base, tmp_path, "conflicts", event)
    assert shown.index("gate-2") < shown.index("gate-1"), "in the order of scans"
    assert "1 tickets with a conflict" in shown
    assert [use["station"] for use in json.loads(good(base, tmp_path, "conflicts", event, "--json"))] == [
        "gate-2",
        "gate-1",
    ]


def test_lanes_are_shown_with_waits_heads_and_incidents(base: TestBase, event: str, tmp_path: Path) -> None:
    gate, desk = base.client("gate-1", event), base.client("desk-1", event, "desk")
    gate.queue_join("j", "gate-1", "A", "entry-1")
    gate.tell_wait("w", "gate-1", "A", 6.5)
    gate.count_passages("p", "gate-1", "A", 3, 0)
    desk.queue_take("t", "desk-1", "A")
    desk.incident_begin("b", "desk-1", "A", "incident-1", "lane_closed", "medical", "s-lin", 4e9)
    desk.incident_end("e", "desk-1", "incident-1", "s-kim")
    for client in (gate, desk):
        client.close()
    shown = good(base, tmp_path, "lanes", event)
    assert "A: lane_closed, medical, by s-lin" in shown
    assert "by s-kim" in shown
    [group] = json.loads(good(base, tmp_path, "lanes", event, "--json"))["groups"]
    assert (group["sent"], group["served"], group["face_p90_s"], group["passed"]) == (1, 1, 6.5, 3)


def test_a_base_that_does_not_run_or_is_none_is_said(tmp_path: Path) -> None:
    result = CliRunner(env={"VENUE_KIOSK_BASE": str(tmp_path / "none")}).invoke(
        app, ["base", "status", "--data", str(tmp_path / "d"), "--keys", str(tmp_path / "k")]
    )
    assert (result.exit_code, "There is no base in" in result.stderr) == (FAILED, True)


def test_a_base_is_not_made_over_another_nor_run_by_root(base: TestBase, tmp_path: Path) -> None:
    settings = BaseSettings(("localhost",), free_port(), base.settings.user)
    with pytest.raises(BaseTrouble, match="exists already"):
        init(base.place, settings)
    with pytest.raises(BaseTrouble, match="not run as root"):
        init(BasePlace(tmp_path / "b"), BaseSettings(("localhost",), 5433, "root"))
    assert not (tmp_path / "b").exists()


def test_the_command_runs_a_base_until_it_is_ended() -> None:
    """``kiosk base run`` becomes PostgreSQL, as its user, and ends when it is told to."""
    with new_base(started=False) as other:
        command = [sys.executable, "-m", "kiosk.cli.start", "base", "run", "--base", str(other.place.folder)]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            deadline_s = time.monotonic() + 60
            while True:
                try:
                    with other.admin() as db:
                        assert admin.numbers(db)["devices"] == []
                    break
                except BaseTrouble:
                    assert process.poll() is None
                    assert time.monotonic() < deadline_s
        finally:
            process.terminate()
            assert process.wait(30) == 0
