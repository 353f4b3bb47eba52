"""Quality measures and the one advice that follows from them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.advice import HOLD_S, UNSURE, UNSURE_HOLDS_BACK_S, Patience, SteadyAdvice
from kiosk.face.coverage import Coverage, coverage_of
from kiosk.face.port import Advice
from kiosk.face.quality import (
    INNER_FACE,
    LOWER_DETAIL_MIN,
    Light,
    Pose,
    Quality,
    coverage_advice,
    frame_advice,
    light_of,
    measure,
    pose_of,
    position_advice,
    quality_advice,
    sharpness_of,
)
from tests.helpers.face_made import made_face
from tests.helpers.face_photos import at_eye_distance, face_of, free_photos, models  # noqa: F401  the fixture is used

STRAIGHT, LIT, OPEN = Pose(0.0, 0.55, 0.0), Light(120.0, 0.0, 0.0, 0.9), Coverage(0.6, 1.0, 5.0)


@pytest.mark.requirement("R-26")
@pytest.mark.parametrize(
    ("pose", "sharpness", "light", "score", "advice"),
    [
        (STRAIGHT, 200.0, LIT, 0.93, Advice.NONE),
        (Pose(0.35, 0.55, 0.0), 200.0, LIT, 0.93, Advice.LOOK_STRAIGHT),
        (Pose(-0.35, 0.55, 0.0), 200.0, LIT, 0.93, Advice.LOOK_STRAIGHT),
        (Pose(0.0, 0.9, 0.0), 200.0, LIT, 0.93, Advice.LOOK_STRAIGHT),
        (Pose(0.0, 0.55, 25.0), 200.0, LIT, 0.93, Advice.LOOK_STRAIGHT),
        (STRAIGHT, 1.0, LIT, 0.93, Advice.HOLD_STILL),
        (STRAIGHT, 200.0, LIT, 0.7, Advice.HOLD_STILL),
        (STRAIGHT, 200.0, Light(20.0, 0.0, 0.0, 0.9), 0.93, Advice.MORE_LIGHT),
        (STRAIGHT, 200.0, Light(120.0, 0.0, 0.0, 0.2), 0.93, Advice.MORE_LIGHT),
        (STRAIGHT, 200.0, Light(60.0, 0.7, 0.0, 0.9), 0.93, Advice.MORE_LIGHT),
        (STRAIGHT, 200.0, Light(230.0, 0.0, 0.0, 0.9), 0.93, Advice.LESS_LIGHT),
        (STRAIGHT, 200.0, Light(200.0, 0.0, 0.4, 0.9), 0.93, Advice.LESS_LIGHT),
        (
            Pose(0.5, 0.5, 0.0),
            10.0,
            Light(20.0, 0.0, 0.0, 0.9),
            0.5,
            Advice.MORE_LIGHT,
        ),  # one at a time, the cause first
    ],
)
def test_advice(pose: Pose, sharpness: float, light: Light, score: float, advice: Advice) -> None:
    assert quality_advice(Quality(100.0, pose, sharpness, light, score, OPEN)) is advice


def aligned_face(level: float = 150.0) -> BgrImage:
    """Not a face: an aligned picture's size with eyes darker than cheeks, a line for a mouth, and detail all over."""
    picture = np.full((112, 112, 3), level, dtype=np.float32)
    picture += np.random.default_rng(4).normal(0, 0.06 * level, (112, 112, 1))
    for x in (38, 73):
        cv2.circle(picture, (x, 52), 5, (0.5 * level,) * 3, -1)
    cv2.line(picture, (56, 58), (52, 72), (0.8 * level,) * 3, 3)
    cv2.line(picture, (42, 92), (70, 92), (0.5 * level,) * 3, 3)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("level", [60.0, 150.0, 220.0])
def test_an_open_face_brings_no_cue_in_any_light(level: float) -> None:
    assert coverage_advice(coverage_of(aligned_face(level))) is Advice.NONE


@pytest.mark.parametrize("colour", [(230, 230, 230), (30, 30, 30), (150, 150, 150)])
def test_plain_cloth_below_the_nose_is_seen(colour: tuple[int, int, int]) -> None:
    covered = aligned_face()
    covered[78:] = colour
    assert coverage_of(covered).lower_detail < coverage_of(aligned_face()).lower_detail
    assert coverage_advice(coverage_of(covered)) is Advice.SHOW_FACE


def test_coloured_cloth_with_a_pattern_is_seen() -> None:
    covered = aligned_face()
    covered[78:] = covered[78:] // np.array([1, 2, 4], dtype=np.uint8)
    assert coverage_of(covered).lower_detail > LOWER_DETAIL_MIN
    assert coverage_advice(coverage_of(covered)) is Advice.SHOW_FACE


def test_opaque_glasses_are_seen_and_one_eye_in_the_dark_is_not() -> None:
    covered = aligned_face()
    covered[44:60, 27:50] = 20
    assert coverage_advice(coverage_of(covered)) is Advice.NONE
    covered[44:60, 62:85] = 20
    assert coverage_advice(coverage_of(covered)) is Advice.SHOW_EYES


def test_a_cue_holds_frames_back_for_a_while_and_never_again() -> None:
    patience = Patience()
    assert patience.after(Advice.SHOW_FACE, 10.0) is Advice.SHOW_FACE
    assert patience.after(Advice.NONE, 10.5) is Advice.NONE
    assert patience.after(Advice.SHOW_EYES, 10.0 + 0.9 * UNSURE_HOLDS_BACK_S) is Advice.SHOW_EYES
    for at_s in (10.0 + UNSURE_HOLDS_BACK_S, 60.0, 600.0):
        for advice in UNSURE:
            assert patience.after(advice, at_s) is Advice.NONE
        assert patience.after(Advice.HOLD_STILL, at_s) is Advice.HOLD_STILL  # what is sure stays said


@pytest.mark.parametrize("advice", sorted(UNSURE))
def test_whoever_follows_the_cue_at_once_waits_for_nothing(advice: Advice) -> None:
    patience = Patience()
    assert patience.after(advice, 0.0) is advice
    assert patience.after(Advice.NONE, 0.1) is Advice.NONE


def test_movement_takes_the_sharpness_of_its_own_direction() -> None:
    still = aligned_face()
    for kernel in (np.ones((1, 9)), np.ones((9, 1))):
        moved = cv2.filter2D(still, -1, kernel / kernel.sum()).astype(np.uint8)
        assert sharpness_of(moved) < sharpness_of(still) / 4


def test_where_somebody_stands_is_said_before_how_they_look() -> None:
    dark = Quality(100.0, STRAIGHT, 200.0, Light(20.0, 0.9, 0.0, 0.9), 0.93, OPEN)
    assert frame_advice(made_face(100, 60, 300), dark, 563, 677) is Advice.CENTRE
    assert frame_advice(made_face(100, 280, 300), dark, 563, 677) is Advice.MORE_LIGHT
    assert frame_advice(made_face(100, 280, 300), replace(dark, light=LIT), 563, 677) is Advice.NONE


def test_light_is_counted_in_the_inner_face_alone() -> None:
    aligned = np.full((112, 112, 3), 255, dtype=np.uint8)
    aligned[INNER_FACE] = 128
    assert light_of(aligned) == Light(128.0, 0.0, 0.0, 1.0)
    rows, columns = INNER_FACE
    aligned[rows, columns.start : (columns.start + columns.stop) // 2] = 10
    light = light_of(aligned)
    assert (light.under_exposed, light.over_exposed) == (0.5, 0.0)
    assert light.uniformity == pytest.approx(10 / 128)
    aligned[INNER_FACE] = 255
    assert light_of(aligned).over_exposed == 1.0


def test_pose_of_made_faces() -> None:
    assert pose_of(made_face(100)).yaw == pytest.approx(0.0, abs=1e-3)
    assert pose_of(made_face(100, nose_off=0.3)).yaw == pytest.approx(0.3, abs=1e-3)
    assert pose_of(made_face(100)).pitch == pytest.approx(0.6 / 1.1, abs=1e-3)
    assert pose_of(made_face(100, tilt=0.5)).roll_deg == pytest.approx(26.6, abs=0.1)


@pytest.mark.parametrize(
    ("x", "y", "eye_distance_px", "advice"),
    [
        (280, 300, 100, Advice.NONE),
        (60, 300, 100, Advice.CENTRE),
        (520, 300, 100, Advice.CENTRE),
        (280, 40, 100, Advice.CENTRE),
        (280, 340, 240, Advice.STEP_BACK),
    ],
)
def test_position(x: float, y: float, eye_distance_px: float, advice: Advice) -> None:
    assert position_advice(made_face(eye_distance_px, x, y), 563, 677) is advice


@pytest.mark.requirement("R-26")
@pytest.mark.photos
@pytest.mark.parametrize("name", ["person_a_2", "person_b_1", "person_b_2", "impostor_1", "impostor_2"])
def test_defects_bring_their_advice(free_photos: dict[str, BgrImage], name: str) -> None:  # noqa: F811  the fixture
    good = at_eye_distance(free_photos[name], 90)
    assert advice_for(good) is Advice.NONE
    assert advice_for(cv2.GaussianBlur(good, (0, 0), 7).astype(np.uint8)) is Advice.HOLD_STILL
    assert advice_for(np.asarray(good * 0.25, dtype=np.uint8)) is Advice.MORE_LIGHT


def advice_for(picture: BgrImage) -> Advice:
    face = face_of(picture)
    aligned = models().comparator.align(picture, face)
    return quality_advice(measure(face, aligned))


def test_advice_does_not_flicker() -> None:
    steady = SteadyAdvice()
    assert steady.after(Advice.COME_CLOSER, 0.0) is Advice.COME_CLOSER  # the first is shown at once
    for frame in range(1, 30):  # two kinds in turn, 30 frames a second: the one shown stays
        advice = Advice.CENTRE if frame % 2 else Advice.COME_CLOSER
        assert steady.after(advice, frame / 30) is Advice.COME_CLOSER


def test_advice_changes_once_it_lasts() -> None:
    steady = SteadyAdvice()
    steady.after(Advice.NONE, 0.0)
    assert steady.after(Advice.HOLD_STILL, 1.0) is Advice.NONE
    assert steady.after(Advice.HOLD_STILL, 1.0 + HOLD_S * 0.9) is Advice.NONE
    assert steady.after(Advice.HOLD_STILL, 1.0 + HOLD_S) is Advice.HOLD_STILL
