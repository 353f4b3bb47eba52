"""SDT frames as values: requests to bytes, bytes to answers. Nothing here opens, waits or logs.

::

    request   AA AA AA 96 69 | LenH LenL | CMD | PARA | data ... | CHK
    answer    AA AA AA 96 69 | LenH LenL | SW1 SW2 SW3 | data ... | CHK

The length counts everything after itself; CHK makes the XOR from LenH to CHK zero. There is no sequence
number: answers match requests by order only (sdt-id-card section 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum
from functools import reduce
from operator import xor

from drivers.secret import SensitiveBytes

__all__ = [
    "ANSWER_LENGTHS",
    "HEADER_BYTES",
    "MOST_PLAIN_BYTES",
    "PREAMBLE",
    "Answer",
    "AnswerReceiver",
    "Command",
    "FrameFault",
    "Status",
    "request",
    "status_text",
]

PREAMBLE = bytes.fromhex("AAAAAA9669")
HEADER_BYTES = len(PREAMBLE) + 2
ANSWER_LENGTHS = range(4, 4097)
"""What an answer's length field may say (sdt-id-card section 2); the largest known answer has 2314."""


class Command(Enum):
    """Everything the product sends: CMD, PARA (sdt-id-card section 3). There is no other way to make a
    request.
    """

    SAM_STATUS = (0x11, 0xFF)
    SAM_NUMBER = (0x12, 0xFF)
    FIND = (0x20, 0x01)
    SELECT = (0x20, 0x02)
    READ_TEXT_AND_PORTRAIT = (0x30, 0x01)
    LIMIT_RF_FRAME = (0x61, 0xFF)


class Status(IntEnum):
    """SW3 of an answer (sdt-id-card section 4.1). Others occur; they stay plain integers."""

    DONE = 0x90
    NO_SUCH_ITEM = 0x91
    CARD_FOUND = 0x9F
    REQUEST_CHECKSUM_WRONG = 0x10
    REQUEST_LENGTH_WRONG = 0x11
    BAD_COMMAND = 0x21
    NOT_PERMITTED = 0x23
    UNRECOGNISED_ERROR = 0x24
    CARD_REFUSED_SAM = 0x31
    SAM_REFUSED_CARD = 0x32
    VERIFICATION_FAILED = 0x33
    NO_CARD_FOUND_YET = 0x34
    FINGERPRINT_VERIFICATION_FAILED = 0x37
    INFORMATION_LENGTH_WRONG = 0x3F
    CARD_TYPE_UNKNOWN = 0x40
    READ_FAILED = 0x41
    RANDOM_NUMBER_FAILED = 0x47
    VENDOR_SUBCOMMAND_UNKNOWN = 0x4E
    WRITE_FAILED = 0x50
    SELF_TEST_FAILED = 0x60
    LOGIN_FAILED = 0x61
    NOT_AUTHORISED = 0x66
    FIND_FAILED = 0x80
    SELECT_FAILED = 0x81


def status_text(status: int) -> str:
    """``41 READ_FAILED``; ``A5`` for one without a name."""
    try:
        return f"{status:02X} {Status(status).name}"
    except ValueError:
        return f"{status:02X}"


class FrameFault(StrEnum):
    """Why bytes were thrown away."""

    GARBAGE = "garbage"
    BAD_LENGTH = "bad_length"
    BAD_CHECKSUM = "bad_checksum"
    CUT_SHORT = "cut_short"


MOST_PLAIN_BYTES = 16
"""No answer with this much data or less can be a record: a SAM number has 16 bytes, a record more than 260."""


@dataclass(frozen=True)
class Answer:
    """One whole answer with a good checksum. What can hold a record lies in memory of its own; whoever gets the answer
    wipes it. Answers to *find* come ten times a second and say nothing about anybody: theirs are plain bytes.
    """

    sw1: int
    sw2: int
    status: int
    content: bytes | SensitiveBytes = field(repr=False)

    @property
    def payload(self) -> memoryview:
        """Read-only; do not keep it past ``wipe``."""
        return memoryview(self.content) if isinstance(self.content, bytes) else self.content.view()

    def wipe(self) -> None:
        if isinstance(self.content, SensitiveBytes):
            self.content.wipe()


def request(command: Command, data: bytes = b"") -> bytes:
    """The frame that asks for ``command``."""
    body = (3 + len(data)).to_bytes(2, "big") + bytes(command.value) + data
    return PREAMBLE + body + bytes([reduce(xor, body)])


class AnswerReceiver:
    """Cuts a byte stream into answers, however it arrives.

    After a bad frame the search goes on at the byte behind the bad frame's first, so a good frame behind
    garbage is found; one hidden behind a header that promises more bytes than ever come is found by
    ``give_up``, at the deadline. Holds at most ``CAPACITY`` bytes, and overwrites what it has given out.
    """

    CAPACITY = HEADER_BYTES + ANSWER_LENGTHS.stop - 1

    def __init__(self) -> None:
        self._buffer = bytearray(self.CAPACITY)
        self._used = 0

    @property
    def pending(self) -> int:
        """Bytes held that are no answer yet."""
        return self._used

    def feed(self, data: bytes | memoryview) -> list[Answer | FrameFault]:
        """Take in what arrived; return what it completes, in order."""
        found: list[Answer | FrameFault] = []
        rest = memoryview(data)
        while rest:
            piece = rest[: self.CAPACITY - self._used]
            rest = rest[len(piece) :]
            self._buffer[self._used : self._used + len(piece)] = piece
            self._used += len(piece)
            found.extend(self._scan())
        return found

    def give_up(self) -> list[Answer | FrameFault]:
        """No more bytes will come: look for answers inside the unfinished frame, then forget everything."""
        found: list[Answer | FrameFault] = []
        while self._used:
            found.append(FrameFault.CUT_SHORT)
            self._consume(1)
            found.extend(self._scan())
        return found

    def reset(self) -> None:
        """Forget everything."""
        self._consume(self._used)

    def _scan(self) -> Iterator[Answer | FrameFault]:
        while True:
            skipped = self._seek_preamble()
            if skipped:
                yield FrameFault.GARBAGE
            if self._used < HEADER_BYTES:
                return
            length = int.from_bytes(self._buffer[len(PREAMBLE) : HEADER_BYTES], "big")
            if length not in ANSWER_LENGTHS:
                yield FrameFault.BAD_LENGTH
                self._consume(1)
                continue
            end = HEADER_BYTES + length
            if self._used < end:
                return
            if not self._checksum_good(end):
                yield FrameFault.BAD_CHECKSUM
                self._consume(1)
                continue
            yield self._take_answer(end)

    def _seek_preamble(self) -> int:
        """Drop bytes before the first preamble, or before what may become one; returns how many."""
        at = self._buffer.find(PREAMBLE, 0, self._used)
        if at < 0:
            at = self._used - _longest_prefix_at_end(self._buffer, self._used)
        self._consume(at)
        return at

    def _checksum_good(self, end: int) -> bool:
        with memoryview(self._buffer) as view:
            return reduce(xor, view[len(PREAMBLE) : end]) == 0

    def _take_answer(self, end: int) -> Answer:
        sw1, sw2, status = self._buffer[HEADER_BYTES : HEADER_BYTES + 3]
        with memoryview(self._buffer) as view:
            data = view[HEADER_BYTES + 3 : end - 1]
            content = bytes(data) if len(data) <= MOST_PLAIN_BYTES else SensitiveBytes(data, "answer")
            data.release()
        self._consume(end)
        return Answer(sw1, sw2, status, content)

    def _consume(self, count: int) -> None:
        """Drop the first ``count`` bytes; what moved up leaves zeros behind."""
        if count == 0:
            return
        left = self._used - count
        with memoryview(self._buffer) as view:
            view[:left] = view[count : self._used]
            view[left : self._used] = bytes(count)
        self._used = left


def _longest_prefix_at_end(buffer: bytearray, used: int) -> int:
    for size in range(min(len(PREAMBLE) - 1, used), 0, -1):
        if buffer[used - size : used] == PREAMBLE[:size]:
            return size
    return 0
