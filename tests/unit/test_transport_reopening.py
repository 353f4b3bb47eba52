"""Open, serve, lose, wait, open again: on a clock that moves only in pauses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from drivers.errors import DriverError, PortUnavailable, TransportLost
from drivers.port import CodeScanned, DeviceLost, DeviceReady
from drivers.reopening import BackOff, Reopening
from tests.helpers.sdt import SteppingClock


@dataclass
class Device:
    """A device whose opening and serving can be made to fail."""

    open_fails: DriverError | None = None
    serve_fails: DriverError | None = None
    opened: int = 0
    closed: int = 0
    attempts_at_s: list[float] = field(default_factory=list)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def reopening(clock: SteppingClock, device: Device) -> Reopening[CodeScanned, Device]:
    def open_session() -> tuple[Device, str]:
        device.attempts_at_s.append(clock() - 1000.0)
        if device.open_fails:
            raise device.open_fails
        device.opened += 1
        return device, "No. 7"

    def serve(session: Device, emit: Callable[[CodeScanned | DeviceReady | DeviceLost], None]) -> None:
        emit(CodeScanned("T1"))
        if session.serve_fails:
            raise session.serve_fails

    def close(session: Device) -> None:
        session.closed += 1

    return Reopening(open_session, serve, close, clock=clock, pause=clock.sleep)


def poll_until_ready(reopening: Reopening[CodeScanned, Device]) -> None:
    for _ in range(1000):
        if DeviceReady("No. 7") in reopening.poll():
            return
    raise AssertionError("never ready")


def test_opens_by_itself_then_serves(reopening: Reopening[CodeScanned, Device]) -> None:
    assert reopening.poll() == [DeviceReady("No. 7")]
    assert reopening.poll() == [CodeScanned("T1")]


def test_what_came_before_the_fault_is_not_lost(reopening: Reopening[CodeScanned, Device], device: Device) -> None:
    reopening.poll()
    device.serve_fails = TransportLost("read")
    assert reopening.poll() == [CodeScanned("T1"), DeviceLost("transport_lost")]
    assert device.closed == 1
    assert reopening.use(lambda session: session.opened) is None


def test_an_absent_device_is_reported_once(reopening: Reopening[CodeScanned, Device], device: Device) -> None:
    device.open_fails = PortUnavailable("nowhere")
    assert reopening.poll() == [DeviceLost("port_unavailable")]
    assert [event for _ in range(200) for event in reopening.poll()] == []
    device.open_fails = None
    events = [event for _ in range(50) for event in reopening.poll()]
    assert events[0] == DeviceReady("No. 7")


def test_pauses_grow_and_stay_bounded(
    reopening: Reopening[CodeScanned, Device], device: Device, clock: SteppingClock
) -> None:
    device.open_fails = PortUnavailable("nowhere")
    while len(device.attempts_at_s) < 8:
        begun_s = clock()
        reopening.poll()
        assert clock() - begun_s <= 0.1 + 1e-9
    gaps = [later - earlier for earlier, later in zip(device.attempts_at_s, device.attempts_at_s[1:], strict=False)]
    assert gaps == pytest.approx([0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0], abs=1e-6)


def test_pauses_start_anew_after_success(
    reopening: Reopening[CodeScanned, Device], device: Device, clock: SteppingClock
) -> None:
    device.open_fails = PortUnavailable("nowhere")
    for _ in range(40):
        reopening.poll()
    device.open_fails = None
    poll_until_ready(reopening)
    device.serve_fails = TransportLost("read")
    reopening.poll()
    lost_at_s = clock()
    device.serve_fails = None
    poll_until_ready(reopening)
    assert clock() - lost_at_s == pytest.approx(0.2)


def test_back_off_survives_days_of_absence() -> None:
    assert BackOff().pause_s(1) == 0.2
    assert BackOff().pause_s(10**9) == 2.0


def test_use_runs_on_the_open_session_only(reopening: Reopening[CodeScanned, Device]) -> None:
    assert reopening.use(lambda session: session.opened) is None
    reopening.poll()
    assert reopening.use(lambda session: session.opened) == 1


def test_a_fault_in_use_loses_the_device(reopening: Reopening[CodeScanned, Device], device: Device) -> None:
    reopening.poll()

    def fail(session: Device) -> int:
        raise TransportLost("write")

    assert reopening.use(fail) is None
    assert device.closed == 1
    assert reopening.poll()[0] == DeviceLost("transport_lost")


def test_closed_means_closed(reopening: Reopening[CodeScanned, Device], device: Device) -> None:
    reopening.poll()
    reopening.close()
    reopening.close()
    assert device.closed == 1
    assert reopening.poll() == []
    assert device.opened == 1


def test_other_errors_are_bugs_and_come_through(reopening: Reopening[CodeScanned, Device]) -> None:
    reopening.poll()
    with pytest.raises(ZeroDivisionError):
        reopening.use(lambda session: 1 // 0)
