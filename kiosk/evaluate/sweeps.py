"""What the live side is put through, in steps from nearly nothing to much; simulated throughout."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from kiosk.camera.port import BgrImage
from kiosk.evaluate import degrading, drawing
from kiosk.face.detector import Face

AS_IS = "as it is"


class Sweep(StrEnum):
    """One kind of trouble, growing with its steps."""

    BRIGHTNESS = "brightness"
    CONTRAST = "contrast"
    NOISE = "noise"
    MOTION_BLUR = "motion-blur"
    BACKLIGHT = "backlight"
    HOOD = "hood"
    MASK = "mask"
    DARK_GLASSES = "dark-glasses"
    CLOSED_EYES = "closed-eyes"


UNIT = {
    Sweep.BRIGHTNESS: "levels times",
    Sweep.CONTRAST: "contrast times",
    Sweep.NOISE: "levels of noise",
    Sweep.MOTION_BLUR: "camera pixels of blur",
    Sweep.BACKLIGHT: "strength",
    Sweep.HOOD: "eye-to-mouth distances from the eyes up to its edge",
    Sweep.MASK: "eye-to-mouth distances from the eyes down to its edge",
    Sweep.DARK_GLASSES: "opacity",
    Sweep.CLOSED_EYES: "share of the eye under the lid",
}
AMOUNTS: dict[Sweep, tuple[float, ...]] = {
    Sweep.BRIGHTNESS: (0.1, 0.2, 0.35, 0.6, 1.5, 2.0, 3.0),
    Sweep.CONTRAST: (0.6, 0.4, 0.2, 0.1),
    Sweep.NOISE: (10.0, 20.0, 40.0, 60.0),
    Sweep.MOTION_BLUR: (5.0, 10.0, 15.0, 20.0, 30.0),
    Sweep.BACKLIGHT: (0.25, 0.5, 0.75, 0.9),
    Sweep.HOOD: (1.0, 0.7, 0.4, 0.2, 0.0),
    Sweep.MASK: (1.25, 0.85, 0.6, 0.35),
    Sweep.DARK_GLASSES: (0.5, 0.75, 1.0),
    Sweep.CLOSED_EYES: (0.5, 0.75, 1.0),
}


@dataclass(frozen=True, order=True)
class Step:
    """One amount of one sweep; ``amount`` None with ``sweep`` None is the picture as it is."""

    sweep: Sweep | None = None
    amount: float | None = None

    def __str__(self) -> str:
        return AS_IS if self.sweep is None else f"{self.sweep} {self.amount:g}"


def steps_of(sweep: Sweep) -> tuple[Step, ...]:
    return tuple(Step(sweep, amount) for amount in AMOUNTS[sweep])


def degraded(frame: BgrImage, face: Face, step: Step, seed: int) -> BgrImage:
    """``frame`` with its ``face`` after ``step``; the same ``seed`` gives the same noise and the same cloth."""
    if step.sweep is None or step.amount is None:
        return frame
    amount = step.amount
    match step.sweep:
        case Sweep.BRIGHTNESS:
            return degrading.brightness(frame, amount)
        case Sweep.CONTRAST:
            return degrading.contrast(frame, amount)
        case Sweep.NOISE:
            return degrading.noise(frame, amount, seed)
        case Sweep.MOTION_BLUR:
            return degrading.motion_blur(frame, amount)
        case Sweep.BACKLIGHT:
            return degrading.backlight(frame, face, amount)
        case Sweep.HOOD:
            return drawing.hood(frame, face, -amount, seed)
        case Sweep.MASK:
            return drawing.mask(frame, face, amount, seed)
        case Sweep.DARK_GLASSES:
            return drawing.dark_glasses(frame, face, amount, seed)
        case Sweep.CLOSED_EYES:
            return drawing.closed_lids(frame, face, amount)


def seed_of(picture: bytes) -> int:
    """A number that belongs to the picture, whatever it is called."""
    return int.from_bytes(hashlib.sha256(picture).digest()[:4])
