"""The turnstile controller: printed frames, counters as passages, silence and faults."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.gate.controller import ControllerGate, ControllerSettings, open_gate
from drivers.gate.controller_frames import (
    COUNTER_RANGE,
    Command,
    Side,
    Status,
    command,
    find_status,
    passages_between,
)
from drivers.gate.simulated_controller import Controller
from drivers.port import DeviceLost, DeviceReady, GateEvent, OpeningResult, PassageSeen

PRINTED = {
    "7E 00 01 10 00 00 00 70": command(1, Command.STATUS),
    "7E 00 01 80 01 00 00 FF": command(1, Command.OPEN_LEFT, 1),
    "7E 00 01 82 01 00 00 FD": command(1, Command.OPEN_RIGHT, 1),
    "7E 00 01 84 00 00 00 FC": command(1, Command.CLOSE),
}
NOT_SENT_BY_US = [
    "7E 00 01 81 01 00 00 FE",
    "7E 00 01 88 00 00 00 F8",
    "7E 00 01 8F 00 00 00 F1",
    "7E 00 01 35 60 00 00 EB",
]
ANSWER = bytes.fromhex("7F 01 01 00 00 00 00 00 2A 00 00 05 00 00 18 00 00 37")


@pytest.mark.parametrize("printed", PRINTED)
def test_command_is_the_printed_one(printed: str) -> None:
    assert PRINTED[printed].hex(" ").upper() == printed


@pytest.mark.parametrize("printed", [*PRINTED, *NOT_SENT_BY_US])
def test_the_simulated_controller_answers_every_printed_command(printed: str) -> None:
    assert find_status(Controller().receive(bytes.fromhex(printed), 0.0), 1) is not None


def test_the_printed_answer_is_understood() -> None:
    assert find_status(ANSWER, 1) == Status(machine=1, fault=0, gate=0, alarm=0, left=42, right=5, result=0)


def test_the_simulated_controller_gives_the_printed_answer() -> None:
    controller = Controller()
    controller.passed[:] = [42, 5]
    assert controller.receive(command(1, Command.STATUS), 0.0) == ANSWER


def test_answers_are_found_byte_by_byte_behind_rubbish_and_only_whole() -> None:
    stream = b"\x7f\x01\x02\x7e" + ANSWER
    assert [find_status(stream[:end], 1) is not None for end in range(len(stream) + 1)] == [False] * len(stream) + [
        True
    ]
    assert find_status(stream, 2) is None


def test_one_flipped_bit_makes_no_answer() -> None:
    for bit in range(len(ANSWER) * 8):
        damaged = bytearray(ANSWER)
        damaged[bit // 8] ^= 1 << bit % 8
        assert find_status(bytes(damaged), 1) is None


@given(before=st.integers(0, COUNTER_RANGE - 1), people=st.integers(0, 20))
def test_counters_wrap_around(before: int, people: int) -> None:
    assert passages_between(before, (before + people) % COUNTER_RANGE) == people


@given(before=st.integers(0, COUNTER_RANGE - 1))
def test_a_cleared_counter_is_nobody(before: int) -> None:
    assert passages_between(before, 0) <= 20
    assert passages_between(100, 0) == 0


class Desk:
    """A controller wired straight to the driver, with a clock of its own."""

    def __init__(self) -> None:
        self.controller = Controller()
        self.now_s = 1000.0
        self._arrived = b""

    def clock(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.now_s += seconds

    def read(self, timeout_s: float) -> bytes:
        if not self._arrived:
            self.pause(timeout_s)
        data, self._arrived = self._arrived, b""
        return data

    def write(self, data: bytes) -> None:
        self.pause(0.02)
        self._arrived += self.controller.receive(data, self.now_s)

    def flush_input(self) -> None:
        self._arrived = b""

    def close(self) -> None: ...


def gate_on(desk: Desk, settings: ControllerSettings) -> ControllerGate:
    gate = ControllerGate(lambda: desk, settings, clock=desk.clock, pause=desk.pause)
    assert gate.poll() == [DeviceReady()]
    return gate


def poll_for(gate: ControllerGate, desk: Desk, seconds: float) -> list[GateEvent]:
    events: list[GateEvent] = []
    until_s = desk.now_s + seconds
    while desk.now_s < until_s:
        events += gate.poll()
    return events


@pytest.mark.parametrize("side", Side)
def test_one_person_is_let_through_and_counted(side: Side) -> None:
    desk = Desk()
    desk.controller.passed[:] = [COUNTER_RANGE - 1, COUNTER_RANGE - 1]
    gate = gate_on(desk, replace(ControllerSettings(), side=side))
    assert gate.open_once() is OpeningResult.REQUESTED
    assert poll_for(gate, desk, 0.5) == []
    desk.controller.walk_through(desk.now_s)
    desk.controller.walk_through(desk.now_s)
    assert [type(event) for event in poll_for(gate, desk, 0.5)] == [PassageSeen]


def test_people_the_other_way_are_not_ours() -> None:
    desk = Desk()
    gate = gate_on(desk, ControllerSettings(side=Side.LEFT))
    desk.controller.passed[Side.RIGHT] += 1
    assert poll_for(gate, desk, 0.5) == []


def test_silence_is_unconfirmed_never_repeated_and_in_the_end_a_loss() -> None:
    desk = Desk()
    gate = gate_on(desk, ControllerSettings())
    desk.controller.mute = True
    desk.controller.requests.clear()
    assert gate.open_once() is OpeningResult.UNCONFIRMED
    assert len(desk.controller.requests) == 1
    assert poll_for(gate, desk, 2.0) == [DeviceLost("deadline_exceeded")]


def test_codes_of_unknown_meaning_are_not_taken_for_success() -> None:
    desk = Desk()
    gate = gate_on(desk, ControllerSettings())
    desk.controller.result, desk.controller.fault = 3, 7
    assert gate.open_once() is OpeningResult.UNCONFIRMED
    assert gate.fault == 7


@pytest.mark.parametrize("bad", [{"side": "up"}, {"machine": 256}, {"poll_s": 0.0}])
def test_bad_settings_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        open_gate("/dev/null", **bad)  # type: ignore[arg-type]
