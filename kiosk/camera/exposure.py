"""Exposure that follows the face: mean level of the face's box in, exposure time out. Pure.

Against a bright wall a camera's own automatic makes the face dark; this looks at the face alone. It acts only outside
WELL_LIT, moves towards TARGET until inside, at most a doubling or halving at a time, and waits for each change to show.
Tried on simulated cameras only, whose level rises with exposure, gamma between 1 and 2.5, up to burnt out.
"""

from __future__ import annotations

import math

import numpy as np

from kiosk.camera.port import BgrImage

TARGET = 120.0
WELL_LIT = (80.0, 165.0)
"""Mean levels of a face that need nothing: about the middle of what ``kiosk.face.quality`` takes as usable."""
SETTLED = (100.0, 140.0)
"""Once it has begun it goes on until here, so that it does not begin again for a little more or less."""
FACTOR_MAX = 2.0
SHOWS_AFTER_S = 0.25
"""Frames under way, a camera's own delay, and the engine's answer lie between a command and its effect."""
RANGE_100_US = (5, 330)
"""Half a millisecond to 33 ms, as at 30 frames a second. V4L2 counts exposure in units of 100 microseconds."""

BOX_INSET = 0.2
"""Left out at each side of a face's box: hair, and the wall beside the cheeks."""
LUMINANCE_BGR = np.array([0.114, 0.587, 0.299])


def face_level(zone: BgrImage, box: tuple[float, float, float, float]) -> float | None:
    """Mean luminance (0..255) of the middle of ``box``: x, y, width, height as fractions of ``zone``. None where it
    holds no pixel."""
    rows, columns = zone.shape[:2]
    x, y, width, height = box
    left, right = (max(0, round((x + share * width) * columns)) for share in (BOX_INSET, 1 - BOX_INSET))
    top, bottom = (max(0, round((y + share * height) * rows)) for share in (BOX_INSET, 1 - BOX_INSET))
    middle = zone[top:bottom, left:right]
    return float(middle.mean(axis=(0, 1)) @ LUMINANCE_BGR) if middle.size else None


class FaceExposure:
    """For one visit. Begins at the exposure the camera had found by itself."""

    def __init__(self, exposure: int, exposure_range: tuple[int, int] = RANGE_100_US) -> None:
        low, high = self._range = exposure_range
        if not 0 < low <= high:
            raise ValueError("an exposure range lies above 0 and is not empty")
        self.exposure = min(high, max(low, exposure))
        self._correcting = False
        self._changed_at_s = -math.inf

    def after(self, level: float, at_s: float) -> int | None:
        """The face's mean ``level`` (0..255) in the frame of ``at_s``: a new exposure to set, or None to leave it."""
        low, high = SETTLED if self._correcting else WELL_LIT
        if low <= level <= high:
            self._correcting = False
            return None
        if at_s - self._changed_at_s < SHOWS_AFTER_S:
            return None
        self._correcting = True
        factor = min(FACTOR_MAX, max(1 / FACTOR_MAX, TARGET / max(level, 1.0)))
        wanted = min(self._range[1], max(self._range[0], round(self.exposure * factor)))
        if wanted == self.exposure:
            return None
        self.exposure, self._changed_at_s = wanted, at_s
        return wanted
