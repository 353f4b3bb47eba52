"""Two lit buttons on the gate's board: which presses count, which bytes light a lamp, and what a fault does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.gate.buttons import JAMMED_S, ButtonWiring, PressWatch, WiredButton
from drivers.gate.lamps import LAMP_TOLD_AGAIN_S
from drivers.gate.modbus import ModbusGate, ModbusSettings, open_gate
from drivers.gate.modbus_frames import find_answer, write_relay
from drivers.gate.simulated import ModbusBoard
from drivers.port import (
    ButtonEvent,
    ButtonFault,
    ButtonFaulty,
    ButtonMended,
    ButtonPressed,
    ButtonSide,
    DeviceLost,
    DeviceReady,
    OpeningResult,
)
from tests.unit.test_gate_modbus import BoardOnADesk, gate_on, poll_for

LEFT, RIGHT = ButtonSide
WIRING = ButtonWiring(WiredButton(input=2, lamp_relay=4), WiredButton(input=3, lamp_relay=5))
SETTINGS = ModbusSettings(passage_input=0, buttons=WIRING)
EVERY_S = 0.05


def told(levels: list[tuple[bool, bool]], every_s: float = EVERY_S) -> list[tuple[int, ButtonEvent]]:
    """What comes of (left, right) levels, with the number of the poll that told it."""
    watch, events = PressWatch(0.03), list[tuple[int, ButtonEvent]]()
    for number, (left, right) in enumerate(levels):
        watch.feed({LEFT: left, RIGHT: right}, number * every_s, lambda event, at=number: events.append((at, event)))  # type: ignore[misc]
    return events


def presses(levels: list[tuple[bool, bool]]) -> list[tuple[int, ButtonSide]]:
    return [(at, event.side) for at, event in told(levels) if isinstance(event, ButtonPressed)]


UP, LEFT_DOWN, RIGHT_DOWN, BOTH_DOWN = (False, False), (True, False), (False, True), (True, True)


def test_two_polls_make_a_press_and_bouncing_makes_no_second() -> None:
    assert presses([UP, LEFT_DOWN, LEFT_DOWN, UP, LEFT_DOWN, LEFT_DOWN, UP, UP]) == [(2, LEFT)]
    assert presses([UP, LEFT_DOWN, UP, UP]) == [], "one poll alone is a spark"


@pytest.mark.parametrize("levels", [[UP, BOTH_DOWN, BOTH_DOWN], [UP, LEFT_DOWN, BOTH_DOWN, BOTH_DOWN, RIGHT_DOWN]])
def test_both_at_once_count_neither_until_they_were_up_again(levels: list[tuple[bool, bool]]) -> None:
    assert presses(levels) == []
    again = [*levels, UP, UP, RIGHT_DOWN, RIGHT_DOWN]
    assert presses(again) == [(len(again) - 1, RIGHT)]


def test_the_other_button_while_one_is_held_is_not_a_wish() -> None:
    assert presses([UP, LEFT_DOWN, LEFT_DOWN, BOTH_DOWN, BOTH_DOWN, RIGHT_DOWN, RIGHT_DOWN]) == [(2, LEFT)]


def test_down_from_the_start_is_no_press() -> None:
    assert presses([LEFT_DOWN] * 5) == []


def test_a_jammed_button_complains_once_and_is_no_longer_in_the_way() -> None:
    jam = [UP, *[LEFT_DOWN] * 300]
    events = told(jam)
    assert [event for _, event in events] == [ButtonPressed(LEFT, 0.1), ButtonFaulty(LEFT, ButtonFault.HELD)]
    assert events[-1][0] * EVERY_S == pytest.approx(JAMMED_S, abs=2 * EVERY_S)
    later = [event for _, event in told([*jam, BOTH_DOWN, BOTH_DOWN, LEFT_DOWN, UP, UP])][2:]
    assert [type(event) for event in later] == [ButtonPressed, ButtonMended]
    assert [event.side for event in later] == [RIGHT, LEFT]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=80))
def test_no_press_without_two_polls_of_this_button_alone(levels: list[tuple[bool, bool]]) -> None:
    for at, side in presses(levels):
        mine, other = (0, 1) if side is LEFT else (1, 0)
        assert all(levels[poll][mine] and not levels[poll][other] for poll in (at - 1, at))


# --- the bytes -----------------------------------------------------------------------------------


def lamp_writes(board: ModbusBoard) -> list[str]:
    return [frame.hex(" ").upper() for frame in board.requests if frame[1] == 0x05]


def test_a_lamp_is_one_plain_coil_in_the_sheets_form() -> None:
    """``01 05 00 00 FF 00 8C 3A`` with the lamp's number; never the timed form, never function 15."""
    assert write_relay(1, 0, True).wire.hex(" ").upper() == "01 05 00 00 FF 00 8C 3A"
    desk = BoardOnADesk()
    gate = gate_on(desk, SETTINGS)
    gate.light({LEFT})
    desk.board.requests.clear()
    poll_for(gate, desk, 0.3)
    assert lamp_writes(desk.board) == ["01 05 00 04 FF 00 CD FB", "01 05 00 05 00 00 DD CB"]
    assert find_answer(bytes.fromhex("01 05 00 04 FF 00 CD FB"), write_relay(1, 4, True)) == []
    assert [desk.board.on[n] for n in (0, 4, 5)] == [False, True, False]


def test_an_opening_leaves_the_lamps_and_lamps_leave_the_lock() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk, SETTINGS)
    gate.light({LEFT, RIGHT})
    poll_for(gate, desk, 1.0)
    assert {change.relay for change in desk.board.changes} == {4, 5}
    assert gate.open_once() is OpeningResult.REQUESTED
    poll_for(gate, desk, 1.0)
    assert [change.on for change in desk.board.changes if change.relay == 0] == [True, False]
    assert desk.board.on[4]
    assert desk.board.on[5]


def test_a_board_whose_power_dipped_is_lit_again() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk, SETTINGS)
    gate.light({RIGHT})
    poll_for(gate, desk, 0.3)
    desk.board.power_off_relay(5)
    poll_for(gate, desk, LAMP_TOLD_AGAIN_S + 0.3)
    assert desk.board.on[5]


def test_lamps_are_not_told_the_same_at_every_poll() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk, SETTINGS)
    gate.light({LEFT})
    desk.board.requests.clear()
    poll_for(gate, desk, 10.0)
    assert 8 <= len(lamp_writes(desk.board)) <= 12


def test_a_refused_lamp_is_told_once_and_the_gate_goes_on() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk, replace(SETTINGS, buttons=replace(WIRING, right=WiredButton(3, 9))))  # of eight relays
    gate.light({LEFT, RIGHT})
    assert poll_for(gate, desk, 5.0) == [ButtonFaulty(RIGHT, ButtonFault.LAMP)]
    assert desk.board.on[4]
    assert gate.open_once() is OpeningResult.REQUESTED


def test_a_silent_board_is_lost_and_found_with_its_lamps() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk, SETTINGS)
    gate.light({LEFT})
    poll_for(gate, desk, 0.3)
    desk.board.mute = True
    assert DeviceLost("deadline_exceeded") in poll_for(gate, desk, 3.0)
    desk.board.mute = False
    desk.board.power_off_relay(4)
    assert poll_for(gate, desk, 3.0) == [DeviceReady()]
    assert desk.board.on[4]


def test_a_button_pressed_while_the_board_was_away_presses_nothing() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk, SETTINGS)
    poll_for(gate, desk, 0.3)
    desk.unplugged = True
    poll_for(gate, desk, 0.5)
    desk.board.inputs[2] = True
    desk.unplugged = False
    assert poll_for(gate, desk, 3.0) == [DeviceReady()]


def test_active_low_buttons() -> None:
    desk = BoardOnADesk()
    desk.board.inputs[:] = [True] * 8
    gate = gate_on(desk, replace(SETTINGS, active_low=True))
    poll_for(gate, desk, 0.3)
    desk.board.inputs[3] = False
    events = poll_for(gate, desk, 0.3)
    assert [type(event) for event in events] == [ButtonPressed]


@pytest.mark.parametrize("relay", [4, 5])
def test_the_locks_relay_is_never_a_lamps(relay: int) -> None:
    with pytest.raises(ValueError, match="relays must be different"):
        ModbusSettings(relay=relay, buttons=WIRING)


def test_one_input_has_one_purpose() -> None:
    for bad in ({"passage_input": 2}, {"fire_alarm_input": 3}, {"emergency_input": 2}):
        with pytest.raises(ValueError, match="inputs must be different"):
            ModbusSettings(buttons=WIRING, **bad)  # type: ignore[arg-type]


def test_the_four_settings_belong_together() -> None:
    with pytest.raises(ValueError, match="buttons must be two"):
        open_gate("/dev/null", left_button_input=2, left_lamp_relay=4)
    assert isinstance(open_gate("/dev/null"), ModbusGate)
