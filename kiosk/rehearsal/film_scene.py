"""What the film shows at a moment: who stands where, how large, how lit. Pure drawing, no clock, no socket."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.rehearsal.film_people import Cutout
from kiosk.rehearsal.film_sheet import Held, held
from kiosk.rehearsal.film_turn import STRAIGHT, Angles, Depth, turned

WIDTH_PX, HEIGHT_PX = 1280, 720
STANDING_EYE_PX, START_EYE_PX, BACKGROUND_EYE_PX, PAIR_EYE_PX = 125.0, 55.0, 26.0, 92.0
APPROACH_S = 0.7
APPROACH_STEPS = 20
SETTLING_FRAMES = 8
SWAY_PX = 2.0
NOISE_LEVELS, NOISE_SHIFTS = 3.0, 64
SWAP_AFTER_S = 1.6
SCENES = frozenset(
    {"person", "standing", "frozen", "nobody", "two_people", "bystander", "background", "swap", "dark"}
    | {"sheet_still", "sheet_turned"}
)
SHEET_UNREST_EYES = 0.02


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
    near = _near(since_open_s)
    match scene.name:
        case "two_people":
            return [(first, Place(0.385, 0.45, PAIR_EYE_PX)), (second, Place(0.625, 0.47, PAIR_EYE_PX))]
        case "bystander":
            return [(second, Place(0.11, 0.46, 110.0)), (first, near)]
        case "background":
            return [(second, Place(0.325, 0.28, BACKGROUND_EYE_PX)), (first, near)]
        case "standing" | "frozen" | "sheet_still" | "sheet_turned":  # has been there since before the camera came on
            return [(first, _near(APPROACH_S))]
        case "swap":
            return [(first if since_open_s < SWAP_AFTER_S else second, near)]
        case _:
            return [(first, near)]


def noise_rows(frame: int) -> tuple[int, int]:
    """Where the frame's noise begins in what is kept of it: the same pair comes again after NOISE_SHIFTS squared
    frames, two minutes, because no sensor's noise ever does."""
    brighter = frame * 13 % NOISE_SHIFTS
    return brighter, (brighter + frame // NOISE_SHIFTS * 29) % NOISE_SHIFTS


def _near(since_open_s: float) -> Place:
    return Place(0.5, 0.45, approach(since_open_s))


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


class Painter:
    """Draws frames into a given array. Scaled people and noise are kept, so that a frame costs about a millisecond.

    ``depth``: of somebody cut out as they stand there, for turns of the head; without it heads stay straight.
    """

    def __init__(self, people: list[Cutout], depth: Callable[[Cutout], Depth] | None = None) -> None:
        self._people, self._depth = people, depth
        self._depths: dict[int, Depth] = {}
        self._standing: dict[tuple[int, float, float], Cutout] = {}
        self._backdrop = backdrop()
        noise = np.random.default_rng(7).normal(0, NOISE_LEVELS, (HEIGHT_PX + NOISE_SHIFTS, WIDTH_PX, 1))
        self._brighter = _per_channel(np.maximum(noise, 0))
        self._darker = _per_channel(np.maximum(-noise, 0))
        for face in range(len(people)):
            for step in range(APPROACH_STEPS + 1):
                self._cutout(face, _near(APPROACH_S * step / APPROACH_STEPS))

    def paint(self, out: BgrImage, scene: Scene, since_open_s: float, frame: int, angles: Angles = STRAIGHT) -> None:
        """``out`` is HEIGHT_PX x WIDTH_PX x 3; ``frame`` counts from the start of the stream. ``angles``: how the first
        of the faces is turned, once it stands there."""
        if scene.name == "frozen":  # the camera gives one picture for ever
            since_open_s, frame = APPROACH_S, SETTLING_FRAMES
        np.copyto(out, self._backdrop)
        sway_px = SWAY_PX * float(np.sin(since_open_s * 2.1))
        for face, place in places(scene, since_open_s):
            cutout = self._cutout(face, place)
            if face == scene.faces[0] and place.eye_px == STANDING_EYE_PX:
                cutout = self._seen(face, cutout, scene.name, since_open_s, angles)
            stand(out, cutout, place, sway_px)
        if 0 < since_open_s < APPROACH_S and scene.name != "standing":
            cv2.blur(out, (5, 3), out)
        level = gain(frame, scene.name == "dark")
        if level != 1.0:
            cv2.convertScaleAbs(out, out, alpha=level)
        brighter, darker = noise_rows(frame)
        cv2.add(out, self._brighter[brighter : brighter + HEIGHT_PX], out)
        cv2.subtract(out, self._darker[darker : darker + HEIGHT_PX], out)

    def _seen(self, face: int, cutout: Cutout, scene: str, since_open_s: float, angles: Angles) -> Cutout:
        """The first face as it is turned: a head, or a sheet of paper."""
        if scene in {"sheet_still", "sheet_turned"}:
            unrest = SHEET_UNREST_EYES * math.sin(since_open_s * 3.3)
            yaw_deg, pitch_deg = angles if scene == "sheet_turned" else STRAIGHT
            return held(cutout, Held(yaw_deg, pitch_deg, right_eyes=unrest), STANDING_EYE_PX)
        if angles == STRAIGHT or self._depth is None:
            return cutout
        key = face % len(self._people)
        if key not in self._depths:
            self._depths[key] = self._depth(cutout)
        return turned(cutout, self._depths[key], *angles)

    def _cutout(self, face: int, place: Place) -> Cutout:
        key = (face % len(self._people), place.y, place.eye_px)
        if key not in self._standing:
            below_eyes_px = HEIGHT_PX - round(place.y * HEIGHT_PX) + 1
            self._standing[key] = self._people[key[0]].scaled(place.eye_px).reaching(below_eyes_px)
        return self._standing[key]


def stand(out: BgrImage, cutout: Cutout, place: Place, sway_px: float = 0.0) -> None:
    """Put one person into the picture; what would stick out is cut off."""
    left = round(place.x * WIDTH_PX - cutout.eye_middle[0] + sway_px)
    top = round(place.y * HEIGHT_PX - cutout.eye_middle[1])
    height, width = cutout.colour.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(WIDTH_PX, left + width), min(HEIGHT_PX, top + height)
    if x1 <= x0 or y1 <= y0:
        return
    part = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
    under = out[y0:y1, x0:x1]
    cv2.multiply(under, cutout.see_through[part], under, 1 / 255)
    cv2.add(under, cutout.colour[part], under)


def _per_channel(noise: npt.NDArray[np.float64]) -> BgrImage:
    return np.repeat(np.rint(noise).astype(np.uint8), 3, axis=2)
