"""What every GateOutput does: the drivers over simulated boards, and the fake that stands in for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from drivers.port import DeviceLost, DeviceReady, GateOutput, OpeningResult
from tests.helpers.gate import (
    PULSE_MS,
    Stage,
    begun,
    controller_gate,
    fake,
    lcus_gate,
    length_s,
    modbus_gate,
    poll_until,
    released,
)

Open = Callable[[Path], AbstractContextManager[tuple[GateOutput, Stage]]]
Pair = tuple[GateOutput, Stage]
GATES: dict[str, Open] = {"fake": fake, "modbus": modbus_gate, "lcus": lcus_gate, "controller": controller_gate}
BLOCKS_AT_MOST_S = 0.5


@pytest.fixture(params=GATES)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    with GATES[request.param](tmp_path) as opened:
        yield opened


def done(gate: GateOutput) -> OpeningResult:
    return OpeningResult.REQUESTED if gate.self_timed else OpeningResult.UNCONFIRMED


def test_before_it_is_ready_opening_fails_and_nothing_moves(pair: Pair) -> None:
    gate, stage = pair
    assert gate.open_once() is OpeningResult.FAILED
    assert stage.pulses() == []


def test_each_opening_is_one_pulse_that_ends(pair: Pair) -> None:
    gate, stage = pair
    assert poll_until(gate, bool) == [DeviceReady()]
    for count in (1, 2, 3):
        begun_s = time.monotonic()
        assert gate.open_once() is done(gate)
        assert time.monotonic() - begun_s < BLOCKS_AT_MOST_S
        assert len(released(stage, count, gate)) == count
    lengths_s = [length_s(pulse) for pulse in stage.pulses()]
    # On a busy machine a simulator may read *on* late, and *off* in time.
    assert max(lengths_s) == pytest.approx(PULSE_MS / 1000, abs=0.15)


def test_lost_means_no_opening_until_it_is_ready_again(pair: Pair) -> None:
    gate, stage = pair
    poll_until(gate, bool)
    stage.unplug()
    assert poll_until(gate, bool) == [DeviceLost("transport_lost")]
    assert gate.open_once() is OpeningResult.FAILED
    stage.plug_in()
    assert poll_until(gate, bool) == [DeviceReady()]
    assert stage.pulses() == []
    assert gate.open_once() is done(gate)
    assert len(released(stage, 1, gate)) == 1


def test_unplugged_unnoticed_opening_fails(pair: Pair) -> None:
    gate, stage = pair
    poll_until(gate, bool)
    stage.unplug()
    assert gate.open_once() is OpeningResult.FAILED
    stage.plug_in()
    poll_until(gate, lambda events: DeviceReady() in events)
    assert stage.pulses() == []


def test_close_leaves_no_relay_on_and_twice_is_fine(pair: Pair) -> None:
    gate, stage = pair
    poll_until(gate, bool)
    gate.open_once()
    begun(stage)
    gate.close()
    gate.close()
    assert len(released(stage, 1)) == 1
    assert gate.open_once() is OpeningResult.FAILED
    assert gate.poll() == []
