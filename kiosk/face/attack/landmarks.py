"""Dense points of one face: MediaPipe's face mesh through OpenCV. Positions only, and whether there is a face at all.

The face is cut out as the network was trained: upright by the line of its eyes, square, half as large again as its box.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.face.detector import Face
from kiosk.memory.array import SensitiveArray, overwrite

INPUT_PX = 192
POINTS = 468
MARGIN = 1.5
"""Side of the square cut out, in the longer side of the face's box."""
OUTPUTS = ("conv2d_20", "conv2d_30")
"""Points, and a number that is positive where the network believes to see a face."""

Points = npt.NDArray[np.float64]
"""468 x 3: x to the right and y down in pixels of the picture searched, z away from the camera in the same unit, from
a zero of the network's own. The outline of the face, eyes, brows, nose and lips have fixed rows."""


@dataclass(frozen=True)
class DenseFace:
    """``presence``: log odds that there is a face where the points are."""

    points: Points
    presence: float


class Landmarks:
    """Not for sharing between threads."""

    def __init__(self, model: Path) -> None:
        self._net = cv2.dnn.readNetFromTFLite(str(model))
        self._cut: SensitiveArray[np.uint8] | None = None

    def of(self, picture: BgrImage, face: Face) -> DenseFace:
        """The points of ``face``, in pixels of ``picture``."""
        into = _cut_out(face)
        if self._cut is None or self._cut.closed:
            self._cut = SensitiveArray((INPUT_PX, INPUT_PX, 3), np.uint8, "face for dense points")
        cut = self._cut.array
        cv2.warpAffine(picture, into, (INPUT_PX, INPUT_PX), cut, flags=cv2.INTER_LINEAR)
        given = cv2.dnn.blobFromImage(cut, 1 / 255, swapRB=True)
        self._net.setInput(given)
        raw, presence = self._net.forward(OUTPUTS)
        overwrite(np.asarray(given))
        return DenseFace(
            _placed(np.asarray(raw, dtype=np.float64).reshape(POINTS, 3), into), float(presence.ravel()[0])
        )

    def warm_up(self) -> None:
        """Run the network once, on nothing."""
        self._net.setInput(np.zeros((1, 3, INPUT_PX, INPUT_PX), dtype=np.float32))
        self._net.forward(OUTPUTS)

    def forget(self) -> None:
        """Overwrite the last cut; what the network keeps goes with the process."""
        if self._cut is not None:
            self._cut.close()


def _cut_out(face: Face) -> npt.NDArray[np.float64]:
    """2 x 3: from the picture to the upright square."""
    x, y, width, height = face.box
    right_eye, left_eye = face.points[:2].astype(np.float64)
    roll_deg = math.degrees(math.atan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0]))
    scale = INPUT_PX / (MARGIN * max(width, height))
    middle = (x + width / 2, y + height / 2)
    into = np.asarray(cv2.getRotationMatrix2D(middle, roll_deg, scale), dtype=np.float64)
    into[:, 2] += INPUT_PX / 2 - np.array(middle)
    return into


def _placed(raw: Points, into: npt.NDArray[np.float64]) -> Points:
    """Points of the square, in pixels of the picture; z keeps the scale of x and y."""
    back = np.asarray(cv2.invertAffineTransform(into), dtype=np.float64)
    scale = math.hypot(back[0, 0], back[1, 0])
    placed = np.empty_like(raw)
    placed[:, :2] = raw[:, :2] @ back[:, :2].T + back[:, 2]
    placed[:, 2] = raw[:, 2] * scale
    return placed
