"""Who is there: faces beyond arm's length are absent, and of several near ones none is chosen."""

from __future__ import annotations

import pytest

from kiosk.camera.zone import eye_distance_floor_px
from kiosk.face.port import Advice
from kiosk.face.presence import presence
from kiosk.face.settings import EngineSettings
from tests.helpers.face_made import made_face


@pytest.mark.requirement("R-18")
@pytest.mark.parametrize(("eye_distance_px", "near"), [(69, 0), (70, 1), (35, 0), (23, 0)])
def test_the_distance_floor(eye_distance_px: float, near: int) -> None:
    seen = presence([made_face(eye_distance_px)], EngineSettings().minimum_eye_distance_px)
    assert len(seen.near) == near
    assert (seen.only is not None) == (near == 1)
    assert seen.advice is (Advice.NONE if near else Advice.COME_CLOSER)


def test_a_far_face_beside_a_near_one_does_not_matter() -> None:
    near, far = made_face(100, 200), made_face(40, 450)
    assert presence([far, near], 70).only is near


@pytest.mark.requirement("R-19")
def test_several_near_faces_are_nobody() -> None:
    seen = presence([made_face(180, 200), made_face(71, 450)], 70)
    assert seen.only is None
    assert seen.advice is Advice.ONE_PERSON


def test_nobody() -> None:
    assert presence([], 70).advice is Advice.NOBODY


def test_a_wide_lens_may_have_a_low_floor_but_not_one_that_cannot_be_compared() -> None:
    EngineSettings(minimum_eye_distance_px=eye_distance_floor_px(1280, 90.0, 1.0))
    EngineSettings(minimum_eye_distance_px=90, camera_width_px=1920)
    with pytest.raises(ValueError, match="cannot be compared"):
        EngineSettings(minimum_eye_distance_px=34)
    with pytest.raises(ValueError, match="cannot be compared"):
        EngineSettings(minimum_eye_distance_px=50, camera_width_px=1920)
