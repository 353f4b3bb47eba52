"""Film pictures with people at any place: the same cut-outs and hall as the film, placed freely."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.rehearsal.film_people import ABOVE_EYES, WIDTH_EYES, Cutout, cut_out
from kiosk.rehearsal.film_scene import HEIGHT_PX, NOISE_LEVELS, NOISE_SHIFTS, WIDTH_PX, Place, backdrop, stand
from kiosk.rehearsal.photos import people

Pose = tuple[int, Place]
"""Which face stands where."""


@dataclass(frozen=True)
class BoxPx:
    """Pixels of a picture; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: BoxPx) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, other: BoxPx) -> bool:
        across = self.left >= other.left and self.right <= other.right
        return across and self.top >= other.top and self.bottom <= other.bottom


@cache
def cutouts() -> tuple[Cutout, ...]:
    """The four people of the film. Raises PhotosUnavailable."""
    return tuple(cut_out(person.live) for person in people())


def faces_there_are() -> int:
    return len(cutouts())


def picture(poses: list[Pose], generator: np.random.Generator) -> BgrImage:
    """HEIGHT_PX x WIDTH_PX x 3: the hall, the people in the given order, and a sensor's noise."""
    out = _hall().copy()
    for face, place in poses:
        below_eyes_px = HEIGHT_PX - round(place.y * HEIGHT_PX) + 1
        stand(out, cutouts()[face % faces_there_are()].scaled(place.eye_px).reaching(below_eyes_px), place)
    row, column = generator.integers(0, NOISE_SHIFTS, 2)
    noise = _noise()[row : row + HEIGHT_PX, column : column + WIDTH_PX]
    return np.asarray(cv2.add(out, noise, dtype=cv2.CV_8U), dtype=np.uint8)


@cache
def _hall() -> BgrImage:
    return backdrop()


@cache
def _noise() -> npt.NDArray[np.int16]:
    """One field of noise, larger than a picture, so that each picture cuts its own out of it."""
    shape = (HEIGHT_PX + NOISE_SHIFTS, WIDTH_PX + NOISE_SHIFTS, 3)
    return np.rint(np.random.default_rng(7).normal(0, NOISE_LEVELS, shape)).astype(np.int16)


def face_box(place: Place) -> BoxPx:
    """About what a detector draws around the face: 2.3 eye distances wide, from brow to chin."""
    x, y, eye = place.x * WIDTH_PX, place.y * HEIGHT_PX, place.eye_px
    return BoxPx(x - 1.15 * eye, y - 1.25 * eye, x + 1.15 * eye, y + 1.9 * eye)


def covers(place: Place) -> list[BoxPx]:
    """Where a cut-out hides who stands behind: hair and head, and from the chin down the shoulders."""
    x, y, eye = place.x * WIDTH_PX, place.y * HEIGHT_PX, place.eye_px
    head = BoxPx(x - 1.5 * eye, y - ABOVE_EYES * eye, x + 1.5 * eye, y + 1.9 * eye)
    return [head, BoxPx(x - WIDTH_EYES / 2 * eye, y + 1.9 * eye, x + WIDTH_EYES / 2 * eye, HEIGHT_PX)]
