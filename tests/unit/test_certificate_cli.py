"""``kiosk wipe certificate`` and ``kiosk event certificate``: exit codes that scripts can trust."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli import certificate as command
from kiosk.cli.main import app
from kiosk.closing import certificate as issuing
from kiosk.closing.certificate_file import read, sign, sign_paper
from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict
from kiosk.config.places import EventPlace
from kiosk.rehearsal.certificate_sample import sample_bytes
from kiosk.vault.identity import DeviceIdentity
from tests.helpers.certificate import FAKE_PDF, IDENTITY, OTHER_IDENTITY
from tests.helpers.event_place import make_event


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def twins(tmp_path: Path) -> tuple[Path, Path]:
    json_bytes = sample_bytes(Verdict.FAILED, IDENTITY)
    json_file, pdf_file = tmp_path / "certificate.json", tmp_path / "certificate.pdf"
    json_file.write_bytes(json_bytes)
    pdf_file.write_bytes(sign_paper(FAKE_PDF, json_bytes, IDENTITY))
    return json_file, pdf_file


def test_both_twins_hold(twins: tuple[Path, Path]) -> None:
    """A certificate that says FAILED is a good certificate."""
    json_file, pdf_file = twins
    done = run("wipe", "certificate", json_file, "--pdf", pdf_file, "--public-key", IDENTITY.public_key.hex())
    found = json.loads(done.stdout)
    assert (done.exit_code, found["ok"], found["fault"], found["verdict"]) == (0, True, None, "FAILED")
    assert (found["pdf"], found["public_key_trusted"]) == (True, True)
    assert not done.stderr


def test_without_a_key_it_says_what_it_cannot_know(twins: tuple[Path, Path]) -> None:
    done = run("wipe", "certificate", twins[0])
    assert done.exit_code == 0
    assert "--public-key" in done.stderr
    assert json.loads(done.stdout)["pdf"] is False


@pytest.mark.parametrize("which", [0, 1], ids=["json", "pdf"])
def test_a_changed_byte_in_either_twin_fails(twins: tuple[Path, Path], which: int) -> None:
    file = twins[which]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    done = run("wipe", "certificate", twins[0], "--pdf", twins[1])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["ok"] is False
    assert len(done.stderr.splitlines()) == 1


def test_another_kiosks_key_fails(twins: tuple[Path, Path]) -> None:
    done = run("wipe", "certificate", twins[0], "--public-key", OTHER_IDENTITY.public_key.hex())
    assert done.exit_code == 1
    assert json.loads(done.stdout)["fault"] == "other_key"


@pytest.mark.parametrize("more", [("--public-key", "00"), ("--pdf", "/nowhere/certificate.pdf")], ids=["key", "pdf"])
def test_bad_usage_is_one_sentence(twins: tuple[Path, Path], more: tuple[str, str]) -> None:
    done = run("wipe", "certificate", twins[0], *more)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


# --- of an event on this machine ----------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    return make_event(tmp_path, people=4)


def of_event(place: EventPlace) -> Result:
    return run("event", "certificate", place.event_id, "--data", place.data_dir, "--keys", place.key_dir)


def test_an_open_event_has_none(place: EventPlace) -> None:
    done = of_event(place)
    assert done.exit_code == 1
    assert "is closed" in done.stderr


def test_a_paper_that_is_missing_or_changed_is_made_again(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[bytes] = []

    def paint(json_bytes: bytes) -> bytes:
        painted.append(json_bytes)
        return FAKE_PDF

    monkeypatch.setattr(command, "paint_again", lambda place: issuing.paint_again(place, paint))
    close_event(place)
    assert not place.certificate_paper.exists()
    done = of_event(place)
    assert (done.exit_code, len(painted)) == (0, 1)
    assert f"PDF: {place.certificate_paper}" in done.stdout
    assert "Verdict: PASS" in done.stdout
    assert (of_event(place).exit_code, len(painted)) == (0, 1), "one that holds stays as it is"
    place.certificate_paper.write_bytes(place.certificate_paper.read_bytes()[:-3])
    assert (of_event(place).exit_code, len(painted)) == (0, 2)
    assert run("wipe", "certificate", place.certificate_file, "--pdf", place.certificate_paper).exit_code == 0


def test_a_changed_certificate_is_not_shown(place: EventPlace) -> None:
    close_event(place)
    place.certificate_file.write_bytes(place.certificate_file.read_bytes().replace(b"PASS", b"FAIL"))
    done = of_event(place)
    assert done.exit_code == 1
    assert "does not hold" in done.stderr


def test_another_kiosks_certificate_is_not_ours(place: EventPlace) -> None:
    close_event(place)
    place.certificate_file.write_bytes(sample_bytes(Verdict.PASS, OTHER_IDENTITY))
    done = of_event(place)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "not this kiosk's" in done.stderr


def test_another_events_certificate_is_not_this_ones(place: EventPlace) -> None:
    close_event(place)
    identity = DeviceIdentity.load(issuing.device_of(place).identity_file)
    ours = read(place.certificate_file.read_bytes()).certificate
    event = ours.event.model_copy(update={"id": "another"})
    place.certificate_file.write_bytes(sign(ours.model_copy(update={"event": event}), identity))
    done = of_event(place)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "another event's" in done.stderr


def test_without_the_own_key_nothing_is_called_ours(place: EventPlace) -> None:
    close_event(place)
    issuing.device_of(place).identity_file.unlink()
    done = of_event(place)
    assert (done.exit_code, done.stdout) == (1, "")


def test_closing_on_the_command_line_issues_both(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.cli.event.paper_of", lambda json_bytes: FAKE_PDF)
    done = run("event", "close", place.event_id, "--yes", "--data", place.data_dir, "--keys", place.key_dir)
    assert done.exit_code == 0, done.output
    assert "certificate: SHA-256" in done.stdout
    assert run("wipe", "certificate", place.certificate_file, "--pdf", place.certificate_paper).exit_code == 0
    assert run("wipe", "verify", place.data_dir, "--event", place.event_id, "--keys", place.key_dir).exit_code == 0
