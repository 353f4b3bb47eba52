"""What a camera's place and lens fix for the engine; everything else is a constant beside its reason."""

from __future__ import annotations

from dataclasses import dataclass

REFERENCE_WIDTH_PX = 1280
REFERENCE_EYE_DISTANCE_PX = 70.0
"""63 mm between the eyes, 60 degrees of view: 70 px at 1.0 m in a picture 1280 px wide (R-18)."""
COMPARABLE_EYE_DISTANCE_PX = 35.0
"""Below this a face in a 1280 px picture is too small to compare, however wide the lens."""

CHALLENGE_ACTS = 2
"""Of three there are: six orders, and somebody who does as asked is through in about four seconds."""


@dataclass(frozen=True)
class EngineSettings:
    """Settings of one camera. All pixel figures are camera pixels (the zone is cut out, not scaled).

    ``attack_signs``: look for passive signs of a presentation attack, and compare nobody while one is in doubt.
    ``challenge_acts``: how many acts are asked of whoever is compared, 0 for none.
    ``operator_card``: path of the card of an operator's own model, one more of those signs; "" for none.
    ``zone_width_px`` and ``zone_height_px`` only prepare the warm engine; a visit brings its own.
    The floor comes from ``kiosk.camera.zone.eye_distance_floor_px``, which knows the lens and refuses a reach over
    1.2 m. Raises ValueError for a floor at which faces cannot be compared any more.
    """

    minimum_eye_distance_px: float = REFERENCE_EYE_DISTANCE_PX
    camera_width_px: int = REFERENCE_WIDTH_PX
    zone_width_px: int = 563
    zone_height_px: int = 677
    visit_threads: int = 2
    attack_signs: bool = False
    challenge_acts: int = 0
    operator_card: str = ""

    def __post_init__(self) -> None:
        lowest_px = COMPARABLE_EYE_DISTANCE_PX * self.camera_width_px / REFERENCE_WIDTH_PX
        if self.minimum_eye_distance_px < lowest_px:
            raise ValueError(f"faces below {lowest_px:.0f} px between the eyes cannot be compared")
