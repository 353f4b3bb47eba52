"""How a threshold is chosen from scores, and that a card is refused where the data cannot carry it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.evaluate.all_pairs import all_against_all
from kiosk.evaluate.carding import CannotCarry, Measured, lowest_threshold, threshold_of
from kiosk.evaluate.evaluation import Answer, Question
from kiosk.evaluate.templates import Template
from kiosk.face.comparator import unit

PEOPLE, PICTURES = 60, 3
NOTHING = np.zeros(1, dtype=np.float32)
LABELS = {f"p{person:02d}": "one" if person % 3 else "other" for person in range(PEOPLE)}


def measured(target_fmr: float, labels: dict[str, str] | None = None) -> Measured:
    """Random people; the pictures of one are near each other."""
    random = np.random.default_rng(7)
    features = {}
    for person in range(PEOPLE):
        centre = random.normal(size=128)
        for picture in range(PICTURES):
            near = centre + random.normal(scale=0.7, size=128)
            features[f"p{person:02d}/{picture}.jpg"] = Template(unit(near.astype(np.float32)), NOTHING, 60.0)
    everybody = all_against_all(features, features)
    made_by = {"pictures": len(features), "references_without_template": 2}
    answer = Answer({"made_by": made_by}, everybody.mated.scores, everybody.nonmated.scores, everybody)
    question = Question([], Path(), all_vs_all=True, labels=LABELS if labels is None else labels)
    return Measured(question, answer, target_fmr, "invented people")


@pytest.mark.requirement("R-40")
def test_the_threshold_keeps_the_target_among_look_alikes_and_a_hundredth_less_does_not() -> None:
    asked = measured(1e-3)
    threshold = threshold_of(asked)
    everybody = asked.answer.everybody
    assert everybody is not None
    same = [LABELS[everybody.people[a]] == LABELS[everybody.people[b]]
            for a, b in zip(everybody.nonmated.first, everybody.nonmated.second, strict=True)]  # fmt: skip
    alike = everybody.nonmated.scores[np.array(same)]
    assert (alike >= threshold.value).mean() == pytest.approx(threshold.evidence.alike_fmr, rel=0.01)
    assert (alike >= threshold.value).mean() <= 1e-3 < (alike >= threshold.value - 0.01).mean()
    assert threshold.evidence.worst_alike_fmr >= threshold.evidence.alike_fmr
    assert threshold.evidence.fmr <= threshold.evidence.fmr_high


def test_the_evidence_says_what_it_was_counted_from() -> None:
    evidence = threshold_of(measured(1e-3)).evidence
    assert evidence.data == f"invented people: {PEOPLE * PICTURES} pictures of {PEOPLE} people, all against all"
    assert (evidence.failures_to_acquire, evidence.mated) == (2, PEOPLE * 3)


def test_too_few_look_alikes_carry_no_card() -> None:
    with pytest.raises(CannotCarry) as refused:
        threshold_of(measured(1e-5))
    assert refused.value.needed == 300_000
    with pytest.raises(ValueError, match="labels"):
        threshold_of(measured(1e-3, labels={}))


@given(scores=st.lists(st.floats(-1, 0.96875, width=32), min_size=1, max_size=60), target=st.floats(0.001, 0.5))
def test_the_lowest_hundredth_is_the_lowest(scores: list[float], target: float) -> None:
    array = np.array(scores, dtype=np.float32)
    value = lowest_threshold(array, target)
    assert (array >= np.float32(value)).mean() <= target
    below = round(value - 0.01, 2)
    assert below == 0.0 or (array >= np.float32(below)).mean() > target
