"""Getting from an open port to a module that answers: its rate, its status, its number."""

from __future__ import annotations

import struct

from drivers.errors import DeadlineExceeded, DeviceRefused, DriverError, PeerBrokeProtocol
from drivers.sdt.line import SAM_NUMBER_BYTES, SdtLine
from drivers.sdt.protocol import Command, Status

__all__ = [
    "RATES",
    "STATUS_TRIES",
    "await_status",
    "format_sam_number",
    "limit_rf_frame",
    "rates_to_try",
    "read_sam_number",
]

RATES = (115200, 57600, 38400, 19200, 9600)
"""Rates a module can be set to, in the order they are tried (sdt-id-card section 1)."""

STATUS_TRIES = 3
"""The first answer after power-up is sometimes garbage."""


def await_status(line: SdtLine, tries: int = STATUS_TRIES) -> None:
    """Return when the module says it is ready. Raises what the last try met, DeviceRefused included."""
    failure: DriverError = DeadlineExceeded(Command.SAM_STATUS.name)
    for _ in range(tries):
        try:
            status = line.ask(Command.SAM_STATUS).answer.status
        except (DeadlineExceeded, PeerBrokeProtocol) as error:
            failure = error
            continue
        if status == Status.DONE:
            return
        failure = DeviceRefused(Command.SAM_STATUS.name, status)
    raise failure


def read_sam_number(line: SdtLine) -> str:
    """The number printed on the reader's label, or "" when the module does not tell it."""
    try:
        answer = line.ask(Command.SAM_NUMBER).answer
    except (DeadlineExceeded, PeerBrokeProtocol):
        return ""
    return format_sam_number(bytes(answer.payload)) if answer.status == Status.DONE else ""


def limit_rf_frame(line: SdtLine, size: int) -> None:
    """Set the largest radio frame, 24 to 255 bytes. A module that cannot is no worse for it."""
    try:
        line.ask(Command.LIMIT_RF_FRAME, bytes([size]))
    except (DeadlineExceeded, PeerBrokeProtocol):
        return


def format_sam_number(data: bytes) -> str:
    """16 bytes as printed: maker group, type, date-like number, serial, random (sdt-id-card section 6)."""
    if len(data) != SAM_NUMBER_BYTES:
        raise PeerBrokeProtocol(Command.SAM_NUMBER.name)
    group, kind, dated, serial, random = struct.unpack("<HHIII", data)
    return f"{group:02d}.{kind:02d}-{dated:08d}-{serial:010d}-{random:010d}"


def rates_to_try(baud: int | str, last_good: int | None) -> tuple[int, ...]:
    """One rate, or for "auto" all of them with the last good one first."""
    if isinstance(baud, int):
        return (baud,)
    return tuple(dict.fromkeys(([last_good] if last_good else []) + list(RATES)))
