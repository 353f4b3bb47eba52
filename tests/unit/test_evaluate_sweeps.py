"""What the sweeps do to a picture: each does its own thing, more with every step, and the same every time."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.evaluate import degrading, drawing
from kiosk.evaluate.drawing import Plane
from kiosk.evaluate.gate_view import EYE_DISTANCE_PX, EYES_DOWN, SETTINGS, gate_frame
from kiosk.evaluate.sweeps import AMOUNTS, Step, Sweep, degraded, seed_of, steps_of
from kiosk.face.detector import Face
from tests.helpers.face_made import made_face

WIDTH_PX, HEIGHT_PX = 563, 677
FACE = made_face(84)
NOSE, MOUTH, CHIN, FOREHEAD = (0.0, 0.5), (0.0, 1.0), (0.0, 1.6), (0.0, -0.6)


def scene() -> BgrImage:
    """Levels that rise to the right and down, with some detail."""
    rows, columns = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX]
    grey = 60 + columns / 8 + rows / 12 + 6 * ((rows // 4 + columns // 4) % 2)
    return np.repeat(grey[..., np.newaxis], 3, axis=2).astype(np.uint8)


def at(picture: BgrImage, spot: tuple[float, float], face: Face = FACE) -> np.ndarray:
    x, y = Plane.of(face).px([spot])[0]
    return np.asarray(picture[y, x], dtype=int)


@pytest.mark.parametrize("sweep", Sweep)
def test_every_step_changes_the_frame_and_is_the_same_again(sweep: Sweep) -> None:
    frame = scene()
    kept = frame.copy()
    for step in steps_of(sweep):
        one = degraded(frame, FACE, step, 5)
        assert one.shape == frame.shape
        assert one.dtype == np.uint8
        assert (one != frame).any(), step
        assert (one == degraded(frame, FACE, step, 5)).all(), step
    assert (frame == kept).all()  # what was given is not drawn on


@pytest.mark.parametrize("sweep", [sweep for sweep in Sweep if sweep is not Sweep.BRIGHTNESS])
def test_later_steps_do_more(sweep: Sweep) -> None:
    coarse = np.random.default_rng(2).integers(40, 210, (68, 57, 3), dtype=np.uint8)
    frame = np.asarray(cv2.resize(coarse, (WIDTH_PX, HEIGHT_PX)), dtype=np.uint8)
    far = [float(np.abs(degraded(frame, FACE, step, 2).astype(int) - frame).mean()) for step in steps_of(sweep)]
    assert far == sorted(far)
    assert len(set(far)) == len(far) == len(AMOUNTS[sweep])


def test_the_picture_as_it_is_stays_so() -> None:
    assert degraded(scene(), FACE, Step(), 1) is not None
    assert (degraded(scene(), FACE, Step(), 1) == scene()).all()
    assert str(Step()) == "as it is"
    assert str(Step(Sweep.MASK, 0.35)) == "mask 0.35"


def test_brightness_burns_out_and_contrast_goes_to_grey() -> None:
    assert degrading.brightness(scene(), 10.0).min() == 255
    assert degrading.brightness(scene(), 0.5).mean() == pytest.approx(scene().mean() / 2, abs=1)
    assert np.ptp(degrading.contrast(scene(), 0.0)) == 0
    assert degrading.contrast(scene(), 0.5).std() == pytest.approx(scene().std() / 2, rel=0.05)


def test_noise_has_the_strength_asked_for() -> None:
    flat = np.full((200, 200, 3), 128, dtype=np.uint8)
    assert degrading.noise(flat, 20.0, 3).std() == pytest.approx(20.0, rel=0.05)


def test_motion_blur_smears_sideways_only_and_keeps_the_light() -> None:
    lines = np.zeros((60, 60, 3), dtype=np.uint8)
    lines[:, 30] = 240
    smeared = degrading.motion_blur(lines, 12.0)
    assert (smeared[30, :, 0] > 0).sum() == 13
    assert smeared.astype(int).sum() == pytest.approx(lines.astype(int).sum(), rel=0.06)
    across = np.ascontiguousarray(lines.transpose(1, 0, 2))
    assert (degrading.motion_blur(across, 12.0)[:, 30] == across[:, 30]).all()


def test_backlight_darkens_the_face_and_burns_the_wall() -> None:
    lit = degrading.backlight(scene(), FACE, 0.9)
    assert at(lit, NOSE).mean() < 0.8 * at(scene(), NOSE).mean()
    assert lit[5, 5].mean() > 220


@pytest.mark.parametrize(("edge", "covered"), [(1.25, [CHIN]), (0.85, [MOUTH, CHIN]), (0.35, [NOSE, MOUTH, CHIN])])
def test_a_mask_covers_from_its_edge_down(edge: float, covered: list[tuple[float, float]]) -> None:
    drawn = drawing.mask(scene(), FACE, edge, 2)  # black cloth
    for spot in (NOSE, MOUTH, CHIN, FOREHEAD, (-0.5, 0.0), (0.5, 0.0)):
        changed = np.abs(at(drawn, spot) - at(scene(), spot)).max() > 40
        assert changed == (spot in covered), spot


def test_a_hood_comes_down_to_its_edge_and_leaves_nose_and_mouth() -> None:
    drawn = drawing.hood(scene(), FACE, -0.2, 2)
    assert at(drawn, FOREHEAD).max() < 60
    assert at(drawn, (0.0, -1.5)).max() < 60
    for spot in (NOSE, MOUTH):
        assert np.abs(at(drawn, spot) - at(scene(), spot)).max() <= 12, spot


def test_glasses_darken_the_eyes_alone() -> None:
    drawn = drawing.dark_glasses(scene(), FACE, 1.0, 0)
    for side in (-0.5, 0.5):
        assert at(drawn, (side, 0.0)).max() < 40
    for spot in (NOSE, MOUTH, FOREHEAD):
        assert (at(drawn, spot) == at(scene(), spot)).all()


def test_lids_take_the_colour_below_the_eye() -> None:
    frame = scene()
    for x, y in Plane.of(FACE).px([(-0.5, 0.0), (0.5, 0.0)]):
        cv2.circle(frame, (int(x), int(y)), 8, (10, 10, 10), -1)
    drawn = drawing.closed_lids(frame, FACE, 1.0)
    for side in (-0.5, 0.5):
        assert at(frame, (side, -0.03)).max() < 30
        assert np.abs(at(drawn, (side, -0.03)) - at(frame, (side, 0.3))).max() < 30


def test_a_tilted_face_wears_its_mask_tilted() -> None:
    tilted = made_face(84, tilt=0.4)
    drawn = drawing.mask(scene(), tilted, 0.35, 2)
    assert at(drawn, MOUTH, tilted).max() < 60
    assert (at(drawn, FOREHEAD, tilted) == at(scene(), FOREHEAD, tilted)).all()


@pytest.mark.parametrize("eye_distance_px", [30.0, 84.0, 200.0])
def test_the_gate_sees_everybody_at_one_place_and_size(eye_distance_px: float) -> None:
    picture = np.full((900, 900, 3), 120, dtype=np.uint8)
    frame, face = gate_frame(picture, made_face(eye_distance_px, 300, 400))
    assert frame.shape == (SETTINGS.zone_height_px, SETTINGS.zone_width_px, 3)
    assert face.eye_distance_px == pytest.approx(EYE_DISTANCE_PX, rel=1e-3)
    middle = face.points[:2].mean(axis=0)
    assert middle[0] == pytest.approx(SETTINGS.zone_width_px / 2, abs=0.5)
    assert middle[1] == pytest.approx(EYES_DOWN * SETTINGS.zone_height_px, abs=0.5)


def test_a_picture_brings_its_own_seed() -> None:
    assert seed_of(b"one") == seed_of(b"one") != seed_of(b"other")
