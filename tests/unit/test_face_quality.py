"""Quality measures and the one advice that follows from them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.advice import HOLD_S, SteadyAdvice
from kiosk.face.port import Advice
from kiosk.face.quality import Light, Pose, Quality, light_of, pose_of, position_advice, quality_advice, sharpness_of
from tests.helpers.face_made import made_face
from tests.helpers.face_photos import at_eye_distance, face_of, free_photos, models  # noqa: F401  the fixture is used

STRAIGHT, LIT = Pose(0.0, 0.55, 0.0), Light(120.0, 0.0, 0.9)


@pytest.mark.parametrize(
    ("pose", "sharpness", "light", "score", "advice"),
    [
        (STRAIGHT, 200.0, LIT, 0.93, Advice.NONE),
        (Pose(0.35, 0.55, 0.0), 200.0, LIT, 0.93, Advice.LOOK_STRAIGHT),
        (Pose(-0.35, 0.55, 0.0), 200.0, LIT, 0.93, Advice.LOOK_STRAIGHT),
        (Pose(0.0, 0.9, 0.0), 200.0, LIT, 0.93, Advice.LOOK_STRAIGHT),
        (Pose(0.0, 0.55, 25.0), 200.0, LIT, 0.93, Advice.LOOK_STRAIGHT),
        (STRAIGHT, 20.0, LIT, 0.93, Advice.HOLD_STILL),
        (STRAIGHT, 200.0, LIT, 0.7, Advice.HOLD_STILL),
        (STRAIGHT, 200.0, Light(20.0, 0.0, 0.9), 0.93, Advice.MORE_LIGHT),
        (STRAIGHT, 200.0, Light(120.0, 0.0, 0.2), 0.93, Advice.MORE_LIGHT),
        (STRAIGHT, 200.0, Light(230.0, 0.0, 0.9), 0.93, Advice.LESS_LIGHT),
        (STRAIGHT, 200.0, Light(200.0, 0.4, 0.9), 0.93, Advice.LESS_LIGHT),
        (Pose(0.5, 0.5, 0.0), 10.0, Light(20.0, 0.0, 0.9), 0.5, Advice.MORE_LIGHT),  # one at a time, the cause first
    ],
)
def test_advice(pose: Pose, sharpness: float, light: Light, score: float, advice: Advice) -> None:
    assert quality_advice(Quality(100.0, pose, sharpness, light, score)) is advice


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


@pytest.mark.photos
@pytest.mark.parametrize("name", ["person_a_2", "person_b_1", "person_b_2", "impostor_1", "impostor_2"])
def test_defects_bring_their_advice(free_photos: dict[str, BgrImage], name: str) -> None:  # noqa: F811  the fixture
    good = at_eye_distance(free_photos[name], 90)
    assert advice_for(good) is Advice.NONE
    assert advice_for(cv2.GaussianBlur(good, (0, 0), 5).astype(np.uint8)) is Advice.HOLD_STILL
    assert advice_for(np.asarray(good * 0.25, dtype=np.uint8)) is Advice.MORE_LIGHT


def advice_for(picture: BgrImage) -> Advice:
    face = face_of(picture)
    aligned = models().comparator.align(picture, face)
    quality = Quality(face.eye_distance_px, pose_of(face), sharpness_of(aligned), light_of(aligned), face.score)
    return quality_advice(quality)


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
