"""What makers' decoders give back, turned into pixels (wlt-photo, "Facts" and "What integrators call").

Either a BMP of 102 x 126 at 24 bits, or 38,556 bytes without a head: the rows of that BMP (bottom row first) with
red and blue swapped and without the two bytes of padding. Not seen from a real library yet; a maker who deviates
gives an upside-down or blue face, in which no face or no match is found, and the visit goes to staff.
"""

from __future__ import annotations

import numpy as np

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.portrait.picture_size import NotAPicture, picture_size
from kiosk.portrait.port import (
    WLT_BLOCK_BYTES,
    WLT_HEIGHT_PX,
    WLT_PREFIX,
    WLT_WIDTH_PX,
    PortraitUndecodable,
)
from kiosk.portrait.reader import decoded

RAW_BYTES = WLT_WIDTH_PX * WLT_HEIGHT_PX * 3
BMP_BYTES = 38_862


def check_block(portrait_format: PortraitFormat, block: bytes) -> None:
    """Raises PortraitUndecodable: refused for other formats, malformed for what no card can have said."""
    if portrait_format is not PortraitFormat.WLT:
        raise PortraitUndecodable("refused")
    if len(block) != WLT_BLOCK_BYTES or not block.startswith(WLT_PREFIX):
        raise PortraitUndecodable("malformed")


def picture_from(output: bytes) -> BgrImage:
    """126 x 102 x 3, BGR. Raises PortraitUndecodable("malformed") for anything else, an empty picture included."""
    picture = _from_bmp(output) if output.startswith(b"BM") else _from_raw(output)
    if not picture.any():
        raise PortraitUndecodable("malformed")
    return picture


def _from_bmp(output: bytes) -> BgrImage:
    try:
        size_px = picture_size(PortraitFormat.BMP, output)
    except NotAPicture:
        raise PortraitUndecodable("malformed") from None
    if size_px != (WLT_WIDTH_PX, WLT_HEIGHT_PX):
        raise PortraitUndecodable("malformed")
    return decoded(output, size_px)


def _from_raw(output: bytes) -> BgrImage:
    """Trailing bytes are the unused end of a generous buffer; they must be empty."""
    if len(output) < RAW_BYTES or any(output[RAW_BYTES:]):
        raise PortraitUndecodable("malformed")
    rows = np.frombuffer(output, np.uint8, RAW_BYTES).reshape(WLT_HEIGHT_PX, WLT_WIDTH_PX, 3)
    return np.ascontiguousarray(rows[::-1, :, ::-1])
