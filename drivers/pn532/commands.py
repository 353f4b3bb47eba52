"""Commands of the PN532 as bytes, and its answers as values. No I/O (sheet pn532-uart, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from drivers.errors import PeerBrokeProtocol

__all__ = [
    "BAUD_CODES",
    "Command",
    "Exchanged",
    "Firmware",
    "Modulation",
    "Status",
    "Target",
    "exchange",
    "list_target",
    "parse_exchange",
    "parse_firmware",
    "parse_target",
    "retries",
    "rf_rate",
    "set_baud",
]


class Command(IntEnum):
    """Codes the product sends; answers carry the code plus one."""

    GET_FIRMWARE = 0x02
    SET_BAUD = 0x10
    SET_PARAMETERS = 0x12
    SAM_CONFIGURATION = 0x14
    RF_CONFIGURATION = 0x32
    EXCHANGE = 0x40
    LIST_TARGET = 0x4A
    PSL = 0x4E
    RELEASE = 0x52


BAUD_CODES = {115200: 4, 230400: 5, 460800: 6, 921600: 7}
_RF_CODES = {106: 0, 212: 1, 424: 2}
_MORE = 0x40
_STATUS_MASK = 0x3F
_ISO_14443_4 = 0x20
_ATQB_BYTES = 12


class Modulation(StrEnum):
    """Kinds of ISO/IEC 14443 card; the values are those of the standard's types."""

    TYPE_A = "A"
    TYPE_B = "B"


class Status(IntEnum):
    """Error codes in the answer to an exchange (sheet emrtd, section 12)."""

    GOOD = 0x00
    TIMEOUT = 0x01
    CRC = 0x02
    PARITY = 0x03
    FRAMING = 0x05
    BUFFER = 0x07
    PROTOCOL = 0x0B
    FORMAT = 0x13
    WRONG_CONTEXT = 0x27
    RELEASED = 0x29
    CARD_GONE = 0x2B


@dataclass(frozen=True)
class Firmware:
    """What GetFirmwareVersion says: ``ic`` 0x32 is a PN532; ``support`` bits 0 to 2 are A, B and ISO 18092."""

    ic: int
    version: str
    support: int


@dataclass(frozen=True)
class Target:
    """A card that was found and activated. The identifier a card gives is random or copied, so it is not kept.

    ``rf_rates``: kbit/s it offers in both directions, 106 always. ``frame_bytes``: the largest block it takes (FSC).
    """

    number: int
    modulation: Modulation
    iso_14443_4: bool
    rf_rates: tuple[int, ...]
    frame_bytes: int
    historical: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Exchanged:
    """One answer to InDataExchange. ``more``: the chip holds further bytes of the same answer."""

    status: int
    more: bool
    data: bytes = field(repr=False)


def set_baud(baud: int) -> bytes:
    """Parameters of SetSerialBaudRate. Raises ValueError for a rate the sheet does not list."""
    if baud not in BAUD_CODES:
        raise ValueError(f"the line's rate must be one of {', '.join(map(str, BAUD_CODES))}")
    return bytes([BAUD_CODES[baud]])


def retries(passive: int) -> bytes:
    """Parameters of RFConfiguration: tries to find a card before the chip says that there is none."""
    return bytes([0x05, 0xFF, 0x01, passive])


def list_target(modulation: Modulation) -> bytes:
    """Parameters of InListPassiveTarget for one card of a kind."""
    return bytes([0x01, 0x00]) if modulation is Modulation.TYPE_A else bytes([0x01, 0x03, 0x00])


def rf_rate(target: int, kbit_s: int) -> bytes:
    """Parameters of InPSL: the same rate both ways."""
    return bytes([target, _RF_CODES[kbit_s], _RF_CODES[kbit_s]])


def exchange(target: int, data: bytes, *, more: bool) -> bytes:
    """Parameters of InDataExchange; ``more``: the APDU goes on in the next one."""
    return bytes([target | (_MORE if more else 0)]) + data


def parse_firmware(data: bytes) -> Firmware:
    """Raises PeerBrokeProtocol for an answer of another length."""
    if len(data) != 4:
        raise PeerBrokeProtocol("firmware version")
    return Firmware(data[0], f"{data[1]}.{data[2]}", data[3])


def parse_exchange(data: bytes) -> Exchanged:
    """Raises PeerBrokeProtocol for an answer without a status."""
    if not data:
        raise PeerBrokeProtocol("exchange without status")
    return Exchanged(data[0] & _STATUS_MASK, bool(data[0] & _MORE), data[1:])


def parse_target(modulation: Modulation, data: bytes) -> Target | None:
    """The card in an answer to InListPassiveTarget; None when there is none. Raises PeerBrokeProtocol."""
    if data[:1] == b"\x00" or not data:
        return None
    try:
        return _type_a(data) if modulation is Modulation.TYPE_A else _type_b(data)
    except IndexError:
        raise PeerBrokeProtocol("target data cut short") from None


def _type_a(data: bytes) -> Target:
    """``01 Tg SENS_RES(2) SEL_RES UIDlen UID [ATS]``; an ATS begins with its own length."""
    number, sel_res, uid_bytes = data[1], data[4], data[5]
    ats = data[6 + uid_bytes :]
    if len(data) < 6 + uid_bytes or (ats and not 0 < ats[0] <= len(ats)):
        raise PeerBrokeProtocol("target data lengths")
    rates, frame_bytes, historical = _ats(ats[: ats[0]]) if ats else ((106,), 32, b"")
    return Target(number, Modulation.TYPE_A, bool(sel_res & _ISO_14443_4) and bool(ats), rates, frame_bytes, historical)


def _ats(ats: bytes) -> tuple[tuple[int, ...], int, bytes]:
    """Rates, frame size and historical bytes of an answer to select (ISO/IEC 14443-4, 5.2)."""
    if len(ats) < 2:
        return (106,), 32, b""
    t0 = ats[1]
    place = 2
    rates: tuple[int, ...] = (106,)
    if t0 & 0x10:
        rates = _rates(ats[place])
        place += 1
    place += bool(t0 & 0x20) + bool(t0 & 0x40)
    return rates, _FRAME_SIZES[min(t0 & 0x0F, 8)], ats[place:]


def _type_b(data: bytes) -> Target:
    """``01 Tg ATQB(12) ATTRIB_RES``; ATQB is 50, PUPI, application data and three protocol bytes."""
    atqb = data[2 : 2 + _ATQB_BYTES]
    if len(atqb) < _ATQB_BYTES or atqb[0] != 0x50:
        raise PeerBrokeProtocol("target data lengths")
    rate_byte, size_byte = atqb[9], atqb[10]
    return Target(
        data[1], Modulation.TYPE_B, bool(size_byte & 0x01), _rates(rate_byte), _FRAME_SIZES[min(size_byte >> 4, 8)]
    )


_FRAME_SIZES = (16, 24, 32, 40, 48, 64, 96, 128, 256)
"""FSC by its code (ISO/IEC 14443-4, table 1)."""


def _rates(offered: int) -> tuple[int, ...]:
    """Rates up to 424 kbit/s that both directions offer: bits 0 to 2 towards the card, 4 to 6 from it."""
    both = offered & (offered >> 4)
    return (106, *(rate for bit, rate in ((0x01, 212), (0x02, 424)) if both & bit))
