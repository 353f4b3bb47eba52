"""Whether something covers eyes or mouth, as far as pixels of an aligned face can tell (ISO/IEC 29794-5: eyes visible,
mouth occlusion prevention). Five points lie on a mask as they lie on a mouth, so these are cues and no proof.

They compare parts of one face with each other and know nothing of any face's usual look. Values, limits and what they
miss were measured on drawn cloth and glasses (docs/decisions/0053-guidance-before-decision.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage

Part = tuple[slice, slice]
"""Rows and columns of an aligned face (112 x 112)."""
EYES: tuple[Part, Part] = ((slice(45, 59), slice(28, 49)), (slice(45, 59), slice(63, 84)))
CHEEKS: tuple[Part, Part] = ((slice(60, 74), slice(24, 40)), (slice(60, 74), slice(72, 88)))
MIDDLE: Part = (slice(56, 80), slice(24, 88))
LOWER: Part = (slice(84, 110), slice(34, 78))


@dataclass(frozen=True)
class Coverage:
    """``eye_light``: level of the lighter eye over that of the cheeks; opaque glasses make it small.
    ``lower_detail``: detail around the mouth over detail around the nose; plain cloth makes it small.
    ``lower_tint``: distance of colour (CIE Lab, without lightness) between there and the cheeks; coloured cloth makes
    it large."""

    eye_light: float
    lower_detail: float
    lower_tint: float


def coverage_of(aligned: BgrImage) -> Coverage:
    """Of an aligned face of 112 x 112 pixels, blue-green-red."""
    lab = np.asarray(cv2.cvtColor(aligned.astype(np.float32) / 255.0, cv2.COLOR_BGR2LAB), dtype=np.float32)
    grey = cv2.cvtColor(aligned, cv2.COLOR_BGR2GRAY).astype(np.float32)
    cheeks = np.concatenate([lab[part].reshape(-1, 3) for part in CHEEKS])
    cheek_level = float(np.median(np.concatenate([grey[part].ravel() for part in CHEEKS])))
    lower_colour, cheek_colour = np.median(lab[LOWER].reshape(-1, 3), axis=0), np.median(cheeks, axis=0)
    return Coverage(
        eye_light=max(float(np.median(grey[part])) for part in EYES) / (cheek_level + 1.0),
        lower_detail=_detail(grey[LOWER]) / _detail(grey[MIDDLE]),
        lower_tint=float(np.hypot(*(lower_colour - cheek_colour)[1:])),
    )


def _detail(part: npt.NDArray[np.float32]) -> float:
    return float(part.std()) + 1.0
