"""Random and damaged byte streams for the front-end's frames and the swipe readers' framing.

Each stream is rubbish and then one good thing. A run fails on any exception, on a good thing that is not found, on a
zone that does not check, and on a stream that takes longer than a second.
"""

from __future__ import annotations

import contextlib
import random
import time
from dataclasses import dataclass

from drivers.errors import PeerBrokeProtocol
from drivers.mrz.framing import MAX_SWIPE_BYTES, SwipeReceiver
from drivers.mrz.learning import learn
from drivers.mrz.parse import MrzRejected, parse
from drivers.mrz.simulator import SWIPE_STYLES
from drivers.pn532.commands import Modulation, parse_exchange, parse_firmware, parse_target
from drivers.pn532.frames import ACK, LONGEST_DATA, NACK, Frame, Receiver, encode
from tests.helpers.mrz import made_up_td3

SLOWEST_ALLOWED_S = 1.0
"""Processor time of one stream."""
_GOOD = b"\x03\x32\x01\x06\x07"


@dataclass
class FuzzFigures:
    streams: int = 0
    bytes_fed: int = 0
    frames: int = 0
    zones: int = 0
    slowest_s: float = 0.0


def fuzz_core(seed: int, count: int) -> FuzzFigures:
    """``count`` streams, half for the front-end, half for swipe readers."""
    chance = random.Random(seed)
    figures = FuzzFigures()
    for number in range(count):
        begun_s = time.process_time()
        size = _frames(chance, figures) if number % 2 else _swipes(chance, figures)
        took_s = time.process_time() - begun_s
        assert took_s < SLOWEST_ALLOWED_S, f"stream {number} of seed {seed} took {took_s:.2f} s"
        figures.streams += 1
        figures.bytes_fed += size
        figures.slowest_s = max(figures.slowest_s, took_s)
    return figures


def _frames(chance: random.Random, figures: FuzzFigures) -> int:
    rubbish = _damaged(chance, b"".join(_a_frame(chance) for _ in range(chance.randrange(1, 5))))
    receiver = Receiver()
    found = []
    for piece in _cut(chance, rubbish):
        found += receiver.feed(piece)
        assert receiver.pending < LONGEST_DATA + 300
    for item in found:
        if isinstance(item, Frame):
            figures.frames += 1
            _understood(item.data)
    # A frame that began in the rubbish may swallow one good frame; never two.
    again = [item for _ in range(2) for item in receiver.feed(bytes(LONGEST_DATA + 10) + encode(0xD5, _GOOD))]
    assert Frame(0xD5, _GOOD) in again, "the good frame behind rubbish was not found"
    return len(rubbish)


def _understood(data: bytes) -> None:
    """Whatever a frame holds is an answer or a named error."""
    for parse_answer in (
        parse_firmware,
        parse_exchange,
        lambda given: parse_target(Modulation.TYPE_A, given),
        lambda given: parse_target(Modulation.TYPE_B, given),
    ):
        try:
            parse_answer(data[1:])
        except PeerBrokeProtocol:
            continue


def _swipes(chance: random.Random, figures: FuzzFigures) -> int:
    style = chance.choice(list(SWIPE_STYLES.values()))
    rubbish = _damaged(chance, style.framed(made_up_td3(chance)) * chance.randrange(1, 4))
    receiver = SwipeReceiver()
    found = []
    for piece in _cut(chance, rubbish):
        found += receiver.receive(piece, 1.0)
    found += receiver.silence(2.0)
    for swipe in found:
        with contextlib.suppress(MrzRejected):
            figures.zones += bool(parse(swipe.lines))
    if chance.random() < 0.2:
        learn(rubbish)
    lines = made_up_td3(chance)
    good = [swipe.lines for swipe in receiver.receive(SWIPE_STYLES["lines"].framed(lines), 3.0)]
    assert good == [lines], "the good swipe behind rubbish was not found"
    assert len(rubbish) < MAX_SWIPE_BYTES * 20
    return len(rubbish)


def _a_frame(chance: random.Random) -> bytes:
    match chance.randrange(4):
        case 0:
            return chance.choice((ACK, NACK, b"\x00\x00\xff\x01\xff\x7f\x81\x00"))
        case 1:
            return encode(0xD5, bytes([chance.choice((0x03, 0x41, 0x4B))]) + chance.randbytes(chance.randrange(263)))
        case 2:
            return chance.randbytes(chance.randrange(300))
        case _:
            return b"\x00\x00\xff\xff\xff" + chance.randbytes(6)


def _damaged(chance: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.randrange(5)):
        place = chance.randrange(len(damaged) + 1)
        match chance.randrange(3):
            case 0:
                damaged[place : place + 1] = chance.randbytes(1)
            case 1:
                del damaged[place : place + chance.randrange(9)]
            case _:
                damaged[place:place] = chance.randbytes(chance.randrange(9))
    return bytes(damaged)


def _cut(chance: random.Random, data: bytes) -> list[bytes]:
    if chance.random() < 0.2:
        return [data[at : at + 1] for at in range(len(data))]
    middle = chance.randrange(len(data) + 1)
    return [data[:middle], data[middle:]]
