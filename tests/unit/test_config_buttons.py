"""[buttons] in the machine file: nothing is wired for two purposes, and every fault is said at every place it is at."""

from __future__ import annotations

import pytest

from kiosk.config.faults import ConfigFaults
from kiosk.config.load import parse_machine
from kiosk.config.machine import MachineConfig
from tests.helpers.config import shipped

GOOD = "left_input = 2\nleft_lamp_relay = 4\nright_input = 3\nright_lamp_relay = 5\n"
GATE = '[gate]\nfamily = "modbus"                  # a board whose own timer ends the pulse\n'


def machine(buttons: str = GOOD, gate: str = "", **changes: str) -> MachineConfig:
    """The shipped example with ``buttons``, and ``gate`` as the gate's settings."""
    text = shipped("example-machine", **changes) + f"\n[buttons]\n{buttons}\n"
    assert GATE in shipped("example-machine")
    return parse_machine(text + (f"[gate.settings]\n{gate}\n" if gate else ""), "m")


def faults(buttons: str = GOOD, gate: str = "", **changes: str) -> dict[str, str]:
    with pytest.raises(ConfigFaults) as caught:
        machine(buttons, gate, **changes)
    return {fault.key: fault.problem for fault in caught.value.faults}


def test_off_by_default_and_on_where_wired() -> None:
    assert parse_machine(shipped("example-machine"), "m").buttons is None
    wired = machine(gate="relay = 1\npassage_input = 0").buttons
    assert wired is not None
    assert wired.gate_settings == {
        "left_button_input": 2,
        "left_lamp_relay": 4,
        "right_button_input": 3,
        "right_lamp_relay": 5,
    }


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_lamp_on_the_turnstiles_relay_is_said_at_both_places(side: str) -> None:
    number = {"left": 4, "right": 5}[side]
    found = faults(gate=f"relay = {number}")
    assert set(found) == {"gate.settings.relay", f"buttons.{side}_lamp_relay"}
    assert all("would open the gate" in problem for problem in found.values())
    assert f"buttons.{side}_lamp_relay" in found["gate.settings.relay"]


def test_the_turnstiles_relay_is_0_where_nothing_is_said() -> None:
    assert "gate.settings.relay" in faults(GOOD.replace("left_lamp_relay = 4", "left_lamp_relay = 0"))


def test_two_purposes_of_one_number() -> None:
    assert set(faults(GOOD.replace("right_lamp_relay = 5", "right_lamp_relay = 4"))) == {
        "buttons.left_lamp_relay",
        "buttons.right_lamp_relay",
    }
    assert set(faults(GOOD.replace("right_input = 3", "right_input = 2"))) == {
        "buttons.left_input",
        "buttons.right_input",
    }
    assert set(faults(gate="passage_input = 2\nfire_alarm_input = 3")) == {
        "gate.settings.passage_input",
        "buttons.left_input",
        "gate.settings.fire_alarm_input",
        "buttons.right_input",
    }


def test_every_number_is_needed_and_bounded() -> None:
    assert faults("left_input = 2\nright_input = 40\nright_lamp_relay = true") == {
        "buttons.left_lamp_relay": "is missing",
        "buttons.right_input": "must be at most 31",
        "buttons.right_lamp_relay": "must be a whole number",
    }


def test_only_a_gate_with_a_board_that_has_inputs() -> None:
    lcus = faults(**{'family = "modbus"': 'family = "lcus"'})
    assert lcus == {"buttons": "need a gate of family modbus: other boards have no inputs for them"}
    without = faults(**{GATE: '[scanner]\nfamily = "barcode"\n'})
    assert without == {"buttons": "need a [gate]: they are wired to its board"}
    assert faults(**{'role = "gate"': 'role = "desk"'})["buttons"].startswith("must be set at a gate only")


def test_the_boards_own_names_for_them_stay_out_of_its_settings() -> None:
    assert faults(gate="left_lamp_relay = 6") == {"gate.settings.left_lamp_relay": "must be set in [buttons]"}
