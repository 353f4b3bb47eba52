"""The coverage cues on a small seeded sample of the faces their limits were set on: quiet about open faces, loud about
drawn cloth and opaque glasses. The full figures are in docs/decisions/0053-guidance-before-decision.md."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.evaluate.gate_view import gate_frame, look_at
from kiosk.evaluate.sweeps import Step, Sweep, degraded
from kiosk.face.advice import UNSURE
from kiosk.face.detector import Face
from kiosk.face.port import Advice
from kiosk.face.quality import coverage_advice
from tests.conftest import faces_folder
from tests.helpers.face_photos import face_of, models

SAMPLE, COVERED, SEED = 60, 20, 7

pytestmark = pytest.mark.faces


def people() -> Iterator[tuple[BgrImage, Face]]:
    folder = faces_folder()
    with (folder / "pairs.csv").open() as file:
        live = sorted({row["b"] for row in csv.DictReader(file) if row["same"] == "1"})
    for name in random.Random(SEED).sample(live, SAMPLE):
        picture = np.asarray(cv2.imread(str(folder / name)), dtype=np.uint8)
        yield gate_frame(picture, face_of(picture))


@pytest.fixture(scope="module")
def frames() -> list[tuple[BgrImage, Face]]:
    return list(people())


def cues(frames: list[tuple[BgrImage, Face]], step: Step) -> list[Advice]:
    looks = (look_at(degraded(frame, face, step, number), models()) for number, (frame, face) in enumerate(frames))
    return [coverage_advice(look.quality.coverage) for look in looks if look.quality is not None]


def test_few_open_faces_bring_a_cue(frames: list[tuple[BgrImage, Face]]) -> None:
    found = cues(frames, Step())
    assert len(found) >= 0.8 * SAMPLE
    assert sum(advice in UNSURE for advice in found) <= 0.05 * len(found)


@pytest.mark.parametrize(
    ("step", "advice"),
    [(Step(Sweep.MASK, 0.6), Advice.SHOW_FACE), (Step(Sweep.DARK_GLASSES, 1.0), Advice.SHOW_EYES)],
)
def test_most_coverings_do(frames: list[tuple[BgrImage, Face]], step: Step, advice: Advice) -> None:
    found = cues(frames[:COVERED], step)
    assert len(found) >= 0.8 * COVERED
    assert found.count(advice) >= 0.6 * len(found)
