"""Pictures of phones that show a ticket's QR code before a camera, each with one thing wrong; seeded."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

import cv2
import numpy as np
import segno

from kiosk.camera.port import BgrImage

WIDTH_PX, HEIGHT_PX = 1280, 720
SIDE_PX = 300
NOISE = 4.0


def phone(code: str, condition: str, seed: int) -> BgrImage:
    """``code`` on a phone's screen, 1280 x 720, under one of CONDITIONS."""
    chance, noise = Random(seed), np.random.default_rng(seed)
    resized = cv2.resize(_symbol(code), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    symbol = np.asarray(resized, dtype=np.uint8)
    picture = CONDITIONS[condition](_placed(symbol, chance), chance)
    noisy = picture.astype(np.float32) + noise.normal(0, NOISE, picture.shape)
    return np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def _symbol(code: str) -> BgrImage:
    out = io.BytesIO()
    segno.make_qr(code, error="m").save(out, kind="png", scale=8, border=4)
    return np.asarray(cv2.imdecode(np.frombuffer(out.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _placed(symbol: BgrImage, chance: Random) -> BgrImage:
    frame = np.full((HEIGHT_PX, WIDTH_PX), chance.randint(60, 120), dtype=np.uint8)
    x, y = chance.randint(350, WIDTH_PX - 350 - SIDE_PX), chance.randint(150, HEIGHT_PX - 150 - SIDE_PX)
    frame[y - 30 : y + SIDE_PX + 30, x - 12 : x + SIDE_PX + 12] = 20
    frame[y : y + SIDE_PX, x : x + SIDE_PX] = symbol
    return frame


def _as_is(frame: BgrImage, chance: Random) -> BgrImage:
    return frame


def _dim(frame: BgrImage, chance: Random) -> BgrImage:
    """A screen turned down in a dark place: an eighth to a quarter of the light."""
    return np.asarray(frame * chance.uniform(0.12, 0.25) + 6, dtype=np.uint8)


def _cracked(frame: BgrImage, chance: Random) -> BgrImage:
    """Cracks run from one point, light and dark."""
    broken = frame.copy()
    at = (chance.randint(450, WIDTH_PX - 450), chance.randint(250, HEIGHT_PX - 250))
    for _ in range(chance.randint(6, 12)):
        end = (at[0] + chance.randint(-400, 400), at[1] + chance.randint(-400, 400))
        cv2.line(broken, at, end, chance.choice((30, 230)), chance.randint(1, 3), cv2.LINE_AA)
    return broken


def _dark_mode(frame: BgrImage, chance: Random) -> BgrImage:
    return np.asarray(255 - frame, dtype=np.uint8)


def _tilted(frame: BgrImage, chance: Random) -> BgrImage:
    """Turned in the hand by any angle, and away from the camera."""
    turn = cv2.getRotationMatrix2D((WIDTH_PX / 2, HEIGHT_PX / 2), chance.uniform(0, 360), 0.9)
    turned = cv2.warpAffine(frame, turn, (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_REPLICATE)
    slant = chance.uniform(0.05, 0.16)
    corners = np.array([[0, 0], [WIDTH_PX, 0], [WIDTH_PX, HEIGHT_PX], [0, HEIGHT_PX]], dtype=np.float32)
    away = corners + np.array([[0, slant * HEIGHT_PX], [0, 0], [0, 0], [0, -slant * HEIGHT_PX]], dtype=np.float32)
    seen = cv2.warpPerspective(turned, cv2.getPerspectiveTransform(corners, away), (WIDTH_PX, HEIGHT_PX))
    return np.asarray(seen, dtype=np.uint8)


def _blurred(frame: BgrImage, chance: Random) -> BgrImage:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), chance.uniform(1.5, 3.2)), dtype=np.uint8)


def _glare(frame: BgrImage, chance: Random) -> BgrImage:
    """A lamp mirrored in the glass: a bright patch with soft edges, over a part of the symbol or beside it."""
    rows, columns = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)
    x, y = chance.uniform(420, WIDTH_PX - 420), chance.uniform(220, HEIGHT_PX - 220)
    spread = chance.uniform(40, 110)
    lamp = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2)) * chance.uniform(120, 260)
    return np.asarray(np.clip(frame + lamp, 0, 255), dtype=np.uint8)


CONDITIONS: dict[str, Callable[[BgrImage, Random], BgrImage]] = {
    "as-is": _as_is,
    "dim": _dim,
    "cracked": _cracked,
    "dark-mode": _dark_mode,
    "tilted": _tilted,
    "blurred": _blurred,
    "glare": _glare,
}
