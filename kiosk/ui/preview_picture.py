"""The preview's one picture: mirrored and laid out for the glass in memory of ours, so that Qt needs no copy of it."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from kiosk.memory.array import SensitiveArray


class PreviewPicture:
    """For the window's thread. ``image`` is valid until ``close``, which overwrites it."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.size_px = (width_px, height_px)
        self._pixels = SensitiveArray((height_px, width_px, 4), np.uint8, "preview")
        self._pixels.array[..., 3] = 255
        # Wrapped, not copied: any conversion inside Qt would leave the person on the heap.
        data = cast(Any, self._pixels.array.data)
        self.image = QImage(data, width_px, height_px, 4 * width_px, QImage.Format.Format_RGB32)

    def show(self, picture: npt.NDArray[np.uint8], *, mirrored: bool = True) -> None:
        """Take over ``picture``: rows x columns x 3, blue-green-red, as the camera saw it."""
        pixels = self._pixels.array[:, ::-1] if mirrored else self._pixels.array
        for channel in range(3):  # one plane after the other is several times faster than pixel by pixel
            pixels[..., channel] = picture[..., channel]

    def close(self) -> None:
        """Overwrite. Calling twice is fine."""
        self.image = QImage()
        self._pixels.close()
