"""What a camera's place and lens fix for the engine; everything else is a constant beside its reason."""

from __future__ import annotations

from dataclasses import dataclass

REFERENCE_WIDTH_PX = 1280
REFERENCE_EYE_DISTANCE_PX = 70.0
"""63 mm between the eyes, 60 degrees of view: 70 px at 1.0 m in a picture 1280 px wide (R-18)."""
REACH_MAX_M = 1.2


@dataclass(frozen=True)
class EngineSettings:
    """Settings of one camera. All pixel figures are camera pixels (the zone is cut out, not scaled).

    ``zone_width_px`` and ``zone_height_px`` only prepare the warm engine; a visit brings its own.
    Raises ValueError for a floor that would reach farther than 1.2 m with the reference camera.
    """

    minimum_eye_distance_px: float = REFERENCE_EYE_DISTANCE_PX
    camera_width_px: int = REFERENCE_WIDTH_PX
    zone_width_px: int = 563
    zone_height_px: int = 677
    visit_threads: int = 2

    def __post_init__(self) -> None:
        lowest_px = REFERENCE_EYE_DISTANCE_PX / REACH_MAX_M * self.camera_width_px / REFERENCE_WIDTH_PX
        if self.minimum_eye_distance_px < lowest_px:
            raise ValueError(f"minimum_eye_distance_px below {lowest_px:.0f} reaches farther than {REACH_MAX_M} m")
