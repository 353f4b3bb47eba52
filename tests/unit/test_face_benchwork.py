"""Benchmarks measure the shipped chain on pictures that exercise all of it."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.benchwork import DlibBaseline, FloorWork, OurWork
from tests.helpers.face_photos import chip_portrait, free_photos, zone_of  # noqa: F401  the fixture is used

pytestmark = pytest.mark.photos


@pytest.fixture
def portrait(free_photos: dict[str, BgrImage]) -> BgrImage:  # noqa: F811
    return chip_portrait(free_photos["person_b_2"])


@pytest.fixture
def zones(free_photos: dict[str, BgrImage]) -> list[BgrImage]:  # noqa: F811
    return [zone_of(free_photos["person_b_1"], 95, dx) for dx in (0, 3, 6)]


def test_each_does_its_work(portrait: BgrImage, zones: list[BgrImage]) -> None:
    ours, floor = OurWork().run(portrait, zones), FloorWork().run(portrait, zones)
    assert 0 < ours < 10
    assert 0 < floor < 10


def test_work_that_was_not_done_is_not_measured(portrait: BgrImage, zones: list[BgrImage]) -> None:
    nobody = np.zeros_like(zones[0])
    with pytest.raises(ValueError, match="not every frame"):
        OurWork().run(portrait, [zones[0], nobody])


def test_the_baseline_runs_on_the_same_pictures(portrait: BgrImage, zones: list[BgrImage]) -> None:
    assert DlibBaseline().run(portrait, zones[:1]) > 0
    with pytest.raises(ValueError, match="HOG"):
        DlibBaseline().run(np.zeros_like(portrait), zones[:1])
