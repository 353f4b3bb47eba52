"""``kiosk run`` before anything runs: what is wrong is said in a sentence each, with the right exit code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.app import rules_of
from kiosk.cli.main import app
from kiosk.config.places import EventPlace
from kiosk.config.station import StationConfig
from kiosk.parts.common import session_of
from kiosk.parts.devices import reader_settings
from kiosk.rehearsal.venue import Sizes, write_machine
from kiosk.service import load_station
from kiosk.vault.key_file import overwrite_and_remove
from tests.helpers.event_place import make_event

BAD_USAGE, FAILED = 2, 1


def kiosk(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def sentences(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if line]


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    return make_event(tmp_path, people=4)


@pytest.fixture
def gate_file(place: EventPlace, tmp_path: Path) -> Path:
    path = tmp_path / "gate.toml"
    write_machine(path, "gate", tmp_path, tmp_path / "devices", Sizes().gate, str(tmp_path / "film"))
    return path


@pytest.fixture
def desk_file(place: EventPlace, tmp_path: Path) -> Path:
    path = tmp_path / "desk.toml"
    write_machine(path, "desk", tmp_path, tmp_path / "devices", Sizes().desk, "")
    return path


@pytest.mark.parametrize("command", [(), ("run",), ("rehearse",), ("event",), ("event", "close"), ("wipe", "verify")])
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    result = kiosk(*command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_a_settings_file_that_is_not_there(tmp_path: Path) -> None:
    result = kiosk("run", "--config", tmp_path / "nowhere.toml")
    assert result.exit_code == BAD_USAGE
    assert len(sentences(result)) == 1
    assert "nowhere.toml" in result.stderr
    assert "Traceback" not in result.output


def test_a_settings_file_that_is_no_toml(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("station = \n")
    result = kiosk("run", "--config", bad)
    assert result.exit_code == BAD_USAGE
    assert len(sentences(result)) == 1
    assert "not valid TOML" in result.stderr


def test_two_faults_are_both_named(gate_file: Path) -> None:
    text = gate_file.read_text().replace('language = "zh"', 'language = "xx"\ncolour = "blue"')
    gate_file.write_text(text)
    result = kiosk("run", "--config", gate_file)
    assert result.exit_code == BAD_USAGE
    assert len(sentences(result)) == 2
    assert "language" in result.stderr
    assert "colour" in result.stderr


def test_an_event_that_is_not_on_this_machine(gate_file: Path) -> None:
    gate_file.write_text(gate_file.read_text().replace('event = "rehearsal"', 'event = "another"'))
    result = kiosk("run", "--config", gate_file)
    assert result.exit_code == BAD_USAGE
    assert len(sentences(result)) == 1


def test_the_wrong_kind_of_station(gate_file: Path, desk_file: Path) -> None:
    for path, wrong, right in ((gate_file, "desk", "gate"), (desk_file, "gate", "desk")):
        result = kiosk("run", "--config", path, "--station", wrong)
        assert result.exit_code == BAD_USAGE
        assert sentences(result) == [f"{path} describes a {right}, not a {wrong}."]
    assert kiosk("run", "--config", gate_file, "--station", "door").exit_code == BAD_USAGE
    assert kiosk("run").exit_code == BAD_USAGE


def test_a_key_that_is_gone_is_a_sentence_and_no_station(desk_file: Path, place: EventPlace) -> None:
    overwrite_and_remove(place.key_file)
    result = kiosk("run", "--config", desk_file)
    assert result.exit_code == FAILED
    assert len(sentences(result)) == 1
    assert "key" in result.stderr


def test_an_unknown_fault_of_a_rehearsal() -> None:
    result = kiosk("rehearse", "--headless", "--faults", "earthquake")
    assert result.exit_code == BAD_USAGE
    assert sentences(result) == ["There is no such fault: earthquake."]


# --- what the composition root makes of the settings ------------------------------------------------


@pytest.fixture
def config(gate_file: Path) -> StationConfig:
    return load_station(gate_file)


def live(config: StationConfig) -> StationConfig:
    """The same station in service, as far as the settings of its reader go."""

    class InService(StationConfig):
        @property
        def rehearsal(self) -> bool:
            return False

    return InService(config.event, config.machine)


def test_in_service_a_replaced_reader_is_looked_for_but_not_on_other_devices_ports(config: StationConfig) -> None:
    machine = config.machine
    assert machine.scanner is not None
    assert machine.gate is not None
    assert machine.passport_reader is not None
    passports = (machine.passport_reader.port, machine.passport_reader.settings["swipe_port"])
    settings = reader_settings(live(config))
    assert settings["search"] is True
    assert set(settings["exclude"]) == {machine.scanner.port, machine.gate.port, *passports}  # type: ignore[call-overload]
    assert reader_settings(config) == {}


def test_the_machines_file_has_the_last_word_on_searching(config: StationConfig) -> None:
    assert config.machine.reader is not None
    reader = config.machine.reader.model_copy(update={"settings": {"search": False, "baud": 9600}})
    told = StationConfig(config.event, config.machine.model_copy(update={"reader": reader}))
    assert reader_settings(live(told))["search"] is False
    assert reader_settings(live(told))["baud"] == 9600


def test_the_rules_are_the_events(config: StationConfig) -> None:
    rules, event = rules_of(config), config.event
    assert (rules.attempt_s, rules.max_attempts) == (event.face.attempt_s, event.face.attempts)
    assert rules.face_lane
    without = StationConfig(event, config.machine.model_copy(update={"camera": None}))
    assert not rules_of(without).face_lane


def test_the_session_is_todays_or_the_next_or_the_last(config: StationConfig) -> None:

    sessions = config.event.sessions
    first = datetime(sessions[0].date.year, sessions[0].date.month, sessions[0].date.day, 12, tzinfo=UTC)
    assert session_of(config, first) is sessions[0]
    assert session_of(config, first - timedelta(days=30)) is sessions[0]
    assert session_of(config, first + timedelta(days=300)) is sessions[-1]
