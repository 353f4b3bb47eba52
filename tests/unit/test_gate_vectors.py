"""Every frame printed in the turnstile sheet, checked against driver and simulated boards."""

from __future__ import annotations

import pytest

from drivers.errors import DeviceRefused
from drivers.gate import lcus_frames, modbus_frames
from drivers.gate.modbus_frames import Request, find_answer
from drivers.gate.simulated import LcusBoard, ModbusBoard, RelayChange

LCUS = {
    "A0 01 01 A2": (1, True),
    "A0 01 00 A1": (1, False),
    "A0 02 01 A3": (2, True),
    "A0 04 00 A4": (4, False),
}
MODBUS = {
    "relay 0 on": ("01 05 00 00 FF 00 8C 3A", modbus_frames.write_relay(1, 0, True)),
    "relay 0 off": ("01 05 00 00 00 00 CD CA", modbus_frames.write_relay(1, 0, False)),
    "relay 0 for 700 ms": ("01 05 02 00 00 07 8D B0", modbus_frames.timed_pulse(1, 0, 700)),
    "relay 0 for 1 s": ("01 05 02 00 00 0A 4C 75", modbus_frames.timed_pulse(1, 0, 1000)),
    "read 8 relays": ("01 01 00 00 00 08 3D CC", modbus_frames.read_relays(1, 8)),
    "read 8 inputs": ("01 02 00 00 00 08 79 CC", modbus_frames.read_inputs(1, 8)),
    "all on": ("01 0F 00 00 00 08 01 FF BE D5", modbus_frames.write_relays(1, [True] * 8)),
}
TOGGLE = bytes.fromhex("01 05 00 00 55 00 F2 9A")


@pytest.mark.parametrize("printed", LCUS)
def test_lcus_command_is_the_printed_one(printed: str) -> None:
    channel, on = LCUS[printed]
    assert lcus_frames.relay(channel, on).hex(" ").upper() == printed


@pytest.mark.parametrize("printed", LCUS)
def test_lcus_board_obeys_the_printed_command(printed: str) -> None:
    channel, on = LCUS[printed]
    board = LcusBoard(channels=4)
    board.receive(lcus_frames.relay(channel, not on), 0.0)
    assert board.receive(bytes.fromhex(printed), 1.0) == b""
    assert board.on[channel - 1] is on


@pytest.mark.parametrize("name", MODBUS)
def test_modbus_request_is_the_printed_one(name: str) -> None:
    printed, request = MODBUS[name]
    assert request.wire.hex(" ").upper() == printed


@pytest.mark.parametrize("name", ["relay 0 on", "relay 0 off", "relay 0 for 700 ms", "relay 0 for 1 s"])
def test_modbus_board_answers_writes_with_the_same_frame(name: str) -> None:
    wire = bytes.fromhex(MODBUS[name][0])
    assert ModbusBoard().receive(wire, 0.0) == wire


def test_modbus_board_ends_the_timed_pulse_by_itself() -> None:
    board = ModbusBoard()
    board.receive(bytes.fromhex(MODBUS["relay 0 for 700 ms"][0]), 10.0)
    board.tick(10.69)
    assert board.on[0]
    board.tick(10.71)
    assert board.changes == [RelayChange(10.0, 0, True), RelayChange(10.71, 0, False)]


def test_modbus_board_toggles_and_switches_all() -> None:
    board = ModbusBoard()
    board.receive(TOGGLE, 0.0)
    assert board.on[0]
    board.receive(TOGGLE, 1.0)
    assert not any(board.on)
    board.receive(bytes.fromhex(MODBUS["all on"][0]), 2.0)
    assert all(board.on)


@pytest.mark.parametrize("name", MODBUS)
def test_board_and_driver_understand_each_other(name: str) -> None:
    board, request = ModbusBoard(), MODBUS[name][1]
    board.inputs[:] = [False, True, False, False, True, False, False, False]
    bits = find_answer(board.receive(request.wire, 0.0), request)
    expected = {"read 8 inputs": board.inputs, "read 8 relays": [False] * 8}
    assert bits == expected.get(name, [])


def test_exception_answers_name_the_board_s_code() -> None:
    request = modbus_frames.timed_pulse(1, 20, 500)
    answer = ModbusBoard(relays=8).receive(request.wire, 0.0)
    with pytest.raises(DeviceRefused) as refused:
        find_answer(answer, request)
    assert refused.value.status == 2


def test_answers_of_another_unit_are_not_ours() -> None:
    request = modbus_frames.read_inputs(1, 8)
    other = modbus_frames.read_inputs(2, 8)
    assert find_answer(ModbusBoard(unit=2).receive(other.wire, 0.0), request) is None


def _answer(request: Request) -> bytes:
    return ModbusBoard().receive(request.wire, 0.0)


@pytest.mark.parametrize("name", MODBUS)
def test_answers_are_found_byte_by_byte_and_behind_rubbish(name: str) -> None:
    request = MODBUS[name][1]
    stream = b"\x00\x01\x05\x02\x81\xff" + _answer(request)
    for end in range(len(stream)):
        assert find_answer(stream[:end], request) is None
    assert find_answer(stream + b"\x55", request) is not None


@pytest.mark.parametrize("name", MODBUS)
def test_one_flipped_bit_makes_no_answer(name: str) -> None:
    request = MODBUS[name][1]
    answer = _answer(request)
    for bit in range(len(answer) * 8):
        damaged = bytearray(answer)
        damaged[bit // 8] ^= 1 << bit % 8
        assert find_answer(bytes(damaged), request) is None


@pytest.mark.parametrize("pulse_ms", [0, 50, 550, 3100])
def test_pulses_the_board_cannot_time_are_our_fault(pulse_ms: int) -> None:
    with pytest.raises(ValueError, match="pulse_ms"):
        modbus_frames.timed_pulse(1, 0, pulse_ms)


@pytest.mark.parametrize("channel", [0, 9])
def test_lcus_channels_are_limited(channel: int) -> None:
    with pytest.raises(ValueError, match="channel"):
        lcus_frames.relay(channel, True)
