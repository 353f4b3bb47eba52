"""The figures of one evaluation: overall, by group, and of all pictures against all.

Failures to acquire are counted (``fta``, comparisons that could not be made) and stay in: a mated pair without score is
a miss, a non-mated one is no match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kiosk.evaluate.pairs import Pair, identity_of
from kiosk.evaluate.rates import (
    FMR_TARGETS,
    NO_SCORE,
    OperatingPoint,
    Rate,
    Scores,
    at_threshold,
    can_carry,
    equal_error_rate,
    point_at,
    tar_at_fmr,
)

Bounds = Callable[[float], tuple[float, float]]


def figures_of(mated: Scores, nonmated: Scores, threshold: float, bounds: Bounds | None = None) -> dict[str, Any]:
    """One block of the report. ``bounds``: of the TAR at an FMR, where exact bounds would be too narrow."""
    at = at_threshold(mated, nonmated, threshold)
    one = point_at(mated, nonmated, 1)
    return {
        "mated": int(mated.size),
        "nonmated": int(nonmated.size),
        "fta": int((mated <= NO_SCORE).sum() + (nonmated <= NO_SCORE).sum()),
        "eer": _rounded(equal_error_rate(mated, nonmated)),
        "tar_at_fmr": {f"{fmr:g}": _point(tar_at_fmr(mated, nonmated, fmr), fmr, bounds) for fmr in FMR_TARGETS},
        "tar_at_one_false_match": _point(one),
        "tar_at_no_false_match": _point(point_at(mated, nonmated, 0)),
        "at_threshold": {
            "threshold": threshold,
            **_rate("fmr", at.fmr if at.fmr and can_state(at.fmr) else None),
            "fmr_high": _rounded(at.fmr.high if at.fmr else None),
            "false_matches": at.fmr.events if at.fmr else None,
            **_rate("fnmr", at.fnmr),
            "fnmr_high": _rounded(at.fnmr.high if at.fnmr else None),
        },
    }


def can_state(rate: Rate) -> bool:
    """Whether a measured rate may be stated as such: none found in too few trials says only what it is below."""
    return rate.events > 0 and can_carry(rate.value, rate.trials)


def by_group(pairs: Sequence[Pair], scores: Scores, threshold: float) -> dict[str, dict[str, Any]]:
    def figures(group: str) -> dict[str, Any]:
        return figures_of(*split(pairs, scores, lambda pair: pair.group == group), threshold)

    return {group: figures(group) for group in sorted({pair.group for pair in pairs})}


def by_label(
    pairs: Sequence[Pair],
    scores: Scores,
    threshold: float,
    label_of: Mapping[str, str],
) -> dict[str, dict[str, Any]]:
    """Pairs of two people with the same label, by label, as the data set gives it; nothing here ever infers one."""
    result = {}
    for label in sorted(set(label_of.values())):

        def has_label(pair: Pair, label: str = label) -> bool:
            return label_of.get(identity_of(pair.a)) == label == label_of.get(identity_of(pair.b))

        mated, nonmated = split(pairs, scores, has_label)
        if mated.size or nonmated.size:
            result[label] = figures_of(mated, nonmated, threshold)
    return result


def split(pairs: Sequence[Pair], scores: Scores, chosen: Callable[[Pair], bool]) -> tuple[Scores, Scores]:
    """Scores of the mated and of the non-mated pairs among those ``chosen``."""
    picked = np.array([chosen(pair) for pair in pairs], dtype=bool)
    same = np.array([pair.same for pair in pairs], dtype=bool)
    return scores[picked & same], scores[picked & ~same]


def _point(point: OperatingPoint | None, fmr: float = 0.0, bounds: Bounds | None = None) -> dict[str, float] | None:
    if point is None:
        return None
    low, high = bounds(fmr) if bounds else (point.tar.low, point.tar.high)
    return {
        "tar": round(point.tar.value, 5),
        "low": round(low, 5),
        "high": round(high, 5),
        "threshold": round(point.threshold, 4),
    }


def _rate(name: str, rate: Rate | None) -> dict[str, float | None]:
    return {name: None if rate is None else _rounded(rate.value)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
