"""Simulated films for the challenge: living people and what may be held up in their place, answering what is asked.

Nobody was filmed. Heads turn as ``kiosk.rehearsal.film_turn`` draws it, sheets as ``film_sheet`` does, out of four
photographs; what a camera, a screen and a print do to colours and edges is not in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import numpy as np

from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.domain.act import Act
from kiosk.face.attack.landmarks import Landmarks
from kiosk.face.detector import Detector
from kiosk.face.models import checked_models, landmark_model
from kiosk.rehearsal.film_people import Cutout
from kiosk.rehearsal.film_scene import HEIGHT_PX, WIDTH_PX, Place, backdrop, stand
from kiosk.rehearsal.film_sheet import Held, held
from kiosk.rehearsal.film_turn import STRAIGHT, Angles, Depth, Motion, depth_of, turned
from tests.soak.pictures import cutouts, faces_there_are

FRAME_S = 1 / 15
EYE_PX = (95.0, 125.0)
EYES_AT = 0.45
SWAY_PX = 2.0
NOISE_LEVELS = 3.0
LOOP_FRAMES = 18
ZONE = Zone()


@dataclass(frozen=True)
class Standing:
    """Somebody cut out at the size they stand there at."""

    face: int
    cutout: Cutout
    depth: Depth
    eye_px: float


@cache
def standing(face: int, eye_px: float) -> Standing:
    below_eyes_px = HEIGHT_PX - round(EYES_AT * HEIGHT_PX) + 1
    cutout = cutouts()[face].scaled(eye_px).reaching(below_eyes_px)
    detector, landmarks = Detector(checked_models().yunet), Landmarks(landmark_model())
    return Standing(face, cutout, depth_of(cutout, eye_px, detector, landmarks), eye_px)


@dataclass
class Film:
    """What stands before the camera. ``asked``: when the screen said what; ``holder`` is who the card belongs to."""

    chance: Random
    holder: Standing
    other: Standing
    motion: Motion
    asked: list[tuple[float, Act]] = field(default_factory=list)

    @classmethod
    def drawn(cls, chance: Random) -> Film:
        """Two people, how quick and how far they turn."""
        first, second = chance.sample(range(faces_there_are()), 2)
        eye_px = chance.choice(EYE_PX)
        motion = Motion(chance.uniform(0.9, 1.2), chance.uniform(0.25, 0.7), chance.uniform(0.35, 0.8))
        return cls(chance, standing(first, eye_px), standing(second, eye_px), motion)

    def ask(self, act: Act, at_s: float) -> None:
        self.asked.append((at_s, act))
        self.motion.ask(act, at_s)

    def zone(self, who: Cutout) -> BgrImage:
        """A frame with ``who`` in the middle, swaying, and a sensor's noise."""
        out = _hall().copy()
        right_px, down_px = (self.chance.uniform(-SWAY_PX, SWAY_PX) for _ in range(2))
        stand(out, who, Place(0.5 + right_px / WIDTH_PX, EYES_AT + down_px / HEIGHT_PX, 0.0))
        cut = np.ascontiguousarray(zone_pixels(out, ZONE)).astype(np.int16)
        generator = np.random.default_rng(self.chance.getrandbits(32))
        cut += np.rint(generator.normal(0, NOISE_LEVELS, cut.shape[:2])).astype(np.int16)[:, :, np.newaxis]
        return np.clip(cut, 0, 255).astype(np.uint8)

    def head(self, who: Standing, angles: Angles) -> Cutout:
        return turned(who.cutout, who.depth, *angles)

    def sheet(self, how: Held) -> Cutout:
        return held(self.holder.cutout, how, self.holder.eye_px)


@cache
def _hall() -> BgrImage:
    return backdrop()


Shot = tuple[BgrImage, bool]
"""The zone, and whether what is seen in it is the holder in person."""
Kind = Callable[[Film], Callable[[float], Shot]]
"""Makes out of a film what shows its frame at a time."""


def person(film: Film) -> Callable[[float], Shot]:
    return lambda at_s: (film.zone(film.head(film.holder, film.motion.at(at_s))), True)


def person_straight(film: Film) -> Callable[[float], Shot]:
    return lambda _: (film.zone(film.holder.cutout), True)


def other_person(film: Film) -> Callable[[float], Shot]:
    """Somebody with another's card who does all that is asked."""
    return lambda at_s: (film.zone(film.head(film.other, film.motion.at(at_s))), False)


def _unrest(film: Film, at_s: float) -> Held:
    return Held(
        yaw_deg=2 * np.sin(at_s * 1.7),
        pitch_deg=2 * np.sin(at_s * 2.3 + 1),
        roll_deg=1.5 * np.sin(at_s * 1.3),
        right_eyes=0.04 * np.sin(at_s * 2.1),
        down_eyes=0.03 * np.sin(at_s * 1.9),
    )


def sheet_still(film: Film) -> Callable[[float], Shot]:
    return lambda at_s: (film.zone(film.sheet(_unrest(film, at_s))), False)


def sheet_moved(film: Film) -> Callable[[float], Shot]:
    """Shifted, rolled and held nearer and further, with the acts."""
    way = film.chance.uniform(0.3, 0.8)

    def shot(at_s: float) -> Shot:
        yaw, pitch = (angle / 30 for angle in film.motion.at(at_s))
        how = replace(_unrest(film, at_s), right_eyes=way * yaw, down_eyes=way * pitch, roll_deg=20 * yaw * way)
        return film.zone(film.sheet(replace(how, size=1 - 0.2 * abs(yaw)))), False

    return shot


def sheet_turned(film: Film) -> Callable[[float], Shot]:
    """Turned about its upright or level axis, as the acts ask and up to 65 degrees."""
    share = film.chance.uniform(0.8, 2.0)

    def shot(at_s: float) -> Shot:
        yaw, pitch = film.motion.at(at_s)
        return film.zone(film.sheet(replace(_unrest(film, at_s), yaw_deg=share * yaw, pitch_deg=share * pitch))), False

    return shot


def sheet_bent(film: Film) -> Callable[[float], Shot]:
    """Rolled like a head, and turned as the acts ask."""
    bend, slant = film.chance.uniform(40, 110), film.chance.choice((0.0, 0.0, 90.0, film.chance.uniform(-45, 45)))
    share = film.chance.uniform(0.8, 1.8)

    def shot(at_s: float) -> Shot:
        yaw, pitch = film.motion.at(at_s)
        how = replace(_unrest(film, at_s), yaw_deg=share * yaw, pitch_deg=share * pitch)
        return film.zone(film.sheet(replace(how, bend_deg=bend, slant_deg=slant))), False

    return shot


def frozen(film: Film) -> Callable[[float], Shot]:
    """The camera gives one picture for ever."""
    picture = film.zone(film.holder.cutout)
    return lambda _: (picture, False)


def looping(film: Film) -> Callable[[float], Shot]:
    """A short film of the holder, put in the place of the camera's and played over and over."""
    pictures = [film.zone(film.holder.cutout) for _ in range(LOOP_FRAMES)]
    count = iter(range(1_000_000))
    return lambda _: (pictures[next(count) % LOOP_FRAMES], False)


def film_of_acts(film: Film) -> Callable[[float], Shot]:
    """A film of the holder doing two acts in an order that was guessed, shown once the challenge begins."""
    acts = film.chance.sample((Act.TURN_LEFT, Act.TURN_RIGHT, Act.NOD), 2)
    own, shown = Motion(1.0, 0.0, 0.6), [0]
    plan = [(0.6, acts[0]), (1.8, Act.FRONT), (3.0, acts[1]), (4.2, Act.FRONT)]

    def shot(at_s: float) -> Shot:
        if film.asked and shown[0] < len(plan) and at_s >= film.asked[0][0] + plan[shown[0]][0]:
            own.ask(plan[shown[0]][1], at_s)
            shown[0] += 1
        return film.zone(film.head(film.holder, own.at(at_s))), False

    return shot


def swap_in_challenge(film: Film) -> Callable[[float], Shot]:
    """The holder begins; somebody else steps in at a moment of the challenge drawn by lot, in the same pose."""
    after_s = film.chance.uniform(0.0, 5.0)

    def shot(at_s: float) -> Shot:
        gone = bool(film.asked) and at_s >= film.asked[0][0] + after_s
        who = film.other if gone else film.holder
        return film.zone(film.head(who, film.motion.at(at_s))), not gone

    return shot


def sheet_and_other_person(film: Film) -> Callable[[float], Shot]:
    """The holder's photograph for the straight looks, another person for the acts."""

    def shot(at_s: float) -> Shot:
        angles = film.motion.at(at_s)
        if angles == STRAIGHT:
            return film.zone(film.sheet(_unrest(film, at_s))), False
        return film.zone(film.head(film.other, angles)), False

    return shot


def three_sheets(film: Film) -> Callable[[float], Shot]:
    """Photographs of the holder looking straight, left, right and down, exchanged as the acts ask."""

    def shot(at_s: float) -> Shot:
        act = film.asked[-1][1] if film.asked and at_s >= film.asked[-1][0] + 0.5 else Act.FRONT
        show = Motion(1.0, 0.0, 1e-6)
        show.ask(act, 0.0)
        return film.zone(film.head(film.holder, show.at(1.0))), False

    return shot


KINDS: dict[str, Kind] = {
    "person who does as asked": person,
    "person who stays straight": person_straight,
    "other person who does as asked": other_person,
    "photograph held still": sheet_still,
    "photograph moved": sheet_moved,
    "photograph turned": sheet_turned,
    "photograph bent and turned": sheet_bent,
    "photographs exchanged": three_sheets,
    "camera's picture frozen": frozen,
    "camera's film looping": looping,
    "film of two acts in a guessed order": film_of_acts,
    "swap of persons in the challenge": swap_in_challenge,
    "photograph, and another person for the acts": sheet_and_other_person,
}
