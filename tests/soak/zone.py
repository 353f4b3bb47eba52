"""Faces outside the capture zone, at very many places and sizes: never detected (R-17)."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np

from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_box_px
from kiosk.face.client import WarmEngine
from kiosk.face.detector import Detector
from kiosk.face.models import checked_models
from kiosk.rehearsal.film_scene import HEIGHT_PX, WIDTH_PX, Place
from tests.soak.figures import Figures
from tests.soak.pictures import BoxPx, Pose, face_box, faces_there_are, picture
from tests.soak.posing import Posing, warm_engine

ZONES = (Zone(), Zone(0.36, 0.10, 0.64, 0.92), Zone(0.04, 0.05, 0.44, 0.95), Zone(0.30, 0.45, 0.70, 0.98))
EYE_PX = (28.0, 125.0)
NEAR_THE_EDGE_PX = 40.0
"""Half of the faces stand this close to the zone; the others anywhere."""
CONTROL_EVERY, CONTROL_EYE_PX, CONTROLS_SEEN = 10, 90.0, 0.95
SEARCHED_SCALE = 0.5


class Poses:
    """Pictures with one face outside ``zone`` (and, every so often, inside: the control). Keeps what each held."""

    def __init__(self, zone: Zone, count: int, seed: int) -> None:
        self._box = BoxPx(*zone_box_px(WIDTH_PX, HEIGHT_PX, zone))
        self._count, self._chance = count, Random(seed)
        self._generator = np.random.default_rng(seed)
        self._detector = Detector(checked_models().yunet)
        self.inside: list[bool] = []
        self.seen_unmasked = 0

    def __iter__(self) -> Iterator[BgrImage]:
        for number in range(self._count):
            if number % CONTROL_EVERY == CONTROL_EVERY - 1:
                self.inside.append(True)
                yield picture([self._control()], self._generator)
            else:
                shown, seen = self._outside()
                self.inside.append(False)
                self.seen_unmasked += seen
                yield shown

    def _outside(self) -> tuple[BgrImage, bool]:
        """A picture whose face, by the detector's own box where it sees one, does not meet the zone."""
        while True:
            face, place = self._chance.randrange(faces_there_are()), self._place()
            if face_box(place).meets(self._box):
                continue
            shown = picture([(face, place)], self._generator)
            boxes = [_box(found.box) for found in self._detector.find(shown, SEARCHED_SCALE)]
            if not any(box.meets(self._box) for box in boxes):
                return shown, bool(boxes)

    def _place(self) -> Place:
        chance, eye_px = self._chance, self._chance.uniform(*EYE_PX)
        x, y = chance.uniform(0.03, 0.97), chance.uniform(0.08, 0.9)
        if chance.random() < 0.5:
            gap_px = chance.uniform(0.0, NEAR_THE_EDGE_PX)
            own = face_box(Place(0.0, 0.0, eye_px))
            match chance.randrange(3):
                case 0:
                    x = (self._box.left - own.right - gap_px) / WIDTH_PX
                case 1:
                    x = (self._box.right - own.left + gap_px) / WIDTH_PX
                case _:
                    y = (self._box.top - own.bottom - gap_px) / HEIGHT_PX
        if not (0.02 < x < 0.98 and 0.05 < y < 0.95):
            return self._place()
        return Place(x, y, eye_px)

    def _control(self) -> Pose:
        box = self._box
        x, y = (box.left + box.right) / 2 / WIDTH_PX, (box.top + box.bottom) / 2 / HEIGHT_PX
        return self._chance.randrange(faces_there_are()), Place(x, y, CONTROL_EYE_PX)


def face_outside_zone(count: int, seed: int) -> Figures:
    """``count`` pictures, split over the zones."""
    figures = Figures("face outside the zone")
    with warm_engine() as engine:
        for number, zone in enumerate(ZONES):
            share = count // len(ZONES) + (number < count % len(ZONES))
            _one_zone(engine, zone, share, seed + number, figures)
    controls, seen = figures.counts.get("controls inside", 0), figures.counts.get("controls detected", 0)
    figures.require(seen >= CONTROLS_SEEN * controls, f"only {seen} of {controls} faces inside the zone were detected")
    figures.require(figures.counts.get("detectable without the zone", 0) > 0, "no face was detectable at all")
    return figures


def _one_zone(engine: WarmEngine, zone: Zone, count: int, seed: int, figures: Figures) -> None:
    poses = Poses(zone, count, seed)
    posing = Posing(engine, poses, zone)
    posing.run()
    figures.violations += posing.faults
    figures.require(len(posing.observed) == count, f"{len(posing.observed)} of {count} pictures were answered")
    figures.count("detectable without the zone", poses.seen_unmasked)
    for number, (seen, inside) in enumerate(zip(posing.observed, poses.inside, strict=False)):
        detected = seen.faces > 0 or seen.eye_distance_px > 0
        figures.count("controls inside" if inside else "faces outside")
        figures.count("controls detected" if inside else "detected", detected)
        figures.require(inside or not detected, f"seed {seed}, picture {number}: a face outside was detected")


def _box(box: tuple[float, float, float, float]) -> BoxPx:
    x, y, width, height = box
    return BoxPx(x, y, x + width, y + height)
