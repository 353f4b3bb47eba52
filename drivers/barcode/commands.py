"""Host commands of the scanner families (sheet barcode-scanners section 3). Bytes only, no I/O."""

from __future__ import annotations

import binascii

__all__ = [
    "GM65_SAVE",
    "esc_trigger",
    "gm65_crc",
    "gm65_read",
    "gm65_trigger",
    "gm65_write",
    "honeywell_menu",
    "honeywell_trigger",
    "newland",
    "newland_trigger",
]


def honeywell_trigger(on: bool) -> bytes:
    """SYN T CR starts reading, SYN U CR stops it."""
    return b"\x16T\r" if on else b"\x16U\r"


def honeywell_menu(tag: str, *, keep: bool = False) -> bytes:
    """A menu command such as ``ocrena1``; ``keep`` survives power-off, otherwise it is volatile."""
    return b"\x16M\r" + tag.encode("ascii") + (b"." if keep else b"!")


def newland(command: str, *, keep: bool = False) -> bytes:
    """A unified command such as ``SCNMOD0``; ``keep`` survives power-off."""
    return b"\x7e\x010000" + (b"@" if keep else b"#") + command.encode("ascii") + b";\x03"


def newland_trigger(on: bool) -> bytes:
    return newland("SCNTRG1" if on else "SCNTRG0")


def esc_trigger(on: bool) -> bytes:
    """Old modules (a single source)."""
    return b"\x1b1" if on else b"\x1b0"


def gm65_crc(type_to_data: bytes) -> bytes:
    """CRC-16/XMODEM over type..data, high byte first."""
    return binascii.crc_hqx(type_to_data, 0).to_bytes(2, "big")


def gm65_write(address: int, data: bytes) -> bytes:
    """Write 1 to 255 bytes to the module's zone from ``address`` (0 to FFFF)."""
    if not 1 <= len(data) <= 255:
        raise ValueError("a GM65 write carries 1 to 255 bytes")
    body = b"\x08" + bytes([len(data)]) + address.to_bytes(2, "big") + data
    return b"\x7e\x00" + body + gm65_crc(body)


def gm65_read(address: int, count: int) -> bytes:
    """Ask for ``count`` bytes (1 to 255) of the zone from ``address``."""
    body = b"\x07\x01" + address.to_bytes(2, "big") + bytes([count])
    return b"\x7e\x00" + body + gm65_crc(body)


def gm65_trigger(on: bool) -> bytes:
    """Bit 0 of zone byte 0002 starts or stops reading. ``AB CD`` skips the CRC check, as all public code
    does.
    """
    return bytes.fromhex("7E000801000201ABCD" if on else "7E000801000200ABCD")


GM65_SAVE = bytes.fromhex("7E000901000000DEC8")
