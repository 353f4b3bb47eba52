"""Benchmarks measure the shipped chain on pictures that exercise all of it."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.benchwork import DlibBaseline, FloorWork, OurWork
from kiosk.rehearsal.bench import film_pictures
from tests.helpers.face_photos import free_photos  # noqa: F401  the fixture is used

pytestmark = pytest.mark.photos


@pytest.fixture(scope="module")
def pictures(free_photos: dict[str, BgrImage]) -> tuple[list[BgrImage], list[list[BgrImage]]]:  # noqa: F811  they are there
    """The benchmark's own: a photograph on a plain ground would be taken for a sheet held up."""
    return film_pictures()


@pytest.fixture
def portrait(pictures: tuple[list[BgrImage], list[list[BgrImage]]]) -> BgrImage:
    return pictures[0][1]


@pytest.fixture
def zones(pictures: tuple[list[BgrImage], list[list[BgrImage]]]) -> list[BgrImage]:
    return pictures[1][1]


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
