"""The model of people at a gate: drawn from a seed, and judged by what was promised."""

from __future__ import annotations

from random import Random

import pytest

from tests.soak.figures import Figures
from tests.soak.user_model import OFFICER_S, Timed, drawn, judge, p95, plan


def test_reaction_times_are_the_seeds_and_human() -> None:
    seen = [drawn(Random(seed), OFFICER_S) for seed in range(300)]
    assert seen == [drawn(Random(seed), OFFICER_S) for seed in range(300)]
    assert 2.8 < sorted(seen)[150] < 3.2
    assert all(1.5 < one < 5.0 for one in seen)


def test_both_lanes_are_played() -> None:
    kinds = {kind.name for kind in plan(20, 1, Timed())}
    assert kinds == {"face check", "by staff"}


def test_the_95th_of_a_hundred() -> None:
    assert p95([float(n) for n in range(1, 101)]) == 95.0
    assert p95([3.0]) == 3.0


@pytest.mark.parametrize(
    ("timed", "broken"),
    [
        (Timed([4.0] * 20, [7.0] * 20, 1), 0),
        (Timed([5.5] * 20, [7.0] * 20, 1), 1),
        (Timed([4.0] * 18 + [12.0] * 2, [7.0] * 20, 1), 1),
        (Timed([4.0] * 20, [9.0] * 18 + [16.0] * 2, 3), 3),
    ],
)
def test_what_is_slower_than_promised_is_told(timed: Timed, broken: int) -> None:
    figures = Figures("user model")
    judge(timed, figures)
    assert len(figures.violations) == broken
