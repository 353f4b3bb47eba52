"""From where on a sign suspects an attack, each with the evidence it rests on. The one place for these numbers."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.face.attack.signs import Reading, Sign


@dataclass(frozen=True)
class Limit:
    """Suspected from ``value`` on, in ``unit``. ``evidence``: what it was measured on; ``limits``: what that leaves
    out."""

    value: float
    unit: str
    evidence: str
    limits: str


LIMITS: dict[Sign, Limit] = {
    Sign.FROZEN: Limit(
        6.0,
        "frames in a row that show what the one before did",
        "Simulated: none in 188 noisy frames of a scene that stands still (standard deviation 1 level), none in a "
        "rehearsal's films of people; every frozen film from the seventh frame on.",
        "No camera was attached: one that smooths its noise away over a person without any motion is not measured.",
    ),
    Sign.LOOPED: Limit(
        3.0,
        "frames that show what an earlier one did, with another between",
        "Simulated: as for frozen frames; loops of 2 to 60 frames at the third frame of their second round.",
        "Most checks are over before a loop comes round: a film of the holder that is seen once passes.",
    ),
    Sign.BORDER: Limit(
        0.40,
        "how much of two sides and an edge across below the chin is seen, 0 to 1",
        "NUAA webcam pictures of 640 x 480 (8 people, 7 of them also as hand-held prints) and two more, the limit set "
        "on these very pictures: 3 of 200 pictures of people suspected, 143 of 173 prints; of 179 official portraits "
        "by other cameras none.",
        "One laboratory. Prints whose edges are out of the zone, cut along the outline or hidden, masks: not measured; "
        "screens: one picture. Where a bar or a counter crosses the zone below the chin the limit was not tried.",
    ),
}


def reading(sign: Sign, value: float) -> Reading:
    return Reading(sign, value, value >= LIMITS[sign].value)


# --- the challenge: decision 0055 says what these were measured on --------------------------------------------------

YAW_DEG = 20.0
"""Simulated sheets turned by up to 60 degrees showed 18, NUAA's prints in the hand 5."""
NOD_DEG = 14.0
"""Simulated sheets, bent and turned, showed 12, NUAA's prints 4."""
FRONT_DEG = 8.0
OFF_PLANE_MIN = 0.03
"""In distances between the eyes' outer corners; NUAA's prints showed 0.016, a head in space 0.045 at 20 degrees."""
RIGID_MIN = 0.8
"""Simulated heads showed 0.85 and more, sheets turned by 60 degrees 0.78 to 0.85."""
PRESENCE_MIN = 0.0
