"""A picture as a gate's camera would have its person, and what the engine makes of that one frame.

The person is moved to the middle of the capture zone of the reference camera (1280 x 720, 60 degrees), EYE_DISTANCE_PX
between the eyes, upright as they stood; the frame is searched, judged and aligned by the functions a visit uses.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.face.comparator import Features
from kiosk.face.detector import Face
from kiosk.face.networks import Models
from kiosk.face.port import Advice
from kiosk.face.presence import Presence, presence
from kiosk.face.quality import Quality, frame_advice, measure
from kiosk.face.settings import EngineSettings
from kiosk.face.work import search_scale

SETTINGS = EngineSettings()
EYE_DISTANCE_PX = 84.0
"""Of the camera: somebody 0.83 m away, a step nearer than the floor. Press photographs of the data have as much."""
EYES_DOWN = 0.42
"""Where the eyes stand in the zone, as a fraction of its height."""


@dataclass(frozen=True)
class Look:
    """One frame judged. ``advice`` NONE: it may become a probe. Without exactly one near face ``quality`` is None and
    ``features`` is empty; they are there for frames with advice too, to say what comparing them would have brought."""

    advice: Advice
    quality: Quality | None
    features: Features


def gate_frame(picture: BgrImage, face: Face) -> tuple[BgrImage, Face]:
    """The zone (camera pixels) with the person of ``face`` in its middle, and that face there."""
    scale = EYE_DISTANCE_PX / (face.eye_distance_px or 1.0)
    middle_x, middle_y = (float(value) for value in face.points[:2].mean(axis=0))
    width, height = SETTINGS.zone_width_px, SETTINGS.zone_height_px
    left, top = width / 2 - scale * middle_x, EYES_DOWN * height - scale * middle_y
    move = np.array([[scale, 0, left], [0, scale, top]], dtype=np.float32)
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    smooth = picture if scale > 0.7 else cv2.GaussianBlur(picture, (0, 0), 0.4 / scale)
    frame = cv2.warpAffine(smooth, move, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(frame, dtype=np.uint8), face.moved(scale, left / scale, top / scale)


def look_at(frame: BgrImage, models: Models) -> Look:
    """What a visit makes of ``frame``, were it the first."""
    small, seen = _searched(frame, models)
    if seen.only is None:
        return Look(seen.advice, None, np.zeros(0, dtype=np.float32))
    aligned = models.comparator.align(small, seen.only)
    quality = measure(seen.only, aligned)
    height, width = small.shape[:2]
    return Look(frame_advice(seen.only, quality, width, height), quality, models.comparator.features(aligned))


def second_of(frame: BgrImage, models: Models) -> Features:
    """What the second comparator makes of the one near face of ``frame``; empty without exactly one."""
    _, seen = _searched(frame, models)
    if seen.only is None:
        return np.zeros(0, dtype=np.float32)
    return models.second.features(models.second.cut_out(frame, seen.only.moved(1 / search_scale(SETTINGS))))


def _searched(frame: BgrImage, models: Models) -> tuple[BgrImage, Presence]:
    scale = search_scale(SETTINGS)
    small = np.asarray(cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return small, presence(models.detector.find(small), SETTINGS.minimum_eye_distance_px * scale)
