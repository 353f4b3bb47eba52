"""Real photographs for engine tests, and the pictures a kiosk would have of them.

The free photographs (six, of four people) are fetched at set-up and never committed. Tests that need them are skipped,
with the reason, where they are absent.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.detector import Face
from kiosk.face.models import checked_models
from kiosk.face.networks import Models

CHECKOUT = Path(__file__).resolve().parents[2]
PHOTO_NAMES = ("person_a_1", "person_a_2", "person_b_1", "person_b_2", "impostor_1", "impostor_2")
ZONE_WIDTH_PX, ZONE_HEIGHT_PX = 563, 677
CHIP_SIZE_PX = (102, 126)
CHIP_EYE_DISTANCE_PX = 22.0
CHIP_BYTES_MAX = 1013
BACKGROUND = 96


def photo_folder() -> Path:
    return Path(os.environ.get("KIOSK_PHOTOS", CHECKOUT / ".cache" / "photos"))


@pytest.fixture(scope="session")
def free_photos() -> dict[str, BgrImage]:
    """The six photographs by name; tests using it carry the mark ``photos``."""
    pictures = {name: cv2.imread(str(photo_folder() / f"{name}.jpg")) for name in PHOTO_NAMES}
    if any(picture is None for picture in pictures.values()):
        pytest.skip("the free photographs are not here: set-up fetches them, or KIOSK_PHOTOS names their folder")
    return {name: np.asarray(picture, dtype=np.uint8) for name, picture in pictures.items()}


@cache
def models() -> Models:
    """Both networks, loaded once per test run."""
    return Models(checked_models())


def face_of(picture: BgrImage) -> Face:
    """The clearest face of a photograph, in its pixels."""
    scale = min(1.0, 400 / max(picture.shape[:2]))
    return max(models().detector.find(picture, scale), key=lambda face: face.score)


def at_eye_distance(picture: BgrImage, eye_distance_px: float) -> BgrImage:
    """The photograph scaled so that its eyes are this far apart, cut to head and shoulders."""
    face = face_of(picture)
    x, y, width, height = face.box
    top, bottom = max(0, int(y - 0.6 * height)), int(y + 1.7 * height)
    left, right = max(0, int(x - 0.7 * width)), int(x + 1.7 * width)
    factor = eye_distance_px / face.eye_distance_px
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    cut = cv2.resize(picture[top:bottom, left:right], None, fx=factor, fy=factor, interpolation=how)
    return np.asarray(cut, dtype=np.uint8)


def zone_with(pictures: Iterable[tuple[BgrImage, int, int]]) -> BgrImage:
    """A zone with pictures whose middles lie at (x, y); what sticks out is cut off."""
    zone = np.full((ZONE_HEIGHT_PX, ZONE_WIDTH_PX, 3), BACKGROUND, dtype=np.uint8)
    for picture, x, y in pictures:
        height, width = picture.shape[:2]
        left, top = x - width // 2, y - height // 2
        rows = slice(max(0, top), min(ZONE_HEIGHT_PX, top + height))
        columns = slice(max(0, left), min(ZONE_WIDTH_PX, left + width))
        zone[rows, columns] = picture[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return zone


def zone_of(picture: BgrImage, eye_distance_px: float = 100.0, dx_px: int = 0) -> BgrImage:
    """A zone with one person in the middle, moved sideways by ``dx_px``."""
    return zone_with([(at_eye_distance(picture, eye_distance_px), ZONE_WIDTH_PX // 2 + dx_px, ZONE_HEIGHT_PX // 2)])


def chip_portrait(picture: BgrImage) -> BgrImage:
    """The photograph framed like an ID portrait: 102 x 126 pixels, 22 px between the eyes."""
    face = face_of(picture)
    scale = CHIP_EYE_DISTANCE_PX / face.eye_distance_px
    middle_x, middle_y = face.points[:2].mean(axis=0)
    smooth = cv2.GaussianBlur(picture, (0, 0), max(0.1, 0.4 / scale))
    move = np.array([[scale, 0, 51 - middle_x * scale], [0, scale, 54 - middle_y * scale]], dtype=np.float32)
    return np.asarray(cv2.warpAffine(smooth, move, CHIP_SIZE_PX, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def chip_block(picture: BgrImage) -> bytes:
    """The ID portrait as lossy WebP at the best quality that fits a card's block."""
    portrait = chip_portrait(picture)
    for quality in range(90, 0, -1):
        encoded = cv2.imencode(".webp", portrait, [cv2.IMWRITE_WEBP_QUALITY, quality])[1]
        if len(encoded) <= CHIP_BYTES_MAX:
            return encoded.tobytes()
    raise ValueError("does not fit")
