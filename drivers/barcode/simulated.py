"""How each scanner family behaves, as bytes in and bytes out; ``simulator`` puts this on a pseudo-terminal.

Not imported by any run-time module.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Protocol

from drivers.barcode.commands import gm65_crc
from drivers.barcode.protocol import FAMILIES, ScannerFamily
from drivers.barcode.ssi import (
    ACK,
    HOST,
    MORE_FOLLOWS,
    RETRANSMITTED,
    SCANNER,
    Opcode,
    Packet,
    encode,
    find_packet,
)

__all__ = ["LineScanner", "SimulatedScanner", "SsiScanner", "simulated_scanner"]

_QR_TYPE = 0xF0
_SSI_PART_BYTES = 200
_RESEND_AFTER_S = 0.5
_ATTEMPTS = 3
_COMMANDS = {
    ScannerFamily.LINE: re.compile(rb"(?!)"),
    ScannerFamily.HONEYWELL: re.compile(rb"\x16[TU]\r|\x16M\r[a-z0-9]+[!.]"),
    ScannerFamily.NEWLAND: re.compile(rb"\x7e\x010000[#@][A-Z0-9]+;\x03"),
    ScannerFamily.GM65: re.compile(rb"\x7e\x00[\x07-\x09]\x01.{5}", re.DOTALL),
    ScannerFamily.ESC: re.compile(rb"\x1b[01]"),
}
_LONGEST_COMMAND = 64
_NEWLAND_KNOWN = (b"SCNMOD", b"SCNTRG", b"ORTSET", b"RRDDUR", b"GRBENA", b"FACDEF")


class SimulatedScanner(Protocol):
    """``commands`` records what the host sent, whole commands only. Times are monotonic seconds."""

    commands: list[bytes]
    reading: bool

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Bytes from the host; returns what the scanner sends."""

    def present(self, code: bytes, at_s: float) -> bytes:
        """Somebody holds a code in front of the window."""

    def tick(self, at_s: float) -> bytes:
        """Time passes."""


class LineScanner:
    """Sends each code as a line. With ``waits_for_trigger`` a code is read only while reading is on, and
    one good read ends it (as the makers' level trigger does); ``prefix`` and ``suffix`` frame every code.
    """

    def __init__(
        self,
        family: ScannerFamily,
        *,
        prefix: bytes = b"",
        suffix: bytes = b"\r",
        waits_for_trigger: bool = False,
    ) -> None:
        self._family = family
        self._prefix = prefix
        self._suffix = suffix
        self._waits_for_trigger = waits_for_trigger
        self._in_front: deque[bytes] = deque()
        self._buffer = b""
        self.reading = not waits_for_trigger
        self.commands: list[bytes] = []

    def receive(self, data: bytes, at_s: float) -> bytes:
        self._buffer += data
        sent = b""
        while found := _COMMANDS[self._family].search(self._buffer):
            self._buffer = self._buffer[found.end() :]
            sent += self._obey(found[0])
        self._buffer = self._buffer[-_LONGEST_COMMAND:]
        return sent + self._read()

    def present(self, code: bytes, at_s: float) -> bytes:
        self._in_front.append(code)
        return self._read()

    def tick(self, at_s: float) -> bytes:
        return b""

    def _obey(self, command: bytes) -> bytes:
        self.commands.append(command)
        facts = FAMILIES[self._family]
        if self._waits_for_trigger and command in (facts.start, facts.stop):
            self.reading = command == facts.start
        return self._answer(command)

    def _answer(self, command: bytes) -> bytes:
        match self._family:
            case ScannerFamily.NEWLAND:
                known = command[7:].startswith(_NEWLAND_KNOWN)
                return b"\x02\x010000" + command[6:-2] + (b"\x06" if known else b"\x05") + b";\x03"
            case ScannerFamily.GM65:
                body = b"\x00\x01\x00"
                return b"\x02\x00" + body + gm65_crc(body)
            case ScannerFamily.HONEYWELL if command.startswith(b"\x16M"):
                return command[3:-1] + b"\x06" + command[-1:]
            case _:
                return b""

    def _read(self) -> bytes:
        sent = b""
        while self.reading and self._in_front:
            sent += self._prefix + self._in_front.popleft() + self._suffix
            self.reading = not self._waits_for_trigger
        return sent


class SsiScanner:
    """Sends packets, one at a time, each until it is acknowledged (``_ATTEMPTS`` times at most)."""

    def __init__(self, *, prefix: bytes = b"", waits_for_trigger: bool = False) -> None:
        self._prefix = prefix
        self._waits_for_trigger = waits_for_trigger
        self._in_front: deque[bytes] = deque()
        self._queue: deque[Packet] = deque()
        self._unacknowledged: Packet | None = None
        self._attempts = 0
        self._resend_at_s = 0.0
        self._buffer = b""
        self.reading = not waits_for_trigger
        self.commands: list[bytes] = []

    def receive(self, data: bytes, at_s: float) -> bytes:
        self._buffer += data
        sent = b""
        while self._buffer:
            skipped, packet = find_packet(self._buffer.lstrip(b"\x00"), more_may_come=True)
            self._buffer = self._buffer.lstrip(b"\x00")[skipped + (packet.wire_size if packet else 0) :]
            if packet is None:
                break
            sent += self._obey(packet, at_s)
        return sent + self._read(at_s)

    def present(self, code: bytes, at_s: float) -> bytes:
        self._in_front.append(code)
        return self._read(at_s)

    def tick(self, at_s: float) -> bytes:
        if self._unacknowledged is None or at_s < self._resend_at_s:
            return b""
        return self._send_again(at_s)

    def _obey(self, packet: Packet, at_s: float) -> bytes:
        if packet.source != HOST:
            return b""
        self.commands.append(encode(packet))
        match packet.opcode:
            case Opcode.ACK:
                self._unacknowledged = None
                return self._send_next(at_s)
            case Opcode.NAK:
                return self._send_again(at_s)
            case Opcode.START_SESSION | Opcode.STOP_SESSION if self._waits_for_trigger:
                self.reading = packet.opcode == Opcode.START_SESSION
        return encode(Packet(ACK.opcode, SCANNER))

    def _read(self, at_s: float) -> bytes:
        while self.reading and self._in_front:
            self._queue.extend(_decode_packets(self._prefix + self._in_front.popleft()))
            self.reading = not self._waits_for_trigger
        return self._send_next(at_s) if self._unacknowledged is None else b""

    def _send_next(self, at_s: float) -> bytes:
        if not self._queue:
            return b""
        self._attempts, self._resend_at_s = 1, at_s + _RESEND_AFTER_S
        self._unacknowledged = self._queue.popleft()
        return encode(self._unacknowledged)

    def _send_again(self, at_s: float) -> bytes:
        packet = self._unacknowledged
        if packet is None or self._attempts >= _ATTEMPTS:
            self._unacknowledged = None
            return self._send_next(at_s)
        self._attempts, self._resend_at_s = self._attempts + 1, at_s + _RESEND_AFTER_S
        return encode(Packet(packet.opcode, packet.source, packet.status | RETRANSMITTED, packet.data))


def simulated_scanner(
    family: ScannerFamily,
    *,
    prefix: bytes = b"",
    suffix: bytes = b"\r",
    waits_for_trigger: bool = False,
) -> SimulatedScanner:
    """A scanner of ``family``; ``suffix`` does not concern SSI packets."""
    if family is ScannerFamily.ZEBRA_SSI:
        return SsiScanner(prefix=prefix, waits_for_trigger=waits_for_trigger)
    return LineScanner(family, prefix=prefix, suffix=suffix, waits_for_trigger=waits_for_trigger)


def _decode_packets(code: bytes) -> list[Packet]:
    parts = [code[at : at + _SSI_PART_BYTES] for at in range(0, len(code), _SSI_PART_BYTES)]
    return [
        Packet(
            Opcode.DECODE_DATA,
            SCANNER,
            0 if number == len(parts) else MORE_FOLLOWS,
            bytes([_QR_TYPE]) + part,
        )
        for number, part in enumerate(parts, 1)
    ]
