"""The zone: what lies outside is zero, what lies inside is untouched, and how far a face may be (R-17, R-18)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.camera.port import Zone
from kiosk.camera.zone import eye_distance_floor_px, mask_outside, zone_box_px, zone_pixels

FRACTION = st.floats(0, 1)


@pytest.mark.requirement("R-17")
@given(FRACTION, FRACTION, FRACTION, FRACTION, st.integers(1, 60), st.integers(1, 40))
def test_masking_leaves_the_zone_and_nothing_else(
    x1: float, x2: float, y1: float, y2: float, width_px: int, height_px: int
) -> None:
    zone = Zone(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    frame = np.random.default_rng(1).integers(1, 256, (height_px, width_px, 3), dtype=np.uint8)
    original = frame.copy()
    try:
        left, top, right, bottom = zone_box_px(width_px, height_px, zone)
    except ValueError:
        assume(False)
    mask_outside(frame, zone)
    assert np.array_equal(frame[top:bottom, left:right], original[top:bottom, left:right])
    assert np.count_nonzero(frame) == (right - left) * (bottom - top) * 3  # no pixel of the original is zero


def test_the_crop_is_a_view_so_wiping_the_frame_wipes_it() -> None:
    frame = np.full((720, 1280, 3), 9, dtype=np.uint8)
    crop = zone_pixels(frame, Zone())
    assert np.shares_memory(crop, frame)
    frame[:] = 0
    assert not crop.any()


def test_the_default_zone_of_the_reference_camera() -> None:
    assert zone_box_px(1280, 720, Zone()) == (358, 29, 922, 706)
    assert zone_box_px(1280, 720, Zone(0, 0, 1, 1)) == (0, 0, 1280, 720)


@pytest.mark.parametrize(
    "zone", [Zone(0.5, 0.1, 0.5, 0.9), Zone(-0.1), Zone(right=1.1), Zone(0.4, 0.9, 0.6, 0.1), Zone(0.5, 0, 0.5001, 1)]
)
def test_a_zone_that_is_none_is_refused(zone: Zone) -> None:
    with pytest.raises(ValueError):
        zone_box_px(1280, 720, zone)


@pytest.mark.requirement("R-18")
def test_the_distance_floor_of_the_reference_camera() -> None:
    assert eye_distance_floor_px(1280, 60, 1.0) == 70
    assert eye_distance_floor_px(1920, 60, 1.0) == 105
    assert eye_distance_floor_px(1280, 60, 1.2) == 59


@given(st.integers(320, 4096), st.floats(20, 120), st.floats(0.2, 1.2))
def test_a_face_at_the_reach_is_never_above_the_floor(width_px: int, fov_deg: float, reach_m: float) -> None:
    floor_px = eye_distance_floor_px(width_px, fov_deg, reach_m)
    view_m = 2 * reach_m * np.tan(np.radians(fov_deg / 2))
    assert 0 <= floor_px - 0.063 / view_m * width_px < 1 + 1e-6


@pytest.mark.parametrize(
    ("width_px", "fov_deg", "reach_m"),
    [(1280, 60, 1.21), (1280, 60, 0), (1280, 60, float("nan")), (0, 60, 1), (1280, 180, 1), (1280, 0, 1)],
)
def test_too_far_and_impossible_cameras_are_refused(width_px: int, fov_deg: float, reach_m: float) -> None:
    with pytest.raises(ValueError):
        eye_distance_floor_px(width_px, fov_deg, reach_m)
