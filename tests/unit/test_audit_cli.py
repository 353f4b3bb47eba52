"""``kiosk audit``, and the records an event's life leaves: nothing of a person in them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.audit.catalogue import Kind
from kiosk.audit.detail import DetailLog
from kiosk.audit.fields import Value, points_to_a_person
from kiosk.audit.port import AuditUnavailable
from kiosk.audit.record import Entry, base64_of
from kiosk.audit.slots import Fact
from kiosk.cli.main import app
from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.identity import DeviceIdentity
from tests.helpers.audit import chain, identity
from tests.helpers.config import shipped
from tests.helpers.event_place import CANARIES, make_event, write_event_file, write_roster

BAD_USAGE, FAILED = 2, 1


class Machine:
    """Commands against one machine's folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.event = EventPlace(folder / "data", folder / "keys", "rehearsal")
        self.device = DevicePlace(folder / "data", folder / "keys")

    def __call__(self, *arguments: object) -> Result:
        folders = {"VENUE_KIOSK_DATA": str(self.event.data_dir), "VENUE_KIOSK_KEYS": str(self.event.key_dir)}
        return CliRunner(env=folders).invoke(app, [str(each) for each in arguments])

    def open_event(self) -> None:
        for arguments in (
            ("new", write_event_file(self.folder)),
            ("import", "rehearsal", write_roster(self.folder)),
            ("arm", "rehearsal"),
            ("open", "rehearsal"),
        ):
            done = self("event", *arguments)
            assert done.exit_code == 0, done.output

    def kinds(self) -> list[str]:
        return [json.loads(line)["kind"] for line in self.device.audit_file.read_text().splitlines()]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "some.log"
    path.write_bytes(b"".join(chain(250)))
    return path


def answer(result: Result) -> dict[str, object]:
    given: dict[str, object] = json.loads(result.stdout)
    return given


def test_an_events_life_is_recorded_and_points_to_nobody(machine: Machine) -> None:
    machine.open_event()
    assert machine("event", "import", "rehearsal", machine.folder / "my-event.toml").exit_code == FAILED
    (machine.folder / "roster.csv").unlink()
    machine.event.detail_file.write_bytes(b"sealed\n")
    closed = machine("event", "close", "rehearsal", "--yes")
    assert closed.exit_code == 0, closed.output
    assert not machine.event.detail_file.exists()
    wanted = [
        Kind.LOG_BEGUN, Kind.KEY_CREATED, Kind.EVENT_CREATED, Kind.ROSTER_IMPORTED, Kind.EVENT_ARMED,
        Kind.EVENT_OPENED, Kind.ROSTER_REFUSED, Kind.EVENT_CLOSING, Kind.KEY_DESTROYED, Kind.EVENT_WIPED,
    ]  # fmt: skip
    kinds = machine.kinds()
    assert [kind for kind in kinds if kind in wanted] == wanted
    key = machine.folder / "public.key"
    key.write_text(DeviceIdentity.load(machine.device.identity_file).public_key.hex() + "\n")
    verified = machine("audit", "verify", machine.device.audit_file, "--public-key", key)
    assert (verified.exit_code, answer(verified)["records"]) == (0, len(kinds))
    text = machine.device.audit_file.read_text()
    assert not any(canary in text or canary.encode("unicode_escape").decode() in text for canary in CANARIES)
    for line in text.splitlines():
        record = json.loads(line)
        told = {name: value for name, value in record["fields"].items() if name not in {"sha256", "hash"}}
        assert not points_to_a_person(json.dumps([record["by"], record["about"], told]))


def test_what_cannot_be_recorded_is_not_done_but_closing_goes_on(machine: Machine) -> None:
    machine.open_event()
    machine.device.audit_file.unlink()
    machine.device.audit_file.mkdir()
    refused = machine("event", "import", "rehearsal", machine.folder / "roster.csv")
    assert refused.exit_code == FAILED
    assert "What cannot be recorded is not done" in refused.stderr
    (machine.folder / "roster.csv").unlink()
    assert machine("event", "close", "rehearsal", "--yes").exit_code == 0


@pytest.mark.parametrize("changes", [{"at": "x"}, {"kind": ...}], ids=str)
def test_a_malformed_last_record_stops_no_closing(machine: Machine, changes: dict[str, object]) -> None:
    machine.open_event()
    (machine.folder / "roster.csv").unlink()
    log = machine.device.audit_file
    last = json.loads(log.read_text().splitlines()[-1])
    record = {**last, "seq": last["seq"] + 1, "prev": last["hash"], **changes}
    record = {name: value for name, value in record.items() if value is not ... and name != "hash"}
    spelt = json.dumps(record, sort_keys=True, separators=(",", ":")).encode("ascii")
    record["hash"] = base64_of(hashlib.sha256(spelt).digest())
    with log.open("ab") as file:
        file.write(json.dumps(record, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n")
    assert machine("audit", "verify", log).exit_code == FAILED
    closed = machine("event", "close", "rehearsal", "--yes", "--json")
    assert closed.exit_code == 0, closed.output
    assert answer(closed)["log_faults"] == ["broken_chain"]
    assert not machine.event.key_file.exists()


@pytest.mark.parametrize("fault", [AuditUnavailable("io"), ValueError("x"), KeyError("x"), RuntimeError("x")], ids=repr)
def test_whatever_the_log_does_the_key_goes(tmp_path: Path, fault: Exception) -> None:
    class Falling:
        def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: Value) -> None:
            raise fault

        def head(self) -> str:
            raise fault

    place = make_event(tmp_path)
    report = close_event(place, audit=Falling())
    code = fault.code if isinstance(fault, AuditUnavailable) else type(fault).__name__
    assert (report.verdict, report.log_faults) == (Verdict.PASS, (code,))
    assert not place.key_file.exists()
    assert json.loads(place.report_file.read_text())["log_faults"] == [code]
    assert json.loads(place.certificate_file.read_text())["certificate"]["audit_log"]["why_empty"] == "unreadable"


def test_verify_prints_one_object_and_says_it_in_words(machine: Machine, log: Path) -> None:
    done = machine("audit", "verify", log, "--public-key", identity().public_key.hex())
    assert done.exit_code == 0
    assert {key: answer(done)[key] for key in ("ok", "records", "first_bad", "complete_to")} == {
        "ok": True,
        "records": 250,
        "first_bad": None,
        "complete_to": 200,
    }
    assert "with an anchor only" in done.stderr
    log.write_bytes(log.read_bytes().replace(b'"seq":117,', b'"seq":118,'))
    bad = machine("audit", "verify", log)
    assert (bad.exit_code, answer(bad)["first_bad"]) == (FAILED, 117)
    assert "Record 117 is the first that is wrong" in bad.stderr


def test_an_anchor_and_a_copy_show_what_is_gone(machine: Machine, log: Path, tmp_path: Path) -> None:
    whole = log.read_bytes().splitlines(keepends=True)
    head = f"250:{json.loads(whole[-1])['hash']}"
    copy = tmp_path / "copy.log"
    copy.write_bytes(b"".join(whole))
    assert answer(machine("audit", "verify", log, "--anchor", head))["complete_to"] == 250
    log.write_bytes(b"".join(whole[:230]))
    assert machine("audit", "verify", log).exit_code == 0
    for option, value in (("--anchor", head), ("--copy", copy)):
        cut = machine("audit", "verify", log, option, value)
        assert (cut.exit_code, answer(cut)["first_bad"], answer(cut)["why"]) == (FAILED, 231, "truncated")


def test_the_own_log_signed_by_somebody_else_is_refused_and_one_from_elsewhere_proves_no_author(
    machine: Machine, log: Path
) -> None:
    """``log`` is whole, and signed by another machine."""
    machine.open_event()
    head = machine.device.audit_file
    assert answer(machine("audit", "verify"))["key_from_log"] is False
    copied = machine("audit", "verify", log)
    assert (copied.exit_code, answer(copied)["key_from_log"]) == (0, True)
    assert "who wrote it is not proved" in copied.stderr
    head.write_bytes(log.read_bytes())
    forged = machine("audit", "verify")
    assert (forged.exit_code, answer(forged)["first_bad"], answer(forged)["why"]) == (FAILED, 1, "other_key")
    assert "Record 1 is the first that another key signed" in forged.stderr
    machine.device.identity_file.unlink()
    assert "who wrote it is not proved" in machine("audit", "verify").stderr


@pytest.mark.parametrize("content", [b"", b"no log\n" * 50, bytes(5000)], ids=["empty", "text", "zeros"])
def test_a_copy_that_holds_no_record_compares_nothing(machine: Machine, log: Path, content: bytes) -> None:
    copy = log.with_name("copy.log")
    copy.write_bytes(content)
    done = machine("audit", "verify", log, "--copy", copy)
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert "nothing could be compared" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--anchor", "9" * 5000 + ":" + "A" * 43),
        ("--anchor", "nonsense"),
        ("--public-key", "nonsense"),
        ("--copy", "/nowhere/at.all"),
    ],
)
def test_verify_misused(machine: Machine, log: Path, options: tuple[str, str]) -> None:
    wrong = machine("audit", "verify", log, *options)
    assert wrong.exit_code == BAD_USAGE
    assert len(wrong.stderr.strip().splitlines()) == 1
    assert options[0] != "--anchor" or wrong.stderr.strip() == "An anchor is number:hash."


def test_commands_without_a_log(machine: Machine, tmp_path: Path) -> None:
    for command in (
        ("verify", tmp_path / "none.log"),
        ("head",),
        ("show",),
        ("purge", "--before", "2026-01-01"),
        ("export", "--to", tmp_path / "out", "--recipient", "court", "--reason", "asked"),
    ):
        wrong = machine("audit", *command)
        assert wrong.exit_code == BAD_USAGE, command
        assert len(wrong.stderr.strip().splitlines()) == 1
    assert not machine.device.folder.exists()


def test_head_is_an_anchor(machine: Machine) -> None:
    machine.open_event()
    head = machine("audit", "head").stdout.strip()
    assert machine("audit", "verify", machine.device.audit_file, "--anchor", head).exit_code == 0


def test_the_machines_own_log_is_found_by_its_folders_or_its_file(machine: Machine) -> None:
    absent = machine("audit", "verify")
    assert (absent.exit_code, absent.stderr.startswith("There is no audit log in ")) == (BAD_USAGE, True)
    machine.open_event()
    assert answer(machine("audit", "verify"))["ok"] is True
    text = shipped("example-machine").replace("/var/lib/venue-kiosk-keys", str(machine.device.key_dir))
    file = machine.folder / "machine.toml"
    file.write_text(text.replace("/var/lib/venue-kiosk", str(machine.device.data_dir)), encoding="utf-8")
    for words in (("verify",), ("show", "--last", "1"), ("head",)):
        done = CliRunner().invoke(app, ["audit", *words, "--config", str(file)])
        assert done.exit_code == 0, done.output
    assert machine.kinds().count("log.verified") == 2


def test_show_filters_by_area_and_day(machine: Machine, log: Path) -> None:
    everything = machine("audit", "show", log, "--last", "1000")
    assert everything.exit_code == 0
    assert everything.stdout.count("login.failed") > 10
    only = machine("audit", "show", log, "--area", "login")
    assert "device.lost" not in only.stdout
    assert "login.failed" in only.stdout
    assert "login.failed" not in machine("audit", "show", log, "--until", "2026-05-27").stdout
    assert "login.failed" in machine("audit", "show", log, "--since", "2026-05-28", "--until", "2026-05-28").stdout
    wrong = machine("audit", "show", log, "--area", "colour")
    assert wrong.exit_code == BAD_USAGE


def test_an_export_is_recorded_and_verifies(machine: Machine, tmp_path: Path) -> None:
    machine.open_event()
    out = tmp_path / "out.log"
    done = machine("audit", "export", "--to", out, "--recipient", "inspector-1", "--reason", "yearly look")
    assert done.exit_code == 0, done.output
    assert machine("audit", "verify", out).exit_code == 0
    told = json.loads(machine.device.audit_file.read_text().splitlines()[-1])
    assert (told["kind"], told["fields"]["recipient"]) == (Kind.LOG_EXPORTED, "inspector-1")
    assert told["fields"]["hash"] == base64_of(hashlib.sha256(out.read_bytes()).digest())
    again = machine("audit", "export", "--to", out, "--recipient", "inspector-1", "--reason", "yearly look")
    assert again.exit_code == FAILED
    assert (
        machine("audit", "export", "--to", tmp_path / "b", "--recipient", "張 偉", "--reason", "x").exit_code
        == BAD_USAGE
    )
    assert not (tmp_path / "b").exists()


def test_a_purge_of_young_records_is_refused(machine: Machine) -> None:
    machine.open_event()
    refused = machine("audit", "purge", "--before", "2100-01-01")
    assert refused.exit_code == FAILED
    assert "record 1 has to be kept for 184 days" in refused.stderr
    assert "nothing that old" in machine("audit", "purge", "--before", "2000-01-01").stdout


def test_a_changed_log_is_kept_and_a_new_one_names_it(machine: Machine) -> None:
    machine.open_event()
    log = machine.device.audit_file
    assert machine("audit", "renew").exit_code == FAILED
    log.write_bytes(log.read_bytes()[:-8] + b"!" + log.read_bytes()[-7:])
    refused = machine("event", "import", "rehearsal", machine.folder / "roster.csv")
    assert "kiosk audit renew" in refused.stderr
    changed = log.read_bytes()
    assert machine("audit", "renew").exit_code == 0
    assert log.with_name("audit-broken-1.log").read_bytes() == changed
    assert machine("audit", "verify", log).exit_code == 0
    assert machine.kinds() == [Kind.LOG_BEGUN, Kind.LOG_RENEWED, Kind.LOG_CHECKPOINT, Kind.LOG_VERIFIED]
    assert json.loads(log.read_text().splitlines()[1])["fields"] == {
        "records": changed.count(b"\n"),
        "hash": base64_of(hashlib.sha256(changed).digest()),
    }


def test_the_events_own_log_is_shown_while_there_is_a_key(machine: Machine) -> None:
    machine.open_event()
    keys = FileEventKeys.load(machine.event.key_file, "rehearsal")
    entry = Entry(Kind.STAFF_OVERRIDE, "anna", "rehearsal", fields={"station": "desk-1", "outcome": "other_gate"})
    DetailLog(machine.event.detail_file, keys).write(Fact(1_780_000_000.0, entry))
    shown = machine("audit", "detail", "rehearsal")
    assert shown.exit_code == 0, shown.output
    assert "staff.override" in shown.stdout
    machine.event.key_file.unlink()
    gone = machine("audit", "detail", "rehearsal")
    assert gone.exit_code == FAILED
    assert len(gone.stderr.strip().splitlines()) == 1
