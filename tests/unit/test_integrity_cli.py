"""Sealing and checking from the command line; the log says who sealed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from kiosk.cli import doctor_checks as checks
from kiosk.cli.doctor_checks import Level
from kiosk.cli.event_seal import look_at_seal
from kiosk.cli.integrity import integrity_app
from kiosk.config.load import load_machine
from kiosk.integrity import station_check
from kiosk.integrity.station_check import station_look
from tests.helpers.integrity import SealedKiosk, sealed_kiosk

app = typer.Typer()
app.add_typer(integrity_app, name="integrity")


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SealedKiosk:
    kiosk = sealed_kiosk(tmp_path)
    monkeypatch.setattr(station_check, "code_roots", lambda: kiosk.roots)
    monkeypatch.setattr("kiosk.integrity.subjects.code_roots", lambda: kiosk.roots)
    kiosk.place.manifest_file.unlink()
    return kiosk


def run(kiosk: SealedKiosk, *arguments: object) -> Result:
    environment = {"VENUE_KIOSK_DATA": str(kiosk.place.data_dir), "VENUE_KIOSK_KEYS": str(kiosk.place.key_dir)}
    return CliRunner(env=environment).invoke(app, ["integrity", *map(str, arguments)])


def seal(kiosk: SealedKiosk) -> str:
    result = run(kiosk, "seal", "--config", kiosk.machine_file, "--by", "Zhou", "--reason", "installed")
    assert result.exit_code == 0, result.output
    return result.stdout.split(" sealed as ")[1].split(".")[0]


def test_seal_check_change_check_seal(kiosk: SealedKiosk) -> None:
    assert run(kiosk, "check").exit_code == 1
    number = seal(kiosk)
    good = run(kiosk, "check", "--expect", number)
    assert (good.exit_code, number in good.stdout) == (0, True), good.output
    kiosk.source.write_text("THRESHOLD = 0.01\n")
    bad = run(kiosk, "check")
    assert (bad.exit_code, bad.stderr) == (1, "code kiosk/rules.py: changed\n")
    told = json.loads(run(kiosk, "check", "--json").stdout)
    assert (told["state"], told["differences"]) == (
        "broken",
        [{"part": "code", "name": "kiosk/rules.py", "what": "changed"}],
    )
    again = seal(kiosk)
    assert again != number
    noticed = run(kiosk, "check", "--expect", number)
    assert (noticed.exit_code, "somebody sealed again" in noticed.stderr) == (1, True)
    log = kiosk.place.audit_file.read_text(encoding="utf-8")
    assert (log.count("integrity.sealed"), log.count("integrity.broken")) == (2, 2)


def test_many_differences_are_counted(kiosk: SealedKiosk) -> None:
    seal(kiosk)
    for number in range(12):
        (kiosk.source.parent / f"more{number:02}.py").write_text("")
    result = run(kiosk, "check")
    assert result.stderr.splitlines()[-1] == "... and 2 more."


def test_who_and_why_must_be_said(kiosk: SealedKiosk) -> None:
    assert run(kiosk, "seal", "--by", "Zhou").exit_code == 2
    assert run(kiosk, "seal", "--by", " ", "--reason", "x").exit_code == 2
    assert not kiosk.place.manifest_file.exists()


def test_without_a_machine_file_the_stations_stay_unsealed(kiosk: SealedKiosk) -> None:
    result = run(kiosk, "seal", "--by", "Zhou", "--reason", "x")
    assert (result.exit_code, "No machine file was named" in result.stdout) == (0, True)


def test_bad_machine_files_are_bad_usage(kiosk: SealedKiosk) -> None:
    other = kiosk.folder / "other.toml"
    other.write_text(kiosk.machine_file.read_text().replace("/data", "/elsewhere"))
    both = run(kiosk, "seal", "--config", kiosk.machine_file, "--config", other, "--by", "Zhou", "--reason", "x")
    assert (both.exit_code, len(both.stderr.splitlines())) == (2, 1)
    nothing = run(kiosk, "seal", "--config", kiosk.folder / "nothing.toml", "--by", "Zhou", "--reason", "x")
    assert (nothing.exit_code, "cannot be read" in nothing.stderr) == (2, True)


def test_what_cannot_be_hashed_is_said_and_nothing_is_sealed(kiosk: SealedKiosk) -> None:
    (kiosk.source.parent / "gone.py").symlink_to(kiosk.folder / "nowhere.py")
    result = run(kiosk, "seal", "--by", "Zhou", "--reason", "x")
    assert (result.exit_code, result.stderr) == (1, "Nothing was sealed: kiosk/gone.py is absent.\n")


def test_a_seal_that_cannot_be_logged_is_none(kiosk: SealedKiosk) -> None:
    kiosk.place.audit_file.mkdir(parents=True)
    result = run(kiosk, "seal", "--by", "Zhou", "--reason", "x")
    assert (result.exit_code, result.stderr.startswith("Nothing was sealed")) == (1, True)
    assert not kiosk.place.manifest_file.exists()


def test_the_doctor_says_what_the_seal_says(kiosk: SealedKiosk) -> None:
    look = station_look(kiosk.machine_file, load_machine(kiosk.machine_file))
    assert checks.seal(kiosk.place, look(), live=True).level is Level.BAD
    assert checks.seal(kiosk.place, look(), live=False).level is Level.WARNING
    seal(kiosk)
    assert checks.seal(kiosk.place, look(), live=True).level is Level.OK
    kiosk.source.write_text("THRESHOLD = 0.01\n")
    finding = checks.seal(kiosk.place, look(), live=False)
    assert (finding.level, "kiosk/rules.py: changed" in finding.sentence) == (Level.BAD, True)


@pytest.mark.parametrize(("mode", "warned"), [("live", True), ("rehearsal", False)])
def test_opening_an_event_without_a_seal(
    kiosk: SealedKiosk, capsys: pytest.CaptureFixture[str], mode: str, warned: bool
) -> None:
    text = kiosk.event.event_file.read_text(encoding="utf-8")
    if mode == "live":
        text = text.replace('mode = "rehearsal"', 'mode = "live"')
        text = text.replace(', "rehearsal"]', "]").replace('"rehearsal", ', "")
    kiosk.event.event_file.write_text(text, encoding="utf-8")
    look_at_seal(kiosk.event)
    assert ("Face lanes stay shut" in capsys.readouterr().err) is warned
    assert "integrity.checked" in kiosk.place.audit_file.read_text(encoding="utf-8")


def test_opening_an_event_with_a_broken_seal(kiosk: SealedKiosk, capsys: pytest.CaptureFixture[str]) -> None:
    seal(kiosk)
    kiosk.source.write_text("THRESHOLD = 0.01\n")
    look_at_seal(kiosk.event)
    assert "kiosk/rules.py: changed" in capsys.readouterr().err
