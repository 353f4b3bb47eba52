"""Invented faces and events for tests that need no picture."""

from __future__ import annotations

import numpy as np

from kiosk.face.detector import Face
from kiosk.face.port import Compared
from kiosk.face.thresholds import PortraitKind


def made_face(
    eye_distance_px: float,
    middle_x: float = 280.0,
    middle_y: float = 300.0,
    *,
    nose_off: float = 0.0,
    tilt: float = 0.0,
) -> Face:
    """A face looking straight ahead; ``nose_off`` in eye distances, ``tilt``: rise of the eye line over its width."""
    eye = eye_distance_px / 2
    rise = tilt * eye
    points = [
        (middle_x - eye, middle_y - rise),
        (middle_x + eye, middle_y + rise),
        (middle_x + nose_off * eye_distance_px, middle_y + 0.6 * eye_distance_px),
        (middle_x - 0.8 * eye, middle_y + 1.1 * eye_distance_px),
        (middle_x + 0.8 * eye, middle_y + 1.1 * eye_distance_px),
    ]
    width, height = 2.2 * eye_distance_px, 2.8 * eye_distance_px
    row = [middle_x - width / 2, middle_y - height * 0.4, width, height, *np.ravel(points), 0.9]
    return Face(np.array(row, dtype=np.float32))


def compared(score: float, captured: int, kind: str = PortraitKind.REHEARSAL_CHIP) -> Compared:
    return Compared(
        score=score, frames=min(captured, 5), portrait_kind=kind, detect_s=0.01, features_s=0.05, captured=captured
    )
