"""Frames of the PN532 on its serial line, both ways. No I/O (sheet pn532-uart, section 1).

::

    normal    00 00 FF LEN LCS TFI data DCS 00          LEN + LCS = 0, TFI + data + DCS = 0 (mod 256)
    extended  00 00 FF FF FF LEN_hi LEN_lo LCS TFI data DCS 00
    ACK       00 00 FF 00 FF 00          NACK  00 00 FF FF 00 00          error  00 00 FF 01 FF 7F 81 00

Any number of zeros may stand in front of ``00 FF``; anything else there is noise and is skipped. A length counts only
when its own checksum agrees, so noise cannot make the receiver wait for bytes that never come.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["ACK", "LONGEST_DATA", "NACK", "Frame", "FrameFault", "Receiver", "Signal", "encode"]

ACK = bytes.fromhex("0000FF00FF00")
NACK = bytes.fromhex("0000FFFF0000")

LONGEST_DATA = 264
"""Bytes after TFI in the largest host frame of 265 (section 1)."""

_START = b"\x00\xff"
_NORMAL_LIMIT = 255
_LONGEST_FRAME = LONGEST_DATA + 1
_ERROR_TFI = 0x7F


class Signal(Enum):
    """Frames without data. ``ERROR``: the chip did not understand the frame's syntax."""

    ACK = "ack"
    NACK = "nack"
    ERROR = "error"


class FrameFault(Enum):
    """A frame that began and does not count."""

    BAD_LENGTH = "bad length"
    BAD_CHECKSUM = "bad checksum"


@dataclass(frozen=True)
class Frame:
    """``tfi`` D4 to the chip, D5 from it; ``data`` without TFI and checksum. May be personal: no repr shows it."""

    tfi: int
    data: bytes

    def __repr__(self) -> str:
        return f"Frame({self.tfi:02X}, {len(self.data)} bytes)"


def encode(tfi: int, data: bytes) -> bytes:
    """One frame, extended where ``data`` is longer than 254 bytes. Raises ValueError past ``LONGEST_DATA``."""
    length = len(data) + 1
    if length > _LONGEST_FRAME:
        raise ValueError(f"a frame carries at most {LONGEST_DATA} bytes")
    if length <= _NORMAL_LIMIT:
        head = bytes([length, -length & 0xFF])
    else:
        high, low = divmod(length, 256)
        head = bytes([0xFF, 0xFF, high, low, -(high + low) & 0xFF])
    checksum = -(tfi + sum(data)) & 0xFF
    return b"\x00\x00\xff" + head + bytes([tfi]) + data + bytes([checksum, 0x00])


class Receiver:
    """Bytes in, frames out. After a fault it looks for the next start right behind the bad one."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def pending(self) -> int:
        """Bytes held that are not yet a frame."""
        return len(self._held)

    def feed(self, data: bytes | memoryview) -> list[Frame | Signal | FrameFault]:
        self._held += data
        found: list[Frame | Signal | FrameFault] = []
        while True:
            start = self._held.find(_START)
            if start < 0:
                # The last byte may be the zero of a start code.
                self._drop(len(self._held) - (1 if self._held.endswith(b"\x00") else 0))
                return found
            self._drop(start)
            taken = self._take()
            if taken is None:
                return found
            found.append(taken)

    def reset(self) -> None:
        """Forget what is held."""
        self._drop(len(self._held))

    def _drop(self, count: int) -> None:
        self._held[:count] = bytes(count)
        del self._held[:count]

    def _take(self) -> Frame | Signal | FrameFault | None:
        """What begins at the start code; None when more bytes are needed."""
        held = self._held
        if len(held) < 4:
            return None
        if held[2:4] == b"\x00\xff":
            return self._signal(Signal.ACK)
        if held[2:4] == b"\xff\x00":
            return self._signal(Signal.NACK)
        extended = held[2:4] == b"\xff\xff"
        if extended and len(held) < 7:
            return None
        length, good = _extended_length(held) if extended else (held[2], (held[2] + held[3]) & 0xFF == 0)
        if not good or not 0 < length <= _LONGEST_FRAME:
            self._drop(len(_START))
            return FrameFault.BAD_LENGTH
        head = 7 if extended else 4
        end = head + length + 1
        if len(held) < end:
            return None
        return self._whole(head, end)

    def _whole(self, head: int, end: int) -> Frame | Signal | FrameFault:
        if sum(self._held[head:end]) & 0xFF:
            self._drop(len(_START))
            return FrameFault.BAD_CHECKSUM
        frame = Frame(self._held[head], bytes(self._held[head + 1 : end - 1]))
        self._drop(end)
        return Signal.ERROR if frame.tfi == _ERROR_TFI and not frame.data else frame

    def _signal(self, signal: Signal) -> Signal:
        self._drop(4)
        return signal


def _extended_length(held: bytearray) -> tuple[int, bool]:
    return held[4] * 256 + held[5], (held[4] + held[5] + held[6]) & 0xFF == 0
