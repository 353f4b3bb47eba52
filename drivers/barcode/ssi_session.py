"""The host's side of an SSI conversation: acknowledge, join, resend. No I/O; time is passed in.

Rules: every good packet of the scanner is acknowledged; damaged bytes are answered by one NAK after the
line has gone silent; a packet sent again because our ACK was lost is acknowledged again but not a second
scan; our own command is sent again when it is refused as damaged or not answered. That a code longer than
one packet comes as several with status bit 1 set on all but the last follows the maker's guide and was
not seen on a device.
"""

from __future__ import annotations

from drivers.barcode.outputs import MAX_CODE_BYTES, Answered, Output, RawCode, Refusal, Refused, Send
from drivers.barcode.ssi import (
    ACK,
    MORE_FOLLOWS,
    NAK_RESEND,
    RETRANSMITTED,
    SCANNER,
    Opcode,
    Packet,
    encode,
    find_packet,
)

__all__ = ["WAKE_UP", "SsiSession"]

WAKE_UP = Send(b"\x00", pause_s=0.05)
_ANSWER_WITHIN_S = 1.0
_ATTEMPTS = 3
_REST_OF_CODE_S = 3.0
"""Longer than a scanner needs to send a part three times; a later part belongs to another code."""
_NAK_DAMAGED = 0x01


class SsiSession:
    """Bytes in, codes, answers and bytes to send out. ``handshake``: whether packets are acknowledged at
    all.
    """

    def __init__(self, *, idle_gap_s: float = 0.04, handshake: bool = True) -> None:
        self._idle_gap_s = idle_gap_s
        self._handshake = handshake
        self._buffer = b""
        self._last_byte_at_s = 0.0
        self._damaged = False
        self._last_decode: Packet | None = None
        self._parts = b""
        self._command: Packet | None = None
        self._attempts = 0
        self._answer_due_s = 0.0

    def command(self, packet: Packet, at_s: float) -> list[Send]:
        """Send ``packet`` now and until it is acknowledged; a command still waiting is given up."""
        self._command, self._attempts = packet, 0
        return self._send_command(at_s)

    def receive(self, data: bytes, at_s: float) -> list[Output]:
        """Take what arrived at ``at_s`` (monotonic seconds)."""
        if not data:
            return []
        self._last_byte_at_s = at_s
        self._buffer += data
        return self._drain(at_s, more_may_come=True)

    def silence(self, at_s: float) -> list[Output]:
        """The line has been watched until ``at_s`` and nothing came."""
        outputs: list[Output] = []
        quiet_s = at_s - self._last_byte_at_s
        if self._parts and quiet_s >= _REST_OF_CODE_S:
            self._parts, self._last_decode = b"", None
            outputs.append(Refused(Refusal.END_MISSING))
        if quiet_s >= self._idle_gap_s:
            outputs += self._drain(at_s, more_may_come=False)
            if self._damaged:
                self._damaged = False
                if not self._parts:
                    self._last_decode = None  # what is sent again now was refused, not delivered
                outputs.append(Refused(Refusal.BROKEN_FRAME))
                outputs += self._reply(NAK_RESEND)
        if self._command is not None and at_s >= self._answer_due_s:
            outputs += self._again(at_s)
        return outputs

    def _drain(self, at_s: float, *, more_may_come: bool) -> list[Output]:
        outputs: list[Output] = []
        while self._buffer:
            skipped, packet = find_packet(self._buffer, more_may_come=more_may_come)
            self._damaged |= skipped > 0
            self._buffer = self._buffer[skipped + (packet.wire_size if packet else 0) :]
            if packet is None:
                break
            outputs += self._packet(packet, at_s)
        return outputs

    def _packet(self, packet: Packet, at_s: float) -> list[Output]:
        if packet.source != SCANNER:
            return []  # our own bytes, echoed by the wiring
        match packet.opcode:
            case Opcode.ACK:
                return self._acknowledged(True)
            case Opcode.NAK if packet.data[:1] == bytes([_NAK_DAMAGED]) and self._command is not None:
                return self._again(at_s)
            case Opcode.NAK:
                return self._acknowledged(False)
            case Opcode.DECODE_DATA:
                return [*self._reply(ACK), *self._decoded(packet)]
            case _:
                return [*self._reply(ACK)]

    def _decoded(self, packet: Packet) -> list[Output]:
        again = bool(packet.status & RETRANSMITTED)
        known, self._last_decode = self._last_decode, packet
        if again and known is not None and _same_but_sent_again(known, packet):
            return []
        self._parts += packet.data[1:]  # the first byte is the symbology
        if len(self._parts) > MAX_CODE_BYTES:
            self._parts = b""
            return [Refused(Refusal.TOO_LONG)]
        if packet.status & MORE_FOLLOWS:
            return []
        code, self._parts = self._parts, b""
        return [RawCode(code)] if code else []

    def _acknowledged(self, accepted: bool) -> list[Output]:
        if self._command is None:
            return []
        self._command = None
        return [Answered(accepted)]

    def _again(self, at_s: float) -> list[Output]:
        if self._attempts >= _ATTEMPTS:
            return self._acknowledged(False)
        return [*self._send_command(at_s)]

    def _send_command(self, at_s: float) -> list[Send]:
        assert self._command is not None
        self._attempts += 1
        self._answer_due_s = at_s + _ANSWER_WITHIN_S
        return [WAKE_UP, Send(encode(self._command))]

    def _reply(self, packet: Packet) -> list[Send]:
        return [Send(encode(packet))] if self._handshake else []


def _same_but_sent_again(first: Packet, again: Packet) -> bool:
    return first.data == again.data and (first.status ^ again.status) & ~RETRANSMITTED == 0
