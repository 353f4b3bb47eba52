"""What the film shows at a moment: who stands where, how large, how lit. Pure drawing, no clock, no socket."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.rehearsal.film_people import Cutout

WIDTH_PX, HEIGHT_PX = 1280, 720
STANDING_EYE_PX, START_EYE_PX, BACKGROUND_EYE_PX, PAIR_EYE_PX = 125.0, 55.0, 26.0, 92.0
APPROACH_S = 0.7
APPROACH_STEPS = 20
SETTLING_FRAMES = 8
SWAP_AFTER_S = 1.6
SCENES = frozenset({"person", "nobody", "two_people", "bystander", "background", "swap", "dark"})


@dataclass(frozen=True)
class Place:
    """Eye middle in the picture, as fractions, and eye distance in pixels."""

    x: float
    y: float
    eye_px: float


@dataclass
class Scene:
    """A scene and the faces in it; the first face is the attendee."""

    name: str = "nobody"
    faces: tuple[int, ...] = ()


def backdrop() -> BgrImage:
    """A drawn hall: wall, floor, a few lamps. No faces, no text."""
    rows = np.linspace(150, 95, HEIGHT_PX, dtype=np.float32)[:, np.newaxis]
    wall = np.repeat(rows, WIDTH_PX, axis=1)
    picture = np.stack([wall * 1.02, wall, wall * 0.94], axis=2).astype(np.uint8)
    cv2.rectangle(picture, (0, 610), (WIDTH_PX, HEIGHT_PX), (70, 74, 82), -1)
    for x in range(90, WIDTH_PX, 220):
        cv2.circle(picture, (x, 70), 26, (205, 215, 225), -1)
        cv2.rectangle(picture, (x - 4, 96), (x + 4, 610), (118, 120, 124), -1)
    return cv2.GaussianBlur(picture, (0, 0), 3).astype(np.uint8)


def places(scene: Scene, since_open_s: float) -> list[tuple[int, Place]]:
    """Which face stands where, ``since_open_s`` after the camera was opened."""
    if scene.name == "nobody" or not scene.faces:
        return []
    first, second = scene.faces[0], scene.faces[-1]
    near = Place(0.5, 0.45, approach(since_open_s))
    match scene.name:
        case "two_people":
            return [(first, Place(0.385, 0.45, PAIR_EYE_PX)), (second, Place(0.625, 0.47, PAIR_EYE_PX))]
        case "bystander":
            return [(second, Place(0.11, 0.46, 110.0)), (first, near)]
        case "background":
            return [(second, Place(0.325, 0.28, BACKGROUND_EYE_PX)), (first, near)]
        case "swap":
            return [(first if since_open_s < SWAP_AFTER_S else second, near)]
        case _:
            return [(first, near)]


def approach(since_open_s: float) -> float:
    """Eye distance while stepping up, eased, in APPROACH_STEPS sizes so that scaled cut-outs can be kept."""
    share = min(1.0, max(0.0, since_open_s / APPROACH_S))
    eased = share * share * (3 - 2 * share)
    step = round(eased * APPROACH_STEPS) / APPROACH_STEPS
    return START_EYE_PX + (STANDING_EYE_PX - START_EYE_PX) * step


def gain(frame: int, dark: bool) -> float:
    """Automatic exposure settling over the first frames after the stream starts."""
    settled = 0.25 if dark else 1.0
    if frame >= SETTLING_FRAMES:
        return settled
    return settled * (0.5 + 0.5 * frame / SETTLING_FRAMES)


@dataclass
class Painter:
    """Draws frames into a given array. Keeps scaled cut-outs, so that a frame costs a few milliseconds."""

    people: list[Cutout]
    _scaled: dict[tuple[int, float], Cutout] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._backdrop = backdrop()
        generator = np.random.default_rng(7)
        self._noise = generator.normal(0, 3.0, (HEIGHT_PX + 64, WIDTH_PX)).astype(np.int8)
        sizes = {approach(APPROACH_S * step / 200) for step in range(201)}
        for face in range(len(self.people)):
            for eye_px in sizes | {BACKGROUND_EYE_PX, PAIR_EYE_PX, 110.0}:
                self._cutout(face, eye_px)

    def paint(self, out: BgrImage, scene: Scene, since_open_s: float, frame: int) -> None:
        out[:] = self._backdrop
        sway_px = 2.0 * np.sin(since_open_s * 2.1)
        for face, place in places(scene, since_open_s):
            self._stand(out, self._cutout(face, place.eye_px), place, sway_px)
        moving = 0.05 < since_open_s < APPROACH_S
        if moving:
            out[:] = cv2.blur(out, (5, 3))
        level = gain(frame, scene.name == "dark")
        if level != 1.0:
            cv2.convertScaleAbs(out, out, alpha=level)
        rows = (frame * 13) % 64
        noise = self._noise[rows : rows + HEIGHT_PX]
        for channel in range(3):
            out[..., channel] = _add_noise(out[..., channel], noise)

    def _cutout(self, face: int, eye_px: float) -> Cutout:
        key = (face % len(self.people), eye_px)
        if key not in self._scaled:
            self._scaled[key] = self.people[key[0]].scaled(eye_px)
        return self._scaled[key]

    @staticmethod
    def _stand(out: BgrImage, cutout: Cutout, place: Place, sway_px: float) -> None:
        left = round(place.x * WIDTH_PX - cutout.eye_middle[0] + sway_px)
        top = round(place.y * HEIGHT_PX - cutout.eye_middle[1])
        height, width = cutout.alpha.shape[:2]
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(WIDTH_PX, left + width), min(HEIGHT_PX, top + height)
        if x1 <= x0 or y1 <= y0:
            return
        part = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        under = out[y0:y1, x0:x1].astype(np.float32)
        under *= 1.0 - cutout.alpha[part]
        under += cutout.colour[part]
        out[y0:y1, x0:x1] = under.astype(np.uint8)


def _add_noise(channel: npt.NDArray[np.uint8], noise: npt.NDArray[np.int8]) -> npt.NDArray[np.uint8]:
    return cv2.add(channel, noise, dtype=cv2.CV_8U).astype(np.uint8)
