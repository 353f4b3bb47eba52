"""Swipe readers: every style of framing, whole and byte by byte, rubbish between swipes, learning from one swipe."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from drivers.mrz.framing import MAX_SWIPE_BYTES, SwipeFraming, SwipeReceiver
from drivers.mrz.learning import learn
from drivers.mrz.parse import parse
from drivers.mrz.reader import MrzSwiped, SwipeReader, SwipeUnreadable, open_swipe_reader
from drivers.mrz.simulator import SWIPE_STYLES, SwipeSimulator, SwipeStyle
from drivers.port import DeviceLost, DeviceReady
from tests.helpers.mrz import SPECIMENS, TD1, TD3, made_up_td3

STYLES = pytest.mark.parametrize("style", SWIPE_STYLES.values(), ids=SWIPE_STYLES)


def swiped(receiver: SwipeReceiver, data: bytes, piece: int) -> list[tuple[str, ...]]:
    found = []
    for at in range(0, len(data), piece):
        found += receiver.receive(data[at : at + piece], 1.0)
    return [swipe.lines for swipe in found + receiver.silence(2.0)]


@STYLES
@pytest.mark.parametrize("lines", SPECIMENS.values(), ids=SPECIMENS)
@pytest.mark.parametrize("piece", [1, 7, 500])
def test_every_style_is_understood(style: SwipeStyle, lines: tuple[str, ...], piece: int) -> None:
    framing = SwipeFraming(begin=style.begin)
    receiver = SwipeReceiver(framing)
    for _ in range(2):
        assert swiped(receiver, style.framed(lines), piece) == [lines]


@STYLES
@pytest.mark.parametrize("lines", SPECIMENS.values(), ids=SPECIMENS)
def test_one_swipe_teaches_the_framing(style: SwipeStyle, lines: tuple[str, ...]) -> None:
    learned = learn(style.framed(lines))
    assert learned is not None
    assert learned.format is parse(lines).format
    assert learned.separator == style.separator
    receiver = SwipeReceiver(learned.framing)
    for other in (TD3, TD1):
        assert swiped(receiver, style.framed(other), 1) == [other]


def test_a_learnt_end_closes_at_once() -> None:
    learned = learn(SWIPE_STYLES["stx-etx"].framed(TD3))
    assert learned is not None
    assert learned.framing.end == b"\x03"
    found = SwipeReceiver(learned.framing).receive(SWIPE_STYLES["stx-etx"].framed(TD1), 1.0)
    assert [swipe.lines for swipe in found] == [TD1]


@pytest.mark.parametrize("data", [b"", b"HELLO\r", b"\x00" * 300, SWIPE_STYLES["lines"].framed((TD3[0], TD3[0]))])
def test_nothing_is_learnt_from_what_is_no_zone(data: bytes) -> None:
    assert learn(data) is None


def test_a_stream_without_end_is_skipped_until_it_stops() -> None:
    receiver = SwipeReceiver()
    found = receiver.receive(b"7" * 5000, 1.0)
    assert [swipe.lines for swipe in found] == [()]
    assert receiver.silence(2.0) == []
    assert swiped(receiver, SWIPE_STYLES["lines"].framed(TD3), 64) == [TD3]
    assert MAX_SWIPE_BYTES < 5000


@pytest.mark.parametrize("seed", range(40))
def test_rubbish_never_hides_the_next_swipe(seed: int) -> None:
    chance = random.Random(seed)
    receiver = SwipeReceiver()
    swiped(receiver, chance.randbytes(chance.randrange(900)), chance.randrange(1, 40))
    lines = made_up_td3(chance)
    assert swiped(receiver, SWIPE_STYLES["stx-etx"].framed(lines), chance.randrange(1, 40)) == [lines]


def test_a_silence_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="silence_s"):
        open_swipe_reader("/dev/null", silence_s=5.0)
    with pytest.raises(ValueError):
        open_swipe_reader("/dev/null", begin="xyz")


@pytest.fixture
def simulator() -> Iterator[SwipeSimulator]:
    with SwipeSimulator(baud=None) as simulated:
        yield simulated


def polled(reader: SwipeReader, kind: type) -> object:
    for _ in range(200):
        for event in reader.poll():
            if isinstance(event, kind):
                return event
    raise AssertionError(f"no {kind.__name__}")


def test_over_a_pseudo_terminal(simulator: SwipeSimulator) -> None:
    reader = open_swipe_reader(simulator.path)
    polled(reader, DeviceReady)
    simulator.swipe(TD1, chunk=5)
    read = polled(reader, MrzSwiped)
    assert isinstance(read, MrzSwiped)
    assert read.mrz == parse(TD1)
    simulator.swipe((TD3[0], TD3[1].replace("9", "8", 1)))
    unreadable = polled(reader, SwipeUnreadable)
    assert isinstance(unreadable, SwipeUnreadable)
    assert [fault.start for fault in unreadable.faults] == [9, 43]
    simulator.unplug()
    polled(reader, DeviceLost)
    reader.close()
    assert reader.poll() == []
