"""The reader over a real pseudo-terminal, with everything a gate does to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.port import (
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentPresented,
    DocumentRemoved,
    IdentityRead,
    PortraitRead,
    ReadFailed,
    ReadFailure,
)
from drivers.sdt.line import Timing
from drivers.sdt.reader import SdtReader, open_reader
from drivers.sdt.simulator import Heard, SamSettings, SdtSimulator
from drivers.transport.paced_pty import PacedPty
from tests.helpers.sdt import RULES, a_card, poll_until

QUICK = Timing(status_s=0.2, find_s=0.3, select_s=0.3, read_s=0.6, resync_s=0.3, silence_s=0.1)
SAM_NUMBER = "05.03-20990101-0000000001-1234567890"

Open = Callable[..., SdtReader]
Simulate = Callable[..., SdtSimulator]


@pytest.fixture
def simulate(tmp_path: Path) -> Iterator[Simulate]:
    running: list[SdtSimulator] = []

    def start(**options: Any) -> SdtSimulator:
        defaults: dict[str, Any] = {"pace": "fast", "link": tmp_path / "reader"}
        running.append(SdtSimulator(**defaults | options))
        return running[-1]

    yield start
    for simulator in running:
        simulator.close()
        assert simulator.forbidden == []


@pytest.fixture
def connect() -> Iterator[Open]:
    readers: list[SdtReader] = []

    def start(simulator: SdtSimulator, **options: Any) -> SdtReader:
        defaults: dict[str, Any] = {"timing": QUICK, "find_pause_s": 0.01}
        readers.append(open_reader(simulator.path, rules=lambda: RULES, **defaults | options))
        return readers[-1]

    yield start
    for reader in readers:
        reader.close()


def of_type(events: list[DocumentEvent], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def count(command: int, parameter: int) -> Callable[[list[Heard]], int]:
    return lambda heard: sum((one.command, one.parameter) == (command, parameter) for one in heard)


finds, reads = count(0x20, 0x01), count(0x30, 0x01)


def test_only_allowed_commands_in_a_whole_visit(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator, rf_frame_bytes=0x50)
    assert poll_until(reader, DeviceReady) == [DeviceReady(SAM_NUMBER)]
    simulator.put_card(a_card())
    poll_until(reader, PortraitRead)
    simulator.lift_card()
    poll_until(reader, DocumentRemoved)
    sent = {(heard.command, heard.parameter) for heard in simulator.recorded}
    assert sent == {(0x11, 0xFF), (0x12, 0xFF), (0x61, 0xFF), (0x20, 0x01), (0x20, 0x02), (0x30, 0x01)}


def test_portrait_arrives_whole(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    card = a_card()
    simulator.put_card(card)
    (portrait,) = of_type(poll_until(reader, PortraitRead), PortraitRead)
    assert bytes(portrait.data.view()) == card.record()[260:]


@pytest.mark.parametrize("latch", [True, False])
def test_card_left_on_the_reader_is_read_once(simulate: Simulate, connect: Open, latch: bool) -> None:
    simulator = simulate(settings=SamSettings(latch=latch))
    reader = connect(simulator)
    simulator.put_card(a_card())
    events = poll_until(reader, PortraitRead)
    poll_until(reader, lambda _: finds(simulator.recorded) >= 8)
    assert reads(simulator.recorded) == 1
    simulator.lift_card()
    # A latching reader has lost sight of the card before; a card put down anew is read anew by both.
    events = poll_until(reader, DocumentRemoved) if not latch else []
    simulator.put_card(a_card("样例乙", order=2))
    events += poll_until(reader, PortraitRead)
    assert [event.masked_name for event in of_type(events, IdentityRead)] == ["样**"]


def test_card_lifted_between_find_and_select(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    poll_until(reader, DeviceReady)
    simulator.put_card(a_card())
    poll_until(reader, DocumentPresented)
    simulator.lift_card()
    events = poll_until(reader, DocumentRemoved)
    assert events == [ReadFailed(ReadFailure.LIFTED, 0x81), DocumentRemoved()]


def test_card_lifted_while_it_is_read(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    simulator.put_card(a_card())
    poll_until(reader, DocumentPresented)
    reader.poll()
    assert simulator.recorded[-1].command == 0x20
    simulator.lift_card()
    events = poll_until(reader, DocumentRemoved)
    assert events == [ReadFailed(ReadFailure.LIFTED, 0x41), DocumentRemoved()]


def test_a_read_that_fails_once_is_repeated(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    simulator.fail_reads(1)
    simulator.put_card(a_card())
    events = poll_until(reader, PortraitRead)
    assert of_type(events, ReadFailed) == []
    assert reads(simulator.recorded) == 2


def test_a_card_that_cannot_be_read_is_given_up(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    simulator.fail_reads(100)
    simulator.put_card(a_card())
    events = poll_until(reader, ReadFailed)
    assert events[-1] == ReadFailed(ReadFailure.REFUSED, 0x41)
    poll_until(reader, lambda _: finds(simulator.recorded) >= 8)
    assert reads(simulator.recorded) == 2


def test_garbled_record_is_asked_for_again_without_finding(simulate: Simulate, connect: Open) -> None:
    """A latching reader would not find the card again, so the repetition goes straight to the read."""
    simulator = simulate(settings=SamSettings(latch=True))
    reader = connect(simulator)
    poll_until(reader, DeviceReady)
    simulator.put_card(a_card())
    poll_until(reader, DocumentPresented)
    simulator.faults.corrupt_answers = {2}
    events = poll_until(reader, PortraitRead)
    assert of_type(events, ReadFailed) == []
    assert reads(simulator.recorded) == 2


def test_record_garbled_twice_is_given_up(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    poll_until(reader, DeviceReady)
    simulator.put_card(a_card())
    poll_until(reader, DocumentPresented)
    # Select, read, SAM number to get in step again, read.
    simulator.faults.corrupt_answers = {2, 4}
    assert poll_until(reader, ReadFailed)[-1] == ReadFailed(ReadFailure.GARBLED)


def test_record_that_does_not_count(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    card = a_card()
    wrong = type(card)(card.type, {**card.fields, "id_number": "990001199001010010"})
    simulator.put_card(wrong)
    events = poll_until(reader, ReadFailed)
    assert events[-1] == ReadFailed(ReadFailure.GARBLED)
    assert of_type(events, IdentityRead) == []


def test_answer_that_stops_halfway(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    poll_until(reader, DeviceReady)
    simulator.faults.stop_after_bytes = 600
    simulator.put_card(a_card())
    assert poll_until(reader, ReadFailed)[-1] == ReadFailed(ReadFailure.TIMED_OUT)
    simulator.lift_card()
    poll_until(reader, DocumentRemoved)
    simulator.put_card(a_card())
    poll_until(reader, PortraitRead)


def test_late_find_answer_is_not_taken_for_a_later_one(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    poll_until(reader, DeviceReady)
    simulator.put_card(a_card())
    simulator.faults.late_s = [QUICK.find_s + 0.1]
    events = poll_until(reader, PortraitRead)
    assert [type(event) for event in events] == [DocumentPresented, IdentityRead, PortraitRead]
    asked = [(heard.command, heard.parameter) for heard in simulator.recorded]
    # The first find went unanswered in time; the number was asked for to get in step, then the card was found.
    assert asked[2:5] == [(0x20, 0x01), (0x12, 0xFF), (0x20, 0x01)]


@pytest.mark.parametrize("late_step", [1, 2])
def test_late_select_or_read_gives_the_card_up_once(simulate: Simulate, connect: Open, late_step: int) -> None:
    simulator = simulate()
    reader = connect(simulator)
    poll_until(reader, DeviceReady)
    simulator.faults.late_s = [0.0] * late_step + [QUICK.read_s + 0.05]
    simulator.put_card(a_card())
    events = poll_until(reader, ReadFailed)
    assert events[-1] == ReadFailed(ReadFailure.TIMED_OUT)
    simulator.lift_card()
    assert poll_until(reader, DocumentRemoved) == [DocumentRemoved()]
    simulator.put_card(a_card())
    poll_until(reader, PortraitRead)


def test_silent_module_is_lost_in_under_three_seconds(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator, timing=Timing())
    poll_until(reader, DeviceReady)
    simulator.faults.late_s = [60.0]
    begun_s = time.monotonic()
    assert poll_until(reader, DeviceLost) == [DeviceLost("deadline_exceeded")]
    assert time.monotonic() - begun_s < 3.0


def test_unplugged_in_the_middle_of_an_answer_and_back_elsewhere(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    poll_until(reader, DeviceReady)
    simulator.faults.cut_after_bytes = 700
    before = Path(simulator.path).resolve()
    simulator.put_card(a_card())
    events = poll_until(reader, DeviceLost)
    assert [type(event) for event in events] == [DocumentPresented, DeviceLost]
    others = _lines_until_taken(before)
    simulator.replug()
    events = poll_until(reader, PortraitRead)
    assert [type(event) for event in events] == [DeviceReady, DocumentPresented, IdentityRead, PortraitRead]
    assert Path(simulator.path).resolve() != before
    for other in others:
        other.close()


def _lines_until_taken(path: Path, at_most: int = 100) -> list[PacedPty]:
    """Somebody else takes free device names until ``path`` is among them: the kernel frees one when it gets to it."""
    lines = [PacedPty()]
    while Path(lines[-1].path) != path and len(lines) < at_most:
        lines.append(PacedPty())
    return lines


def test_reader_that_is_absent_at_first(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    simulator.unplug()
    assert poll_until(reader, DeviceLost) == [DeviceLost("port_unavailable")]
    assert [event for _ in range(5) for event in reader.poll()] == []
    simulator.replug()
    assert poll_until(reader, DeviceReady) == [DeviceReady(SAM_NUMBER)]


def test_garbage_after_power_up(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    simulator.faults.power_up_garbage = b"\x00\xaa\xaa\x96garbage\xaa"
    assert poll_until(connect(simulator), DeviceReady) == [DeviceReady(SAM_NUMBER)]


def test_first_answer_corrupt_after_power_up(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    simulator.faults.corrupt_answers = {1}
    assert poll_until(connect(simulator), DeviceReady) == [DeviceReady(SAM_NUMBER)]


@pytest.mark.parametrize("rate", [115200, 38400, 9600])
def test_rate_is_searched(simulate: Simulate, connect: Open, rate: int) -> None:
    simulator = simulate(baud=rate)
    assert poll_until(connect(simulator, baud="auto"), DeviceReady) == [DeviceReady(SAM_NUMBER)]


def test_wrong_fixed_rate_is_not_searched(simulate: Simulate, connect: Open) -> None:
    simulator = simulate(baud=9600)
    assert poll_until(connect(simulator), DeviceLost) == [DeviceLost("deadline_exceeded")]
    assert simulator.recorded == []


def test_module_that_is_not_authorised_is_the_readers_fault(simulate: Simulate, connect: Open) -> None:
    simulator = simulate()
    reader = connect(simulator)
    poll_until(reader, DeviceReady)
    simulator.force_status(0x66)
    assert poll_until(reader, DeviceLost) == [DeviceLost("device_refused")]
    poll_until(reader, DeviceReady)


def test_replaced_reader_is_found_by_pattern(simulate: Simulate, tmp_path: Path) -> None:
    """The configured name is gone with the old reader; the new one answers on another port."""
    simulator = simulate(link=tmp_path / "usb-other")
    reader = open_reader(
        str(tmp_path / "usb-old"),
        rules=lambda: RULES,
        timing=QUICK,
        search=True,
        candidates=lambda: [str(tmp_path / "nothing-here"), simulator.path],
    )
    assert poll_until(reader, DeviceReady) == [DeviceReady(SAM_NUMBER)]
    reader.close()


def test_whole_answer_takes_its_time_on_the_line(simulate: Simulate, connect: Open) -> None:
    """1,295 bytes of 10 bits at 115,200 bits/s take 0.112 s (product figure), not less."""
    simulator = simulate(pace="real")
    reader = connect(simulator, timing=Timing())
    poll_until(reader, DeviceReady)
    simulator.put_card(a_card())
    events = poll_until(reader, PortraitRead)
    ended_s = time.monotonic()
    (presented,) = of_type(events, DocumentPresented)
    thinking_s = simulator.delays.select_s + simulator.delays.read_s
    assert ended_s - presented.at_s - thinking_s >= 1295 * 10 / 115200
