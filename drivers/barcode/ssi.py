"""Packets of Zebra's Simple Serial Interface (sheet barcode-scanners section 3).

::

    Len Op Source Status data... CHK_hi CHK_lo

Len counts the bytes before the checksum; the checksum is the 16-bit two's complement of their sum. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

__all__ = [
    "ACK",
    "HOST",
    "HOST_TRIGGER_MODE",
    "KEPT",
    "MORE_FOLLOWS",
    "NAK_RESEND",
    "RETRANSMITTED",
    "SCANNER",
    "START_SESSION",
    "STOP_SESSION",
    "Opcode",
    "Packet",
    "encode",
    "find_packet",
]

SCANNER, HOST = 0x00, 0x04
RETRANSMITTED, MORE_FOLLOWS, KEPT = 0x01, 0x02, 0x08
_SHORTEST, _LONGEST = 4, 255
_CHECKSUM_BYTES = 2


class Opcode(IntEnum):
    """Opcodes used here; a scanner may send others, they stay plain numbers."""

    REQUEST_REVISION = 0xA3
    PARAM_SEND = 0xC6
    PARAM_DEFAULTS = 0xC8
    ACK = 0xD0
    NAK = 0xD1
    START_SESSION = 0xE4
    STOP_SESSION = 0xE5
    SCAN_ENABLE = 0xE9
    SCAN_DISABLE = 0xEA
    SLEEP = 0xEB
    DECODE_DATA = 0xF3


@dataclass(frozen=True)
class Packet:
    """One packet; ``data`` may be a ticket code and is kept out of repr."""

    opcode: int
    source: int = HOST
    status: int = 0
    data: bytes = field(default=b"", repr=False)

    @property
    def wire_size(self) -> int:
        return _SHORTEST + len(self.data) + _CHECKSUM_BYTES


def encode(packet: Packet) -> bytes:
    """The packet on the wire. ``data`` is at most 251 bytes."""
    length = _SHORTEST + len(packet.data)
    if length > _LONGEST:
        raise ValueError("an SSI packet carries at most 251 data bytes")
    body = bytes([length, packet.opcode, packet.source, packet.status]) + packet.data
    return body + _checksum(body)


def find_packet(buffer: bytes, *, more_may_come: bool) -> tuple[int, Packet | None]:
    """Look for the first packet with a good checksum: (bytes to skip before it, packet or None).

    Without a packet the skip is what can never become one; while ``more_may_come`` an unfinished packet
    stays. An unfinished packet hides a whole one inside it, since ticket codes may contain anything.
    """
    for start in range(len(buffer)):
        length = buffer[start]
        if length < _SHORTEST:
            continue
        end = start + length + _CHECKSUM_BYTES
        if end > len(buffer):
            if more_may_come:
                return start, None
            continue
        body = buffer[start : start + length]
        if buffer[start + length : end] == _checksum(body):
            return start, Packet(body[1], body[2], body[3], body[4:])
    return len(buffer), None


def _checksum(body: bytes) -> bytes:
    return (-sum(body) & 0xFFFF).to_bytes(2, "big")


ACK = Packet(Opcode.ACK)
NAK_RESEND = Packet(Opcode.NAK, data=b"\x01")
START_SESSION = Packet(Opcode.START_SESSION)
STOP_SESSION = Packet(Opcode.STOP_SESSION)
HOST_TRIGGER_MODE = Packet(Opcode.PARAM_SEND, data=b"\xff\x8a\x08")
"""Parameter 8A (trigger mode) = 08 (host), until power-off; with status ``KEPT`` for good."""
