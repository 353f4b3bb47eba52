"""A small seeded sample of the pairs the thresholds were measured on: they hold with these models and this OpenCV."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.comparing import Comparison
from kiosk.face.fusion import fused
from kiosk.face.reference import ReferenceUnusable, make_reference
from kiosk.face.thresholds import PortraitKind, threshold_for
from tests.conftest import faces_folder
from tests.helpers.face_photos import chip_portrait, face_of, models

SAMPLE = 15
SEED = 20

pytestmark = pytest.mark.faces


def read(path: Path) -> BgrImage:
    picture = cv2.imread(str(path))
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


@pytest.fixture(scope="module")
def scores() -> dict[str, list[float]]:
    """Scores of sampled pairs, chip portrait against one live frame, by "1" (mated) and "0"."""
    folder = faces_folder()
    with (folder / "label_errors.csv").open() as file:
        wrong = {row["a"] for row in csv.DictReader(file)}
    with (folder / "pairs.csv").open() as file:
        pairs = [row for row in csv.DictReader(file) if row["a"] not in wrong]
    found: dict[str, list[float]] = {}
    for same in ("1", "0"):
        sample = random.Random(SEED).sample([row for row in pairs if row["same"] == same], SAMPLE)
        with_score = (score_of(folder, row["a"], row["b"]) for row in sample)
        found[same] = [score for score in with_score if score is not None]
    return found


def score_of(folder: Path, portrait: str, live: str) -> float | None:
    """None where the press photograph shows somebody else close by: that is no portrait."""
    comparison = Comparison(models().second)
    try:
        comparison.take_reference(make_reference(chip_portrait(read(folder / portrait)), models()))
    except ReferenceUnusable:
        return None
    picture = read(folder / live)
    face = face_of(picture)
    features = models().comparator.features(models().comparator.align(picture, face))
    comparison.probes.add(features, 1.0, models().second.cut_out(picture, face))
    score = comparison.outcome().score
    comparison.forget()
    return score


def test_the_sample_is_large_enough(scores: dict[str, list[float]]) -> None:
    assert min(len(scores["1"]), len(scores["0"])) >= 0.8 * SAMPLE


def test_mated_pairs_match(scores: dict[str, list[float]]) -> None:
    threshold = threshold_for(PortraitKind.CHIP).value
    assert np.mean([score >= threshold for score in scores["1"]]) >= 0.85
    assert np.median(scores["1"]) > threshold + 0.15


def test_nonmated_pairs_do_not(scores: dict[str, list[float]]) -> None:
    assert max(scores["0"]) < threshold_for(PortraitKind.CHIP).value
    assert abs(np.median(scores["0"]) - fused(0.0, None)) < 0.15
