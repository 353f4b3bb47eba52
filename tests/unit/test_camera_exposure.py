"""Exposure that follows the face: on simulated cameras it settles, never swings, and never leaves its range."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.camera.exposure import FACTOR_MAX, RANGE_100_US, SETTLED, SHOWS_AFTER_S, WELL_LIT, FaceExposure, face_level

FRAME_S = 1 / 15
LOW, HIGH = RANGE_100_US


def level(exposure: float, light: float, gamma: float) -> float:
    """Of a simulated camera: ``light`` is the exposure at which the face burns out."""
    return float(min(255.0, 255.0 * (exposure / light) ** (1 / gamma)))


def played(exposure: int, light: float, gamma: float, seconds: float, delay: int = 0) -> list[int]:
    """Every exposure in use, frame by frame; a change shows ``delay`` frames later."""
    control = FaceExposure(exposure)
    used = [control.exposure]
    for number in range(int(seconds / FRAME_S)):
        shown = used[max(0, len(used) - 1 - delay)]
        control.after(level(shown, light, gamma), number * FRAME_S)
        used.append(control.exposure)
    return used


cameras = st.tuples(st.integers(LOW, HIGH), st.floats(1.0, 20_000.0), st.floats(1.0, 2.5))
any_control = given(st.integers(-50, 5_000), st.lists(st.tuples(st.floats(0, 255), st.floats(0, 1)), max_size=60))


@given(cameras)
def test_it_settles_wherever_the_range_allows(camera: tuple[int, float, float]) -> None:
    exposure, light, gamma = camera
    last = played(exposure, light, gamma, 12.0)[-1]
    reached = level(last, light, gamma)
    in_reach = level(LOW, light, gamma) <= SETTLED[0] and level(HIGH, light, gamma) >= SETTLED[1]
    if in_reach:
        assert WELL_LIT[0] <= reached <= WELL_LIT[1]
    elif not WELL_LIT[0] <= reached <= WELL_LIT[1]:
        assert last in RANGE_100_US


@given(cameras, st.integers(0, 3))
def test_it_never_swings(camera: tuple[int, float, float], delay: int) -> None:
    used = played(*camera, seconds=12.0, delay=delay)
    moves = [later - earlier for earlier, later in pairwise(used) if later != earlier]
    assert all(move > 0 for move in moves) or all(move < 0 for move in moves)
    assert used[-1] == used[len(used) // 2]  # and has come to rest


@any_control
def test_it_never_leaves_its_range_and_never_jumps(begin: int, seen: list[tuple[float, float]]) -> None:
    control, at_s, before = FaceExposure(begin), 0.0, None
    for light, later_s in seen:
        at_s += later_s
        before = control.exposure
        answer = control.after(light, at_s)
        assert LOW <= control.exposure <= HIGH
        assert answer in {None, control.exposure}
        assert before / FACTOR_MAX - 1 <= control.exposure <= before * FACTOR_MAX + 1


@any_control
def test_it_waits_for_a_change_to_show(begin: int, seen: list[tuple[float, float]]) -> None:
    control, at_s, changes = FaceExposure(begin), 0.0, []
    for light, later_s in seen:
        at_s += later_s
        if control.after(light, at_s) is not None:
            changes.append(at_s)
    assert all(later - earlier >= SHOWS_AFTER_S for earlier, later in pairwise(changes))


@pytest.mark.parametrize("light", [WELL_LIT[0], 120.0, WELL_LIT[1]])
def test_a_well_lit_face_is_left_alone(light: float) -> None:
    assert FaceExposure(100).after(light, 0.0) is None


def test_a_face_in_the_dark_gets_more_and_a_burnt_one_less() -> None:
    assert FaceExposure(100).after(40.0, 0.0) == 200
    assert FaceExposure(100).after(90.0, 0.0) is None
    assert FaceExposure(100).after(255.0, 0.0) == 50


def test_once_begun_it_goes_on_to_the_middle() -> None:
    control = FaceExposure(100)
    assert control.after(60.0, 0.0) == 200
    assert control.after(90.0, 1.0) == 267  # within WELL_LIT, not yet settled
    assert control.after(110.0, 2.0) is None
    assert control.after(90.0, 3.0) is None


@pytest.mark.parametrize("exposure_range", [(0, 10), (10, 5), (-3, 3)])
def test_an_impossible_range_is_refused(exposure_range: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="range"):
        FaceExposure(10, exposure_range)


def test_the_level_is_that_of_the_boxs_middle() -> None:
    zone = np.full((100, 200, 3), 255, dtype=np.uint8)
    zone[30:70, 60:140] = (10, 100, 200)
    level = 10 * 0.114 + 100 * 0.587 + 200 * 0.299
    assert face_level(zone, (0.3, 0.3, 0.4, 0.4)) == pytest.approx(level)
    assert face_level(zone, (0.25, 0.25, 0.5, 0.5)) == pytest.approx(level)  # its rim is left out
    assert face_level(zone, (0.0, 0.0, 0.2, 0.2)) == pytest.approx(255.0)


@pytest.mark.parametrize("box", [(1.2, 0.1, 0.3, 0.3), (-0.9, 0.1, 0.3, 0.3), (0.5, 0.5, 0.0, 0.0)])
def test_a_box_outside_the_zone_has_no_level(box: tuple[float, float, float, float]) -> None:
    assert face_level(np.zeros((50, 50, 3), dtype=np.uint8), box) is None
