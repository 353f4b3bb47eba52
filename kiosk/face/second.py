"""The second comparator: dlib's ResNet, 128 numbers of one face, compared by their distance.

Ten times slower than SFace and weaker alone; asked only where SFace is uncertain (``kiosk.face.fusion``).
"""

from __future__ import annotations

from pathlib import Path

import cv2
import dlib
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.face.comparator import Features
from kiosk.face.detector import Face, cut_around

CUT_OUT_PX = 150
PADDING = 0.25
"""Both are what the network was trained with (dlib, ``dnn_face_recognition_ex.cpp``)."""
ENLARGED_BELOW_PX, ENLARGED_BY = 30.0, 3.0
"""Eye distance: the points of a chip portrait's face come out truer on a picture made larger."""
BOX_TOP_LOWERED_BY = 0.1
"""YuNet's box holds the forehead, the boxes the points were trained with hold less of it."""
MARGIN = 0.6


class SecondComparator:
    """Not for sharing between threads."""

    def __init__(self, points: Path, resnet: Path) -> None:
        self._points = dlib.shape_predictor(str(points))
        self._net = dlib.face_recognition_model_v1(str(resnet))

    def cut_out(self, picture: BgrImage, face: Face) -> BgrImage:
        """150 x 150 pixels, RGB: the face upright. A few milliseconds."""
        scale = ENLARGED_BY if face.eye_distance_px < ENLARGED_BELOW_PX else 1.0
        near_bgr, face_in_near = cut_around(picture, face, MARGIN, scale)
        near = np.asarray(cv2.cvtColor(near_bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        x, y, width, height = face_in_near.box
        top = y + BOX_TOP_LOWERED_BY * height
        box = dlib.rectangle(int(x), int(top), int(x + width), int(y + height))
        points = self._points(near, box)
        return np.asarray(dlib.get_face_chip(near, points, CUT_OUT_PX, PADDING), dtype=np.uint8)

    def features(self, cut_out: BgrImage) -> Features:
        """128 numbers of what ``cut_out`` gave; their length is not 1."""
        return np.array(self._net.compute_face_descriptor(cut_out), dtype=np.float32)


def nearness(one: Features, other: Features) -> float:
    """1 - distance: at most 1, more means more alike."""
    return 1.0 - float(np.linalg.norm(one - other))
