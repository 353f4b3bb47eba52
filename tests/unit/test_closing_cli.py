"""What may be decided before an event ends, and how an end is finished and looked at, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.closing.journal import Because, read_noted
from kiosk.closing.state import EventState, move, read_state
from kiosk.rehearsal.venue import write_machine
from kiosk.service import Refused, load_station, serve
from tests.helpers.event_place import settle
from tests.unit.test_event_cli import Shell

EXTEND = ("event", "extend", "rehearsal", "--hours", "3", "--reason", "the encore")
TWO = ("--approve", "anna", "--approve", "bo")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.until_open()
    (tmp_path / "roster.csv").unlink()
    return shell


def over(shell: Shell) -> None:
    """The event was years ago, whatever day this is."""
    text = shell.place.event_file.read_text(encoding="utf-8")
    settle(shell.place, text.replace("2026-05-0", "2020-05-0"))


def test_an_extension_needs_two_people_and_ends_at_24_hours(shell: Shell) -> None:
    assert shell(*EXTEND, "--approve", "anna").exit_code == 2
    assert shell(*EXTEND, "--approve", "anna", "--approve", "Anna").exit_code == 2
    done = shell(*EXTEND, *TWO)
    assert done.exit_code == 0, done.output
    assert "5 h after its end" in done.stdout
    too_long = shell("event", "extend", "rehearsal", "--hours", "20", "--reason", "again", *TWO)
    assert (too_long.exit_code, too_long.stderr.count("\n")) == (1, 1)
    assert "at most 19 more" in too_long.stderr
    assert shell("event", "extend", "rehearsal", "--hours", "-1", "--reason", "again", *TWO).exit_code == 2


def test_a_later_end_without_the_tickets_is_refused_in_one_sentence(shell: Shell, tmp_path: Path) -> None:
    shell.place.ledger_file.rename(tmp_path / "aside")
    later = tmp_path / "later.toml"
    later.write_text(shell.place.event_file.read_text("utf-8").replace("2026-05-0", "2026-06-0"), encoding="utf-8")
    refused = shell("event", "change", "rehearsal", later, "--reason", "a month more")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "put" in refused.stderr


def test_the_clock_is_shown_and_answered_for(shell: Shell) -> None:
    over(shell)
    told = json.loads(shell("event", "clock", "rehearsal", "--json").stdout)
    assert (told["stands"], told["to_be_confirmed"]) == ("agrees", False)
    assert told["due"] == "close"
    assert shell("event", "clock", "rehearsal", "--confirm", "--wrong").exit_code == 2
    answered = shell("event", "clock", "rehearsal", "--confirm")
    assert answered.exit_code == 0
    assert "By the kiosk's own count" in answered.stdout


def test_the_used_list_is_taken_once_per_file(shell: Shell, tmp_path: Path) -> None:
    to = tmp_path / "used.csv"
    take = ("event", "used-list", "rehearsal", "--to", to, "--reason", "refunds", "--by", "anna")
    done = shell(*take)
    assert done.exit_code == 0, done.output
    assert "40 tickets written" in done.stdout
    again = shell(*take)
    assert (again.exit_code, again.stderr) == (2, f"{to} exists already: name a new file.\n")
    inside = shell("event", "used-list", "rehearsal", "--to", shell.place.folder / "u.csv", *take[5:])
    assert inside.exit_code == 2
    assert "outside" in inside.stderr
    shell.place.report_file.unlink(missing_ok=True)  # what hides a list that was handed out
    shell("event", "close", "rehearsal", "--yes")
    assert read_noted(shell.place.report_file).handed_out[0].recipient == "anna"


def test_resume_finishes_and_says_when_there_is_nothing_to_finish(shell: Shell) -> None:
    text = shell.place.event_file.read_text(encoding="utf-8")
    settle(shell.place, text.replace("2026-05-", "2099-05-"))
    assert "nothing to finish" in shell("wipe", "resume", shell.place.data_dir).stdout
    move(shell.place.state_file, EventState.CLOSING)
    done = shell("wipe", "resume", shell.place.data_dir)
    assert done.exit_code == 0, done.output
    assert "PASS" in done.stdout
    assert read_state(shell.place.state_file) is EventState.WIPED


def test_a_lost_key_is_ended_by_two_and_stays_unknown(shell: Shell) -> None:
    shell.place.key_file.unlink()
    assert shell("event", "close", "rehearsal", "--yes").exit_code == 1
    assert shell("event", "close", "rehearsal", "--yes", "--key-lost", "--reason", "burnt").exit_code == 2
    ended = shell("event", "close", "rehearsal", "--yes", "--key-lost", "--reason", "burnt", *TWO)
    assert ended.exit_code == 1, "UNKNOWN is no PASS"
    assert "two people said" in ended.stderr
    assert read_state(shell.place.state_file) is EventState.WIPED
    look = shell("wipe", "verify", shell.place.data_dir)
    assert (look.exit_code, json.loads(look.stdout)["verdict"]) == (1, "UNKNOWN")


def test_verify_speaks_json_to_programs_and_a_summary_to_people(shell: Shell, tmp_path: Path) -> None:
    shell("event", "close", "rehearsal", "--yes")
    clean = shell("wipe", "verify", shell.place.data_dir, "--keys", shell.place.key_dir)
    assert (clean.exit_code, json.loads(clean.stdout)["verdict"]) == (0, "PASS")
    assert clean.stderr.startswith("PASS: ")
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "old.log").write_bytes(b"details_sealed")
    dirty = shell("wipe", "verify", shell.place.data_dir, "--also", logs)
    assert (dirty.exit_code, json.loads(dirty.stdout)["leftovers"][0]["what"]) == (1, "ticket_store")
    assert "LEFT: " in dirty.stderr


def test_verify_of_nothing_or_without_the_keys_it_should_look_for_is_unknown(shell: Shell, tmp_path: Path) -> None:
    shell("event", "close", "rehearsal", "--yes")
    (tmp_path / "empty").mkdir()
    for folder, keys in ((tmp_path / "empty", shell.place.key_dir), (shell.place.data_dir, tmp_path / "nowhere")):
        look = shell("wipe", "verify", folder, "--keys", keys)
        assert (look.exit_code, json.loads(look.stdout)["verdict"]) == (1, "UNKNOWN")


def test_verify_shows_control_characters_of_names_and_does_not_obey_them(shell: Shell) -> None:
    shell("event", "close", "rehearsal", "--yes")
    (shell.place.data_dir / "a\x1b[2J\u202e票.csv").write_bytes(b"")
    look = shell("wipe", "verify", shell.place.data_dir)
    assert "a\\x1b[2J\\u202e票.csv" in look.stderr
    assert "\x1b" not in look.stderr


def test_a_station_whose_event_is_over_wipes_before_it_has_a_window(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def window(*_: object) -> None:
        raise AssertionError("something was shown")

    over(shell)
    monkeypatch.setattr("kiosk.service.make_application", window)
    machine = tmp_path / "gate.toml"
    write_machine(machine, "gate", tmp_path, tmp_path / "devices", (1080, 1920), "film.json")
    with pytest.raises(Refused) as refused:
        serve(load_station(machine))
    assert "closed before anything was shown" in str(refused.value)
    assert read_state(shell.place.state_file) is EventState.WIPED
    assert read_noted(shell.place.report_file).because is Because.DEADLINE
