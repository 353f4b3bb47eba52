"""The slow comparator is asked only where the quick one is uncertain, a few times, and nothing of it stays."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from drivers.sensitive_memory import sensitive_count
from kiosk.camera.port import BgrImage
from kiosk.face.comparator import Features, unit
from kiosk.face.comparing import ASKED_MAX, Comparison
from kiosk.face.fusion import fused
from kiosk.face.probes import KEPT
from kiosk.face.reference import Reference
from kiosk.face.second import SecondComparator
from kiosk.memory.array import SensitiveArray


class Slow:
    """Says the first pixel, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def features(self, cut_out: BgrImage) -> Features:
        self.asked.append(int(cut_out[0, 0, 0]))
        return np.full(1, self.asked[-1] / 100, dtype=np.float32)


def face(first_pixel: int) -> BgrImage:
    picture = np.zeros((150, 150, 3), dtype=np.uint8)
    picture[0, 0, 0] = first_pixel
    return picture


def at(cosine: float) -> Features:
    return unit(np.array([cosine, np.sqrt(1 - cosine**2)], dtype=np.float32))


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def comparison(slow: Slow) -> Comparison:
    """With a reference whose second feature is 0.5."""
    made = Comparison(cast(SecondComparator, slow))
    template = SensitiveArray.taking(at(1.0), "features")
    made.take_reference(Reference(template, SensitiveArray.taking(face(50), "aligned face"), 60.0))
    return made


@pytest.mark.parametrize("cosine", [0.1, 0.9])
def test_where_the_quick_one_is_sure_the_slow_one_is_not_asked(
    comparison: Comparison, slow: Slow, cosine: float
) -> None:
    comparison.probes.add(at(cosine), 0.5, face(10))
    outcome = comparison.outcome()
    assert outcome.score == pytest.approx(fused(cosine, None), abs=1e-6)
    assert (slow.asked, outcome.second_s) == ([], 0.0)
    comparison.forget()


def test_in_the_band_the_best_probes_are_asked_one_each_time_and_no_more_than_needed(
    comparison: Comparison, slow: Slow
) -> None:
    for merit, pixel in ((0.2, 20), (0.8, 80), (0.5, 55), (0.4, 44), (0.3, 33)):
        comparison.probes.add(at(0.4), merit, face(pixel))
        comparison.outcome()
    assert slow.asked == [50, 20, 80, 55]  # the reference once, and each time the best not asked yet
    assert len(slow.asked) == 1 + ASKED_MAX
    mean = (0.20 + 0.80 + 0.55) / 3
    assert comparison.outcome().score == pytest.approx(fused(0.4, 1 - abs(0.5 - mean)), abs=1e-5)
    comparison.forget()


def test_a_second_attempt_asks_anew_but_not_for_the_reference(comparison: Comparison, slow: Slow) -> None:
    comparison.probes.add(at(0.4), 0.5, face(10))
    comparison.outcome()
    comparison.restart()
    assert not comparison.is_ready
    comparison.probes.add(at(0.4), 0.5, face(11))
    comparison.outcome()
    assert slow.asked == [50, 10, 11]
    comparison.forget()


def test_nothing_stays(comparison: Comparison) -> None:
    pictures = [face(number) for number in range(KEPT + 3)]
    for picture in pictures:
        comparison.probes.add(at(0.4), 0.5, picture)
        comparison.outcome()
    comparison.forget()
    assert not any(picture.any() for picture in pictures)
    assert not {"features", "aligned face"} & sensitive_count().living.keys()
    assert not comparison.is_ready
