"""Random and damaged byte streams for the gate drivers and boards; the same functions serve small and
long runs.

A run fails on any exception other than a board's own refusal, on an answer that is not in the bytes, on a
good answer behind rubbish that is not found, on a relay moved by anything but a whole command, and on a
stream that takes longer than a second.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drivers.errors import DeviceRefused
from drivers.gate import lcus_frames, modbus, modbus_frames
from drivers.gate.controller_frames import Command, command, find_status
from drivers.gate.modbus_frames import Request, find_answer
from drivers.gate.simulated import LcusBoard, ModbusBoard
from drivers.gate.simulated_controller import Controller
from drivers.gate.simulator import BoardSimulator
from drivers.port import DeviceReady, OpeningResult
from drivers.transport.paced_pty import PacedPty

__all__ = ["FuzzFigures", "fuzz_core", "fuzz_over_pty"]

SLOWEST_ALLOWED_S = 1.0
"""Processor time in the core; how busy the machine is is no finding."""
_REQUESTS = [
    modbus_frames.timed_pulse(1, 0, 500),
    modbus_frames.write_relay(1, 0, False),
    modbus_frames.write_relays(1, [True] * 8),
    modbus_frames.read_relays(1, 8),
    modbus_frames.read_inputs(1, 8),
]


@dataclass
class FuzzFigures:
    """What a run saw. ``refusals``: rubbish that held a whole exception answer. ``slowest_s`` is processor time in the
    core, wall time over a line."""

    streams: int = 0
    bytes_fed: int = 0
    refusals: int = 0
    slowest_s: float = 0.0


def fuzz_core(seed: int, count: int) -> FuzzFigures:
    """``count`` streams through the answer finder and both boards, without I/O."""
    chance = random.Random(seed)
    figures = FuzzFigures()
    plays: list[Callable[[random.Random, FuzzFigures], int]] = [
        _play_answer,
        _play_lcus,
        _play_modbus_board,
        _play_controller,
    ]
    for _ in range(count):
        begun_s = time.thread_time()
        figures.bytes_fed += chance.choice(plays)(chance, figures)
        took_s = time.thread_time() - begun_s
        assert took_s < SLOWEST_ALLOWED_S, "a stream held the driver up"
        figures.slowest_s = max(figures.slowest_s, took_s)
        figures.streams += 1
    return figures


def fuzz_over_pty(seed: int, count: int, folder: Path) -> FuzzFigures:
    """``count`` openings over a real pseudo-terminal with rubbish around every answer."""
    figures = FuzzFigures()
    board = _NoisyBoard(random.Random(seed), figures)
    simulator = BoardSimulator(board, PacedPty(None, link=folder / "noisy-board")).start()
    gate = modbus.open_gate(simulator.path, pulse_ms=100, poll_s=0.02, passage_input=0)
    try:
        while DeviceReady() not in gate.poll():
            pass
        for _ in range(count):
            begun_s = time.perf_counter()
            assert gate.open_once() is OpeningResult.REQUESTED, "the answer behind rubbish was not found"
            gate.poll()
            figures.slowest_s = max(figures.slowest_s, time.perf_counter() - begun_s)
            figures.streams += 1
    finally:
        gate.close()
        simulator.close()
    return figures


class _NoisyBoard(ModbusBoard):
    """Line noise before and after every answer. It never looks like an answer: the first byte is no unit
    of ours.
    """

    def __init__(self, chance: random.Random, figures: FuzzFigures) -> None:
        super().__init__()
        self._chance = chance
        self._figures = figures

    def receive(self, data: bytes, at_s: float) -> bytes:
        answer = super().receive(data, at_s)
        if not answer:
            return b""
        noise = [self._chance.randbytes(self._chance.randrange(60)).replace(b"\x01", b"\x7f") for _ in range(2)]
        self._figures.bytes_fed += sum(map(len, noise))
        return noise[0] + answer + noise[1]


def _play_answer(chance: random.Random, figures: FuzzFigures) -> int:
    request = chance.choice(_REQUESTS)
    board = ModbusBoard(relays=chance.choice((1, 8)))  # a board of one relay refuses some requests
    rubbish = _mutated(chance, board.receive(chance.choice(_REQUESTS).wire, 0.0))
    try:
        found = find_answer(rubbish, request)
        if found is not None:
            assert _holds_answer(rubbish, request), "an answer out of nothing"
        good = ModbusBoard().receive(request.wire, 0.0)
        assert find_answer(rubbish + good, request) is not None, "the good answer was not found"
    except DeviceRefused:
        figures.refusals += 1
    return len(rubbish)


def _holds_answer(data: bytes, request: Request) -> bool:
    """A second reading of the rule: head, length and a CRC computed bit by bit."""
    return any(
        data[at:].startswith(request.answer_head)
        and len(data[at:]) >= request.answer_bytes
        and _crc16_modbus(data[at : at + request.answer_bytes]) == 0
        for at in range(len(data))
    )


def _crc16_modbus(frame: bytes) -> int:
    crc = 0xFFFF
    for byte in frame:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def _play_lcus(chance: random.Random, _figures: FuzzFigures) -> int:
    board = LcusBoard(channels=4)
    rubbish = _mutated(chance, lcus_frames.relay(chance.randrange(1, 5), chance.random() < 0.5))
    board.receive(rubbish, 0.0)
    for change in board.changes:
        assert lcus_frames.relay(change.relay + 1, change.on) in rubbish, "a relay moved without a command"
    # Up to three bytes of a command may be pending; three more of rubbish push them out.
    board.receive(b"\x00\x00\x00" + lcus_frames.relay(3, True), 1.0)
    assert board.on[2], "a good command after rubbish was not obeyed"
    return len(rubbish)


def _play_modbus_board(chance: random.Random, _figures: FuzzFigures) -> int:
    board = ModbusBoard()
    rubbish = _mutated(chance, chance.choice(_REQUESTS).wire)
    board.receive(rubbish, 0.0)
    if board.changes:
        assert any(_crc16_modbus(frame) == 0 for frame in board.requests), "a relay moved without a command"
    pulse = modbus_frames.timed_pulse(1, 5, 500)
    assert board.receive(pulse.wire, 10.0) == pulse.wire, "a good command after silence was not obeyed"
    board.tick(20.0)
    assert not board.on[5]
    return len(rubbish)


def _play_controller(chance: random.Random, _figures: FuzzFigures) -> int:
    status = command(1, Command.STATUS)
    good = Controller().receive(status, 0.0)
    rubbish = _mutated(chance, chance.choice((status, good)))
    assert find_status(rubbish + good, 1) is not None, "the good answer was not found"
    controller = Controller()
    controller.receive(rubbish, 0.0)
    moved = any(frame[3] in (Command.OPEN_LEFT, Command.OPEN_RIGHT) for frame in controller.requests)
    assert moved or not controller.changes, "it opened without a command"
    return len(rubbish)


def _mutated(chance: random.Random, data: bytes) -> bytes:
    if chance.random() < 0.2:
        return chance.randbytes(chance.randrange(80))
    damaged = bytearray(data)
    for _ in range(chance.randrange(5)):
        place = chance.randrange(len(damaged) + 1)
        match chance.randrange(4):
            case 0:
                damaged[place : place + 1] = chance.randbytes(1)
            case 1:
                del damaged[place : place + chance.randrange(4)]
            case 2:
                damaged[place:place] = chance.randbytes(chance.randrange(8))
            case 3:
                damaged += damaged[:place]
    return bytes(damaged)
