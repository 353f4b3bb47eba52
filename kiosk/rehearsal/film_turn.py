"""Simulated turns of a head on the film: a photograph's pixels moved as a head's depth would move them.

The depth is that of the dense points, carried on over hair and ears, and the body stays. It is a drawing of a turn:
what a turn would bring into view is stretched, not known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.domain.act import Act
from kiosk.face.attack.landmarks import Landmarks, Points
from kiosk.face.detector import Detector
from kiosk.rehearsal.film_people import Cutout

Map = npt.NDArray[np.float32]
Angles = tuple[float, float]
"""Yaw and pitch in degrees, as ``kiosk.face.attack.pose`` counts them."""
STRAIGHT: Angles = (0.0, 0.0)
CHIN, FOREHEAD, RIGHT_SIDE, LEFT_SIDE = 152, 10, 234, 454
"""Rows of the dense points at the ends of the face's outline."""
RIGHT_EYE, LEFT_EYE = 33, 263
BEHIND_EYES = 0.85
"""Hair, ears and cheeks lie as far as this behind the eyes at most, in half widths of the face: what is steeper would
have to hide what is behind it."""
SPREADS_EYES = (0.1, 0.3, 1.2)
"""Standard deviations the points' depth is spread with, in eye distances; a narrower one counts more."""
SMOOTHED_EYES = 0.09
DEEPER = 1.8
"""Makes up for what clipping and smoothing took off the depth: a turn is then measured about as large as drawn."""
ROUNDS = 4
COARSER = 4
TURN_DEG = {Act.TURN_LEFT: (32.0, 0.0), Act.TURN_RIGHT: (-32.0, 0.0), Act.NOD: (0.0, 22.0), Act.FRONT: (0.0, 0.0)}
"""Yaw and pitch of somebody who does an act."""
REACTION_S, TURNING_S = 0.35, 0.5


@dataclass(frozen=True)
class Depth:
    """Of one cut-out, in its pixels: ``away`` from the axis of the neck, ``moving`` 0 (body) to 1 (head)."""

    away: Map
    moving: Map
    middle: tuple[float, float]


def depth_of(cutout: Cutout, eye_px: float, detector: Detector, landmarks: Landmarks) -> Depth:
    """The head's depth. Raises ValueError where no face is found."""
    faces = detector.find(cutout.colour)
    if not faces:
        raise ValueError("no face in the cut-out")
    points = landmarks.of(cutout.colour, max(faces, key=lambda face: face.box[2])).points
    half = float(points[LEFT_SIDE, 0] - points[RIGHT_SIDE, 0]) / 2
    middle = points[[CHIN, FOREHEAD, RIGHT_SIDE, LEFT_SIDE]].mean(axis=0)
    furthest = float(points[[RIGHT_EYE, LEFT_EYE], 2].mean()) + BEHIND_EYES * half
    axis = furthest + 0.1 * half
    points[:, 2] = np.minimum(points[:, 2], furthest)
    away = _spread(points, cutout.colour.shape[:2], eye_px) - axis
    away = DEEPER * np.asarray(cv2.GaussianBlur(away, (0, 0), SMOOTHED_EYES * eye_px), dtype=np.float32)
    chin = float(points[CHIN, 1])
    rows = np.arange(cutout.colour.shape[0], dtype=np.float32)
    fade = np.clip(1.0 - (rows - chin - 0.15 * eye_px) / (0.9 * eye_px), 0.0, 1.0)
    fade = fade * fade * (3 - 2 * fade)
    moving = np.repeat(fade[:, np.newaxis], cutout.colour.shape[1], axis=1)
    return Depth(away.astype(np.float32), moving.astype(np.float32), (float(middle[0]), chin))


def turned(cutout: Cutout, depth: Depth, yaw_deg: float, pitch_deg: float) -> Cutout:
    """The cut-out with its head turned."""
    if not (yaw_deg or pitch_deg):
        return cutout
    still_from = int(np.count_nonzero(depth.moving[:, 0]))  # from this row down nothing moves
    height, width = still_from, cutout.colour.shape[1]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    x, y = depth.middle
    from_x, from_y = columns, rows
    for _ in range(ROUNDS):
        away = cv2.remap(depth.away, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        wanted_x = x + (columns - x + away * math.sin(yaw)) / math.cos(yaw)
        wanted_y = y + (rows - y + away * math.sin(pitch)) / math.cos(pitch)
        from_x = (columns + (wanted_x - columns) * depth.moving[:still_from]).astype(np.float32)
        from_y = (rows + (wanted_y - rows) * depth.moving[:still_from]).astype(np.float32)
    return Cutout(
        _moved(cutout.colour, from_x, from_y, 0), _moved(cutout.see_through, from_x, from_y, 255), cutout.eye_middle
    )


class Motion:
    """Where a head looks that does as asked, after a moment and not at once. Times in seconds of any one clock."""

    def __init__(self, size: float = 1.0, reaction_s: float = REACTION_S, turning_s: float = TURNING_S) -> None:
        self._size, self._reaction_s, self._turning_s = size, reaction_s, turning_s
        self._start = self._end = (0.0, 0.0)
        self._asked_s = -math.inf

    def ask(self, act: Act, at_s: float) -> None:
        self._start = self.at(at_s)
        yaw, pitch = TURN_DEG[act]
        self._end, self._asked_s = (yaw * self._size, pitch * self._size), at_s

    def at(self, at_s: float) -> Angles:
        share = min(1.0, max(0.0, (at_s - self._asked_s - self._reaction_s) / self._turning_s))
        share = share * share * (3 - 2 * share)
        yaw, pitch = (start + (end - start) * share for start, end in zip(self._start, self._end, strict=True))
        return yaw, pitch


def _spread(points: Points, shape: tuple[int, ...], eye_px: float) -> Map:
    """Depth everywhere, from points here and there; worked out COARSER times smaller."""
    height, width = shape[0] // COARSER, shape[1] // COARSER
    total, weight = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    columns = np.clip(np.rint(points[:, 0] / COARSER).astype(int), 0, width - 1)
    rows = np.clip(np.rint(points[:, 1] / COARSER).astype(int), 0, height - 1)
    np.add.at(total, (rows, columns), points[:, 2].astype(np.float32))
    np.add.at(weight, (rows, columns), 1.0)
    summed = [np.zeros((height, width), np.float32), np.full((height, width), 1e-12, np.float32)]
    for place, eyes in enumerate(SPREADS_EYES):
        for index, given in enumerate((total, weight)):
            summed[index] += cv2.GaussianBlur(given, (0, 0), eyes * eye_px / COARSER) * 10.0 ** (-3 * place)
    return np.asarray(cv2.resize(summed[0] / summed[1], (shape[1], shape[0])), dtype=np.float32)


def _moved(picture: BgrImage, from_x: Map, from_y: Map, outside: int) -> BgrImage:
    moved = picture.copy()
    border = (outside, outside, outside)
    moved[: len(from_x)] = cv2.remap(
        picture, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border
    )
    return moved
