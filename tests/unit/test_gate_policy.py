"""Which outputs may open for real people."""

from __future__ import annotations

import pytest

from drivers.gate.lcus import LcusGate
from drivers.gate.modbus import ModbusGate
from drivers.gate.policy import may_open_live
from drivers.port import GateOutput
from drivers.registry import GATE_OUTPUTS, families, open_gate
from drivers.transport.null_modem import null_modem
from kiosk.config.station import SELF_TIMED_GATES


def modbus() -> GateOutput:
    return ModbusGate(lambda: null_modem()[0])


def lcus() -> GateOutput:
    return LcusGate("/dev/null")


@pytest.mark.parametrize(
    ("output", "statement", "allowed"),
    [(modbus(), False, True), (modbus(), True, True), (lcus(), False, False), (lcus(), True, True)],
)
def test_a_board_without_a_timer_needs_the_installer_s_statement(
    output: GateOutput, statement: bool, allowed: bool
) -> None:
    assert may_open_live(output, statement) is allowed


def test_the_settings_check_knows_which_families_end_the_pulse_themselves() -> None:
    assert {
        family for family in families(GATE_OUTPUTS) if open_gate(family, "/dev/null").self_timed
    } == SELF_TIMED_GATES
