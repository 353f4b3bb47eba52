"""The rehearsal's codec: a real 102 x 126 picture inside the chip's 1,024 bytes, as lossy WebP.

No open decoder of the chip's own format exists, so rehearsal cards carry this instead. A block begins with the
bytes every WLT block begins with (wlt-photo, "Facts") and then says that it is ours, so it can never be taken for a
real card's portrait, nor a real card's for ours. WebP, because at this size JPEG leaves faces no longer comparable.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from typing import Any

import numpy as np

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.portrait.port import (
    WLT_BLOCK_BYTES,
    WLT_HEIGHT_PX,
    WLT_PREFIX,
    WLT_WIDTH_PX,
    PortraitUndecodable,
)

MAGIC = b"KioskWebP1"
_HEAD = struct.Struct(f"<{len(WLT_PREFIX)}s{len(MAGIC)}sH")
PICTURE_BYTES_MAX = WLT_BLOCK_BYTES - _HEAD.size
QUALITIES = range(1, 91)
BLURS_PX = (0.0, 0.7, 1.4, 2.8, 5.6)
_WEBP_HEAD = struct.Struct("<4sI8sI3s3sHH")
"""RIFF, length, "WEBPVP8 ", length, frame tag, start code, width, height (RFC 9649, RFC 6386 section 9.1)."""
_VP8_START = b"\x9d\x01\x2a"
_VP8_SIDE_MASK = 0x3FFF


def encode(image: BgrImage) -> bytes:
    """1,024 bytes carrying ``image`` (126 rows x 102 columns x 3, BGR) at the best quality that fits.

    A picture that does not fit at the lowest quality is softened until it does. Raises ValueError for another shape.
    """
    if image.shape != (WLT_HEIGHT_PX, WLT_WIDTH_PX, 3) or image.dtype != np.uint8:
        raise ValueError("a chip portrait has 126 x 102 pixels of 8-bit BGR")
    picture = _fitting(image)
    return (_HEAD.pack(WLT_PREFIX, MAGIC, len(picture)) + picture).ljust(WLT_BLOCK_BYTES, b"\0")


class RehearsalDecoder:
    """Reads blocks of ``encode`` only; exists in rehearsal only. Raises ValueError when made without ``rehearsal``."""

    name = "rehearsal-webp/1"

    def __init__(self, *, rehearsal: bool) -> None:
        if rehearsal is not True:
            raise ValueError("the rehearsal decoder exists in rehearsal only")

    def decode(self, portrait_format: PortraitFormat, block: bytes) -> BgrImage:
        """126 x 102 x 3, BGR. Raises PortraitUndecodable: refused (not ours), malformed (ours, but damaged)."""
        if portrait_format is not PortraitFormat.WLT or len(block) != WLT_BLOCK_BYTES:
            raise PortraitUndecodable("refused")
        prefix, magic, length = _HEAD.unpack_from(block)
        if prefix != WLT_PREFIX or magic != MAGIC:
            raise PortraitUndecodable("refused")
        end = _HEAD.size + length
        if end > WLT_BLOCK_BYTES or any(block[end:]):
            raise PortraitUndecodable("malformed")
        return _picture(block[_HEAD.size : end])


def _fitting(image: BgrImage) -> bytes:
    import cv2

    for blur_px in BLURS_PX:
        softened = cv2.GaussianBlur(image, (0, 0), blur_px) if blur_px else image

        def packed(quality: int, picture: Any = softened) -> bytes:
            return cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, quality])[1].tobytes()

        best = bisect_right(QUALITIES, PICTURE_BYTES_MAX, key=lambda quality: len(packed(quality)))
        if best:
            return packed(QUALITIES[best - 1])
    raise ValueError("the picture cannot be made to fit")


def _picture(webp: bytes) -> BgrImage:
    """The size is looked at before anything is decoded: a damaged head must not ask for gigabytes."""
    import cv2

    if len(webp) < _WEBP_HEAD.size:
        raise PortraitUndecodable("malformed")
    riff, _, kind, _, _, start, width_px, height_px = _WEBP_HEAD.unpack_from(webp)
    size_px = width_px & _VP8_SIDE_MASK, height_px & _VP8_SIDE_MASK
    if (riff, kind, start, size_px) != (b"RIFF", b"WEBPVP8 ", _VP8_START, (WLT_WIDTH_PX, WLT_HEIGHT_PX)):
        raise PortraitUndecodable("malformed")
    picture = cv2.imdecode(np.frombuffer(webp, np.uint8), cv2.IMREAD_COLOR)
    if picture is None or picture.shape != (WLT_HEIGHT_PX, WLT_WIDTH_PX, 3):
        raise PortraitUndecodable("malformed")
    return np.asarray(picture, dtype=np.uint8)
