"""The signs that a single picture can show."""

from __future__ import annotations

from kiosk.camera.port import BgrImage
from kiosk.face.attack.border import border_of
from kiosk.face.attack.limits import reading
from kiosk.face.attack.signs import Reading, Sign
from kiosk.face.detector import Face

STILL_SIGNS = (Sign.BORDER,)


def still_readings(picture: BgrImage, face: Face) -> tuple[Reading, ...]:
    """What each of STILL_SIGNS says of ``face``, in pixels of ``picture``."""
    return (reading(Sign.BORDER, border_of(picture, face)),)
