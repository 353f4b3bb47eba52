"""No relay stays on: the kiosk killed, hung, forked, its guard killed, the cable pulled."""

from __future__ import annotations

import itertools
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from drivers.errors import TransportLost
from drivers.gate.lcus import LcusGate, LcusSettings, open_gate
from drivers.gate.lcus_frames import BETWEEN_COMMANDS_S, relay
from drivers.gate.lcus_guard import GuardSettings, RelayGuard
from drivers.gate.simulated import LcusBoard, ModbusBoard
from drivers.gate.simulator import BoardSimulator
from drivers.port import DeviceLost, DeviceReady, OpeningResult
from tests.helpers.gate import begun, board, length_s, poll_until, released

ROOT = Path(__file__).parents[2]
LONG_PULSE_MS = 3000
SHORT_PULSE_MS = 300


@pytest.fixture
def lcus_board(tmp_path: Path) -> Iterator[BoardSimulator]:
    with board(LcusBoard(), tmp_path) as simulator:
        yield simulator


@contextmanager
def host(family: str, port: str, pulse_ms: int, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A killable process that has opened the gate once; with what it said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.gate_host", family, port, str(pulse_ms), *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        assert select.select([process.stdout], [], [], 15)[0], "the host said nothing"
        yield process, process.stdout.readline().split()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def wait_until_gone(pid: int, within_s: float = 5.0) -> None:
    deadline_s = time.monotonic() + within_s
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline_s, "the guard lives on"
        select.select([], [], [], 0.02)


@pytest.mark.parametrize("options", [[], ["fork"]], ids=["alone", "with a forked child holding its pipes"])
def test_kill_9_of_the_kiosk_within_the_pulse_releases_the_relay(
    lcus_board: BoardSimulator, options: list[str]
) -> None:
    with host("lcus", lcus_board.path, LONG_PULSE_MS, *options) as (process, (said, guard_pid)):
        assert said == OpeningResult.UNCONFIRMED.value
        assert begun(lcus_board).off_at_s is None
        process.kill()
        killed_at_s = time.monotonic()
        (pulse,) = released(lcus_board, 1)
        assert pulse.off_at_s is not None
        assert pulse.off_at_s - killed_at_s < 1.0
        assert length_s(pulse) < LONG_PULSE_MS / 1000
        wait_until_gone(int(guard_pid))


def test_a_hung_kiosk_does_not_lengthen_the_pulse(lcus_board: BoardSimulator) -> None:
    with host("lcus", lcus_board.path, SHORT_PULSE_MS) as (process, _said):
        begun(lcus_board)
        process.send_signal(signal.SIGSTOP)
        (pulse,) = released(lcus_board, 1)
        assert length_s(pulse) == pytest.approx(SHORT_PULSE_MS / 1000, abs=0.15)


def test_modbus_board_ends_the_pulse_after_kill_9_of_the_kiosk(tmp_path: Path) -> None:
    with board(ModbusBoard(), tmp_path) as simulator, host("modbus", simulator.path, 600) as (process, (said, _)):
        process.kill()
        assert said == OpeningResult.REQUESTED.value
        (pulse,) = released(simulator, 1)
        assert length_s(pulse) == pytest.approx(0.6, abs=0.1)


@pytest.fixture
def gate(lcus_board: BoardSimulator) -> Iterator[LcusGate]:
    opened = open_gate(lcus_board.path, pulse_ms=LONG_PULSE_MS)
    poll_until(opened, bool)
    yield opened
    opened.close()


def test_a_killed_guard_is_replaced_and_the_new_one_switches_off(gate: LcusGate, lcus_board: BoardSimulator) -> None:
    gate.open_once()
    begun(lcus_board)
    assert gate.guard_pid is not None
    os.kill(gate.guard_pid, signal.SIGKILL)
    assert poll_until(gate, bool) == [DeviceLost("transport_lost")]
    assert poll_until(gate, bool) == [DeviceReady()]
    assert length_s(released(lcus_board, 1)[0]) < LONG_PULSE_MS / 1000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_never_leave_the_relay_on(gate: LcusGate, lcus_board: BoardSimulator, number: signal.Signals) -> None:
    gate.open_once()
    begun(lcus_board)
    pid = gate.guard_pid
    assert pid is not None
    os.kill(pid, number)
    if number == signal.SIGTERM:
        wait_until_gone(pid)
    else:
        gate.poll()
        assert gate.guard_pid == pid
        gate.close()
    assert len(released(lcus_board, 1)) == 1


def test_cable_pulled_within_the_pulse_and_put_back(gate: LcusGate, lcus_board: BoardSimulator) -> None:
    gate.open_once()
    begun(lcus_board)
    lcus_board.unplug()
    assert poll_until(gate, bool) == [DeviceLost("transport_lost")]
    lcus_board.plug_in()
    assert len(released(lcus_board, 1)) == 1
    poll_until(gate, lambda events: DeviceReady() in events)


def test_all_relays_of_the_board_are_switched_off_at_the_start(tmp_path: Path) -> None:
    relays = LcusBoard(channels=4)
    for channel in (1, 3, 4):
        relays.receive(relay(channel, True), time.monotonic())
    with board(relays, tmp_path) as simulator:
        gate = open_gate(simulator.path, channel=2, channels=4)
        poll_until(gate, bool)
        released(simulator, 3, gate)
        gate.close()


class Line:
    """A transport that notes what is written and when; ``cut`` makes writing fail."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.written: list[tuple[float, bytes]] = []
        self.cut = False

    def clock(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.now_s += seconds

    def read(self, timeout_s: float) -> bytes:
        return b""

    def write(self, data: bytes) -> None:
        if self.cut:
            raise TransportLost("write")
        self.written.append((self.now_s, data))

    def flush_input(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def guard(line: Line) -> RelayGuard:
    return RelayGuard(line, GuardSettings("", 9600, 1, 2, 0.5, 0), line.clock, line.pause)


def test_commands_keep_their_distance(line: Line, guard: RelayGuard) -> None:
    guard.all_off()
    guard.pulse()
    times_s = [at_s for at_s, _data in line.written]
    assert [data for _at_s, data in line.written] == [relay(1, False), relay(2, False), relay(1, True)]
    gaps_s = [later - earlier for earlier, later in itertools.pairwise(times_s)]
    assert gaps_s == pytest.approx([BETWEEN_COMMANDS_S] * 2)


def test_the_pulse_is_ended_when_due_and_not_before(line: Line, guard: RelayGuard) -> None:
    guard.pulse()
    line.now_s += 0.49
    guard.tick()
    assert len(line.written) == 1
    assert guard.wait_s(0.2) == pytest.approx(0.01)
    line.now_s += 0.02
    guard.tick()
    assert line.written[-1][1] == relay(1, False)
    assert guard.off_due_s is None


def test_a_second_opening_within_the_pulse_is_a_second_contact(line: Line, guard: RelayGuard) -> None:
    guard.pulse()
    guard.pulse()
    assert [data for _at_s, data in line.written] == [relay(1, True), relay(1, False), relay(1, True)]


def test_a_failed_switching_on_counts_as_perhaps_on(line: Line, guard: RelayGuard) -> None:
    line.cut = True
    with pytest.raises(TransportLost):
        guard.pulse()
    assert guard.off_due_s is not None


@pytest.mark.parametrize("bad", [{"channel": 2, "channels": 1}, {"channel": 0}, {"pulse_ms": 50}, {"channels": 9}])
def test_bad_settings_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must lie between"):
        LcusSettings(**bad)


def test_the_port_must_be_named() -> None:
    with pytest.raises(ValueError, match="must be named"):
        open_gate("auto")
