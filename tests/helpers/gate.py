"""Gate outputs for tests: the real ones on simulated boards, and one without any board."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from drivers.gate import controller, lcus, modbus
from drivers.gate.simulated import LcusBoard, ModbusBoard, Pulse, RelayBoard
from drivers.gate.simulated_controller import Controller
from drivers.gate.simulator import BoardSimulator
from drivers.port import DeviceLost, DeviceReady, GateEvent, GateOutput, OpeningResult
from drivers.transport.paced_pty import PacedPty

PULSE_MS = 200
BAUD = 9600
CONTROLLER_BAUD = 19200


class Stage(Protocol):
    """What a test can do to the world behind a gate output, and see of it."""

    def pulses(self) -> list[Pulse]: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...


class FakeGate:
    """A GateOutput and its stage in one, without bytes; its pulses have no length."""

    self_timed = True

    def __init__(self) -> None:
        self._events: list[GateEvent] = [DeviceReady()]
        self._pulses: list[Pulse] = []
        self._answering = False
        self._closed = False

    def open_once(self) -> OpeningResult:
        if not self._answering or self._closed:
            return OpeningResult.FAILED
        now_s = time.monotonic()
        self._pulses.append(Pulse(0, now_s, now_s + PULSE_MS / 1000))
        return OpeningResult.REQUESTED

    def poll(self) -> list[GateEvent]:
        events, self._events = self._events, []
        self._answering |= DeviceReady() in events
        return [] if self._closed else events

    def close(self) -> None:
        self._closed = True

    def pulses(self) -> list[Pulse]:
        return list(self._pulses)

    def unplug(self) -> None:
        self._answering = False
        self._events.append(DeviceLost("transport_lost"))

    def plug_in(self) -> None:
        self._events.append(DeviceReady())


@contextmanager
def fake(_folder: Path) -> Iterator[tuple[GateOutput, Stage]]:
    gate = FakeGate()
    yield gate, gate


@contextmanager
def modbus_gate(folder: Path) -> Iterator[tuple[GateOutput, Stage]]:
    with board(ModbusBoard(), folder) as simulator:
        gate = modbus.open_gate(simulator.path, pulse_ms=PULSE_MS, passage_input=0)
        try:
            yield gate, simulator
        finally:
            gate.close()


@contextmanager
def lcus_gate(folder: Path) -> Iterator[tuple[GateOutput, Stage]]:
    with board(LcusBoard(), folder) as simulator:
        gate = lcus.open_gate(simulator.path, pulse_ms=PULSE_MS)
        try:
            yield gate, simulator
        finally:
            gate.close()


@contextmanager
def controller_gate(folder: Path) -> Iterator[tuple[GateOutput, Stage]]:
    """The controller's own time-out stands for the pulse: nobody walks through."""
    with board(Controller(time_out_s=PULSE_MS / 1000), folder, CONTROLLER_BAUD) as simulator:
        gate = controller.open_gate(simulator.path)
        try:
            yield gate, simulator
        finally:
            gate.close()


@contextmanager
def board(simulated: RelayBoard, folder: Path, baud: int | None = BAUD) -> Iterator[BoardSimulator]:
    """A running board with a stable name in ``folder``."""
    simulator = BoardSimulator(simulated, PacedPty(baud, link=folder / "board")).start()
    try:
        yield simulator
    finally:
        simulator.close()


def poll_until(gate: GateOutput, enough: Callable[[list[GateEvent]], bool], within_s: float = 10.0) -> list[GateEvent]:
    """Poll until ``enough`` of the events; fails the test at the deadline."""
    events: list[GateEvent] = []
    deadline_s = time.monotonic() + within_s
    while not enough(events):
        assert time.monotonic() < deadline_s, f"only {events} came"
        events += gate.poll()
    return events


def released(stage: Stage, count: int, gate: GateOutput | None = None, within_s: float = 5.0) -> list[Pulse]:
    """Wait until ``count`` pulses have ended, polling ``gate`` meanwhile if there still is one."""
    deadline_s = time.monotonic() + within_s
    while sum(pulse.off_at_s is not None for pulse in stage.pulses()) < count:
        assert time.monotonic() < deadline_s, f"a relay is still on: {stage.pulses()}"
        if gate is None:
            select.select([], [], [], 0.01)
        else:
            gate.poll()
    return stage.pulses()


def begun(stage: Stage, within_s: float = 2.0) -> Pulse:
    """Wait until the first relay has gone on; an order needs its time on the line."""
    deadline_s = time.monotonic() + within_s
    while not stage.pulses():
        assert time.monotonic() < deadline_s, "no relay went on"
        select.select([], [], [], 0.005)
    return stage.pulses()[0]


def length_s(pulse: Pulse) -> float:
    """How long the contact was closed; the pulse must have ended."""
    assert pulse.off_at_s is not None
    return pulse.off_at_s - pulse.on_at_s
