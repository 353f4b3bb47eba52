"""A head's turn is read off its depth; a picture that is turned, moved or held closer has none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.act import Act
from kiosk.face.attack.challenge import act_of, is_front
from kiosk.face.attack.pose import turn_since
from tests.helpers.mesh import as_head, as_sheet, made_mesh

MESH = made_mesh()


@given(st.floats(-35, 35), st.floats(-25, 25))
def test_a_turn_is_as_large_as_it_was_and_has_its_sign(yaw_deg: float, pitch_deg: float) -> None:
    turn = turn_since(MESH, as_head(MESH, yaw_deg, pitch_deg))
    assert turn.yaw_deg == pytest.approx(yaw_deg, abs=0.15 * abs(yaw_deg) + 0.1)
    seen_deg = math.degrees(math.asin(math.sin(math.radians(pitch_deg)) * math.cos(math.radians(yaw_deg))))
    assert turn.pitch_deg == pytest.approx(seen_deg, abs=0.1)
    assert turn.rigid > 0.98


def test_the_subjects_own_left_is_to_the_right_in_a_picture_that_is_not_mirrored() -> None:
    nose = int(np.argmin(MESH[:, 2]))
    turned = as_head(MESH, yaw_deg=25.0)
    assert turned[nose, 0] > MESH[nose, 0] + 10
    assert act_of(turn_since(MESH, turned)) is Act.TURN_LEFT
    mirrored, straight = turned.copy(), MESH.copy()
    mirrored[:, 0], straight[:, 0] = -turned[:, 0], -MESH[:, 0]
    assert act_of(turn_since(straight, mirrored)) is Act.TURN_RIGHT


def test_lowering_the_chin_is_a_nod_and_lifting_it_is_not() -> None:
    assert act_of(turn_since(MESH, as_head(MESH, pitch_deg=20.0))) is Act.NOD
    assert act_of(turn_since(MESH, as_head(MESH, pitch_deg=-20.0))) is None


@given(st.floats(-20, 20), st.floats(0.7, 1.4), st.floats(-40, 40), st.floats(-40, 40))
def test_moving_rolling_and_coming_closer_is_no_turn(roll_deg: float, size: float, dx: float, dy: float) -> None:
    turn = turn_since(MESH, as_head(MESH, roll_deg=roll_deg) * size + np.array([dx, dy, 0.0]))
    assert abs(turn.yaw_deg) < 0.1
    assert abs(turn.pitch_deg) < 0.1
    assert turn.roll_deg == pytest.approx(roll_deg, abs=0.1)
    assert turn.off_plane < 0.001
    assert is_front(turn)


@given(st.floats(-50, 50), st.floats(-40, 40))
def test_a_sheet_is_no_head_however_it_is_turned(yaw_deg: float, pitch_deg: float) -> None:
    turn = turn_since(MESH, as_sheet(MESH, yaw_deg, pitch_deg))
    assert act_of(turn) is None
    assert turn.off_plane < 0.001


def test_a_sheet_gets_narrower_and_a_head_does_not() -> None:
    assert turn_since(MESH, as_sheet(MESH, 50.0)).rigid < 0.7
    assert turn_since(MESH, as_head(MESH, 50.0)).rigid > 0.95


def test_a_turn_is_far_off_every_plane() -> None:
    assert turn_since(MESH, as_head(MESH, yaw_deg=20.0)).off_plane > 0.03
