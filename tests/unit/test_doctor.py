"""The doctor: what it sees, and that each fault comes with the command that mends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kiosk.cli import doctor_checks as checks
from kiosk.cli.doctor import doctor
from kiosk.cli.doctor_checks import Finding, Level
from kiosk.closing import life
from kiosk.config.load import parse_machine
from kiosk.config.machine import CameraKind, CodeCameraConfig, MachineConfig
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.face.port import EngineUnavailable
from kiosk.memory.swapping import Swapping
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.accounts import Machine
from tests.helpers.config import shipped
from tests.helpers.event_place import make_event

app = typer.Typer()
app.command()(doctor)


@pytest.fixture
def machine(tmp_path: Path) -> MachineConfig:
    """A machine file whose named devices are absent."""
    nowhere = str(tmp_path / "nowhere")
    return parse_machine(shipped("example-machine", **{"/dev/serial/by-path/CHANGE": nowhere}), "m")


def levels(findings: list[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


def test_a_missing_library_names_its_package() -> None:
    def load(module: str) -> object:
        if module == "PySide6.QtWidgets":
            raise ImportError("libEGL.so.1: cannot open shared object file")
        return object()

    (finding,) = checks.libraries(load)
    assert finding.level is Level.BAD
    assert "libegl1" in finding.mend
    assert levels(checks.libraries(lambda module: object())) == [Level.OK]


def test_every_package_the_doctor_names_is_in_the_list_of_system_packages() -> None:
    listed = Path(__file__).parents[2] / "script" / "system-packages.txt"
    known = {line.split()[0] for line in listed.read_text(encoding="utf-8").splitlines() if line.split()}
    for packages in checks.LIBRARIES.values():
        assert set(packages.split()) <= known
    assert "fonts-noto-cjk" in known


def test_changed_or_missing_models_are_bad() -> None:
    def changed() -> None:
        raise EngineUnavailable("models_changed")

    assert "models_changed" in checks.models(changed).sentence
    assert checks.models(lambda: None).level is Level.OK


def test_ports_that_are_not_there_or_not_ours(machine: MachineConfig, tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    port.touch()
    absent = checks.serial_ports(machine, lambda: [str(port)])
    assert [finding.level for finding in absent] == [Level.BAD]
    assert str(port) in absent[0].mend
    assert levels(checks.serial_ports(None, lambda: [str(port)])) == [Level.OK]
    assert levels(checks.serial_ports(None, list)) == [Level.WARNING]
    gone = checks.serial_ports(None, lambda: [str(tmp_path / "unplugged")])
    assert "dialout" in gone[0].mend


def test_cameras(machine: MachineConfig, tmp_path: Path) -> None:
    assert checks.camera(machine).level is Level.BAD
    assert checks.camera(machine.model_copy(update={"camera": None})).level is Level.OK
    assert checks.camera(None, tmp_path).level is Level.WARNING
    (tmp_path / "video0").touch()
    assert checks.camera(None, tmp_path).level is Level.OK


def test_code_cameras(machine: MachineConfig, tmp_path: Path) -> None:
    assert checks.code_camera(machine).sentence == "This station has no code camera."
    there = CodeCameraConfig.model_construct(device=str(tmp_path / "video1"), kind=CameraKind.V4L2)
    desk = machine.model_copy(update={"code_camera": there})
    assert checks.code_camera(desk).level is Level.BAD
    (tmp_path / "video1").touch()
    assert checks.code_camera(desk).level is Level.OK


def test_key_files(tmp_path: Path) -> None:
    place = EventPlace(tmp_path / "data", tmp_path / "keys", "concert")
    place.make_folders()
    assert "kiosk event new" in checks.key_file(place).mend
    FileEventKeys.create(place.key_file, "concert")
    assert checks.key_file(place).level is Level.OK
    place.key_file.chmod(0o644)
    assert checks.key_file(place).mend == f"chmod 600 {place.key_file}"
    place.key_file.chmod(0o600)
    place.key_dir.chmod(0o777)
    assert checks.key_file(place).mend == f"chmod 700 {place.key_dir}"


def test_an_event_that_is_not_open_comes_with_the_next_command(tmp_path: Path) -> None:
    place = make_event(tmp_path, people=4)
    draft = checks.event_state(place)
    assert (draft.level, "kiosk event arm rehearsal" in draft.mend) == (Level.WARNING, True)
    life.arm_event(place)
    assert "kiosk event open rehearsal" in checks.event_state(place).mend
    life.open_event(place)
    assert checks.event_state(place).level is Level.OK


def test_accounts_are_needed_where_tickets_are_real(tmp_path: Path) -> None:
    place = DevicePlace(tmp_path / "data", tmp_path / "keys")
    assert checks.accounts(place, live=False).level is Level.WARNING
    live = checks.accounts(place, live=True)
    assert (live.level, live.mend.startswith("kiosk account first ")) == (Level.BAD, True)
    assert not place.folder.exists(), "looking makes nothing"
    Machine(tmp_path).set_up()
    assert checks.accounts(place, live=True).level is Level.OK
    place.accounts_key_file.chmod(0o644)
    assert "others may read it" in checks.accounts(place, live=True).sentence
    place.accounts_key_file.unlink()
    assert "nobody can log in" in checks.accounts(place, live=True).sentence
    assert not place.accounts_key_file.exists()


def test_freed_memory_that_is_not_overwritten_is_warned_of() -> None:
    assert checks.freed_memory(lambda: True).level is Level.OK
    assert checks.freed_memory(lambda: False).level is Level.WARNING


def test_disk_clock_and_swap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(tmp_path) in checks.disk(tmp_path / "not" / "yet").sentence
    monkeypatch.setattr(checks, "LEAST_FREE_BYTES", 1 << 62)
    assert checks.disk(tmp_path).level is Level.BAD
    assert checks.clock(0.0).level is Level.BAD
    assert checks.clock(2e9, "yes\n").level is Level.OK
    assert checks.clock(2e9, "no\n").level is Level.WARNING
    assert checks.swap(Swapping(seen=False)).level is Level.WARNING
    assert checks.swap(Swapping()).level is Level.OK
    assert checks.swap(Swapping(("/swapfile",))).mend == "sudo swapoff -a"
    assert "259:3" in checks.swap(Swapping(hibernates_to="259:3")).sentence


def test_the_command_lists_findings_and_fails_when_something_is_bad(tmp_path: Path) -> None:
    place = make_event(tmp_path, people=4)
    config = tmp_path / "machine.toml"
    changes = {
        'event = "my-event-2026"': 'event = "rehearsal"',
        "/var/lib/venue-kiosk-keys": str(place.key_dir),
        '"/var/lib/venue-kiosk"': f'"{place.data_dir}"',
        "/dev/serial/by-path/CHANGE": str(tmp_path / "gate-board"),
    }
    config.write_text(shipped("example-machine", **changes), encoding="utf-8")
    result = CliRunner().invoke(app, ["--config", str(config), "--json"])
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) == (1, False)
    by_what = {(finding["what"], finding["level"]) for finding in found["findings"]}
    assert {("settings", "bad"), ("key", "ok"), ("serial ports", "bad"), ("camera", "bad"), ("models", "ok")} <= by_what
    left = [finding["sentence"] for finding in found["findings"] if finding["what"] == "settings"]
    assert left == ["camera.device still holds the example's word CHANGE."], "what is commented out is no setting"
    assert {("accounts", "warning"), ("seal", "warning")} <= by_what
    place.event_file.unlink()
    without = CliRunner().invoke(app, ["--config", str(config)])
    assert f"mend: kiosk event new EVENT.toml --data {place.data_dir} --keys {place.key_dir}" in without.stdout
    listed = CliRunner().invoke(app, ["--config", str(config)])
    assert f"gate.port: {tmp_path / 'gate-board'} is not there." in listed.stdout


def test_a_bad_machine_file_is_a_finding_not_a_crash(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--config", str(tmp_path / "nowhere.toml")])
    assert result.exit_code == 1
    assert "cannot be read" in result.stdout


def test_without_a_machine_file_it_says_what_was_not_looked_at() -> None:
    assert "mend: kiosk doctor --config MACHINE.toml" in CliRunner().invoke(app, []).stdout
