"""Random and mutated byte streams for the SDT core, with an independent reading of what each must give.

Used in small counts by the tests and in large ones by the soak. Every stream follows from (seed, number) alone, so a
failure is repeated by running that one again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from drivers.errors import DeadlineExceeded, PeerBrokeProtocol
from drivers.sdt.layout import LAYOUTS, CardType
from drivers.sdt.line import SdtLine, Timing, fits
from drivers.sdt.protocol import PREAMBLE, Answer, AnswerReceiver, Command, FrameFault
from drivers.sdt.record import RecordRejected, parse, split
from drivers.sdt.simulated_card import SimulatedCard, resident_number
from drivers.sdt.simulated_sam import RequestReader, answer_frame
from drivers.secret import SensitiveBytes
from drivers.transport.paced_pty import PacedPty
from drivers.transport.serial_port import SerialPort
from tests.helpers.sdt import RULES

Found = tuple[int, bytes]

SENTINEL = answer_frame(0x9F, b"\x11\x22\x33\x44")


@dataclass
class FuzzReport:
    """What a run saw; the soak prints it. ``slowest_s`` is processor time in the core, wall time over a port."""

    streams: int = 0
    bytes: int = 0
    answers: int = 0
    records_accepted: int = 0
    records_rejected: int = 0
    sentinels_found: int = 0
    slowest_s: float = 0.0


def fuzz_core(seed: int, count: int) -> FuzzReport:
    """Feed ``count`` streams to the receiver and parser. AssertionError when anything goes against the sheet."""
    report = FuzzReport()
    for number in range(count):
        random = Random(f"{seed}/{number}")
        stream = random_stream(random) + SENTINEL
        begun_s = time.thread_time()
        found = list(_received(random, stream))
        report.slowest_s = max(report.slowest_s, time.thread_time() - begun_s)
        expected = frames_in(stream)
        assert found == expected, f"stream {seed}/{number}"
        report.sentinels_found += expected[-1:] == [(0x9F, b"\x11\x22\x33\x44")]
        for status, payload in found:
            if status == 0x90 and len(payload) > 16:
                accepted = _accepted(payload)
                assert not accepted or record_counts(payload), f"stream {seed}/{number}"
                report.records_accepted += accepted
                report.records_rejected += not accepted
        report.streams += 1
        report.bytes += len(stream)
        report.answers += len(found)
    return report


def fuzz_pty(seed: int, count: int) -> FuzzReport:
    """The same streams as answers to a read, over a real pseudo-terminal; the line must recover each time."""
    report = FuzzReport()
    with _BabblingModule() as module:
        port = SerialPort(module.path)
        line = SdtLine(port, timing=Timing(find_s=2.0, read_s=0.25, resync_s=2.0, silence_s=0.1))
        for number in range(count):
            random = Random(f"{seed}/{number}")
            stream = random_stream(random)[:4000]
            module.babble = stream
            begun_s = time.perf_counter()
            found = _asked(line)
            report.slowest_s = max(report.slowest_s, time.perf_counter() - begun_s)
            fitting = [frame for frame in frames_in(stream) if _fits_read(*frame)]
            assert (found in fitting) if fitting else found is None, f"stream {seed}/{number}"
            assert line.ask(Command.FIND).answer.status == 0x80, f"stream {seed}/{number}"
            report.streams += 1
            report.bytes += len(stream)
            report.answers += found is not None
        line.close()
    return report


def random_stream(random: Random) -> bytes:
    """One stream: pure noise, or good frames that were then damaged."""
    kind = random.randrange(6)
    if kind == 0:
        return random.randbytes(random.randrange(0, 3000))
    if kind == 1:
        return b"\xaa" * random.randrange(0, 200) + PREAMBLE[random.randrange(5) :] * random.randrange(0, 30)
    if kind == 2:
        return _bogus_header(random) + random.randbytes(random.randrange(0, 300)) + _frame(random)
    frames = b"".join(_frame(random) for _ in range(random.randrange(1, 4)))
    return frames if kind == 3 else _mutated(random, frames)


def frames_in(stream: bytes) -> list[Found]:
    """The answers in a whole stream by the plainest reading: a frame at this byte? Then behind it, else on."""
    found: list[Found] = []
    at = 0
    while (at := stream.find(b"\xaa\xaa\xaa\x96\x69", at)) >= 0:
        length = int.from_bytes(stream[at + 5 : at + 7], "big")
        body = stream[at + 5 : at + 7 + length]
        checksum = 0
        for byte in body:
            checksum ^= byte
        if 4 <= length <= 4096 and len(body) == 2 + length and checksum == 0:
            found.append((body[4], bytes(body[5:-1])))
            at += 7 + length
        else:
            at += 1
    return found


def record_counts(payload: bytes) -> bool:
    """The ruling on records, written down a second time: lengths, type mark, number's check, birth agrees."""
    if payload[:2] != b"\x01\x00" or len(payload) != 260 + int.from_bytes(payload[2:4], "big"):
        return False
    text = payload[4:260].decode("utf-16-le", "replace")
    if len(text) != 128:
        # Surrogate pairs shift the characters; numbers and dates are then looked up by bytes.
        text = "".join(payload[n : n + 2].decode("utf-16-le", "replace") for n in range(4, 260, 2))
    mark = text[124]
    if mark == "I":
        letters, digits = text[61:64], text[64:76]
        return letters.isascii() and letters.isalpha() and digits.isascii() and digits.isdigit()
    number = text[61:79].upper()
    weights = [2 ** (17 - n) % 11 for n in range(17)]
    if mark not in " \0JY" or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    remainder = (12 - sum(int(d) * w for d, w in zip(number, weights, strict=False))) % 11
    return number[17] == "0123456789X"[remainder] and text[18:26] == number[6:14]


def _received(random: Random, stream: bytes) -> Iterator[Found]:
    """What the receiver makes of the stream in pieces of random size; its buffer must end empty and clean."""
    receiver = AnswerReceiver()
    largest = random.choice([1, 7, 64, 500, 5000])
    at = 0
    while at < len(stream):
        size = random.randint(1, largest)
        yield from _answers(receiver.feed(stream[at : at + size]))
        at += size
    yield from _answers(receiver.give_up())
    assert receiver.pending == 0
    assert not any(receiver._buffer)


def _answers(found: list[Answer | FrameFault]) -> Iterator[Found]:
    for item in found:
        if isinstance(item, Answer):
            yield item.status, bytes(item.payload)


def _accepted(payload: bytes) -> bool:
    try:
        text, _ = split(memoryview(payload))
        parse(text, RULES, 0.0)
    except RecordRejected:
        return False
    return True


def _frame(random: Random) -> bytes:
    match random.randrange(5):
        case 0:
            return answer_frame(random.choice([0x80, 0x81, 0x41, 0x90, 0x91, 0x21]))
        case 1:
            return answer_frame(0x9F, random.randbytes(4))
        case 2:
            return answer_frame(random.randrange(256), random.randbytes(random.randrange(0, 400)))
        case _:
            return answer_frame(0x90, _record(random))


def _record(random: Random) -> bytes:
    """A card's record, in half of the cases with a few bytes changed before the checksum is made."""
    birth = f"{random.randrange(1930, 2020)}{random.randrange(1, 13):02d}{random.randrange(1, 29):02d}"
    card_type = random.choice(list(CardType))
    layout = LAYOUTS[card_type]
    number = "UTO999999010199" if card_type == "I" else resident_number(birth, random.randrange(1000))
    values = {
        layout.names[0][0]: "测试" + chr(random.randrange(0x4E00, 0x9FA0)),
        layout.number: number,
        "birth": birth,
        "valid_from": "20200101",
        "valid_to": random.choice(["20300101", "长期"]),
    }
    record = bytearray(SimulatedCard(card_type, values).record())
    if random.random() < 0.5:
        for _ in range(random.randrange(1, 5)):
            # Mostly in the text block, where the fields are.
            record[random.randrange(0, 260 if random.random() < 0.9 else len(record))] = random.randrange(256)
    return bytes(record)


def _bogus_header(random: Random) -> bytes:
    return PREAMBLE + random.choice([0, 3, 4, 10, 1288, 2314, 4096, 4097, 65535]).to_bytes(2, "big")


def _mutated(random: Random, data: bytes) -> bytes:
    result = bytearray(data)
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(result) + 1)
        match random.randrange(6):
            case 0 if at < len(result):
                result[at] ^= 1 << random.randrange(8)
            case 1:
                del result[at : at + random.randrange(1, 40)]
            case 2:
                result[at:at] = random.randbytes(random.randrange(1, 40))
            case 3:
                result[at:at] = _bogus_header(random)
            case 4:
                result[at:at] = result[at : at + random.randrange(1, 100)]
            case _:
                del result[at:]
    return bytes(result)


def _fits_read(status: int, payload: bytes) -> bool:
    return fits(Command.READ_TEXT_AND_PORTRAIT, Answer(0, 0, status, SensitiveBytes(payload)))


def _asked(line: SdtLine) -> Found | None:
    try:
        answer = line.ask(Command.READ_TEXT_AND_PORTRAIT).answer
    except (DeadlineExceeded, PeerBrokeProtocol):
        return None
    return answer.status, bytes(answer.payload)


class _BabblingModule:
    """Answers a read with ``babble``, the number properly, and finds no card."""

    def __init__(self) -> None:
        self.babble = b""
        self._pty = PacedPty()
        self.path = self._pty.path
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _BabblingModule:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(5)
        self._pty.close()

    def _run(self) -> None:
        requests = RequestReader()
        while not self._stopping.is_set():
            for heard in requests.feed(self._pty.read(0.02)):
                answers = {0x30: self.babble, 0x12: answer_frame(0x90, bytes(16)), 0x20: answer_frame(0x80)}
                self._pty.write(answers[heard.command], chunk=4096)
