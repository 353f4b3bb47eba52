"""Two near faces, at very many places and sizes: nobody is compared (R-19)."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np

from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_box_px
from kiosk.face.client import WarmEngine
from kiosk.rehearsal.film_scene import HEIGHT_PX, WIDTH_PX, Place
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.portraits import portrait_block
from tests.soak.figures import Figures
from tests.soak.pictures import BoxPx, Pose, covers, face_box, faces_there_are, picture
from tests.soak.posing import Posing, warm_engine

ZONE = Zone()
FRAMES = 6
EYE_PX = (92.0, 118.0)
"""Well above the distance floor (70 px at 1 m): a head turned a little measures a seventh less than it is placed."""
SWAY_PX = 3.0
CONTROL_EVERY, CONTROLS_COMPARED = 10, 0.9
MOST_TRIES = 10_000


class Pair:
    """Two people in the zone, both faces in full view."""

    def __init__(self, chance: Random) -> None:
        zone = BoxPx(*zone_box_px(WIDTH_PX, HEIGHT_PX, ZONE))
        self.faces = chance.sample(range(faces_there_are()), 2)
        for _ in range(MOST_TRIES):
            # The taller one stands behind, so nobody's body covers a face.
            behind, before = sorted((_place(chance, zone) for _ in self.faces), key=lambda place: place.y)
            self.places = [behind, before]
            both_inside = face_box(behind).within(zone) and face_box(before).within(zone)
            if both_inside and not any(part.meets(face_box(behind)) for part in covers(before)):
                return
        raise ValueError("the zone has no room for two")

    def frames(self, chance: Random, only: int | None = None) -> Iterator[BgrImage]:
        """FRAMES pictures of both, or of the ``only`` one, and one of nobody: it comes when all is worked off."""
        generator = np.random.default_rng(chance.getrandbits(32))
        for _ in range(FRAMES):
            poses = [
                _swayed(chance, face, place)
                for number, (face, place) in enumerate(zip(self.faces, self.places, strict=True))
                if only in (None, number)
            ]
            yield picture(poses, generator)
        yield picture([], generator)


def two_near_faces(count: int, seed: int) -> Figures:
    """``count`` pairs; the portrait given is one of the two, in turn."""
    figures = Figures("two near faces")
    blocks = [portrait_block(person.portrait) for person in people()]
    chance = Random(seed)
    with warm_engine() as engine:
        for number in range(count):
            pair = Pair(chance)
            holder = number % 2
            _pair(engine, pair, blocks[pair.faces[holder]], chance, figures)
            if number % CONTROL_EVERY == 0:
                _alone(engine, pair, holder, blocks[pair.faces[holder]], chance, figures)
    controls, compared = figures.counts["controls, one of them alone"], figures.counts["controls compared"]
    figures.require(compared >= CONTROLS_COMPARED * controls, f"only {compared} of {controls} were compared alone")
    return figures


def _pair(engine: WarmEngine, pair: Pair, block: bytes, chance: Random, figures: Figures) -> None:
    posing = Posing(engine, pair.frames(chance), ZONE)
    posing.run(block)
    shown = posing.observed[:FRAMES]
    figures.violations += posing.faults
    figures.count("pairs")
    figures.count("frames", len(shown))
    figures.count("frames in which two were seen", sum(seen.faces == 2 for seen in shown))
    figures.count("comparisons", len(posing.compared))
    places = ", ".join(f"({place.x:.3f} {place.y:.3f} {place.eye_px:.0f} px)" for place in pair.places)
    figures.require(not posing.compared, f"faces {pair.faces} at {places} were compared")


def _alone(engine: WarmEngine, pair: Pair, holder: int, block: bytes, chance: Random, figures: Figures) -> None:
    posing = Posing(engine, pair.frames(chance, holder), ZONE)
    posing.run(block)
    figures.count("controls, one of them alone")
    figures.count("controls compared", bool(posing.compared))


def _place(chance: Random, zone: BoxPx) -> Place:
    x = chance.uniform(zone.left, zone.right) / WIDTH_PX
    return Place(x, chance.uniform(zone.top, zone.bottom) / HEIGHT_PX, chance.uniform(*EYE_PX))


def _swayed(chance: Random, face: int, place: Place) -> Pose:
    across, along = (chance.uniform(-SWAY_PX, SWAY_PX) for _ in range(2))
    return face, Place(place.x + across / WIDTH_PX, place.y + along / HEIGHT_PX, place.eye_px)
