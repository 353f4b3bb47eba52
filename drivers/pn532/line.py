"""One command, one answer: what stands between the frames and the port.

Every command is acknowledged at once and answered when its work is done. A command that was not acknowledged is sent
again, unless it carries an APDU; an answer that came garbled is asked for again with NACK, which repeats the answer
and not the work, so a card never hears an APDU twice because of the line. Whoever stops waiting sends an ACK, which
ends a running command.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.deadline import Deadline, MonotonicClock
from drivers.errors import DeadlineExceeded, DeviceRefused, PeerBrokeProtocol
from drivers.pn532.commands import Command
from drivers.pn532.frames import ACK, NACK, Frame, FrameFault, Receiver, Signal, encode
from drivers.transport.base import Transport, WipeableReading

__all__ = ["Pn532Line", "Timing"]

_TO_CHIP, _FROM_CHIP = 0xD4, 0xD5
_CHUNK_BYTES = 4096
_ABORT_PAUSE_S = 0.001
_SYNTAX_ERROR = 0x7F


@dataclass(frozen=True)
class Timing:
    """Time limits in seconds. ``ack_s``: the chip needs 15 ms; converters add to it (sheet pn532-uart, section 1).

    An exchange is sent once, whatever its acknowledgement does: a card must not hear an APDU twice. ``exchange_s``
    bounds one APDU: some chips think for seconds after failures (sheet emrtd, section 3).
    """

    ack_s: float = 0.1
    exchange_ack_s: float = 1.5
    command_s: float = 0.5
    list_s: float = 1.0
    exchange_s: float = 12.0
    sends: int = 3
    nacks: int = 2

    def limit_s(self, command: Command) -> float:
        match command:
            case Command.EXCHANGE:
                return self.exchange_s
            case Command.LIST_TARGET:
                return self.list_s
            case _:
                return self.command_s


class Pn532Line:
    """Asks a chip over ``transport``; for one thread."""

    def __init__(
        self,
        transport: Transport,
        *,
        timing: Timing | None = None,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.transport = transport
        self.pause = pause
        self._timing = timing or Timing()
        self._clock = clock
        self._receiver = Receiver()
        self._chunk = bytearray(_CHUNK_BYTES)
        self._found: list[Frame | Signal | FrameFault] = []
        self._out_of_step = True
        self._garbled = False

    def ask(self, command: Command, parameters: bytes = b"", *, preamble: bytes = b"") -> bytes:
        """Send ``command`` and return its answer's data within the command's limit.

        ``preamble`` goes in front of the frame at every try (the wake-up bytes). Raises DeadlineExceeded on silence,
        PeerBrokeProtocol when only garbled frames came, DeviceRefused for a syntax error, TransportLost.
        """
        if self._out_of_step:
            self._empty()
        request = preamble + encode(_TO_CHIP, bytes([command]) + parameters)
        self._out_of_step = True
        answer = self._send(command, request)
        if answer is None:
            answer = self._await_answer(command)
        self._out_of_step = False
        return answer

    def abort(self) -> None:
        """End a running command (waiting for a card, for instance) and forget what it may have said."""
        self.transport.write(ACK)
        self.pause(_ABORT_PAUSE_S)
        self._empty()

    def acknowledge(self) -> None:
        """The host's own ACK, with which it agrees to a new rate."""
        self.transport.write(ACK)

    def close(self) -> None:
        """Release the port and forget what was received."""
        self._receiver.reset()
        self._found.clear()
        self.transport.close()

    def _empty(self) -> None:
        self.transport.flush_input()
        self._receiver.reset()
        self._found.clear()

    def _send(self, command: Command, request: bytes) -> bytes | None:
        """Send until acknowledged. The answer itself where it came instead: the acknowledgement was lost then."""
        self._garbled = False
        sends, ack_s = self._timing.sends, self._timing.ack_s
        if command is Command.EXCHANGE:
            sends, ack_s = 1, self._timing.exchange_ack_s
        for _ in range(sends):
            self.transport.write(request)
            deadline = Deadline.after(ack_s, self._clock)
            while (item := self._next(deadline)) is not None:
                if item is Signal.ACK:
                    return None
                if (answer := self._answer(command, item)) is not None:
                    return answer
            if self._garbled:
                # Something was said: the command may be running, and must not be given twice.
                return None
        raise DeadlineExceeded(f"{command.name} was not acknowledged")

    def _await_answer(self, command: Command) -> bytes:
        deadline = Deadline.after(self._timing.limit_s(command), self._clock)
        nacks_left = self._timing.nacks
        while not deadline.expired():
            # Behind garbled bytes a short silence means that they were the answer.
            patience = Deadline.after(self._timing.ack_s, self._clock) if self._garbled and nacks_left else deadline
            item = self._next(patience)
            if item is not None and (answer := self._answer(command, item)) is not None:
                return answer
            if item is None and patience is not deadline:
                nacks_left -= 1
                self.transport.write(NACK)
            elif isinstance(item, FrameFault) and not nacks_left:
                break
        self.abort()
        if self._garbled:
            raise PeerBrokeProtocol(command.name)
        raise DeadlineExceeded(command.name)

    def _answer(self, command: Command, item: Frame | Signal | FrameFault) -> bytes | None:
        """The data of the answer to ``command`` if ``item`` is it. Raises DeviceRefused for a syntax error."""
        if item is Signal.ERROR:
            raise DeviceRefused(command.name, _SYNTAX_ERROR)
        self._garbled |= isinstance(item, FrameFault)
        if isinstance(item, Frame) and item.tfi == _FROM_CHIP and item.data[:1] == bytes([command + 1]):
            return item.data[1:]
        return None

    def _next(self, deadline: Deadline) -> Frame | Signal | FrameFault | None:
        """The next thing the chip said; None at the deadline."""
        while not self._found:
            if not self._read(deadline.remaining_s()):
                return None
        return self._found.pop(0)

    def _read(self, timeout_s: float) -> bool:
        if isinstance(self.transport, WipeableReading):
            count = self.transport.read_into(self._chunk, timeout_s)
            self._found += self._receiver.feed(memoryview(self._chunk)[:count])
            self._chunk[:count] = bytes(count)
            return count > 0
        data = self.transport.read(timeout_s)
        self._found += self._receiver.feed(data)
        return bool(data)
