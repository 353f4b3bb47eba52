"""Cloth, glasses and lids drawn over a face's five points: simulated coverings, ours, and nobody's photograph.

Places are given in the face's own plane: ``across`` in eye distances to the picture's right of the nose line, ``down``
in eye-to-mouth distances below the eye line. A mask's edge at 0.35 lies over the nose, a hood's at 0 on the eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.face.detector import Face

Mask = npt.NDArray[np.float32]
"""Rows x columns, 0 (nothing) to 1 (covered)."""
Spot = tuple[float, float]
"""across, down."""
CLOTHS = ((214.0, 190.0, 150.0), (236.0, 236.0, 232.0), (34.0, 32.0, 30.0), (150.0, 182.0, 214.0), (96.0, 70.0, 190.0))
"""Light blue, white, black, sand, red: what hangs in shops, and one near many faces' own colour."""
CHECKED_EVERY, CHECK, CHECK_DARK = 3, 0.22, 0.45
"""Every third cloth is checked: squares of that many eye distances, each second one that much of the colour."""
CLOTH_LIGHT = 140.0
"""Mean level of a well lit face, to which the cloth's colour belongs."""
WEAVE = 3.0
EDGE = 0.012
"""How soft a cloth's edge is, in eye distances."""


@dataclass(frozen=True)
class Plane:
    """A face's plane in pixels: the middle of the eyes, the way to the left eye's side, the way down to the mouth."""

    middle: npt.NDArray[np.float64]
    across: npt.NDArray[np.float64]
    down: npt.NDArray[np.float64]

    @classmethod
    def of(cls, face: Face) -> Plane:
        right_eye, left_eye, _, right_mouth, left_mouth = face.points.astype(np.float64)
        middle = (right_eye + left_eye) / 2
        return cls(middle, left_eye - right_eye, (right_mouth + left_mouth) / 2 - middle)

    @property
    def eye_distance_px(self) -> float:
        return float(np.hypot(*self.across)) or 1.0

    def px(self, spots: Sequence[Spot]) -> npt.NDArray[np.int32]:
        """Whole pixels (x, y) of ``spots``, n x 2."""
        places = [self.middle + across * self.across + down * self.down for across, down in spots]
        return np.rint(np.array(places)).astype(np.int32)


def mask(frame: BgrImage, face: Face, edge: float, seed: int) -> BgrImage:
    """A cloth mask from the chin up to ``edge`` (1.25 below the mouth, 0.35 over the nose)."""
    plane = Plane.of(face)
    outline = [(-1.05, edge + 0.06), (-0.5, edge + 0.07), (0.0, edge), (0.5, edge + 0.07), (1.05, edge + 0.06)]
    outline += [(0.97, 1.4), (0.6, 1.85), (0.0, 2.0), (-0.6, 1.85), (-0.97, 1.4)]
    area = polygon(plane, frame.shape[:2], outline)
    for fold in np.linspace(edge + 0.25, 1.75, 4)[:-1]:
        line = plane.px([(-0.9, fold), (0.0, fold + 0.04), (0.9, fold)])
        cv2.polylines(area, [line], isClosed=False, color=0.9, thickness=max(1, round(0.02 * plane.eye_distance_px)))
    return _clothed(frame, frame, plane, area, seed)


def hood(frame: BgrImage, face: Face, edge: float, seed: int) -> BgrImage:
    """A hood drawn down to ``edge`` (-1 above the forehead, 0 on the eyes), with the shadow it throws."""
    plane, shape = Plane.of(face), frame.shape[:2]
    bottom = 2.3
    around = ellipse(plane, shape, (0.0, 0.3), (1.75, 2.6))
    opening = ellipse(plane, shape, (0.0, (bottom + edge) / 2), (1.08, (bottom - edge) / 2))
    shadow = ellipse(plane, shape, (0.0, edge - 0.2), (1.3, 0.75))
    dark = softened(shadow * opening, 0.12 * plane.eye_distance_px)
    shaded = levels(frame * (1 - 0.6 * dark))
    return _clothed(shaded, frame, plane, around * (1 - opening), seed)


def dark_glasses(frame: BgrImage, face: Face, opacity: float, seed: int) -> BgrImage:
    """Two dark lenses that let 1 - ``opacity`` of the light through. ``seed`` chooses their size."""
    plane, shape = Plane.of(face), frame.shape[:2]
    size = 0.34 + 0.02 * (seed % 5)
    lenses = np.maximum(*(ellipse(plane, shape, (side, 0.08), (size, 0.75 * size)) for side in (-0.5, 0.5)))
    bridge = plane.px([(-0.18, 0.0), (0.18, 0.0)])
    cv2.line(lenses, bridge[0].tolist(), bridge[1].tolist(), 1.0, max(1, round(0.06 * plane.eye_distance_px)))
    soft = softened(lenses, _edge_px(plane))
    return levels(frame * (1 - opacity * soft) + 22.0 * opacity * soft)


def closed_lids(frame: BgrImage, face: Face, share: float) -> BgrImage:
    """Lids over ``share`` of both eyes' height, in the colour just below the eye, with a line of lashes."""
    plane, shape = Plane.of(face), frame.shape[:2]
    drawn: npt.NDArray[np.floating] = frame.astype(np.float32)
    for side in (-0.5, 0.5):
        under = plane.px([(side, 0.24)])[0]
        lid_colour = _mean_around(frame, under, 0.06 * plane.eye_distance_px)
        eye = ellipse(plane, shape, (side, 0.0), (0.25, 0.13))
        lower = -0.13 + 0.26 * share
        eye *= polygon(plane, shape, [(side - 0.4, -0.3), (side + 0.4, -0.3), (side + 0.4, lower), (side - 0.4, lower)])
        soft = softened(eye, _edge_px(plane))
        drawn = drawn * (1 - soft) + lid_colour * soft
        lashes = np.zeros(shape, dtype=np.float32)
        line = plane.px([(side - 0.2, lower - 0.04), (side, lower), (side + 0.2, lower - 0.04)])
        cv2.polylines(lashes, [line], False, 0.8, max(1, round(0.03 * plane.eye_distance_px)))
        soft = softened(lashes, _edge_px(plane))
        drawn = drawn * (1 - soft) + 0.25 * lid_colour * soft
    return levels(drawn)


def polygon(plane: Plane, shape: tuple[int, ...], spots: Sequence[Spot]) -> Mask:
    area = np.zeros(shape, dtype=np.float32)
    cv2.fillPoly(area, [plane.px(spots)], 1.0)
    return area


def ellipse(plane: Plane, shape: tuple[int, ...], centre: Spot, radii: Spot) -> Mask:
    angles = np.linspace(0.0, 2 * np.pi, 48, endpoint=False)
    spots = [(centre[0] + radii[0] * np.cos(angle), centre[1] + radii[1] * np.sin(angle)) for angle in angles]
    return polygon(plane, shape, spots)


def _clothed(frame: BgrImage, lit: BgrImage, plane: Plane, area: Mask, seed: int) -> BgrImage:
    """``area`` of ``frame`` as cloth of the colour that ``seed`` chooses, in the light of the face in ``lit``, with a
    weave, and darker to the sides."""
    light = float(_mean_around(lit, plane.px([(0.0, 0.4)])[0], 0.4 * plane.eye_distance_px).mean()) / CLOTH_LIGHT
    columns = np.arange(frame.shape[1], dtype=np.float32) - plane.middle[0]
    sides = 1.0 - 0.25 * np.minimum(1.0, np.abs(columns) / (1.2 * plane.eye_distance_px)) ** 2
    weave = WEAVE * np.random.default_rng(seed).standard_normal((*frame.shape[:2], 1), dtype=np.float32)
    colour = np.array(CLOTHS[seed % len(CLOTHS)]) * light * sides[np.newaxis, :, np.newaxis]
    if seed % CHECKED_EVERY == 0:
        colour = colour * _checks(frame.shape[:2], plane)
    cloth = colour + weave
    soft = softened(area, _edge_px(plane))
    return levels(frame * (1 - soft) + cloth * soft)


def _checks(shape: tuple[int, ...], plane: Plane) -> Mask:
    side_px = max(1.0, CHECK * plane.eye_distance_px)
    rows, columns = (np.arange(length) // side_px for length in shape[:2])
    odd = (rows[:, np.newaxis] + columns[np.newaxis, :]) % 2
    return np.where(odd > 0, CHECK_DARK, 1.0).astype(np.float32)[..., np.newaxis]


def _mean_around(frame: BgrImage, at: npt.NDArray[np.int32], reach_px: float) -> npt.NDArray[np.float64]:
    """Mean colour of the square around (x, y); of the whole frame where that lies outside."""
    x, y, reach = int(at[0]), int(at[1]), max(1, round(reach_px))
    near = frame[max(0, y - reach) : max(0, y + reach + 1), max(0, x - reach) : max(0, x + reach + 1)]
    return np.asarray((near if near.size else frame).reshape(-1, 3).mean(axis=0), dtype=np.float64)


def _edge_px(plane: Plane) -> float:
    return max(0.6, EDGE * plane.eye_distance_px)


def softened(area: Mask, sigma_px: float) -> Mask:
    """``area`` blurred, as rows x columns x 1, to be multiplied with a picture."""
    return np.asarray(cv2.GaussianBlur(area, (0, 0), sigma_px), dtype=np.float32)[..., np.newaxis]


def levels(values: npt.NDArray[np.floating]) -> BgrImage:
    """Whole numbers 0..255."""
    return np.asarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)
