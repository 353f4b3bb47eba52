"""People on the film are cut from real photographs, and stay who they are through film, zone and chip portrait."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.face.attack.repeats import Repeats
from kiosk.face.decision import Policy
from kiosk.face.port import AttackSuspected, Compared, EngineEvent, FaceObserved
from kiosk.face.settings import EngineSettings
from kiosk.face.thresholds import threshold_for
from kiosk.face.work import VisitWork
from kiosk.portrait.rehearsal import RehearsalDecoder
from kiosk.rehearsal.film_people import SPRITE_EYE_PX, Cutout, cut_out, eyes_of
from kiosk.rehearsal.film_scene import HEIGHT_PX, STANDING_EYE_PX, WIDTH_PX, Painter, Scene
from kiosk.rehearsal.photos import PersonPhotos, PhotosUnavailable, people
from kiosk.rehearsal.portraits import portrait_block
from tests.helpers.face_photos import models

pytestmark = pytest.mark.photos

ONE_FRAME_MARGIN = Policy(threshold=0.5).early_margin + 0.01
"""The first frame of a rehearsal's holder is enough by itself."""
MARGIN = 0.12
"""How far a rehearsal's scores of two people stay below the threshold."""
SETTLED_S, SETTLED_FRAME = 2.0, 20


@dataclass(frozen=True)
class Troupe:
    photographed: list[PersonPhotos]
    cut_outs: list[Cutout]
    painter: Painter

    def zone_of(self, scene: Scene, since_open_s: float = SETTLED_S, frame: int = SETTLED_FRAME) -> BgrImage:
        picture = np.zeros((HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)
        self.painter.paint(picture, scene, since_open_s, frame)
        return np.ascontiguousarray(zone_pixels(picture, Zone()))


@pytest.fixture(scope="module")
def troupe() -> Troupe:
    try:
        photographed = people()
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))
    cut_outs = [cut_out(person.live) for person in photographed]
    return Troupe(photographed, cut_outs, Painter(cut_outs))


def test_a_photograph_without_a_face_is_refused() -> None:
    with pytest.raises(ValueError, match="no face"):
        cut_out(np.full((300, 300, 3), 128, dtype=np.uint8))


def test_the_face_is_kept_whole_and_the_background_left_out(troupe: Troupe) -> None:
    for cut in troupe.cut_outs:
        assert cut.colour.shape == cut.see_through.shape
        x, y = (round(value) for value in cut.eye_middle)
        half = round(SPRITE_EYE_PX * 0.6)
        assert not cut.see_through[y - half // 2 : y + 2 * half, x - half : x + half].any()
        corner = round(SPRITE_EYE_PX)
        for part in (cut.see_through[:corner, :corner], cut.see_through[:corner, -corner:]):
            assert (part == 255).mean() > 0.95
        assert not cut.colour[cut.see_through == 255].any()


def test_on_the_film_eyes_are_where_and_as_far_apart_as_planned(troupe: Troupe) -> None:
    for face in range(len(troupe.cut_outs)):
        zone = troupe.zone_of(Scene("person", (face,)))
        right, left = eyes_of(zone)
        assert abs(float(np.hypot(*(left - right))) - STANDING_EYE_PX) < 0.08 * STANDING_EYE_PX
        assert abs((right + left)[0] / 2 - zone.shape[1] / 2) < 12


def test_everybody_is_told_from_everybody_else_with_room_to_spare(troupe: Troupe) -> None:
    """All portraits against all films by the engine's own work, so that no rehearsal's outcome hangs by a thread."""
    decoder = RehearsalDecoder(rehearsal=True)
    portraits = [decoder.decode(PortraitFormat.WLT, portrait_block(p.portrait)) for p in troupe.photographed]
    zones = [troupe.zone_of(Scene("person", (face,))) for face in range(len(portraits))]
    for (row, portrait), (column, zone) in product(enumerate(portraits), enumerate(zones)):
        work = VisitWork(models(), EngineSettings())
        list(work.take_reference(portrait, PortraitFormat.WLT, decoder.name, 0.0))
        compared = next(event for event in work.take_frame(zone, 0, SETTLED_S) if isinstance(event, Compared))
        threshold = threshold_for(compared.portrait_kind).value
        if row == column:
            assert compared.score > threshold + ONE_FRAME_MARGIN
        else:
            assert compared.score < threshold - MARGIN


@pytest.mark.parametrize(
    ("scene", "near_faces"), [("person", 1), ("two_people", 2), ("bystander", 1), ("background", 1), ("nobody", 0)]
)
def test_scenes_hold_as_many_near_faces_as_they_say(troupe: Troupe, scene: str, near_faces: int) -> None:
    for first in range(len(troupe.cut_outs)):
        work = VisitWork(models(), EngineSettings())
        zone = troupe.zone_of(Scene(scene, (first, first + 1)))
        observed = [e for e in work.take_frame(zone, 0, SETTLED_S) if isinstance(e, FaceObserved)]
        assert [event.faces for event in observed] == [near_faces]


# --- passive signs of a presentation attack ---------------------------------------------------------


def signs_of(troupe: Troupe, scene: Scene, frames: int) -> list[EngineEvent]:
    """What a check of ``frames`` frames, from the camera's opening on, suspects; an engine takes about every second."""
    work = VisitWork(models(), EngineSettings(attack_signs=True))
    events: list[EngineEvent] = []
    for number in range(frames):
        at_s = number / 15
        events += work.take_frame(troupe.zone_of(scene, at_s, 2 * number), number, at_s)
    work.forget()
    return [event for event in events if isinstance(event, AttackSuspected)]


def test_nobody_who_plays_an_honest_visit_is_suspected(troupe: Troupe) -> None:
    for face in range(len(troupe.cut_outs)):
        assert signs_of(troupe, Scene("person", (face,)), 24) == []


@pytest.mark.parametrize("name", ["two_people", "swap", "bystander", "background", "dark"])
def test_no_other_living_scene_is_suspected(troupe: Troupe, name: str) -> None:
    assert signs_of(troupe, Scene(name, (0, 1)), 12) == []


def test_an_empty_hall_goes_on_for_two_attempts_without_a_sign(troupe: Troupe) -> None:
    repeats = Repeats()
    for number in range(150):
        repeats.take(troupe.zone_of(Scene(), number / 15, 2 * number))
        assert repeats.still == repeats.returned == 0
    repeats.forget()


def test_a_frozen_film_is(troupe: Troupe) -> None:
    assert signs_of(troupe, Scene("frozen", (0,)), 8) == [AttackSuspected("frozen")]
