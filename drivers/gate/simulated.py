"""How the relay boards behave, as bytes in and bytes out; ``simulator`` puts them on a pseudo-terminal.

Both record when each relay went on and off, so that a test can see a pulse end after the kiosk has died.
Not imported by any run-time module.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Protocol

from pymodbus.framer import FramerRTU

__all__ = ["LcusBoard", "ModbusBoard", "Pulse", "RelayBoard", "RelayChange", "Relays", "pulses"]

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
_FRAME_GAP_S = 0.02


@dataclass(frozen=True)
class RelayChange:
    """A relay (counted from 0) went on or off at a monotonic second."""

    at_s: float
    relay: int
    on: bool


@dataclass(frozen=True)
class Pulse:
    """One on-time; ``off_at_s`` None while it lasts."""

    relay: int
    on_at_s: float
    off_at_s: float | None


class RelayBoard(Protocol):
    """Times are monotonic seconds."""

    @property
    def changes(self) -> list[RelayChange]: ...

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Bytes from the host; returns what the board answers."""

    def tick(self, at_s: float) -> None:
        """Time passes: the board's own timers."""


class Relays:
    """The contacts and their history."""

    def __init__(self, count: int) -> None:
        self.on = [False] * count
        self.changes: list[RelayChange] = []

    def switch(self, relay: int, on: bool, at_s: float) -> None:
        if self.on[relay] != on:
            self.on[relay] = on
            self.changes.append(RelayChange(at_s, relay, on))


def pulses(changes: list[RelayChange]) -> list[Pulse]:
    """On-times in the order they began."""
    found: list[Pulse] = []
    for change in changes:
        if change.on:
            found.append(Pulse(change.relay, change.at_s, None))
            continue
        begun = next(i for i, pulse in enumerate(found) if pulse.relay == change.relay and pulse.off_at_s is None)
        found[begun] = Pulse(change.relay, found[begun].on_at_s, change.at_s)
    return found


class LcusBoard:
    """``A0 channel state sum``; bytes that make no command are skipped; no answers."""

    def __init__(self, channels: int = 1) -> None:
        self._relays = Relays(channels)
        self._buffer = b""
        self.changes = self._relays.changes

    @property
    def on(self) -> list[bool]:
        return list(self._relays.on)

    def receive(self, data: bytes, at_s: float) -> bytes:
        self._buffer += data
        while len(self._buffer) >= 4:
            head, channel, state, total = self._buffer[:4]
            good = head == 0xA0 and total == (head + channel + state) & 0xFF and state in (0, 1)
            if good and 1 <= channel <= len(self._relays.on):
                self._relays.switch(channel - 1, bool(state), at_s)
            self._buffer = self._buffer[4 if good else 1 :]
        return b""

    def tick(self, at_s: float) -> None:
        return None


class ModbusBoard:
    """Functions 1, 2, 5 and 15 and the timed pulse, for one unit. ``mute`` lets it work without answering,
    ``refuse`` (an exception code) makes it refuse every write."""

    def __init__(self, unit: int = 1, relays: int = 8, inputs: int = 8) -> None:
        self._unit = unit
        self._relays = Relays(relays)
        self._off_due_s: dict[int, float] = {}
        self._buffer = b""
        self._last_byte_at_s = 0.0
        self.inputs = [False] * inputs
        self.changes = self._relays.changes
        self.mute = False
        self.refuse = 0
        self.requests: list[bytes] = []

    @property
    def on(self) -> list[bool]:
        return list(self._relays.on)

    def receive(self, data: bytes, at_s: float) -> bytes:
        self.tick(at_s)
        if at_s - self._last_byte_at_s > _FRAME_GAP_S:
            self._buffer = b""  # a silence starts a new frame
        if data:
            self._last_byte_at_s = at_s
            self._buffer += data
        answers = b""
        while frame := self._next_frame():
            self.requests.append(frame)
            answers += self._answer(frame[1:-2], at_s)
        return b"" if self.mute else answers

    def power_off_relay(self, relay: int, at_s: float = 0.0) -> None:
        """The board's own supply failed: the relay drops, and the host hears nothing of it."""
        self._relays.switch(relay, False, at_s)

    def tick(self, at_s: float) -> None:
        for relay, due_s in list(self._off_due_s.items()):
            if at_s >= due_s:
                del self._off_due_s[relay]
                self._relays.switch(relay, False, at_s)

    def _next_frame(self) -> bytes:
        for start in range(len(self._buffer)):
            size = self._size(self._buffer[start:])
            frame = self._buffer[start : start + size]
            if size and len(frame) == size and frame[0] == self._unit and _crc_is_good(frame):
                self._buffer = self._buffer[start + size :]
                return frame
        return b""

    def _size(self, ahead: bytes) -> int:
        if len(ahead) > 6 and ahead[1] == 0x0F:
            return 9 + ahead[6]
        return 8

    def _answer(self, pdu: bytes, at_s: float) -> bytes:
        function, address, value = struct.unpack(">BHH", pdu[:5])
        match function:
            case 0x01:
                return self._bits(function, self._relays.on, address, value)
            case 0x02:
                return self._bits(function, self.inputs, address, value)
            case 0x05 | 0x0F if self.refuse:
                return self._exception(function, self.refuse)
            case 0x05:
                return self._write_one(pdu, address, value, at_s)
            case 0x0F:
                return self._write_many(pdu, address, value, at_s)
            case _:
                return self._exception(function, ILLEGAL_FUNCTION)

    def _write_one(self, pdu: bytes, address: int, value: int, at_s: float) -> bytes:
        relay = address & 0xFF
        timed = address >> 8 == 0x02
        if relay >= len(self._relays.on) or not (timed or address == relay):
            return self._exception(5, ILLEGAL_ADDRESS)
        if not timed and value not in (0xFF00, 0x0000, 0x5500):
            return self._exception(5, ILLEGAL_VALUE)
        self._off_due_s.pop(relay, None)
        if timed:
            self._off_due_s[relay] = at_s + value * 0.1
        on = timed or value == 0xFF00 or (value == 0x5500 and not self._relays.on[relay])
        self._relays.switch(relay, on, at_s)
        return self._frame(pdu)

    def _write_many(self, pdu: bytes, address: int, count: int, at_s: float) -> bytes:
        if address + count > len(self._relays.on):
            return self._exception(15, ILLEGAL_ADDRESS)
        for number in range(count):
            self._relays.switch(address + number, bool(pdu[6 + number // 8] >> number % 8 & 1), at_s)
        return self._frame(pdu[:5])

    def _bits(self, function: int, states: list[bool], address: int, count: int) -> bytes:
        if address + count > len(states):
            return self._exception(function, ILLEGAL_ADDRESS)
        wanted = states[address : address + count]
        data = sum(on << number for number, on in enumerate(wanted)).to_bytes((count + 7) // 8, "little")
        return self._frame(bytes([function, len(data)]) + data)

    def _exception(self, function: int, code: int) -> bytes:
        return self._frame(bytes([function | 0x80, code]))

    def _frame(self, pdu: bytes) -> bytes:
        body = bytes([self._unit]) + pdu
        return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


def _crc_is_good(frame: bytes) -> bool:
    return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))
