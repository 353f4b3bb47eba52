"""Frozen and looping sequences: made of noise, no faces needed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from drivers.sensitive_memory import sensitive_count
from kiosk.camera.port import BgrImage
from kiosk.face.attack.repeats import KEPT, POINTS, Repeats

HEIGHT_PX, WIDTH_PX = 180, 150
SCENE = np.tile(np.linspace(40, 210, WIDTH_PX), (HEIGHT_PX, 1))


def frame(number: int, noise: float = 1.0, base: np.ndarray | None = None) -> BgrImage:
    """A still scene as a sensor sees it; ``noise``: standard deviation in levels."""
    scene = SCENE if base is None else base
    seen = scene + np.random.default_rng(number).normal(0, noise, scene.shape)
    return np.repeat(np.clip(np.rint(seen), 0, 255).astype(np.uint8)[..., np.newaxis], 3, axis=2)


def taken(frames: Iterable[BgrImage]) -> Repeats:
    repeats = Repeats()
    for picture in frames:
        repeats.take(picture)
    return repeats


def test_a_still_person_before_a_noisy_sensor_neither_freezes_nor_returns() -> None:
    repeats = taken(frame(number) for number in range(KEPT + 60))
    assert (repeats.still, repeats.returned, repeats.moves) == (0, 0, True)
    repeats.forget()


def test_one_frame_alone_says_nothing() -> None:
    repeats = taken([frame(0)])
    assert (repeats.still, repeats.returned, repeats.moves) == (0, 0, False)
    repeats.forget()


@pytest.mark.parametrize("encoded_anew", [0, 1])
def test_a_frozen_picture_is_counted_also_when_its_levels_flicker_by_one(encoded_anew: int) -> None:
    frozen = frame(1)
    repeats = taken(np.asarray(frozen + encoded_anew * (number % 2), dtype=np.uint8) for number in range(7))
    assert (repeats.still, repeats.moves) == (6, False)
    repeats.take(frame(2))
    assert (repeats.still, repeats.moves) == (0, True)
    repeats.forget()


def test_a_camera_that_gives_each_frame_twice_is_not_frozen() -> None:
    repeats = Repeats()
    highest = 0
    for number in range(40):
        repeats.take(frame(number // 2))
        highest = max(highest, repeats.still)
    assert (highest, repeats.returned) == (1, 0)
    repeats.forget()


@pytest.mark.parametrize("length", [2, 13, 60])
def test_a_loop_returns_with_its_second_round(length: int) -> None:
    repeats = taken(frame(number % length) for number in range(length))
    assert repeats.returned == 0
    for number in range(length, length + 4):
        repeats.take(frame(number % length))
    assert repeats.returned == 4
    assert repeats.still == 0
    repeats.forget()


def test_a_loop_is_found_though_frames_of_it_are_dropped() -> None:
    """The engine takes the newest frame, whenever it has time."""
    seen = np.cumsum(np.random.default_rng(5).integers(1, 4, 60))
    repeats = taken(frame(int(number) % 20) for number in seen)
    assert repeats.returned >= 20
    repeats.forget()


def test_what_lies_too_far_back_is_forgotten() -> None:
    repeats = taken(frame(number) for number in range(KEPT + 1))
    repeats.take(frame(0))
    assert repeats.returned == 0
    repeats.take(frame(3))
    assert repeats.returned == 1
    repeats.forget()


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_burnt_out_pictures_are_not_judged(level: int) -> None:
    repeats = taken(np.full((HEIGHT_PX, WIDTH_PX, 3), level, dtype=np.uint8) for _ in range(20))
    assert (repeats.still, repeats.returned) == (0, 0)
    repeats.forget()


def test_the_points_are_overwritten_and_their_memory_bounded() -> None:
    before = sensitive_count().living.get("frame points", 0)
    repeats = taken(frame(number) for number in range(3))
    assert sensitive_count().living["frame points"] == before + 2
    kept = repeats._kept
    assert kept is not None
    pixels = kept.array
    assert pixels.nbytes == KEPT * POINTS == 131_072
    assert pixels.any()
    repeats.forget()
    assert not pixels.any()
    assert sensitive_count().living.get("frame points", 0) == before
    assert (repeats.moves, repeats.returned) == (False, 0)
