"""A child on the arm, somebody close behind (simulated): the other face is never compared, and how often one passes.

Cut-outs of adults stand for the child: smaller, beside and in front. What the engine's own work says of each picture is
taken apart by the box it gives: whose face was that?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from drivers.port import PortraitFormat
from kiosk.camera.port import Zone
from kiosk.camera.zone import zone_box_px, zone_pixels
from kiosk.face.decision import Attempt
from kiosk.face.models import checked_models
from kiosk.face.networks import Models
from kiosk.face.port import Advice, AttackSuspected, Compared, FaceObserved, SubjectChanged
from kiosk.face.settings import EngineSettings
from kiosk.face.work import VisitWork
from kiosk.rehearsal.film_scene import HEIGHT_PX, WIDTH_PX, Place
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.portraits import chip_portrait
from tests.soak.figures import Figures
from tests.soak.pictures import faces_there_are, picture

ZONE = Zone()
FRAMES, FRAME_S = 15, 0.1
"""One and a half seconds in which everybody stays: who has not passed then would not by waiting."""
EYE_PX = (85.0, 125.0)
SWAY_PX = 3.0
BOX_BELOW_EYES = 0.35
"""The middle of a detector's box lies this far below the eyes, in eye distances."""


@dataclass(frozen=True)
class Placing:
    """Where the other stands. ``ratio``: their eye distance over the attendee's; ``across``, ``down``: from the
    attendee's eyes, in the attendee's eye distances, the first to either side. ``before``: nearer to the camera."""

    name: str
    ratio: tuple[float, float]
    across: tuple[float, float]
    down: tuple[float, float]
    before: bool


PLACINGS = (
    Placing("child, 0.75 to 0.9 as large", (0.75, 0.9), (1.9, 2.6), (-0.3, 1.2), before=True),
    Placing("child, 0.6 to 0.75 as large", (0.6, 0.75), (1.7, 2.4), (-0.3, 1.4), before=True),
    Placing("behind, 0.6 to 0.8 as large", (0.6, 0.8), (0.6, 2.2), (-0.8, 0.3), before=False),
    Placing("behind, 0.4 to 0.6 as large", (0.4, 0.6), (0.4, 2.2), (-0.8, 0.3), before=False),
)


def close_others(count: int, seed: int) -> Figures:
    """``count`` placements of each sort."""
    figures = Figures("close others")
    models, chance = Models(checked_models()), Random(seed)
    portraits = [chip_portrait(person.portrait) for person in people()]
    for placing in PLACINGS:
        for _ in range(count):
            _one(placing, models, portraits, chance, figures)
    return figures


def _one(placing: Placing, models: Models, portraits: list[np.ndarray], chance: Random, figures: Figures) -> None:
    mine, other = chance.sample(range(faces_there_are()), 2)
    here, there = _places(placing, chance)
    order = [(mine, here), (other, there)] if placing.before else [(other, there), (mine, here)]
    work, attempt = VisitWork(models, EngineSettings(attack_signs=True)), Attempt()
    noise = np.random.default_rng(chance.getrandbits(32))
    list(work.take_reference(portraits[mine], PortraitFormat.WLT, "rehearsal", 0.0))
    passed, suspected, several, strangers = False, False, 0, 0
    for number in range(FRAMES):
        shown = picture([(face, _swayed(place, chance)) for face, place in order], noise)
        whose = here
        for event in work.take_frame(zone_pixels(shown, ZONE).copy(), number, number * FRAME_S):
            match event:
                case FaceObserved(box=box, advice=advice):
                    several += advice is Advice.ONE_PERSON
                    whose = here if box is None else _nearest(box, (here, there))
                case Compared():
                    strangers += whose is there
                    passed = passed or bool(attempt.judge(event))
                case SubjectChanged():
                    attempt = Attempt()
                case AttackSuspected():
                    suspected = True
                case _:
                    pass
        if passed:
            break
    work.forget()
    figures.count(f"{placing.name}: placements")
    figures.count(f"{placing.name}: passed", passed)
    figures.count(f"{placing.name}: told one at a time", not passed and several > 0)
    figures.count(f"{placing.name}: suspected of an attack", suspected)
    figures.count(f"{placing.name}: other one compared", strangers > 0)
    where = (
        f"({there.x:.3f} {there.y:.3f} {there.eye_px:.0f} px) beside ({here.x:.3f} {here.y:.3f} {here.eye_px:.0f} px)"
    )
    figures.require(not strangers, f"{placing.name}: face {other} at {where} was compared, not face {mine}")


def _places(placing: Placing, chance: Random) -> tuple[Place, Place]:
    """The attendee somewhere in the zone's middle, the other where the placing allows, with the eyes in the zone."""
    left, top, right, bottom = zone_box_px(WIDTH_PX, HEIGHT_PX, ZONE)
    while True:
        here = Place(chance.uniform(0.46, 0.54), chance.uniform(0.4, 0.48), chance.uniform(*EYE_PX))
        eye_px = chance.uniform(*placing.ratio) * here.eye_px
        x = here.x * WIDTH_PX + chance.uniform(*placing.across) * chance.choice((-1, 1)) * here.eye_px
        y = here.y * HEIGHT_PX + chance.uniform(*placing.down) * here.eye_px
        if left + eye_px / 2 < x < right - eye_px / 2 and top < y < bottom:
            return here, Place(x / WIDTH_PX, y / HEIGHT_PX, eye_px)


def _swayed(place: Place, chance: Random) -> Place:
    across, along = (chance.uniform(-SWAY_PX, SWAY_PX) for _ in range(2))
    return Place(place.x + across / WIDTH_PX, place.y + along / HEIGHT_PX, place.eye_px)


def _nearest(box: tuple[float, float, float, float], places: tuple[Place, Place]) -> Place:
    """Whose face a box is: fractions of the zone against places in the frame, in that one's eye distances."""
    left, top, right, bottom = zone_box_px(WIDTH_PX, HEIGHT_PX, ZONE)
    x, y, width, height = box
    middle_x, middle_y = left + (x + width / 2) * (right - left), top + (y + height / 2) * (bottom - top)

    def far(place: Place) -> float:
        down = place.y * HEIGHT_PX + BOX_BELOW_EYES * place.eye_px
        return math.hypot(middle_x - place.x * WIDTH_PX, middle_y - down) / place.eye_px

    return min(places, key=far)
