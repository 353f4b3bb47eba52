"""A simulated photograph in somebody's hand, cut out along the outline: moved, turned and bent as paper can be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.rehearsal.film_people import Cutout

Lengths = npt.NDArray[np.float64]
EYE_DISTANCE_M = 0.063
STEP_PX = 8
"""Paper bends smoothly: where pixels come from is worked out for one in so many."""
CAMERA_M = 0.5
"""How far the sheet is held from the camera."""


@dataclass(frozen=True)
class Held:
    """How a sheet is held. Angles in degrees: ``yaw`` and ``pitch`` out of its plane, ``roll`` within it; ``bend``: how
    much it turns over two eye distances; ``slant``: the bend's axis off upright. Sizes relative, shifts in eye
    distances."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    bend_deg: float = 0.0
    slant_deg: float = 0.0
    size: float = 1.0
    right_eyes: float = 0.0
    down_eyes: float = 0.0


def held(cutout: Cutout, how: Held, eye_px: float) -> Cutout:
    """The cut-out as a sheet of paper held so. Each pixel is fetched from where the sheet's point that it shows is."""
    height, width = cutout.colour.shape[:2]
    columns, rows = np.meshgrid(*(np.arange((side + STEP_PX - 1) // STEP_PX) for side in (width, height)))
    columns, rows = ((cells + 0.5) * STEP_PX - 0.5 for cells in (columns, rows))
    middle_x, middle_y = cutout.eye_middle[0], cutout.eye_middle[1] + 0.6 * eye_px
    seen = np.stack([columns - middle_x - how.right_eyes * eye_px, rows - middle_y - how.down_eyes * eye_px]) / how.size
    from_x, from_y = seen
    for _ in range(6):
        made = _projected(from_x, from_y, how, eye_px)
        from_x, from_y = from_x + (seen[0] - made[0]), from_y + (seen[1] - made[1])
    whole = (columns.shape[1] * STEP_PX, rows.shape[0] * STEP_PX)
    map_x, map_y = (
        cv2.resize((part + middle).astype(np.float32), whole)[:height, :width]
        for part, middle in ((from_x, middle_x), (from_y, middle_y))
    )
    colour = cv2.remap(cutout.colour, map_x, map_y, cv2.INTER_LINEAR, borderValue=(0, 0, 0))
    through = cv2.remap(cutout.see_through, map_x, map_y, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return Cutout(np.asarray(colour, dtype=np.uint8), np.asarray(through, dtype=np.uint8), cutout.eye_middle)


def _projected(x: Lengths, y: Lengths, how: Held, eye_px: float) -> tuple[Lengths, Lengths]:
    """Where the camera sees the sheet's point x, y; pixels around the middle."""
    bent_x, bent_y, bent_z = _bent(x, y, how, eye_px)
    roll, yaw, pitch = (math.radians(angle) for angle in (how.roll_deg, how.yaw_deg, how.pitch_deg))
    rolled_x = bent_x * math.cos(roll) - bent_y * math.sin(roll)
    rolled_y = bent_x * math.sin(roll) + bent_y * math.cos(roll)
    side_x = rolled_x * math.cos(yaw) - bent_z * math.sin(yaw)
    side_z = rolled_x * math.sin(yaw) + bent_z * math.cos(yaw)
    down_y = rolled_y * math.cos(pitch) - side_z * math.sin(pitch)
    down_z = rolled_y * math.sin(pitch) + side_z * math.cos(pitch)
    away = CAMERA_M / EYE_DISTANCE_M * eye_px
    nearer = away / np.maximum(0.2 * away, away + down_z)
    return side_x * nearer, down_y * nearer


def _bent(x: Lengths, y: Lengths, how: Held, eye_px: float) -> tuple[Lengths, Lengths, Lengths]:
    """Rolled around an axis through the middle: lengths along the paper stay, the edges go back."""
    if not how.bend_deg:
        return x, y, np.zeros_like(x)
    slant = math.radians(how.slant_deg)
    across = x * math.cos(slant) + y * math.sin(slant)
    along = -x * math.sin(slant) + y * math.cos(slant)
    radius = 2 * eye_px / math.radians(how.bend_deg)  # a face is about two eye distances wide
    angle = np.clip(across / radius, -1.4, 1.4)
    across, back = radius * np.sin(angle), radius * (1 - np.cos(angle))
    return across * math.cos(slant) - along * math.sin(slant), across * math.sin(slant) + along * math.cos(slant), back
