"""The Modbus gate when the board is slow, deaf, silent, refusing, or watched by a passage sensor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.errors import TransportLost
from drivers.gate.modbus import ModbusGate, ModbusSettings, open_gate
from drivers.gate.modbus_frames import timed_pulse
from drivers.gate.simulated import ModbusBoard
from drivers.port import DeviceLost, DeviceReady, GateEvent, OpeningResult, PassageSeen

SETTINGS = ModbusSettings(passage_input=2, fire_alarm_input=6, emergency_input=7)


class BoardOnADesk:
    """A board wired straight to the driver, with a clock of its own: no waiting, no threads."""

    def __init__(self, board: ModbusBoard | None = None, shape: Callable[[bytes], bytes] = bytes) -> None:
        self.board = board or ModbusBoard()
        self.now_s = 1000.0
        self._shape = shape
        self._arrived = b""
        self.opened = 0
        self.unplugged = False

    def open(self) -> BoardOnADesk:
        self.opened += 1
        return self

    def clock(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.now_s += seconds
        self.board.tick(self.now_s)

    def read(self, timeout_s: float) -> bytes:
        if not self._arrived:
            self.pause(timeout_s)
        data, self._arrived = self._arrived, b""
        return data

    def write(self, data: bytes) -> None:
        if self.unplugged:
            raise TransportLost("write")
        self.pause(0.015)
        self._arrived += self._shape(self.board.receive(data, self.now_s))

    def flush_input(self) -> None:
        self._arrived = b""

    def close(self) -> None: ...


def gate_on(desk: BoardOnADesk, settings: ModbusSettings = SETTINGS) -> ModbusGate:
    gate = ModbusGate(desk.open, settings, clock=desk.clock, pause=desk.pause)
    assert gate.poll() == [DeviceReady()]
    return gate


def poll_for(gate: ModbusGate, desk: BoardOnADesk, seconds: float) -> list[GateEvent]:
    events: list[GateEvent] = []
    until_s = desk.now_s + seconds
    while desk.now_s < until_s:
        events += gate.poll()
    return events


def test_the_timed_pulse_is_sent_once_and_acknowledged() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk)
    desk.board.requests.clear()
    assert gate.open_once() is OpeningResult.REQUESTED
    assert desk.board.requests == [timed_pulse(1, 0, 500).wire]


def test_a_relay_left_on_is_switched_off_when_the_board_is_found() -> None:
    board = ModbusBoard()
    board.receive(bytes.fromhex("01050000FF008C3A"), 0.0)
    gate_on(BoardOnADesk(board))
    assert not any(board.on)


def test_silence_after_the_pulse_is_unconfirmed_and_never_repeated() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk)
    desk.board.mute = True
    desk.board.requests.clear()
    begun_s = desk.now_s
    assert gate.open_once() is OpeningResult.UNCONFIRMED
    assert desk.now_s - begun_s < 0.5
    assert desk.board.requests == [timed_pulse(1, 0, 500).wire]


def test_a_refusing_board_is_a_failed_opening() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk)
    desk.board.refuse = 4
    assert gate.open_once() is OpeningResult.FAILED
    assert not desk.board.changes


def test_three_unanswered_questions_lose_the_board_and_an_answer_brings_it_back() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk)
    desk.board.mute = True
    assert poll_for(gate, desk, 3.0) == [DeviceLost("deadline_exceeded")]
    desk.board.mute = False
    assert poll_for(gate, desk, 3.0) == [DeviceReady()]
    assert desk.opened >= 2


def test_two_unanswered_questions_do_not() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk)
    desk.board.mute = True
    assert gate.poll() + gate.poll() == []
    desk.board.mute = False
    assert poll_for(gate, desk, 2.0) == []


def test_without_inputs_the_board_is_still_asked_whether_it_is_there() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk, ModbusSettings())
    desk.board.mute = True
    assert poll_for(gate, desk, 5.0) == [DeviceLost("deadline_exceeded")]


@pytest.mark.parametrize("active_low", [False, True])
def test_each_passage_is_seen_once(active_low: bool) -> None:
    desk = BoardOnADesk()
    desk.board.inputs[:] = [active_low] * 8
    gate = gate_on(desk, replace(SETTINGS, active_low=active_low))
    events = poll_for(gate, desk, 0.5)
    for _ in range(2):
        desk.board.inputs[2] = not active_low
        events += poll_for(gate, desk, 0.4)
        desk.board.inputs[2] = active_low
        events += poll_for(gate, desk, 0.4)
    assert len([event for event in events if isinstance(event, PassageSeen)]) == 2


def test_inputs_are_asked_every_50_to_100_ms() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk)
    desk.board.requests.clear()
    poll_for(gate, desk, 10.0)
    assert 100 <= len(desk.board.requests) <= 201


def test_a_passage_during_an_absence_is_not_made_up_afterwards() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk)
    poll_for(gate, desk, 0.3)
    desk.unplugged = True
    assert poll_for(gate, desk, 0.5) == [DeviceLost("transport_lost")]
    desk.board.inputs[2] = True
    desk.unplugged = False
    assert poll_for(gate, desk, 3.0) == [DeviceReady()]


def test_alarm_inputs_are_shown_and_move_nothing() -> None:
    desk = BoardOnADesk()
    gate = gate_on(desk)
    shown = [gate.alarm_active]
    poll_for(gate, desk, 0.2)
    shown.append(gate.alarm_active)
    desk.board.inputs[7] = True
    assert poll_for(gate, desk, 0.2) == []
    assert [*shown, gate.alarm_active] == [None, False, True]
    assert not desk.board.changes


def test_rubbish_around_answers_is_survived() -> None:
    desk = BoardOnADesk(shape=lambda answer: b"\x00\x01\x02\x05\xff" + answer + b"\x81")
    gate = gate_on(desk)
    assert gate.open_once() is OpeningResult.REQUESTED
    assert poll_for(gate, desk, 1.0) == []


def test_another_unit_is_not_our_board() -> None:
    desk = BoardOnADesk(ModbusBoard(unit=2))
    gate = ModbusGate(desk.open, SETTINGS, clock=desk.clock, pause=desk.pause)
    assert gate.poll() == [DeviceLost("deadline_exceeded")]


class EchoingAdapter(BoardOnADesk):
    """An RS-485 adapter that hears itself; nobody else is on the line."""

    def write(self, data: bytes) -> None:
        self._arrived += data


def test_an_echoing_adapter_is_not_taken_for_a_board() -> None:
    desk = EchoingAdapter()
    gate = ModbusGate(desk.open, SETTINGS, clock=desk.clock, pause=desk.pause)
    assert gate.poll() == [DeviceLost("protocol_broken")]


def test_the_port_must_be_named() -> None:
    with pytest.raises(ValueError, match="must be named"):
        open_gate("auto")


@pytest.mark.parametrize(
    "bad",
    [
        {"unit": 0},
        {"unit": 248},
        {"relay": 32},
        {"pulse_ms": 150},
        {"passage_input": 32},
        {"fire_alarm_input": 32},
        {"poll_s": 0.001},
    ],
)
def test_bad_settings_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"must (be|lie)"):
        ModbusSettings(**bad)  # type: ignore[arg-type]
