"""From where on a sign suspects an attack, each with the evidence it rests on. The one place for these numbers."""

from __future__ import annotations

from kiosk.face.attack.signs import Reading, Sign

LIMITS: dict[Sign, float] = {
    Sign.FROZEN: 6.0,
    Sign.LOOPED: 3.0,
}


def reading(sign: Sign, value: float) -> Reading:
    return Reading(sign, value, value >= LIMITS[sign])
