"""Width and height of an encoded picture, read from its head alone: what comes from a device is measured before any
library spends memory on it.

BMP: BITMAPFILEHEADER and BITMAPINFOHEADER. JPEG: ITU-T T.81 annex B. JPEG 2000: ITU-T T.800 annexes A and I.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from drivers.port import PortraitFormat

SizePx = tuple[int, int]
_BMP = struct.Struct("<2s12xI2iHHI")
_UNCOMPRESSED = 0
_JPEG_SOI = b"\xff\xd8"
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD8)})
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_JP2_SIGNATURE = bytes.fromhex("0000000C6A5020200D0A870A")
_CODESTREAM = bytes.fromhex("FF4FFF51")
_SIZ = struct.Struct(">HH8I")


class NotAPicture(Exception):
    """The bytes are not the head of a picture of the promised kind."""


def picture_size(portrait_format: PortraitFormat, data: bytes) -> SizePx:
    """(width, height) in pixels as the head states them, unchecked beyond being positive. Raises NotAPicture."""
    measure = _MEASURES.get(portrait_format)
    if measure is None:
        raise NotAPicture
    try:
        width, height = measure(data)
    except (struct.error, IndexError) as error:
        raise NotAPicture from error
    if width <= 0 or height <= 0:
        raise NotAPicture
    return width, height


def _bmp(data: bytes) -> SizePx:
    magic, _header_bytes, width, height, planes, bits, compression = _BMP.unpack_from(data)
    if magic != b"BM" or planes != 1 or bits not in {8, 24, 32} or compression != _UNCOMPRESSED:
        raise NotAPicture
    return width, abs(height)


def _jpeg(data: bytes) -> SizePx:
    if not data.startswith(_JPEG_SOI):
        raise NotAPicture
    for marker, segment in _jpeg_segments(data):
        if marker in _FRAME_MARKERS:
            _precision, height, width = struct.unpack_from(">BHH", segment)
            return width, height
    raise NotAPicture


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = len(_JPEG_SOI)
    while data[at] == 0xFF:
        marker = data[at + 1]
        at += 2
        if marker == 0xFF:  # fill byte
            at -= 1
            continue
        if marker in _BARE_MARKERS:
            continue
        if marker in {_START_OF_SCAN, _END_OF_IMAGE}:
            return
        (length,) = struct.unpack_from(">H", data, at)
        if length < 2:
            return
        yield marker, data[at + 2 : at + length]
        at += length


def _jpeg2000(data: bytes) -> SizePx:
    stream = data if data.startswith(_CODESTREAM) else _codestream(data)
    if not stream.startswith(_CODESTREAM):
        raise NotAPicture
    _length, _profile, right, bottom, left, top, *_tiles = _SIZ.unpack_from(stream, len(_CODESTREAM))
    return right - left, bottom - top


def _codestream(data: bytes) -> bytes:
    """The contents of the jp2c box. The other boxes may say anything; decoders allocate by the codestream."""
    if not data.startswith(_JP2_SIGNATURE):
        raise NotAPicture
    at = 0
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + head)
            head = 16
        if kind == b"jp2c":
            return data[at + head : at + length if length else None]
        if length < head:
            raise NotAPicture
        at += length


_MEASURES: dict[PortraitFormat, Callable[[bytes], SizePx]] = {
    PortraitFormat.BMP: _bmp,
    PortraitFormat.JPEG: _jpeg,
    PortraitFormat.JPEG2000: _jpeg2000,
}
