"""One request, one answer: what stands between the frames and the port.

Answers carry no number, so order is all there is. The input is flushed before every request, only one request
is open, and an answer that cannot belong to the request (a late one to an earlier request) is discarded.
After a silence the line is put in step again by asking for the SAM number, whose answer looks like no other.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from drivers.deadline import Deadline, MonotonicClock
from drivers.errors import DeadlineExceeded, PeerBrokeProtocol
from drivers.sdt.protocol import HEADER_BYTES, Answer, AnswerReceiver, Command, FrameFault, Status, request
from drivers.transport.base import Transport, WipeableReading

__all__ = ["SAM_NUMBER_BYTES", "Exchange", "SdtLine", "Timing"]

SAM_NUMBER_BYTES = 16
_RESYNC_TRIES = 2
_CHUNK_BYTES = 4096
_WITH_A_CARD = frozenset({Command.FIND, Command.SELECT, Command.READ_TEXT_AND_PORTRAIT})
"""Requests whose late answer could be taken for that to a later one."""


@dataclass(frozen=True)
class Timing:
    """Time limits in seconds (sdt-id-card section 7).

    ``silence_s`` ends the wait early once a frame has begun or was bad and nothing more comes.
    """

    status_s: float = 0.3
    find_s: float = 1.0
    select_s: float = 1.0
    read_s: float = 3.0
    resync_s: float = 0.7
    silence_s: float = 0.4

    def limit_s(self, command: Command) -> float:
        match command:
            case Command.FIND:
                return self.find_s
            case Command.SELECT:
                return self.select_s
            case Command.READ_TEXT_AND_PORTRAIT:
                return self.read_s
            case _:
                return self.status_s


@dataclass(frozen=True)
class Exchange:
    """An answer and the monotonic time at which its first byte came."""

    answer: Answer
    first_byte_at_s: float


class SdtLine:
    """Asks a module over ``transport``; for one thread."""

    def __init__(
        self, transport: Transport, *, timing: Timing | None = None, clock: MonotonicClock = time.monotonic
    ) -> None:
        self._transport = transport
        self._timing = timing or Timing()
        self._clock = clock
        self._receiver = AnswerReceiver()
        self._intake = _Intake(transport, self._receiver)
        self._out_of_step = False

    def ask(self, command: Command, data: bytes = b"") -> Exchange:
        """Send ``command`` and wait for its answer within its limit.

        Raises DeadlineExceeded on silence or an unfinished answer, PeerBrokeProtocol when only garbled bytes
        came, TransportLost when the port is gone. After the first two the next call puts the line in step
        first.
        """
        if self._out_of_step:
            self._resynchronise()
        return self._ask(command, data, self._timing.limit_s(command))

    def close(self) -> None:
        """Release the port and forget what was received."""
        self._receiver.reset()
        self._transport.close()

    def _resynchronise(self) -> None:
        for tries_left in reversed(range(_RESYNC_TRIES)):
            try:
                exchange = self._ask(Command.SAM_NUMBER, b"", self._timing.resync_s)
            except (DeadlineExceeded, PeerBrokeProtocol):
                if not tries_left:
                    raise
            else:
                exchange.answer.wipe()
                self._out_of_step = False
                return

    def _ask(self, command: Command, data: bytes, limit_s: float) -> Exchange:
        self._receiver.reset()
        self._transport.flush_input()
        self._transport.write(request(command, data))
        self._out_of_step = command in _WITH_A_CARD
        exchange = _Waiting(self._intake, self._receiver, self._timing.silence_s, self._clock).wait(
            command, Deadline.after(limit_s, self._clock)
        )
        self._out_of_step = False
        return exchange


class _Intake:
    """From the transport into the receiver; where the transport allows, through one buffer that is overwritten."""

    def __init__(self, transport: Transport, receiver: AnswerReceiver) -> None:
        self._transport, self._receiver = transport, receiver
        self._chunk = bytearray(_CHUNK_BYTES)

    def take(self, timeout_s: float) -> list[Answer | FrameFault] | None:
        """What the next bytes complete; None on silence."""
        if not isinstance(self._transport, WipeableReading):
            data = self._transport.read(timeout_s)
            return self._receiver.feed(data) if data else None
        count = self._transport.read_into(self._chunk, timeout_s)
        try:
            return self._receiver.feed(memoryview(self._chunk)[:count]) if count else None
        finally:
            self._chunk[:count] = bytes(count)


class _Waiting:
    """The wait for one answer."""

    def __init__(self, intake: _Intake, receiver: AnswerReceiver, silence_s: float, clock: MonotonicClock) -> None:
        self._intake = intake
        self._receiver = receiver
        self._silence_s = silence_s
        self._clock = clock
        self._first_byte_at_s: float | None = None
        self._garbled = False

    def wait(self, command: Command, deadline: Deadline) -> Exchange:
        while not deadline.expired():
            found = self._intake.take(self._patience_s(deadline))
            if found is not None:
                exchange = self._take(command, found)
                if exchange is not None:
                    return exchange
            elif self._begun:
                break
        exchange = self._take(command, self._receiver.give_up())
        if exchange is not None:
            return exchange
        if self._garbled:
            raise PeerBrokeProtocol(command.name)
        raise DeadlineExceeded(command.name)

    @property
    def _begun(self) -> bool:
        """A preamble was seen. Line noise does not imitate five bytes, so the answer has come or is
        coming.
        """
        return self._garbled or self._receiver.pending >= HEADER_BYTES

    def _patience_s(self, deadline: Deadline) -> float:
        return min(deadline.remaining_s(), self._silence_s) if self._begun else deadline.remaining_s()

    def _take(self, command: Command, found: list[Answer | FrameFault]) -> Exchange | None:
        """The newest fitting answer; all others are wiped."""
        now_s = self._clock()
        first_byte_at_s = now_s if self._first_byte_at_s is None else self._first_byte_at_s
        picked: Exchange | None = None
        for item in found:
            if isinstance(item, FrameFault):
                self._garbled |= item in (FrameFault.BAD_CHECKSUM, FrameFault.BAD_LENGTH)
                continue
            superseded: Answer | None = item
            if fits(command, item):
                superseded, picked = picked.answer if picked else None, Exchange(item, first_byte_at_s)
            if superseded is not None:
                superseded.wipe()
            first_byte_at_s = now_s
        self._first_byte_at_s = first_byte_at_s if self._receiver.pending else None
        return picked


def fits(command: Command, answer: Answer) -> bool:
    """Whether ``answer`` can be the one to ``command``, going by status and size (sdt-id-card section 4).

    Refusals carry no data and can belong to any request, except those that name one step.
    """
    size = len(answer.payload)
    match answer.status:
        case Status.DONE:
            return size in _SIZES_WHEN_DONE[command]
        case Status.CARD_FOUND:
            return command is Command.FIND
        case Status.FIND_FAILED:
            return command is Command.FIND
        case Status.SELECT_FAILED:
            return command is Command.SELECT
        case Status.READ_FAILED:
            return command is Command.READ_TEXT_AND_PORTRAIT
        case _:
            return True


_SIZES_WHEN_DONE: dict[Command, range] = {
    Command.SAM_STATUS: range(1),
    Command.LIMIT_RF_FRAME: range(1),
    Command.SAM_NUMBER: range(SAM_NUMBER_BYTES, SAM_NUMBER_BYTES + 1),
    Command.FIND: range(0),
    Command.SELECT: range(SAM_NUMBER_BYTES),
    Command.READ_TEXT_AND_PORTRAIT: range(SAM_NUMBER_BYTES + 1, 4096),
}
"""Bytes of data an answer 90 may carry. A select answer has 8; fewer or none are let pass."""
