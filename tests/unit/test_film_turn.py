"""Simulated turns and sheets of the film: who does as asked, when, and that a sheet stays one."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from kiosk.camera.port import BgrImage
from kiosk.domain.act import Act
from kiosk.rehearsal.film_people import Cutout
from kiosk.rehearsal.film_scene import SETTLING_FRAMES, WIDTH_PX, Painter, Scene
from kiosk.rehearsal.film_sheet import Held, held
from kiosk.rehearsal.film_turn import REACTION_S, STRAIGHT, TURN_DEG, TURNING_S, Depth, Motion, turned

EYE_PX = 125.0
Points = npt.NDArray[np.float64]


def spotted() -> Cutout:
    """Dots on a level grid, 25 px apart; eyes in the middle."""
    picture: BgrImage = np.zeros((600, 500, 3), dtype=np.uint8)
    for x in range(50, 451, 25):
        for y in range(50, 551, 25):
            cv2.circle(picture, (x, y), 4, (255, 255, 255), -1)
    return Cutout(picture, np.zeros_like(picture), (250.0, 225.0))


def spots(cutout: Cutout) -> Points:
    """Where the dots are, x and y."""
    _, _, _, middles = cv2.connectedComponentsWithStats((cutout.colour[:, :, 0] > 100).astype(np.uint8))
    return np.asarray(middles[1:])


def by_columns(points: Points) -> Points:
    """Dots of one column after the other, each from above."""
    columns = points[np.argsort(points[:, 0])].reshape(17, 21, 2)
    return np.concatenate([column[np.argsort(column[:, 1])] for column in columns])


@pytest.mark.parametrize("act", [Act.TURN_LEFT, Act.TURN_RIGHT, Act.NOD])
def test_somebody_asked_reacts_turns_and_comes_back(act: Act) -> None:
    motion = Motion()
    motion.ask(act, 10.0)
    assert motion.at(10.0 + REACTION_S) == pytest.approx(STRAIGHT)
    half = motion.at(10.0 + REACTION_S + TURNING_S / 2)
    assert half == pytest.approx(tuple(angle / 2 for angle in TURN_DEG[act]))
    assert motion.at(10.0 + REACTION_S + TURNING_S) == pytest.approx(TURN_DEG[act])
    assert motion.at(15.0) == TURN_DEG[act]
    motion.ask(Act.FRONT, 15.0)
    assert motion.at(15.0) == TURN_DEG[act]
    assert motion.at(17.0) == STRAIGHT


def test_an_even_sheet_held_straight_is_the_picture_itself() -> None:
    cutout = spotted()
    seen = held(cutout, Held(), EYE_PX)
    assert np.array_equal(seen.colour[16:-16, 16:-16], cutout.colour[16:-16, 16:-16])


def test_a_turned_sheet_is_narrower_and_its_dots_stay_on_lines() -> None:
    straight, seen = spots(spotted()), spots(held(spotted(), Held(yaw_deg=40.0), EYE_PX))
    assert np.ptp(seen[:, 0]) == pytest.approx(np.ptp(straight[:, 0]) * np.cos(np.radians(40)), rel=0.12)
    assert len(seen) == len(straight)
    straight, seen = by_columns(straight), by_columns(seen)
    plane, _ = cv2.findHomography(straight, seen, cv2.RANSAC, 2.0)
    moved = cv2.perspectiveTransform(straight[:, np.newaxis], plane)[:, 0]
    assert np.median(np.linalg.norm(moved - seen, axis=1)) < 0.7


def test_a_bent_sheet_is_narrowest_at_its_edges() -> None:
    seen = spots(held(spotted(), Held(bend_deg=80.0), EYE_PX))
    row = np.sort(seen[np.abs(seen[:, 1] - 300) < 6][:, 0])
    gaps = np.diff(row)
    assert len(row) == 17
    assert gaps[len(gaps) // 2] > 1.15 * max(gaps[0], gaps[-1])


def test_what_lies_nearer_moves_further_and_the_body_stays() -> None:
    moving = np.zeros((600, 500), dtype=np.float32)
    moving[:400] = 1.0
    cutout = spotted()
    for away, shift in ((-40.0, 40.0), (20.0, -20.0)):
        depth = Depth(np.full((600, 500), away, dtype=np.float32), moving, (250.0, 300.0))
        seen = turned(cutout, depth, 20.0, 0.0)
        assert np.array_equal(seen.colour[400:], cutout.colour[400:])
        goes_to = (250 + shift * math.sin(math.radians(20)), 225)  # positive: to the subject's own left
        assert np.linalg.norm(spots(seen) - goes_to, axis=1).min() < 1.5
    assert turned(cutout, depth, 0.0, 0.0) is cutout


def test_without_depth_heads_on_the_film_stay_straight_and_sheets_turn() -> None:
    painter = Painter([spotted()])
    pictures = {}
    for scene, angles in (("standing", STRAIGHT), ("standing", (30.0, 0.0)), ("sheet_turned", STRAIGHT),
                          ("sheet_turned", (30.0, 0.0)), ("sheet_still", (30.0, 0.0))):  # fmt: skip
        out = np.zeros((720, WIDTH_PX, 3), dtype=np.uint8)
        painter.paint(out, Scene(scene, (0,)), 5.0, SETTLING_FRAMES, angles)
        pictures[scene, angles] = out
    assert np.array_equal(pictures["standing", STRAIGHT], pictures["standing", (30.0, 0.0)])
    assert not np.array_equal(pictures["sheet_turned", STRAIGHT], pictures["sheet_turned", (30.0, 0.0)])
    assert np.array_equal(pictures["sheet_turned", STRAIGHT], pictures["sheet_still", (30.0, 0.0)])
