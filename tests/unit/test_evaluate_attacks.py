"""Rates of attack detection: golden counts, and no way to average over kinds."""

from __future__ import annotations

import pytest

from kiosk.evaluate.attack_rates import FEWEST, Judged, figures_of

HIT, MISS = frozenset({"border"}), frozenset[str]()


def judged(kind: str, suspected: int, of: int, subjects: int = 1, silent: int = 0) -> list[Judged]:
    found = [HIT] * suspected + [MISS] * (of - suspected)
    answered = [Judged(kind, f"s{number % subjects}", signs) for number, signs in enumerate(found)]
    return answered + [Judged(kind, "s0", None)] * silent


def test_golden_counts() -> None:
    """60 of 200 prints pass: 0.30, exact 95 % bounds 0.2374 to 0.3686; 5 of 200 people are suspected."""
    figures = figures_of([*judged("print", 140, 200, 4, silent=3), *judged("real", 5, 200, 8)])
    apcer = figures["apcer"]["print"]
    assert (apcer["rate"], apcer["n"], apcer["errors"]) == (0.3, 200, 60)
    assert (apcer["low"], apcer["high"]) == (0.2374, 0.3686)
    assert (apcer["no_response"], apcer["subjects"], apcer["suspected_by"]) == (3, 4, {"border": 140})
    bpcer = figures["bpcer"]
    assert (bpcer["rate"], bpcer["low"], bpcer["high"], bpcer["n"]) == (0.025, 0.0082, 0.0574, 200)
    assert figures["worst_kind"] == "print"


@pytest.mark.requirement("R-110")
def test_the_worst_kind_comes_first_and_nothing_is_averaged() -> None:
    figures = figures_of(
        [
            *judged("mask", 0, FEWEST - 1),
            *judged("replay", 90, 100),
            *judged("print", 20, 100),
            *judged("film", 20, 40),
            *judged("real", 0, 40),
        ]
    )
    assert list(figures["apcer"]) == ["print", "film", "replay", "mask"]
    assert figures["worst_kind"] == "print"
    assert figures["not_measured"] == ["mask"]
    assert [figures["apcer"]["mask"][name] for name in ("rate", "low", "high", "n")] == [None, None, None, FEWEST - 1]
    numbers = {block["rate"] for block in figures["apcer"].values()}
    assert numbers == {0.8, 0.5, 0.1, None}
    assert set(figures) == {"apcer", "bpcer", "worst_kind", "not_measured"}


def test_no_error_seen_says_only_what_the_rate_is_below() -> None:
    figures = figures_of([*judged("real", 0, 300), *judged("print", 300, 300)])
    assert figures["bpcer"]["rate"] == 0.0
    assert figures["bpcer"]["high"] == pytest.approx(3 / 300, abs=3e-4)
    assert figures["apcer"]["print"]["high"] == figures["bpcer"]["high"]


def test_few_subjects_are_told_and_how_they_differ() -> None:
    figures = figures_of([*judged("real", 0, 30), *(Judged("real", "other", HIT) for _ in range(30))])
    assert figures["bpcer"]["subjects"] == 2
    assert figures["bpcer"]["by_subject"] == {"lowest": 0.0, "highest": 1.0}
    assert (figures["apcer"], figures["worst_kind"]) == ({}, None)


def test_nobody_measured_is_no_rate() -> None:
    figures = figures_of(judged("print", 0, 0, silent=5))
    assert figures["apcer"]["print"] == {
        "rate": None, "low": None, "high": None, "n": 0, "errors": 0, "no_response": 5, "subjects": 1,
        "by_subject": None, "suspected_by": {},
    }  # fmt: skip
    assert figures["bpcer"]["rate"] is None
