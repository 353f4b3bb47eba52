"""Gate outputs for tests: the real ones on simulated boards, and one without any board."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from drivers.gate import controller, lcus, modbus
from drivers.gate.buttons import PressWatch
from drivers.gate.simulated import LcusBoard, ModbusBoard, Pulse, RelayBoard
from drivers.gate.simulated_controller import Controller
from drivers.gate.simulator import BoardSimulator
from drivers.port import ButtonBoard, ButtonSide, DeviceLost, DeviceReady, GateEvent, GateOutput, OpeningResult
from drivers.transport.paced_pty import PacedPty

PULSE_MS = 200
BAUD = 9600
CONTROLLER_BAUD = 19200
FAKE_STABLE_S = 0.03
LOCK_RELAY = 0
BUTTONS = {"left_button_input": 2, "left_lamp_relay": 4, "right_button_input": 3, "right_lamp_relay": 5}


class Stage(Protocol):
    """What a test can do to the world behind a gate output, and see of it."""

    def pulses(self) -> list[Pulse]: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...


class ButtonStage(Stage, Protocol):
    """The same world with two lit buttons in it."""

    def hold_down(self, side: ButtonSide, down: bool) -> None: ...
    def lamps(self) -> set[ButtonSide]: ...


class LitGate(GateOutput, ButtonBoard, Protocol):
    """A gate output whose board has two lit buttons."""


class FakeGate:
    """A GateOutput, a ButtonBoard and their stage in one, without bytes; its pulses have no length."""

    self_timed = True

    def __init__(self) -> None:
        self._events: list[GateEvent] = [DeviceReady()]
        self._pulses: list[Pulse] = []
        self._answering = False
        self._closed = False
        self._down = dict.fromkeys(ButtonSide, False)
        self._presses = PressWatch(FAKE_STABLE_S)
        self._wanted: Set[ButtonSide] = frozenset()
        self._lit: set[ButtonSide] = set()

    def open_once(self) -> OpeningResult:
        if not self._answering or self._closed:
            return OpeningResult.FAILED
        now_s = time.monotonic()
        self._pulses.append(Pulse(0, now_s, now_s + PULSE_MS / 1000))
        return OpeningResult.REQUESTED

    def poll(self) -> list[GateEvent]:
        events, self._events = self._events, []
        self._answering |= DeviceReady() in events
        if self._answering and not self._closed:
            self._lit = set(self._wanted)
            self._presses.feed(self._down, time.monotonic(), events.append)
        return [] if self._closed else events

    def light(self, lit: Set[ButtonSide]) -> None:
        self._wanted = lit

    def close(self) -> None:
        self._closed = True
        self._lit = set()

    def hold_down(self, side: ButtonSide, down: bool) -> None:
        self._down[side] = down

    def lamps(self) -> set[ButtonSide]:
        return set(self._lit)

    def pulses(self) -> list[Pulse]:
        return list(self._pulses)

    def unplug(self) -> None:
        self._answering = False
        self._lit = set()
        self._presses = PressWatch(FAKE_STABLE_S)
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


class ButtonBoardOnALine:
    """The stage of a Modbus board with two buttons: what is done to its contacts, and what its relays do."""

    def __init__(self, simulator: BoardSimulator, contacts: ModbusBoard) -> None:
        self._simulator, self._contacts = simulator, contacts

    def pulses(self) -> list[Pulse]:
        """The lock's alone: a lamp is no opening."""
        return [pulse for pulse in self._simulator.pulses() if pulse.relay == LOCK_RELAY]

    def unplug(self) -> None:
        self._simulator.unplug()
        for side in ButtonSide:  # a board without power lights nothing
            self._contacts.power_off_relay(BUTTONS[f"{side}_lamp_relay"])

    def plug_in(self) -> None:
        self._simulator.plug_in()

    def hold_down(self, side: ButtonSide, down: bool) -> None:
        self._contacts.inputs[BUTTONS[f"{side}_button_input"]] = down

    def lamps(self) -> set[ButtonSide]:
        return {side for side in ButtonSide if self._contacts.on[BUTTONS[f"{side}_lamp_relay"]]}


@contextmanager
def lit_fake(_folder: Path) -> Iterator[tuple[LitGate, ButtonStage]]:
    gate = FakeGate()
    yield gate, gate


@contextmanager
def lit_modbus(folder: Path) -> Iterator[tuple[LitGate, ButtonStage]]:
    contacts = ModbusBoard()
    with board(contacts, folder) as simulator:
        wired: dict[str, Any] = {"relay": LOCK_RELAY, "passage_input": 0, **BUTTONS}
        gate = modbus.open_gate(simulator.path, pulse_ms=PULSE_MS, **wired)
        try:
            yield gate, ButtonBoardOnALine(simulator, contacts)
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
