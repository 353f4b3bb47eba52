"""A head in space for tests of turns: an ellipsoid with a nose, as many points as the network gives, nobody's face."""

from __future__ import annotations

import math

import numpy as np

from kiosk.face.attack.landmarks import POINTS, Points
from kiosk.face.attack.pose import LEFT_EYE, RIGHT_EYE


def made_mesh(middle: tuple[float, float] = (150.0, 140.0), half_width: float = 60.0) -> Points:
    """Looking straight at the camera; z grows away from it."""
    generator = np.random.default_rng(3)
    across, down = generator.uniform(-0.95, 0.95, (2, POINTS))
    inside = np.hypot(across, down) < 0.98
    across, down = np.where(inside, across, across * 0.6), np.where(inside, down, down * 0.6)
    depth = -0.9 * np.sqrt(np.maximum(0.0, 1 - across**2 - down**2)) - 0.45 * np.exp(-(across**2 + down**2) / 0.03)
    mesh = half_width * np.column_stack([across, 1.3 * down, depth])
    mesh[RIGHT_EYE], mesh[LEFT_EYE] = (
        (side * 0.62 * half_width, -0.3 * half_width, -0.5 * half_width) for side in (-1, 1)
    )
    mesh[:, :2] += middle
    return np.asarray(mesh)


def as_head(mesh: Points, yaw_deg: float = 0.0, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> Points:
    """The head turned: yaw to the subject's own left, pitch down, roll to the own left shoulder."""
    middle = mesh.mean(axis=0)
    x, y, z = (mesh - middle).T
    yaw, pitch, roll = (math.radians(angle) for angle in (yaw_deg, pitch_deg, roll_deg))
    x, z = x * math.cos(yaw) - z * math.sin(yaw), x * math.sin(yaw) + z * math.cos(yaw)
    y, z = y * math.cos(pitch) - z * math.sin(pitch), y * math.sin(pitch) + z * math.cos(pitch)
    x, y = x * math.cos(roll) - y * math.sin(roll), x * math.sin(roll) + y * math.cos(roll)
    return np.asarray(np.column_stack([x, y, z]) + middle)


def as_sheet(mesh: Points, yaw_deg: float, pitch_deg: float = 0.0, away: float = 900.0) -> Points:
    """A photograph of the head turned in space, ``away`` from the camera: perspective and no depth."""
    flat = mesh.copy()
    flat[:, 2] = flat[:, 2].mean()
    turned = as_head(flat, yaw_deg, pitch_deg)
    middle = turned.mean(axis=0)
    nearer = away / (away + turned[:, 2] - middle[2])
    turned[:, :2] = (turned[:, :2] - middle[:2]) * nearer[:, np.newaxis] + middle[:2]
    return turned
