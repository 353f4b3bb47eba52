"""How far a head has turned since it looked straight, read off its depth: what a flat picture does not have.

The points seen now are explained, as well as one linear map can, by the points in space of the frame in which the same
head looked straight. What the map does with *depth* is the turn: x' = s (cos(yaw) x + sin(yaw) z). A picture that is
moved, turned or held closer maps by x and y alone and gives nothing to depth, however it is held: its turn is zero.
Of the perspective of a sheet that is turned close to the camera a small rest is taken for depth; a sheet that is turned
so far that the network believes in a head has become much narrower, which a head does not.

Pure. Angles are in degrees, in the subject's terms: yaw is positive to the subject's own left (to the right in a
picture that is not mirrored), pitch is positive down, roll is positive towards the subject's own left shoulder.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from kiosk.face.attack.landmarks import Points

RIGHT_EYE, LEFT_EYE = 33, 263
"""Rows of the outer corners of the eyes, right and left in the subject's terms."""


@dataclass(frozen=True)
class Turn:
    """Since the straight frame, in degrees. ``off_plane``: how far, on average, the points are from where the best
    homography of the straight frame puts them, in distances between the eyes' outer corners; 0 if a plane moved.
    ``rigid``: smaller over larger scale, across and down, with what depth gives in it; 1 for a head, the cosine of its
    turn for a sheet."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    off_plane: float
    rigid: float = 1.0


def eye_line(points: Points) -> float:
    """Distance of the outer corners of the eyes, in the points' unit."""
    return float(np.linalg.norm(points[LEFT_EYE, :2] - points[RIGHT_EYE, :2]))


def turn_since(straight: Points, now: Points) -> Turn:
    """How the head of ``straight`` has turned until ``now``."""
    given = straight - straight.mean(axis=0)
    seen = now[:, :2] - now[:, :2].mean(axis=0)
    made, *_ = np.linalg.lstsq(given, seen, rcond=None)  # 3 x 2: what x, y and z of then give to x and y of now
    scales = np.linalg.norm(made, axis=0)
    scale = max(1e-9, float(scales.max()))
    yaw = math.degrees(math.asin(_within(made[2, 0] / scale)))
    pitch = math.degrees(math.asin(_within(made[2, 1] / scale)))
    roll = math.degrees(math.atan2(made[0, 1] - made[1, 0], made[0, 0] + made[1, 1]))
    return Turn(-yaw, -pitch, roll, off_plane(straight, now), float(scales.min()) / scale)


def off_plane(straight: Points, now: Points) -> float:
    """See Turn."""
    source, target = (points[:, :2].astype(np.float32).reshape(-1, 1, 2) for points in (straight, now))
    plane: Any = cv2.findHomography(source, target, 0)[0]
    if plane is None:  # points on one line
        return 0.0
    moved = cv2.perspectiveTransform(source, plane)
    return float(np.mean(np.linalg.norm(moved - target, axis=2))) / max(1e-9, eye_line(now))


def _within(value: float) -> float:
    return max(-1.0, min(1.0, value))
