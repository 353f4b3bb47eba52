"""Writing ASN.1 for the simulated issuer. Only what it needs."""

from __future__ import annotations

__all__ = ["integer", "octets", "oid", "sequence", "set_of", "tagged"]


def tagged(tag: int, content: bytes) -> bytes:
    """One object; ``tag`` is written with as many bytes as it has."""
    size = len(content)
    if size < 0x80:
        length = bytes([size])
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8)
        length = bytes([0x80 + len(digits)]) + digits
    return tag.to_bytes((max(tag, 1).bit_length() + 7) // 8) + length + content


def sequence(*parts: bytes) -> bytes:
    return tagged(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """In DER a set's elements are in the order of their bytes."""
    return tagged(0x31, b"".join(sorted(parts)))


def integer(value: int) -> bytes:
    """A natural number."""
    return tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def octets(content: bytes) -> bytes:
    return tagged(0x04, content)


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray([first * 40 + second])
    for number in rest:
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(number & 0x7F | 0x80)
        content += bytes(reversed(septets))
    return tagged(0x06, bytes(content))
