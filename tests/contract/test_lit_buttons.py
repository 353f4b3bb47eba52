"""What every board with two lit buttons does: the driver over a simulated board, and the fake that stands in for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from drivers.port import ButtonPressed, ButtonSide, DeviceLost, DeviceReady, GateEvent, OpeningResult
from tests.helpers.gate import ButtonStage, LitGate, lit_fake, lit_modbus, poll_until, released

Open = Callable[[Path], AbstractContextManager[tuple[LitGate, ButtonStage]]]
Pair = tuple[LitGate, ButtonStage]
BOARDS: dict[str, Open] = {"fake": lit_fake, "modbus": lit_modbus}
LEFT, RIGHT = ButtonSide
BOTH = {LEFT, RIGHT}


@pytest.fixture(params=BOARDS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    with BOARDS[request.param](tmp_path) as opened:
        poll_until(opened[0], lambda events: DeviceReady() in events)
        yield opened


def presses(events: list[GateEvent]) -> list[ButtonSide]:
    return [event.side for event in events if isinstance(event, ButtonPressed)]


def lit(gate: LitGate, stage: ButtonStage, wanted: set[ButtonSide]) -> list[GateEvent]:
    return poll_until(gate, lambda _: stage.lamps() == wanted)


def polled(gate: LitGate, seconds: float = 0.3) -> list[GateEvent]:
    until_s = time.monotonic() + seconds
    events: list[GateEvent] = []
    while time.monotonic() < until_s:
        events += gate.poll()
    return events


@pytest.mark.parametrize("side", ButtonSide)
def test_a_press_is_told_once_however_long_it_is_held(pair: Pair, side: ButtonSide) -> None:
    gate, stage = pair
    polled(gate, 0.1)
    stage.hold_down(side, True)
    events = poll_until(gate, bool)
    stage.hold_down(side, False)
    assert presses(events + polled(gate)) == [side]


def test_both_at_once_is_no_press(pair: Pair) -> None:
    gate, stage = pair
    polled(gate, 0.1)
    for down in (True, False):
        for side in ButtonSide:
            stage.hold_down(side, down)
        assert polled(gate) == []


@pytest.mark.parametrize("wanted", [{LEFT}, {RIGHT}, BOTH])
def test_lamps_are_lit_as_wanted_and_open_nothing(pair: Pair, wanted: set[ButtonSide]) -> None:
    gate, stage = pair
    assert stage.lamps() == set()
    gate.light(wanted)
    lit(gate, stage, wanted)
    assert stage.pulses() == [], "a lamp is no lock"
    assert gate.open_once() is OpeningResult.REQUESTED
    assert len(released(stage, 1, gate)) == 1
    assert stage.lamps() == wanted, "a lock is no lamp"
    gate.light(set())
    lit(gate, stage, set())


def test_lamps_come_back_with_the_board_by_themselves(pair: Pair) -> None:
    gate, stage = pair
    gate.light(BOTH)
    lit(gate, stage, BOTH)
    stage.unplug()
    poll_until(gate, lambda events: any(isinstance(event, DeviceLost) for event in events))
    assert stage.lamps() == set()
    gate.light({RIGHT})
    stage.plug_in()
    events = lit(gate, stage, {RIGHT})
    assert presses(events) == []
    assert stage.pulses() == []


def test_after_the_end_all_is_dark(pair: Pair) -> None:
    gate, stage = pair
    gate.light(BOTH)
    lit(gate, stage, BOTH)
    gate.close()
    until_s = time.monotonic() + 2.0
    while stage.lamps():
        assert time.monotonic() < until_s, "a lamp stayed on"
