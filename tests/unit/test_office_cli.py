"""``kiosk office`` before any window opens: one sentence for what keeps it from opening."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.cli.main import app
from kiosk.cli.saying import BAD_USAGE, FAILED
from kiosk.rehearsal.venue import Sizes, write_machine
from tests.helpers.event_place import make_event


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
