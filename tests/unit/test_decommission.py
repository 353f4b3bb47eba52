"""A device leaves service: two empty folders, and exactly what was handed over."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from kiosk.audit.log import AuditLog
from kiosk.audit.verify import verify_log
from kiosk.cli.decommission import decommission
from kiosk.cli.session_place import session_file
from kiosk.closing import life
from kiosk.closing.certificate_file import read
from kiosk.closing.leftovers import Verdict
from kiosk.closing.paper_process import PaperUnavailable
from kiosk.closing.state import EventState, read_state
from kiosk.config.places import DevicePlace
from kiosk.decommission.leave import EventNotClosed, leave
from kiosk.domain.access import Action, Principal, Role, authorise
from kiosk.ports import SystemClock
from tests.helpers.integrity import SealedKiosk, sealed_kiosk

app = typer.Typer()
app.command()(decommission)


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SealedKiosk:
    """With accounts; an administrator is logged in while there are any."""
    kiosk = sealed_kiosk(tmp_path)

    def acting(action: Action) -> Principal:
        name = "admin" if kiosk.place.accounts_file.exists() else "nobody"
        who = Principal(Role.SYSTEM_ADMIN, name)
        authorise(who, action)
        return who

    def no_paper(json_bytes: bytes) -> bytes:
        raise PaperUnavailable("not_made")

    monkeypatch.setattr("kiosk.cli.decommission.acting", acting)
    monkeypatch.setattr("kiosk.cli.decommission.paper_of", no_paper)
    kiosk.place.accounts_file.write_bytes(b"SQLite format 3\0 accounts")
    kiosk.place.accounts_key_file.write_bytes(bytes(64))
    kiosk.place.known_devices_file("gate-1").write_text("{}")
    kiosk.place.audit_file.with_name("audit-broken-1.log").write_text("a log that was changed, and set aside")
    return kiosk


def run(kiosk: SealedKiosk, *arguments: object, answers: str = "") -> Result:
    environment = {"VENUE_KIOSK_DATA": str(kiosk.place.data_dir), "VENUE_KIOSK_KEYS": str(kiosk.place.key_dir)}
    return CliRunner(env=environment).invoke(app, ["--by", "Zhou", *map(str, arguments)], input=answers)


def contents(place: DevicePlace) -> list[Path]:
    return [*place.data_dir.rglob("*"), *place.key_dir.rglob("*")]


@pytest.mark.requirement("R-99")
def test_as_fresh_as_on_the_first_day(kiosk: SealedKiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-99: after it both folders equal a fresh install, except what was handed over."""
    handover = tmp_path / "handed over"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    session = session_file(kiosk.place)
    assert session is not None
    session.write_text("token")
    result = run(kiosk, "--yes", "--handover", handover)
    assert (result.exit_code, "PASS" in result.stdout) == (0, True), result.output
    assert contents(kiosk.place) == []
    assert not session.exists(), "nobody is logged in to a machine that is gone"
    names = {path.relative_to(handover).as_posix() for path in handover.rglob("*") if path.is_file()}
    assert {"audit.log", "identity.pub", "SHA256SUMS", "events/rehearsal/report.json"} <= names
    assert {"events/rehearsal/certificate.json", "audit-broken-1.log"} <= names
    assert not [name for name in names if "key" in name or "accounts" in name]
    for line in (handover / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((handover / name).read_bytes()).hexdigest() == digest


def test_what_was_handed_over_can_still_be_verified(kiosk: SealedKiosk, tmp_path: Path) -> None:
    handover = tmp_path / "out"
    run(kiosk, "--yes", "--handover", handover)
    public_key = bytes.fromhex((handover / "identity.pub").read_text())
    finding = verify_log(handover / "audit.log", public_key=public_key)
    assert finding.ok
    assert read((handover / "events/rehearsal/certificate.json").read_bytes(), public_key)
    assert "device.decommissioned" in (handover / "audit.log").read_text()


def test_an_open_event_refuses(kiosk: SealedKiosk) -> None:
    life.arm_event(kiosk.event)
    life.open_event(kiosk.event)
    before = contents(kiosk.place)
    result = run(kiosk, "--yes", "--without-log")
    assert (result.exit_code, result.stderr.startswith("Event rehearsal is open")) == (1, True)
    assert contents(kiosk.place) == before


@pytest.mark.parametrize("answers", ["\nn\n", "\ny\nno\n", "\ny\n\n"])
def test_it_asks_twice(kiosk: SealedKiosk, answers: str) -> None:
    before = contents(kiosk.place)
    result = run(kiosk, answers=answers)
    assert result.exit_code == 1
    assert contents(kiosk.place) == before


def test_the_word_does_it_and_the_log_is_offered(kiosk: SealedKiosk, tmp_path: Path) -> None:
    result = run(kiosk, answers=f"{tmp_path / 'out'}\ny\ndecommission\n")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "audit.log").is_file()
    assert contents(kiosk.place) == []


def test_without_asking_the_log_must_be_decided(kiosk: SealedKiosk) -> None:
    assert run(kiosk, "--yes").exit_code == 2
    assert run(kiosk, "--yes", "--without-log", "--handover", kiosk.folder / "x").exit_code == 2
    assert run(kiosk, "--yes", "--handover", kiosk.folder).exit_code == 2
    assert contents(kiosk.place)


@pytest.mark.parametrize("where", ["data", "keys", "data/events"])
def test_what_is_not_the_kiosks_is_never_destroyed(kiosk: SealedKiosk, where: str) -> None:
    """Somebody named a folder of their own, or keeps something in ours."""
    if where == "data/events":
        (kiosk.folder / "data" / "events").rename(kiosk.folder / "moved")
        (kiosk.folder / where).symlink_to(kiosk.folder / "moved")
    else:
        (kiosk.folder / where / "thesis.odt").write_text("years of work")
    result = run(kiosk, "--yes", "--without-log")
    assert (result.exit_code, "is not the kiosk's" in result.stderr) == (1, True)
    assert kiosk.event.key_file.exists()


def test_a_hand_over_into_the_kiosk_is_none(kiosk: SealedKiosk) -> None:
    result = run(kiosk, "--yes", "--handover", kiosk.place.data_dir / "device" / "out")
    assert (result.exit_code, "could not be handed over" in result.stderr) == (1, True)
    assert kiosk.place.identity_file.exists()


def test_an_event_that_does_not_close_keeps_the_rest(kiosk: SealedKiosk) -> None:
    audit = AuditLog.at(kiosk.place, SystemClock())
    with pytest.raises(EventNotClosed, match="rehearsal: UNKNOWN"):
        leave(kiosk.place, "admin", "Zhou", lambda place: Verdict.UNKNOWN, audit, None)
    assert kiosk.place.accounts_key_file.exists()
    assert read_state(kiosk.event.state_file) is EventState.DRAFT


@pytest.mark.parametrize("cut", ["_destroy_keys", "_empty", "find_leftovers"])
def test_cut_short_and_taken_up_again(kiosk: SealedKiosk, monkeypatch: pytest.MonkeyPatch, cut: str) -> None:
    with monkeypatch.context() as patch:

        def power_cut(*arguments: object, **more: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(f"kiosk.decommission.leave.{cut}", power_cut)
        assert run(kiosk, "--yes", "--without-log").exit_code != 0
    assert not kiosk.place.accounts_file.exists(), "to be finished without a log-in"
    result = run(kiosk, "--yes", "--without-log")
    assert result.exit_code == 0, result.output
    assert contents(kiosk.place) == []


def test_nothing_there_is_bad_usage(kiosk: SealedKiosk, tmp_path: Path) -> None:
    result = run(kiosk, "--yes", "--without-log", "--data", tmp_path / "nowhere")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
