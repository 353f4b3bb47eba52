"""The film's drawing: who stands where, how large, how lit. A made-up person of plain colours stands in for people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_box_px
from kiosk.rehearsal.film_people import SPRITE_EYE_PX, Cutout
from kiosk.rehearsal.film_scene import (
    APPROACH_S,
    HEIGHT_PX,
    NOISE_SHIFTS,
    SCENES,
    SETTLING_FRAMES,
    STANDING_EYE_PX,
    START_EYE_PX,
    SWAP_AFTER_S,
    WIDTH_PX,
    Painter,
    Scene,
    approach,
    gain,
    noise_rows,
    places,
)

LATER_S, LATER_FRAME = 3.0, 60
RED, BLUE = (0, 0, 255), (255, 0, 0)


def plain_person(colour: tuple[int, int, int]) -> Cutout:
    """A rectangle three eye distances wide and five high, eyes in its upper third."""
    shape = (int(5 * SPRITE_EYE_PX), int(3 * SPRITE_EYE_PX), 3)
    solid = np.empty(shape, dtype=np.uint8)
    solid[:] = colour
    return Cutout(solid, np.zeros(shape, dtype=np.uint8), (shape[1] / 2, shape[0] / 3))


@pytest.fixture(scope="module")
def painter() -> Painter:
    return Painter([plain_person(RED), plain_person(BLUE)])


def painted(painter: Painter, scene: Scene, since_open_s: float = LATER_S, frame: int = LATER_FRAME) -> BgrImage:
    picture = np.zeros((HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)
    painter.paint(picture, scene, since_open_s, frame)
    return picture


def shows(picture: BgrImage, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(picture.astype(int) - colour).max(axis=2) < 30).any())


def test_nobody_is_a_hall_without_people(painter: Painter) -> None:
    picture = painted(painter, Scene())
    assert not shows(picture, RED)
    assert not shows(picture, BLUE)
    assert picture.std() > 5


def test_a_person_stands_in_the_middle_from_the_head_to_the_lower_edge(painter: Painter) -> None:
    picture = painted(painter, Scene("person", (0,)))
    for row in (HEIGHT_PX // 2, HEIGHT_PX - 1):
        assert np.abs(picture[row, WIDTH_PX // 2].astype(int) - RED).max() < 30
    assert not shows(picture, BLUE)


def test_a_later_face_number_starts_again_from_the_first(painter: Painter) -> None:
    assert np.array_equal(painted(painter, Scene("person", (0,))), painted(painter, Scene("person", (2,))))


def test_two_people_are_both_in_the_zone(painter: Painter) -> None:
    left, top, right, bottom = zone_box_px(WIDTH_PX, HEIGHT_PX, Zone())
    for _, place in places(Scene("two_people", (0, 1)), LATER_S):
        assert left + place.eye_px < place.x * WIDTH_PX < right - place.eye_px
        assert top < place.y * HEIGHT_PX < bottom
    picture = painted(painter, Scene("two_people", (0, 1)))[top:bottom, left:right]
    assert shows(picture, RED)
    assert shows(picture, BLUE)


def test_the_bystanders_face_is_outside_the_zone() -> None:
    left, _, _, _ = zone_box_px(WIDTH_PX, HEIGHT_PX, Zone())
    (_, bystander), (_, near) = places(Scene("bystander", (0, 1)), LATER_S)
    assert bystander.x * WIDTH_PX + bystander.eye_px < left
    assert near.eye_px == STANDING_EYE_PX


def test_somebody_behind_is_in_the_zone_and_too_far() -> None:
    left, _, _, _ = zone_box_px(WIDTH_PX, HEIGHT_PX, Zone())
    (_, behind), _ = places(Scene("background", (0, 1)), LATER_S)
    assert behind.x * WIDTH_PX > left
    assert behind.eye_px < 35


def test_a_swap_happens_in_the_middle_of_the_film(painter: Painter) -> None:
    scene = Scene("swap", (0, 1))
    assert shows(painted(painter, scene, SWAP_AFTER_S - 0.1), RED)
    after = painted(painter, scene, SWAP_AFTER_S + 0.1)
    assert shows(after, BLUE)
    assert not shows(after, RED)


def test_dark_is_dark(painter: Painter) -> None:
    light, dark = painted(painter, Scene("person", (0,))), painted(painter, Scene("dark", (0,)))
    assert dark.mean() < 0.4 * light.mean()


@given(st.floats(-1, 10), st.floats(0, 10))
def test_a_person_only_comes_nearer(since_s: float, later_s: float) -> None:
    before, after = approach(since_s), approach(since_s + later_s)
    assert START_EYE_PX <= before <= after <= STANDING_EYE_PX


def test_a_person_starts_far_and_has_arrived_in_time() -> None:
    assert approach(0.0) == START_EYE_PX
    assert approach(APPROACH_S) == STANDING_EYE_PX


def test_the_exposure_settles_and_stays() -> None:
    settling = [gain(frame, dark=False) for frame in range(SETTLING_FRAMES + 1)]
    assert settling == sorted(set(settling))
    assert settling[0] == 0.5
    assert {gain(SETTLING_FRAMES + later, dark=False) for later in range(100)} == {1.0}


def test_frames_differ_by_noise_as_a_cameras_do(painter: Painter) -> None:
    one, other = (painted(painter, Scene(), frame=LATER_FRAME + number).astype(int) for number in (0, 1))
    difference = one - other
    assert 2.0 < difference.std() < 8.0
    assert abs(difference.mean()) < 0.1


@given(
    st.sampled_from(sorted(SCENES)),
    st.lists(st.integers(0, 3), max_size=3),
    st.floats(-1, 30),
    st.integers(0, 10_000),
)
def test_every_scene_can_be_painted_at_any_moment(
    painter: Painter, name: str, faces: list[int], since_open_s: float, frame: int
) -> None:
    assert painted(painter, Scene(name, tuple(faces)), since_open_s, frame).any()


@given(st.floats(20, 150), st.integers(1, 900))
def test_a_cut_out_keeps_its_eyes_and_reaches_as_far_as_asked(eye_px: float, below_px: int) -> None:
    whole = plain_person(RED)
    standing = whole.scaled(eye_px).reaching(below_px)
    factor = eye_px / SPRITE_EYE_PX
    assert standing.eye_middle == (whole.eye_middle[0] * factor, whole.eye_middle[1] * factor)
    assert standing.colour.shape == standing.see_through.shape
    assert standing.colour.shape[0] == round(standing.eye_middle[1]) + below_px


def test_a_living_films_noise_never_returns_within_two_minutes() -> None:
    assert len({noise_rows(frame) for frame in range(NOISE_SHIFTS**2)}) == NOISE_SHIFTS**2


def test_a_frozen_film_is_one_picture_and_no_other_film_is(painter: Painter) -> None:
    moments = ((0.0, 0), (LATER_S, LATER_FRAME), (LATER_S + 1, LATER_FRAME + 30))
    first, *later = (painted(painter, Scene("frozen", (0,)), since_s, frame) for since_s, frame in moments)
    assert all(np.array_equal(first, picture) for picture in later)
    assert shows(first, RED)
    one, other = (painted(painter, Scene("standing", (0,)), LATER_S, frame) for frame in (60, 61))
    assert not np.array_equal(one, other)
