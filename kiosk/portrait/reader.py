"""Portraits the reader has decoded itself: ordinary pictures, bounded before they are opened."""

from __future__ import annotations

import numpy as np

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.portrait.picture_size import NotAPicture, picture_size
from kiosk.portrait.port import PortraitUndecodable

PICTURE_BYTES_MAX = 1 << 20
SIDE_RANGE_PX = (64, 2048)


class PictureDecoder:
    """BMP, JPEG and JPEG 2000 of at most 1 MiB and 64 to 2048 pixels a side."""

    name = "reader-picture/1"

    def decode(self, portrait_format: PortraitFormat, block: bytes) -> BgrImage:
        """BGR pixels. Raises PortraitUndecodable: refused (another format, too large, too small), malformed."""
        if portrait_format is PortraitFormat.WLT or len(block) > PICTURE_BYTES_MAX:
            raise PortraitUndecodable("refused")
        try:
            size_px = picture_size(portrait_format, block)
        except NotAPicture:
            raise PortraitUndecodable("malformed") from None
        low, high = SIDE_RANGE_PX
        if not all(low <= side <= high for side in size_px):
            raise PortraitUndecodable("refused")
        return decoded(block, size_px)


def decoded(block: bytes, size_px: tuple[int, int]) -> BgrImage:
    """The picture, which must come out at the (width, height) its head stated. Raises PortraitUndecodable."""
    import cv2

    try:
        picture = cv2.imdecode(np.frombuffer(block, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        picture = None
    if picture is None or picture.shape != (size_px[1], size_px[0], 3):
        raise PortraitUndecodable("malformed")
    return np.asarray(picture, dtype=np.uint8)
