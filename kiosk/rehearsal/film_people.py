"""Cuts people out of photographs for the film: head and body as far as the photograph shows them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.face.detector import Detector
from kiosk.face.models import checked_models

SPRITE_EYE_PX = 150.0
"""Eye distance of the stored cut-out; scaled down from here."""
WIDTH_EYES, ABOVE_EYES, BELOW_EYES = 5.0, 2.4, 3.9
"""What a cut-out covers, in eye distances: across, and above and below the eyes."""
SEARCHED_WIDTH_PX = 480.0
OUTLINE_EYE_PX, OUTLINE_ROUNDS = 30.0, 4
"""The outline is found in a small copy: it is soft anyway, and this takes a tenth of a second."""
EDGE_PX = 1.0
"""How far the outline fades, in that small copy."""


@dataclass(frozen=True)
class Cutout:
    """``colour`` is already multiplied by the opacity; ``see_through`` is 255 less the opacity, once per channel.
    Both are 8-bit pictures of equal shape. ``eye_middle`` is x, y in the cut-out."""

    colour: BgrImage
    see_through: BgrImage
    eye_middle: tuple[float, float]

    def scaled(self, eye_distance_px: float) -> Cutout:
        factor = eye_distance_px / SPRITE_EYE_PX
        height, width = self.colour.shape[:2]
        size = (round(width * factor), round(height * factor))
        middle = (self.eye_middle[0] * factor, self.eye_middle[1] * factor)
        return Cutout(_resized(self.colour, size), _resized(self.see_through, size), middle)

    def reaching(self, below_eyes_px: int) -> Cutout:
        """Cut off, or continued by the last row, so that it ends this far below the eyes: nobody ends in mid-air."""
        rows = round(self.eye_middle[1]) + below_eyes_px
        return Cutout(_with_rows(self.colour, rows), _with_rows(self.see_through, rows), self.eye_middle)


def cut_out(photo: BgrImage) -> Cutout:
    """The largest face of the photograph with its head and body. Raises ValueError when there is no face."""
    right, left = eyes_of(photo)
    middle, scale = (right + left) / 2, SPRITE_EYE_PX / float(np.hypot(*(left - right)))
    width, height = round(WIDTH_EYES * SPRITE_EYE_PX), round((ABOVE_EYES + BELOW_EYES) * SPRITE_EYE_PX)
    x, y = width / 2, ABOVE_EYES * SPRITE_EYE_PX
    matrix = np.array([[scale, 0, x - scale * middle[0]], [0, scale, y - scale * middle[1]]], dtype=np.float32)
    picture = _pixels(cv2.warpAffine(photo, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE))
    opacity = _opacity(picture)
    return Cutout(_pixels(cv2.multiply(picture, opacity, scale=1 / 255)), _pixels(255 - opacity), (x, y))


def eyes_of(photo: BgrImage) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Right and left eye (x, y) of the largest face. Raises ValueError when there is none."""
    faces = Detector(checked_models().yunet).find(photo, min(1.0, SEARCHED_WIDTH_PX / photo.shape[1]))
    if not faces:
        raise ValueError("no face in the photograph")
    largest = max(faces, key=lambda face: face.box[2] * face.box[3])
    return largest.points[0], largest.points[1]


def _opacity(picture: BgrImage) -> BgrImage:
    """255 where the person is, 0 where the photograph's background was, in three equal channels."""
    factor = OUTLINE_EYE_PX / SPRITE_EYE_PX
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    guess = _guess(small.shape[0], small.shape[1])
    cv2.setRNGSeed(1)  # the same photograph gives the same film
    colours = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(small, guess, None, *colours, OUTLINE_ROUNDS, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    person = _largest_part(np.isin(guess, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8))
    closed = cv2.morphologyEx(person * 255, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    soft = cv2.GaussianBlur(cv2.erode(closed, np.ones((2, 2), np.uint8)), (0, 0), EDGE_PX)
    whole = cv2.resize(soft, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_CUBIC)
    return _pixels(cv2.cvtColor(whole, cv2.COLOR_GRAY2BGR))


def _guess(height: int, width: int) -> npt.NDArray[np.uint8]:
    """Where a person whose eyes are known surely is, likely is, and surely is not."""
    mask = np.full((height, width), cv2.GC_PR_BGD, dtype=np.uint8)
    x, y, eye = width // 2, round(ABOVE_EYES * OUTLINE_EYE_PX), OUTLINE_EYE_PX

    def ellipse(below: float, across: float, high: float, value: int) -> None:
        centre, axes = (x, y + round(below * eye)), (round(across * eye), round(high * eye))
        cv2.ellipse(mask, centre, axes, 0, 0, 360, value, -1)

    ellipse(0.3, 1.3, 2.0, cv2.GC_PR_FGD)
    ellipse(4.6, 2.4, 2.2, cv2.GC_PR_FGD)
    ellipse(0.4, 0.85, 1.3, cv2.GC_FGD)
    ellipse(4.0, 1.0, 1.7, cv2.GC_FGD)
    ellipse(4.9, 2.1, 1.8, cv2.GC_FGD)
    mask[: round(0.1 * height)] = cv2.GC_BGD
    mask[: round(0.5 * height), : round(0.1 * width)] = cv2.GC_BGD
    mask[: round(0.5 * height), -round(0.1 * width) :] = cv2.GC_BGD
    return mask


def _largest_part(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(mask)
    largest = 1 + int(np.argmax(sizes[1:, cv2.CC_STAT_AREA]))
    return np.asarray(labels == largest, dtype=np.uint8)


def _with_rows(picture: BgrImage, rows: int) -> BgrImage:
    missing = max(0, rows - picture.shape[0])
    longer = cv2.copyMakeBorder(picture[:rows], 0, missing, 0, 0, cv2.BORDER_REPLICATE)
    return _pixels(longer)


def _resized(picture: BgrImage, size: tuple[int, int]) -> BgrImage:
    return _pixels(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _pixels(picture: npt.NDArray[np.generic] | cv2.typing.MatLike) -> BgrImage:
    return np.asarray(picture, dtype=np.uint8)
