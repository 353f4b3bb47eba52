"""``kiosk office`` before any window opens: one sentence for what keeps it from opening."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.cli.hold_screen import show_hold
from kiosk.cli.main import app
from kiosk.cli.saying import BAD_USAGE, FAILED
from kiosk.closing.bound import is_rehearsal, read_bound, write_bound
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.rehearsal.venue import Sizes, write_machine
from tests.helpers.event_place import make_event


class Asked(Exception):
    """What comes after tracers are refused: the window."""


def test_a_machine_file_that_is_none_is_bad_usage(tmp_path: Path) -> None:
    file = tmp_path / "machine.toml"
    file.write_text("colour = 'blue'\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["office", "--config", str(file)])
    assert done.exit_code == BAD_USAGE
    assert "Traceback" not in done.output


def test_a_machine_without_accounts_has_no_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_event(tmp_path, people=4)
    file = tmp_path / "desk.toml"
    write_machine(file, "desk", tmp_path, tmp_path / "devices", Sizes().desk, "")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    done = CliRunner().invoke(app, ["office", "--config", str(file)])
    assert done.exit_code == FAILED
    assert done.stderr.startswith("This machine has no accounts yet.")


def made_live(place: EventPlace) -> None:
    """Its file goes on saying that it is a rehearsal."""
    bound = read_bound(place)
    assert bound is not None
    write_bound(place, replace(bound, terms=replace(bound.terms, mode="live")))


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One for each time that tracers are refused; no window is opened."""

    def no_window(*words: object, **more: object) -> None:
        raise Asked

    found: list[str] = []
    monkeypatch.setattr("kiosk.vault.core_dumps.refuse_attaching", lambda: found.append("office"))
    monkeypatch.setattr("kiosk.cli.hold_screen.refuse_attaching", lambda: found.append("hold"))
    monkeypatch.setattr("kiosk.ui.app_setup.make_application", no_window)
    monkeypatch.setattr("kiosk.cli.hold_screen.make_application", no_window)
    monkeypatch.setattr("kiosk.cli.office.set_up", lambda place: True)
    return found


@pytest.mark.parametrize("live", [False, True])
def test_tracers_are_refused_unless_the_event_was_made_as_a_rehearsal(
    tmp_path: Path, refusals: list[str], live: bool
) -> None:
    place = make_event(tmp_path, people=4)
    if live:
        made_live(place)
    file = tmp_path / "desk.toml"
    write_machine(file, "desk", tmp_path, tmp_path / "devices", Sizes().desk, "")
    done = CliRunner().invoke(app, ["office", "--config", str(file)])
    assert isinstance(done.exception, Asked), done.output
    with pytest.raises(Asked):
        show_hold(place, load_event(place.event_file), "K7M4PX", None)  # type: ignore[arg-type]
    assert refusals == (["office", "hold"] if live else [])


def test_what_proves_nothing_is_no_rehearsal(tmp_path: Path) -> None:
    place = make_event(tmp_path, people=4)
    assert is_rehearsal(place)
    place.bound_file.write_bytes(b"{}")
    assert not is_rehearsal(place)
    place.bound_file.unlink()
    assert not is_rehearsal(place)
