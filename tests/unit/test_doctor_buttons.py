"""The doctor lights one lamp after the other; the board is a real one on a line, the person is played."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.gate.simulated import ModbusBoard
from kiosk.cli import doctor_buttons
from kiosk.cli.doctor_buttons import tried_buttons, wired_buttons
from kiosk.cli.doctor_checks import Level
from kiosk.config.load import parse_machine
from kiosk.config.machine import MachineConfig
from tests.helpers.config import shipped
from tests.helpers.gate import board

INPUTS = {"left": 2, "right": 3}
LAMPS = {"left": 4, "right": 5}


def machine(port: Path) -> MachineConfig:
    text = shipped("example-machine", **{'port = "/dev/serial/by-path/CHANGE"': f'port = "{port}"'})
    wired = "left_input = 2\nleft_lamp_relay = 4\nright_input = 3\nright_lamp_relay = 5\n"
    return parse_machine(f"{text}\n[buttons]\n{wired}", "m")


class Person:
    """Waits for a lamp, then presses ``answer[side]``; a board that ticks at every poll is pressed when it is asked."""

    def __init__(self, contacts: ModbusBoard, answer: dict[str, str]) -> None:
        self._contacts, self._answer = contacts, answer
        self.asked: list[str] = []

    def told(self, words: str) -> None:
        """A finger is on the button the lamp was announced for until the next announcement."""
        side = next(side for side in INPUTS if f"The {side} lamp" in words)
        self.asked.append(side)
        for contact in INPUTS.values():
            self._contacts.inputs[contact] = False
        pressed = self._answer.get(side)
        if pressed:
            self._contacts.inputs[INPUTS[pressed]] = True


def tried(folder: Path, answer: dict[str, str]) -> tuple[list[tuple[Level, str]], ModbusBoard, list[str]]:
    contacts = ModbusBoard()
    person = Person(contacts, answer)
    with board(contacts, folder):
        findings = tried_buttons(machine(folder / "board"), person.told)
    return [(each.level, each.sentence) for each in findings], contacts, person.asked


def test_each_lamp_and_its_button_are_tried_and_the_turnstile_stays_shut(tmp_path: Path) -> None:
    findings, contacts, asked = tried(tmp_path, {"left": "left", "right": "right"})
    assert findings == [(Level.OK, "The left button works."), (Level.OK, "The right button works.")]
    assert asked == ["left", "right"]
    assert [(change.relay, change.on) for change in contacts.changes] == [(4, True), (4, False), (5, True), (5, False)]


def test_swapped_wires_are_found(tmp_path: Path) -> None:
    findings, _, _ = tried(tmp_path, {"left": "right", "right": "left"})
    assert [level for level, _ in findings] == [Level.BAD, Level.BAD]
    assert "are swapped" in findings[0][1]


def test_nobody_pressing_is_said_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_buttons, "PRESS_WITHIN_S", 0.2)
    findings, contacts, _ = tried(tmp_path, {})
    assert all("Nobody pressed" in sentence for _, sentence in findings)
    assert not any(contacts.on)


def test_a_board_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_buttons, "ANSWER_WITHIN_S", 0.2)
    findings = tried_buttons(machine(tmp_path / "nowhere"), lambda words: None)
    assert [(each.level, each.sentence) for each in findings] == [(Level.BAD, "The gate board does not answer.")]


def test_without_the_option_nothing_is_lit(tmp_path: Path) -> None:
    assert "not tried" in wired_buttons(machine(tmp_path / "nowhere")).sentence
    assert wired_buttons(parse_machine(shipped("example-machine"), "m")).sentence.startswith("No buttons")
    assert tried_buttons(None, lambda words: None)[0].level is Level.BAD
