"""Portraits for rehearsal cards: cut from a photograph as on an identity card, packed into the chip's 1,024 bytes."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from drivers.port import DocumentKind
from kiosk.camera.port import BgrImage
from kiosk.face.detector import Detector, Face
from kiosk.face.models import checked_models
from kiosk.face.reference import the_one_face
from kiosk.portrait.port import WLT_HEIGHT_PX, WLT_WIDTH_PX
from kiosk.portrait.rehearsal import encode

EYE_DISTANCE_PX = 24.0
EYE_LINE_PX = 57.0
"""Head and shoulders as GA 461 draws them: the head about 58 % of the width, the eyes a little above the middle."""
PASSPORT_PX = (413, 531)
PASSPORT_EYE_DISTANCE_PX, PASSPORT_EYE_LINE_PX = 100.0, 240.0
PASSPORT_BYTES = 16_000
"""35 x 45 mm at 300 points to the inch, which is what issuers put on chips (ISO/IEC 19794-5)."""
SEARCHED_SIDE_PX = 640.0
BACKGROUND = 225
"""Grey value: identity cards show people before a plain light ground (GA 461), so the chip's bytes are the face's."""
HEAD_MIDDLE_PX, HEAD_HALF_PX = (51.0, 62.0), (33.0, 43.0)
SHOULDERS_BELOW_PX, SHOULDERS_HALF_PX = 96.0, 50.0


def chip_portrait(photo_bgr: BgrImage) -> BgrImage:
    """A 102 x 126 head-and-shoulders portrait of the one person in the photograph.

    Raises ReferenceUnusable without exactly one face and EngineUnavailable without the detector's model.
    """
    scale = min(1.0, SEARCHED_SIDE_PX / max(photo_bgr.shape[:2]))
    return portrait_of(photo_bgr, the_one_face(_detector().find(photo_bgr, scale)))


def portrait_of(photo_bgr: BgrImage, face: Face) -> BgrImage:
    """A 102 x 126 head-and-shoulders portrait of ``face`` before a plain ground.

    Where the photograph ends too early its edge is repeated.
    """
    right_eye, left_eye = face.points[:2]
    middle = (right_eye + left_eye) / 2
    unit = face.eye_distance_px / EYE_DISTANCE_PX
    left, top = middle[0] - WLT_WIDTH_PX / 2 * unit, middle[1] - EYE_LINE_PX * unit
    cut = _cut(photo_bgr, round(left), round(top), round(WLT_WIDTH_PX * unit), round(WLT_HEIGHT_PX * unit))
    how = cv2.INTER_AREA if unit > 1 else cv2.INTER_CUBIC
    portrait = cv2.resize(cut, (WLT_WIDTH_PX, WLT_HEIGHT_PX), interpolation=how)
    person = _person()
    return np.asarray(portrait * person + BACKGROUND * (1 - person), dtype=np.uint8)


def passport_pictures(photo_bgr: BgrImage) -> dict[DocumentKind, bytes]:
    """The portrait in a passport's chip as JPEG, and in an identity card's as JPEG 2000: 413 x 531, at most 16 kB.

    Raises as ``chip_portrait``.
    """
    scale = min(1.0, SEARCHED_SIDE_PX / max(photo_bgr.shape[:2]))
    face = the_one_face(_detector().find(photo_bgr, scale))
    (right_eye, left_eye), unit = face.points[:2], face.eye_distance_px / PASSPORT_EYE_DISTANCE_PX
    middle = (right_eye + left_eye) / 2
    left, top = middle[0] - PASSPORT_PX[0] / 2 * unit, middle[1] - PASSPORT_EYE_LINE_PX * unit
    cut = _cut(photo_bgr, round(left), round(top), round(PASSPORT_PX[0] * unit), round(PASSPORT_PX[1] * unit))
    portrait = cv2.resize(cut, PASSPORT_PX, interpolation=cv2.INTER_AREA if unit > 1 else cv2.INTER_CUBIC)
    return {
        DocumentKind.PASSPORT: _fitting(portrait, ".jpg", cv2.IMWRITE_JPEG_QUALITY, range(90, 20, -5)),
        DocumentKind.IDENTITY_CARD: _fitting(
            portrait, ".jp2", cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, range(100, 5, -5)
        ),
    }


def _fitting(portrait: cv2.typing.MatLike, suffix: str, setting: int, values: range) -> bytes:
    """The best of these qualities that a chip's file has room for."""
    for value in values:
        encoded = cv2.imencode(suffix, portrait, [setting, value])[1].tobytes()
        if len(encoded) <= PASSPORT_BYTES:
            break
    return encoded


def portrait_block(photo_bgr: BgrImage) -> bytes:
    """The 1,024 bytes a rehearsal card carries for the person in the photograph. Raises as ``chip_portrait``."""
    return encode(chip_portrait(photo_bgr))


def _cut(photo: BgrImage, left: int, top: int, width: int, height: int) -> BgrImage:
    photo_height, photo_width = photo.shape[:2]
    margins = max(-top, 0), max(top + height - photo_height, 0), max(-left, 0), max(left + width - photo_width, 0)
    wide = np.asarray(cv2.copyMakeBorder(photo, *margins, cv2.BORDER_REPLICATE), dtype=np.uint8)
    y, x = top + margins[0], left + margins[2]
    return wide[y : y + height, x : x + width]


@cache
def _person() -> npt.NDArray[np.float32]:
    """126 x 102 x 1: how much of each pixel is head, hair or shoulders of somebody who looks straight; soft edges."""
    y, x = np.mgrid[0:WLT_HEIGHT_PX, 0:WLT_WIDTH_PX].astype(np.float32)
    (middle_x, middle_y), (half_x, half_y) = HEAD_MIDDLE_PX, HEAD_HALF_PX
    head = (1.25 - np.hypot((x - middle_x) / half_x, (y - middle_y) / half_y)) / 0.25
    shoulders = np.clip((y - SHOULDERS_BELOW_PX) / 8, 0, 1) * (SHOULDERS_HALF_PX + 10 - np.abs(x - middle_x)) / 10
    return np.asarray(np.clip(np.maximum(head, shoulders), 0, 1)[..., None], dtype=np.float32)


@cache
def _detector() -> Detector:
    return Detector(checked_models().yunet)
