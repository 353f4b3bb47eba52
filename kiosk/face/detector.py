"""YuNet through OpenCV: where the faces of a picture are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage

FaceRow = npt.NDArray[np.float32]
"""YuNet's 15 numbers: x, y, width, height, five points (x, y), score."""
COUNTED_SCORE = 0.6
"""From here a face counts as somebody being there; what is compared must reach ``quality.USABLE_SCORE``."""
OVERLAP_MAX = 0.3
FACES_MAX = 50


@dataclass(frozen=True)
class Face:
    """One detected face in pixels of the picture searched. Points: right eye, left eye, nose tip, mouth corners."""

    row: FaceRow

    @property
    def score(self) -> float:
        return float(self.row[14])

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x, y, width, height."""
        x, y, width, height = (float(value) for value in self.row[:4])
        return x, y, width, height

    @property
    def points(self) -> npt.NDArray[np.float32]:
        """5 x 2, in the subject's terms: right eye, left eye, nose tip, right and left corner of the mouth."""
        return self.row[4:14].reshape(5, 2)

    @property
    def eye_distance_px(self) -> float:
        (right, left) = self.points[:2]
        return math.hypot(float(left[0] - right[0]), float(left[1] - right[1]))

    def moved(self, scale: float, dx_px: float = 0.0, dy_px: float = 0.0) -> Face:
        """The same face in a picture that was shifted by (dx, dy) and then scaled."""
        row = self.row.copy()
        row[0:14:2] = (row[0:14:2] + dx_px) * scale
        row[1:14:2] = (row[1:14:2] + dy_px) * scale
        row[2:4] = self.row[2:4] * scale
        return Face(row)

    def with_points(self, points: npt.NDArray[np.float32]) -> Face:
        """The same face with other points (5 x 2)."""
        row = self.row.copy()
        row[4:14] = points.ravel()
        return Face(row)


class Detector:
    """Not for sharing between threads."""

    def __init__(self, model: Path) -> None:
        self._size = (320, 320)
        self._net = cv2.FaceDetectorYN.create(str(model), "", self._size, COUNTED_SCORE, OVERLAP_MAX, FACES_MAX)

    def find(self, picture: BgrImage, scale: float = 1.0) -> list[Face]:
        """All faces of ``picture``, searched at ``scale`` of its size; results in pixels of ``picture``."""
        searched = picture if scale == 1.0 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=_how(scale))
        height, width = searched.shape[:2]
        if (width, height) != self._size:
            self._size = (width, height)
            self._net.setInputSize(self._size)
        rows: npt.NDArray[Any] | None = self._net.detect(searched)[1]
        if rows is None:
            return []
        back_x, back_y = picture.shape[1] / width, picture.shape[0] / height
        return [_scaled(np.asarray(row, dtype=np.float32), back_x, back_y) for row in rows]


def _scaled(row: FaceRow, factor_x: float, factor_y: float) -> Face:
    scaled = row.copy()
    scaled[0:14:2] *= factor_x
    scaled[1:14:2] *= factor_y
    return Face(scaled)


def _how(scale: float) -> int:
    return cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC


def cut_around(picture: BgrImage, face: Face, margin: float, scale: float) -> tuple[BgrImage, Face]:
    """The face's box with ``margin`` of its sides around it, as far as the picture goes, at ``scale``; and the face
    there."""
    x, y, width, height = face.box
    rows, columns = picture.shape[:2]
    left, top = max(0, int(x - margin * width)), max(0, int(y - margin * height))
    right, bottom = min(columns, int(x + (1 + margin) * width)), min(rows, int(y + (1 + margin) * height))
    near = picture[top:bottom, left:right]
    if scale != 1.0:
        near = np.asarray(cv2.resize(near, None, fx=scale, fy=scale, interpolation=_how(scale)), dtype=np.uint8)
    return near, face.moved(scale, -left, -top)
