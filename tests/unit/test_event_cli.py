"""An event's life on the command line: one sentence per error, and exit codes that scripts can trust."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from kiosk.cli.event import event_app
from kiosk.cli.wipe import wipe_app
from kiosk.config.places import EventPlace
from kiosk.ledger.numbers import count_tickets
from kiosk.roster.row import read_row
from tests.helpers.certificate import FAKE_PDF
from tests.helpers.event_place import CANARIES, write_event_file, write_roster
from tests.helpers.roster import csv_text, row

app = typer.Typer()
app.add_typer(event_app, name="event")
app.add_typer(wipe_app, name="wipe")


@pytest.fixture(autouse=True)
def _paper_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Painting a certificate takes a second and a process; its own tests do it."""
    monkeypatch.setattr("kiosk.cli.event.paper_of", lambda json_bytes: FAKE_PDF)


class Shell:
    """Runs commands against one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = EventPlace(folder / "data", folder / "keys", "rehearsal")
        self._environment = {
            "VENUE_KIOSK_DATA": str(self.place.data_dir),
            "VENUE_KIOSK_KEYS": str(self.place.key_dir),
        }

    def __call__(self, *arguments: object, answer: str = "") -> Result:
        runner = CliRunner(env=self._environment)
        return runner.invoke(app, [str(each) for each in arguments], input=answer)

    def until_open(self) -> None:
        for arguments in (
            ("new", write_event_file(self.folder)),
            ("import", "rehearsal", write_roster(self.folder)),
            ("arm", "rehearsal"),
            ("open", "rehearsal"),
        ):
            result = self("event", *arguments)
            assert result.exit_code == 0, result.output


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_an_events_whole_life(shell: Shell) -> None:
    shell.until_open()
    before = json.loads(shell("event", "report", "rehearsal", "--json").stdout)
    assert (before["state"], before["counts"]["tickets"]) == ("open", 40)
    (shell.folder / "roster.csv").unlink()
    closed = shell("event", "close", "rehearsal", "--yes")
    assert closed.exit_code == 0, closed.output
    assert "PASS" in closed.stdout
    assert "not looked at" in closed.stdout
    after = json.loads(shell("event", "report", "rehearsal", "--json").stdout)
    assert (after["state"], after["counts"]) == ("wiped", before["counts"])
    again = shell("event", "close", "rehearsal", "--yes")
    assert again.exit_code == 1
    assert again.stderr.startswith("Event rehearsal is closed:")


@pytest.mark.parametrize("year", ["2026", "2099"])
def test_an_event_whose_sessions_are_over_is_warned_of(shell: Shell, year: str) -> None:
    shell("event", "new", write_event_file(shell.folder, **{"2026-05-": f"{year}-05-"}))
    shell("event", "import", "rehearsal", write_roster(shell.folder))
    for step in ("check", "arm", "open"):
        said = shell("event", step, "rehearsal")
        assert said.exit_code == 0, said.output
        assert ("its last session ended on 2026-05-" in said.stderr) == (year == "2026")


def test_a_bad_event_file_lists_all_its_faults_and_creates_nothing(shell: Shell) -> None:
    file = write_event_file(shell.folder, **{"attempts = 2": "attempts = 9", 'id = "B"': 'id = "A"'})
    result = shell("event", "new", file)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"{file}: gate_groups[2].id: is used twice",
        f"{file}: face.attempts: must be at most 2",
    ]
    assert not shell.place.data_dir.exists()


def test_an_event_is_created_once(shell: Shell) -> None:
    file = write_event_file(shell.folder)
    assert shell("event", "new", file).exit_code == 0
    again = shell("event", "new", file)
    assert (again.exit_code, len(again.stderr.splitlines())) == (1, 1)


@pytest.mark.parametrize("command", ["import", "check", "arm", "open", "close", "report"])
@pytest.mark.parametrize("event", ["nothing", "../rehearsal", ".", ""])
def test_an_unknown_event_is_bad_usage(shell: Shell, command: str, event: str) -> None:
    more = ["roster.csv"] if command == "import" else []
    result = shell("event", command, event, *more)
    assert result.exit_code == 2
    assert result.stderr.startswith("There is no event")


def test_a_roster_with_bad_rows_fails_and_names_them(shell: Shell) -> None:
    shell("event", "new", write_event_file(shell.folder))
    roster = shell.folder / "roster.csv"
    roster.write_text(csv_text([row(1), row(2, session="never"), row(3)]), encoding="utf-8")
    result = shell("event", "import", "rehearsal", roster)
    assert (result.exit_code, result.stderr) == (1, "row 3, session: is not in the event file\n")
    assert result.stdout == "0 of 3 tickets imported, 1 bad rows.\n"
    skipped = shell("event", "import", "rehearsal", roster, "--skip-bad")
    assert (skipped.exit_code, skipped.stdout) == (1, "2 of 3 tickets imported, 1 bad rows.\n")


def test_ctrl_c_imports_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("event", "new", write_event_file(shell.folder))
    roster = shell.folder / "roster.csv"
    roster.write_text(csv_text([row(person) for person in range(20)]), encoding="utf-8")
    before = {path.name.removesuffix("-wal").removesuffix("-shm") for path in shell.place.folder.iterdir()}
    read: list[int] = []

    def interrupted(cells: object, number: int, event: object) -> object:
        read.append(number)
        if number == 15:
            raise KeyboardInterrupt
        return read_row(cells, number, event)  # type: ignore[arg-type]

    monkeypatch.setattr("kiosk.roster.importer.read_row", interrupted)
    result = shell("event", "import", "rehearsal", roster)
    assert (read[-1], result.stdout) == (15, "")
    assert result.exit_code != 0
    assert count_tickets(shell.place.ledger_file)["tickets"] == 0
    left = {path.name.removesuffix("-wal").removesuffix("-shm") for path in shell.place.folder.iterdir()}
    assert left == before


def test_checking_and_arming_say_what_is_missing(shell: Shell) -> None:
    shell("event", "new", write_event_file(shell.folder))
    check = shell("event", "check", "rehearsal", "--json")
    assert check.exit_code == 1
    found = json.loads(check.stdout)
    assert (found["ready"], found["state"]) == (False, "draft")
    arm = shell("event", "arm", "rehearsal")
    assert arm.exit_code == 1
    assert len(arm.stderr.splitlines()) == len(found["missing"]) == 4
    told = shell("event", "check", "rehearsal")
    assert str(shell.place.event_file) in told.stderr, "where the settings are corrected"
    shell("event", "import", "rehearsal", write_roster(shell.folder))
    assert shell("event", "check", "rehearsal").stdout == "Nothing is missing.\n"
    too_early = shell("event", "open", "rehearsal")
    assert (too_early.exit_code, "kiosk event arm rehearsal" in too_early.stderr) == (1, True)


def test_a_roster_that_is_no_roster_is_named_and_counts_no_rows(shell: Shell) -> None:
    shell("event", "new", write_event_file(shell.folder))
    nowhere = shell.folder / "nowhere.csv"
    result = shell("event", "import", "rehearsal", nowhere)
    assert (result.exit_code, result.stdout) == (1, "Nothing was imported.\n")
    assert result.stderr == f"{nowhere}: cannot be read (No such file or directory)\n"


def test_keys_inside_the_data_are_refused_before_anything_is_made(shell: Shell) -> None:
    inside = shell.place.data_dir / "keys"
    result = shell("event", "new", write_event_file(shell.folder), "--keys", inside)
    assert (result.exit_code, "must lie outside" in result.stderr) == (2, True)
    assert not shell.place.data_dir.exists()


def test_closing_with_another_key_folder_never_passes_and_the_right_one_takes_the_key(shell: Shell) -> None:
    shell.until_open()
    elsewhere = shell("event", "close", "rehearsal", "--yes", "--keys", shell.folder / "other-keys")
    assert (elsewhere.exit_code, "UNKNOWN" in elsewhere.stdout) == (1, True)
    assert str(shell.folder / "other-keys" / "rehearsal.key") in elsewhere.stderr
    assert shell.place.key_file.exists()
    again = shell("event", "close", "rehearsal", "--yes")
    assert (again.exit_code, shell.place.key_file.exists()) == (1, False)
    assert str(shell.place.ledger_file) in again.stderr, "the tickets went while nothing beside the key looked"


def test_a_window_without_a_display_is_refused_in_one_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.until_open()
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    result = shell("event", "close", "rehearsal", "--screen")
    assert (result.exit_code, result.stderr.startswith("There is no display")) == (1, True)
    assert shell.place.key_file.exists()


def test_closing_asks_first(shell: Shell) -> None:
    shell.until_open()
    result = shell("event", "close", "rehearsal", answer="n\n")
    assert result.exit_code == 1
    assert shell.place.key_file.exists()


def test_a_key_others_may_read_is_said_with_the_mend(shell: Shell) -> None:
    shell.until_open()
    shell.place.key_file.chmod(0o644)
    result = shell("event", "report", "rehearsal")
    assert result.exit_code == 1
    assert "chmod 600" in result.stderr


def test_wipe_verify_is_independent_of_the_close_command(shell: Shell) -> None:
    shell.until_open()
    running = shell("wipe", "verify", shell.place.data_dir, "--keys", shell.place.key_dir)
    assert (running.exit_code, json.loads(running.stdout)["verdict"]) == (1, "FAILED")
    shell("event", "close", "rehearsal", "--yes", "--json")
    needles = shell.folder / "needles.txt"
    needles.write_text("\n".join(CANARIES), encoding="utf-8")
    options = ("--keys", shell.place.key_dir, "--needles", needles)
    clean = shell("wipe", "verify", shell.place.data_dir, *options)
    assert (clean.exit_code, json.loads(clean.stdout)["verdict"]) == (0, "PASS")
    assert json.loads(clean.stdout)["leftovers"] == []
    (shell.place.data_dir / "app.log").write_text("admitted 金丝雀3")
    dirty = shell("wipe", "verify", shell.place.data_dir, *options)
    assert dirty.exit_code == 1
    leftovers = json.loads(dirty.stdout)["leftovers"]
    assert leftovers == [{"where": str(shell.place.data_dir / "app.log"), "what": "needle"}]


def test_wipe_verify_wants_a_folder(shell: Shell) -> None:
    assert shell("wipe", "verify", shell.folder / "nowhere").exit_code == 2
    assert shell("wipe", "verify").exit_code == 2


@pytest.mark.parametrize(
    "command", [["event"], *(["event", c] for c in ("new", "import", "close")), ["wipe", "verify"]]
)
def test_every_command_has_help(shell: Shell, command: list[str]) -> None:
    result = shell(*command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout
