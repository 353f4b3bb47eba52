"""The capture zone in pixels: what is cut out, what is blanked, and how small a face may be (R-17, R-18)."""

from __future__ import annotations

import math

from kiosk.camera.port import BgrImage, Zone

EYE_DISTANCE_M = 0.063
"""Between the pupils of an adult, as the distance floor reckons."""
REACH_MAX_M = 1.2


def zone_box_px(width_px: int, height_px: int, zone: Zone) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the zone in a frame of this size; right and bottom are exclusive.

    Raises ValueError for a zone that is empty or reaches beyond the frame.
    """
    if not (0 <= zone.left < zone.right <= 1 and 0 <= zone.top < zone.bottom <= 1):
        raise ValueError("the zone must lie within the frame and not be empty")
    left, right = round(zone.left * width_px), round(zone.right * width_px)
    top, bottom = round(zone.top * height_px), round(zone.bottom * height_px)
    if left == right or top == bottom:
        raise ValueError("the zone holds no pixel of the frame")
    return left, top, right, bottom


def zone_pixels(frame: BgrImage, zone: Zone) -> BgrImage:
    """The zone of ``frame`` as a view: no copy, so wiping the frame wipes it too."""
    left, top, right, bottom = zone_box_px(frame.shape[1], frame.shape[0], zone)
    return frame[top:bottom, left:right]


def mask_outside(frame: BgrImage, zone: Zone) -> None:
    """Overwrite everything outside the zone with zeros, in place, before any detector sees the frame (R-17)."""
    left, top, right, bottom = zone_box_px(frame.shape[1], frame.shape[0], zone)
    frame[:top] = 0
    frame[bottom:] = 0
    frame[top:bottom, :left] = 0
    frame[top:bottom, right:] = 0


def eye_distance_floor_px(width_px: int, horizontal_fov_deg: float, reach_m: float) -> float:
    """Pixels between the eyes of a face ``reach_m`` metres away; smaller faces are dropped (R-18).

    Pinhole geometry; rounded up to whole pixels, so that rounding never lengthens the reach. A reference camera
    (1280 px, 60 degrees) gives 70 at 1.0 m. Raises ValueError beyond 1.2 m and for impossible cameras.
    """
    if not 0 < reach_m <= REACH_MAX_M:
        raise ValueError(f"the reach must be at most {REACH_MAX_M} m")
    if width_px <= 0 or not 0 < horizontal_fov_deg < 180:
        raise ValueError("no camera has this width or field of view")
    focal_length_px = width_px / 2 / math.tan(math.radians(horizontal_fov_deg) / 2)
    return float(math.ceil(focal_length_px * EYE_DISTANCE_M / reach_m))
