"""Modbus RTU frames for relay boards (sheet turnstiles section 2), made and checked with pymodbus's
framer.

The timed pulse puts 0200 + relay into the address and the time into the value of function 5. That is no
standard Modbus, so the library's own request for function 5 cannot carry it; only its framing is used.
Answers are looked for byte by byte, because the library's decoder drops everything once rubbish stands
before a frame. No I/O.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest, WriteMultipleCoilsRequest

from drivers.errors import DeviceRefused

__all__ = [
    "LONGEST_PULSE_MS",
    "PULSE_STEP_MS",
    "Request",
    "find_answer",
    "read_inputs",
    "read_relays",
    "timed_pulse",
    "write_relay",
    "write_relays",
]

PULSE_STEP_MS = 100
LONGEST_PULSE_MS = 3000
_READS = (0x01, 0x02)
_WRITE_COIL = 0x05
_EXCEPTION = 0x80
_TIMED_ON = 0x0200
_ON, _OFF = 0xFF00, 0x0000
_CRC_BYTES = 2
_EXCEPTION_BYTES = 5
_ECHO_BYTES = 6

_decoder = DecodePDU(is_server=False)
_framer = FramerRTU(_decoder)


@dataclass(frozen=True)
class Request:
    """One request on the wire and how its good answer begins and how long it is."""

    wire: bytes
    answer_head: bytes
    answer_bytes: int

    @property
    def unit(self) -> int:
        return self.wire[0]

    @property
    def function(self) -> int:
        return self.wire[1]


def timed_pulse(unit: int, relay: int, pulse_ms: int) -> Request:
    """Relay on now; the board itself switches it off after ``pulse_ms`` (100 to 3000, steps of 100)."""
    if pulse_ms % PULSE_STEP_MS or not PULSE_STEP_MS <= pulse_ms <= LONGEST_PULSE_MS:
        raise ValueError(f"pulse_ms must be a multiple of {PULSE_STEP_MS} up to {LONGEST_PULSE_MS}")
    return _function_5(unit, _TIMED_ON + relay, pulse_ms // PULSE_STEP_MS)


def write_relay(unit: int, relay: int, on: bool) -> Request:
    """Switch one relay for good."""
    return _function_5(unit, relay, _ON if on else _OFF)


def write_relays(unit: int, states: list[bool]) -> Request:
    """Switch relays 0 and up at once; the answer repeats address and count."""
    wire = _framer.buildFrame(WriteMultipleCoilsRequest(address=0, bits=states, dev_id=unit))
    return Request(wire, wire[:_ECHO_BYTES], _ECHO_BYTES + _CRC_BYTES)


def read_relays(unit: int, count: int) -> Request:
    """Ask for relays 0 to ``count`` - 1."""
    return _read(ReadCoilsRequest(dev_id=unit, address=0, count=count))


def read_inputs(unit: int, count: int) -> Request:
    """Ask for inputs 0 to ``count`` - 1."""
    return _read(ReadDiscreteInputsRequest(dev_id=unit, address=0, count=count))


def find_answer(buffer: bytes, request: Request) -> list[bool] | None:
    """The bits of the answer to ``request`` in ``buffer`` (for writes: empty), or None while it is not there.

    Rubbish before the answer is skipped. Raises DeviceRefused with the board's exception code.
    """
    for start in range(len(buffer)):
        if good := _checked(buffer, start, request.answer_head, request.answer_bytes):
            return _bits(good) if request.function in _READS else []
        refusal = bytes([request.unit, request.function | _EXCEPTION])
        if bad := _checked(buffer, start, refusal, _EXCEPTION_BYTES):
            raise DeviceRefused(f"modbus function {request.function}", bad[2])
    return None


def _bits(answer: bytes) -> list[bool]:
    pdu = _decoder.decode(answer[1:-_CRC_BYTES])
    return [] if pdu is None else [bool(bit) for bit in pdu.bits]


def _checked(buffer: bytes, start: int, head: bytes, size: int) -> bytes | None:
    frame = buffer[start : start + size]
    if len(frame) < size or not frame.startswith(head):
        return None
    crc = int.from_bytes(frame[-_CRC_BYTES:], "big")
    return frame if FramerRTU.check_CRC(frame[:-_CRC_BYTES], crc) else None


def _function_5(unit: int, address: int, value: int) -> Request:
    wire = _framer.encode(struct.pack(">BHH", _WRITE_COIL, address, value), unit, 0)
    return Request(wire, wire, len(wire))


def _read(message: ModbusPDU) -> Request:
    wire = _framer.buildFrame(message)
    data_bytes = (message.count + 7) // 8
    return Request(wire, bytes([wire[0], wire[1], data_bytes]), 3 + data_bytes + _CRC_BYTES)
