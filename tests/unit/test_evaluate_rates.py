"""Error rates with exact bounds, thresholds at a false match rate, and what the data cannot carry (R-109)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.evaluate.measure import by_group, by_label, figures_of
from kiosk.evaluate.pairs import Pair
from kiosk.evaluate.rates import (
    NO_SCORE,
    Scores,
    at_threshold,
    can_carry,
    equal_error_rate,
    point_at,
    rate_of,
    tar_at_fmr,
    threshold_at,
)
from kiosk.evaluate.resampling import Comparisons, fmr_bounds, tar_bounds


def scores(*values: float) -> Scores:
    return np.array(values, dtype=np.float32)


@pytest.mark.requirement("R-109")
def test_no_error_in_30_000_says_below_one_in_10_000() -> None:
    assert rate_of(0, 30_000).high == pytest.approx(9.985e-5, rel=1e-4)
    assert rate_of(0, 30_000).low == 0.0


def test_bounds_of_clopper_and_pearson() -> None:
    """Worked example of the R documentation of ``binom.test``: 682 of 925."""
    found = rate_of(682, 925)
    assert found.value == pytest.approx(0.7372973)
    assert (found.low, found.high) == (pytest.approx(0.7076683, abs=1e-6), pytest.approx(0.7654066, abs=1e-6))


@given(st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_a_rate_lies_between_its_bounds(events_of_trials: tuple[int, int]) -> None:
    found = rate_of(*events_of_trials)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


@pytest.mark.parametrize(("events", "trials"), [(0, 0), (-1, 5), (6, 5)])
def test_no_rate_without_trials(events: int, trials: int) -> None:
    with pytest.raises(ValueError, match="a rate needs trials"):
        rate_of(events, trials)


def test_the_rule_of_three() -> None:
    assert can_carry(1e-4, 30_000)
    assert not can_carry(1e-4, 29_999)


@given(
    st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=60),
    st.integers(0, 60),
)
def test_a_threshold_lets_no_more_false_matches_through_than_it_is_asked_for(values: list[float], most: int) -> None:
    nonmated = scores(*values)
    threshold = np.float32(threshold_at(nonmated, most))
    assert (nonmated >= threshold).sum() <= max(most, 0) or most >= nonmated.size
    if most < nonmated.size:  # and it is the lowest such
        below = nonmated[nonmated < threshold]
        assert (nonmated >= below.max()).sum() > most


def test_a_comparison_that_could_not_be_made_is_a_miss_and_no_match() -> None:
    at = at_threshold(scores(0.9, NO_SCORE), scores(NO_SCORE, 0.1), 0.4)
    assert at.fnmr is not None
    assert at.fmr is not None
    assert (at.fnmr.events, at.fmr.events) == (1, 0)


def test_operating_points() -> None:
    mated, nonmated = scores(0.2, 0.5, 0.6, 0.9), scores(0.1, 0.3, 0.55)
    none, one = point_at(mated, nonmated, 0), point_at(mated, nonmated, 1)
    assert none is not None
    assert one is not None
    assert (none.tar.events, one.tar.events) == (2, 3)
    assert tar_at_fmr(mated, nonmated, 1e-2) is None
    assert point_at(mated, scores(), 0) is None


def test_the_equal_error_rate() -> None:
    assert equal_error_rate(scores(0.6, 0.7), scores(0.1, 0.2)) == 0.0
    assert equal_error_rate(scores(0.1, 0.2), scores(0.6, 0.7)) == 1.0
    mixed = equal_error_rate(scores(0.3, 0.5, 0.7, 0.9), scores(0.1, 0.2, 0.4, 0.6))
    assert mixed == pytest.approx(0.25)
    assert equal_error_rate(scores(), scores(0.1)) is None


def test_what_the_data_cannot_carry_is_null() -> None:
    block = figures_of(scores(0.8, 0.9), scores(*[0.1] * 400), 0.42)
    assert block["tar_at_fmr"]["0.01"]["tar"] == 1.0
    assert block["tar_at_fmr"]["0.001"] is None
    assert block["at_threshold"]["fmr"] is None
    assert block["at_threshold"]["fmr_high"] == pytest.approx(rate_of(0, 400).high, rel=1e-3)


@pytest.mark.requirement("R-111")
def test_groups_and_labels_are_counted_apart() -> None:
    pairs = [
        Pair("images/Ann/1.jpg", "images/Ann/2.jpg", True, "one"),
        Pair("images/Ann/1.jpg", "images/Bob/1.jpg", False, "one"),
        Pair("images/Bob/1.jpg", "images/Cal/1.jpg", False, "two"),
    ]
    found = scores(0.9, 0.1, 0.5)
    groups = by_group(pairs, found, 0.42)
    assert (groups["one"]["mated"], groups["two"]["nonmated"]) == (1, 1)
    labels = by_label(pairs, found, 0.42, {"Ann": "f", "Bob": "m", "Cal": "m"})
    assert labels["m"]["at_threshold"]["false_matches"] == 1
    assert labels["f"]["nonmated"] == 0


def test_bounds_by_drawing_persons_are_wider_than_exact_ones() -> None:
    """Forty persons, each either easy or hard in all of their fifty comparisons."""
    random = np.random.default_rng(5)
    persons = np.repeat(np.arange(40, dtype=np.int32), 50)
    hard = persons % 8 == 0
    mated = Comparisons(np.where(hard, 0.3, 0.9).astype(np.float32), persons, persons)
    others = np.array([(a, b) for a in range(40) for b in range(40) if a != b], dtype=np.int32)
    nonmated = Comparisons(random.uniform(-0.2, 0.4, len(others)).astype(np.float32), others[:, 0], others[:, 1])
    low, high = tar_bounds(mated, nonmated, 1e-2)
    exact = rate_of(int((~hard).sum()), hard.size)
    assert low < exact.low < exact.high < high
    lowest, highest = fmr_bounds(nonmated, 0.3)
    assert lowest < (nonmated.scores >= 0.3).mean() < highest
