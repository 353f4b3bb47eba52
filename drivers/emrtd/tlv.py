"""Tag, length, value (ISO/IEC 7816-4, X.690): read with every length checked against what is really there.

Lengths are definite; the indefinite form, which some issuers' CMS uses, is understood where it is asked for. Nothing is
copied: values are views of what was given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drivers.emrtd.errors import MalformedTlv

__all__ = ["Tlv", "encode", "find", "parse", "read", "total_length", "whole"]

Data = bytes | bytearray | memoryview

_MOST_TAG_BYTES = 3
_MOST_LENGTH_BYTES = 4
_DEEPEST = 32
_INDEFINITE = 0x80
_CONSTRUCTED = 0x20


@dataclass(frozen=True, slots=True)
class Tlv:
    """``tag``: its bytes as one number (0x7F61). ``raw``: header and value."""

    tag: int
    value: memoryview
    raw: memoryview

    def inner(self, *, indefinite: bool = False) -> list[Tlv]:
        """What the value holds, one after another. Raises MalformedTlv."""
        return list(parse(self.value, indefinite=indefinite))

    @property
    def constructed(self) -> bool:
        return bool(self.raw[0] & _CONSTRUCTED)


def read(data: Data, at: int = 0, *, indefinite: bool = False) -> Tlv:
    """The object that begins at ``at``. Raises MalformedTlv when it is not all there."""
    return _read(memoryview(data), at, indefinite, 0)


def parse(data: Data, *, indefinite: bool = False) -> Iterator[Tlv]:
    """Objects one after another to the last byte. Raises MalformedTlv."""
    view, at = memoryview(data), 0
    while at < len(view):
        item = _read(view, at, indefinite, 0)
        yield item
        at += len(item.raw)


def whole(data: Data, tag: int, *, indefinite: bool = False) -> Tlv:
    """The one object that ``data`` is, which must be a ``tag``. Raises MalformedTlv."""
    item = read(data, indefinite=indefinite)
    if item.tag != tag:
        raise MalformedTlv(f"tag {item.tag:02X} where {tag:02X} belongs")
    if len(item.raw) != len(data):
        raise MalformedTlv(f"{len(data) - len(item.raw)} bytes behind tag {tag:02X}")
    return item


def find(data: Data, tag: int) -> memoryview | None:
    """The value of the first ``tag`` among the objects in ``data``; None without one. Raises MalformedTlv."""
    return next((item.value for item in parse(data) if item.tag == tag), None)


def total_length(beginning: Data) -> int:
    """How long the object is that begins like this, header included; its value need not be there yet.

    Raises MalformedTlv when the header is not all there, or no definite one.
    """
    view = memoryview(beginning)
    _, at = _tag(view, 0)
    length, at = _length(view, at)
    if length is None:
        raise MalformedTlv("a file of indefinite length")
    return at + length


def encode(tag: int, value: Data) -> bytes:
    """The object with the shortest length (DER)."""
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8)
        length = bytes([0x80 | len(digits)]) + digits
    return tag.to_bytes(max(1, (tag.bit_length() + 7) // 8)) + length + bytes(value)


def _read(view: memoryview, start: int, indefinite: bool, depth: int) -> Tlv:
    if depth > _DEEPEST:
        raise MalformedTlv("objects inside objects without end")
    tag, at = _tag(view, start)
    length, at = _length(view, at)
    if length is None:
        if not (indefinite and view[start] & _CONSTRUCTED):
            raise MalformedTlv(f"tag {tag:02X} of indefinite length")
        end = _end_of_contents(view, at, depth)
        return Tlv(tag, view[at:end], view[start : end + 2])
    if at + length > len(view):
        raise MalformedTlv(f"tag {tag:02X} says {length} bytes, {len(view) - at} are there")
    return Tlv(tag, view[at : at + length], view[start : at + length])


def _end_of_contents(view: memoryview, at: int, depth: int) -> int:
    while bytes(view[at : at + 2]) != b"\0\0":
        at += len(_read(view, at, True, depth + 1).raw)
    return at


def _tag(view: memoryview, at: int) -> tuple[int, int]:
    """(tag, where its length begins)."""
    first = _byte(view, at)
    tag, at = first, at + 1
    if first & 0x1F != 0x1F:
        return tag, at
    for _ in range(_MOST_TAG_BYTES - 1):
        more = _byte(view, at)
        tag, at = tag << 8 | more, at + 1
        if not more & 0x80:
            return tag, at
    raise MalformedTlv("a tag of more than 3 bytes")


def _length(view: memoryview, at: int) -> tuple[int | None, int]:
    """(length or None for indefinite, where the value begins)."""
    first = _byte(view, at)
    at += 1
    if first < 0x80:
        return first, at
    if first == _INDEFINITE:
        return None, at
    count = first & 0x7F
    if count > _MOST_LENGTH_BYTES:
        raise MalformedTlv(f"a length of {count} bytes")
    digits = view[at : at + count]
    if len(digits) < count:
        raise MalformedTlv("ends inside a length")
    return int.from_bytes(digits), at + count


def _byte(view: memoryview, at: int) -> int:
    if at >= len(view):
        raise MalformedTlv("ends inside a header")
    return view[at]
