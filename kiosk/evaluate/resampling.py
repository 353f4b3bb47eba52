"""Bounds where comparisons are not independent: whole persons are drawn again, with all their pictures.

All-against-all uses every picture hundreds of times, so exact bounds for independent trials would be far too narrow
(ISO/IEC 19795-1, "subject-based bootstrap"). A person drawn n times weighs n times in their mated pairs, and n times m
in the non-mated ones with a person drawn m times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kiosk.evaluate.rates import CONFIDENCE, Scores

DRAWS = 400
HISTOGRAM_BINS = 4000
SCORE_RANGE = (-1.0, 1.0)

Persons = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Comparisons:
    """Scores with the persons of both sides, as numbers 0..people-1; parallel arrays."""

    scores: Scores
    first: Persons
    second: Persons


def tar_bounds(mated: Comparisons, nonmated: Comparisons, fmr: float, seed: int = 1) -> tuple[float, float]:
    """95 % bounds of the share of ``mated`` accepted at the threshold each draw has for ``fmr``."""
    people = 1 + max(int(part.max()) for each in (mated, nonmated) for part in (each.first, each.second))
    random = np.random.default_rng(seed)
    top = _highest(nonmated, fmr)
    found = []
    for _ in range(DRAWS):
        weights = np.bincount(random.integers(0, people, people), minlength=people).astype(np.float64)
        threshold = _weighted_threshold(top, weights, fmr, nonmated)
        mated_weights = weights[mated.first] * np.where(mated.first == mated.second, 1.0, weights[mated.second])
        if mated_weights.sum() > 0:
            found.append(mated_weights[mated.scores >= threshold].sum() / mated_weights.sum())
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return float(low), float(high)


def fmr_bounds(nonmated: Comparisons, threshold: float, seed: int = 1) -> tuple[float, float]:
    """95 % bounds of the share of ``nonmated`` at or above ``threshold``."""
    people = 1 + max(int(nonmated.first.max()), int(nonmated.second.max()))
    random = np.random.default_rng(seed)
    above = nonmated.scores >= np.float32(threshold)
    first, second = nonmated.first[above], nonmated.second[above]
    found = []
    for _ in range(DRAWS):
        weights = np.bincount(random.integers(0, people, people), minlength=people).astype(np.float64)
        found.append((weights[first] * weights[second]).sum() / _pairs_weight(weights, nonmated))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return float(low), float(high)


def _highest(nonmated: Comparisons, fmr: float) -> Comparisons:
    """The part any draw's threshold can lie in: four times as many as ``fmr`` asks for, highest first."""
    keep = min(nonmated.scores.size, max(1000, int(4 * fmr * nonmated.scores.size)))
    chosen = np.argpartition(nonmated.scores, nonmated.scores.size - keep)[nonmated.scores.size - keep :]
    chosen = chosen[np.argsort(-nonmated.scores[chosen], kind="stable")]
    return Comparisons(nonmated.scores[chosen], nonmated.first[chosen], nonmated.second[chosen])


def _weighted_threshold(
    top: Comparisons, weights: npt.NDArray[np.float64], fmr: float, nonmated: Comparisons
) -> np.float32:
    matched = np.cumsum(weights[top.first] * weights[top.second])
    place = int(np.searchsorted(matched, fmr * _pairs_weight(weights, nonmated), side="right"))
    return np.float32(np.nextafter(top.scores[min(place, top.scores.size - 1)], np.float32(np.inf)))


def _pairs_weight(weights: npt.NDArray[np.float64], nonmated: Comparisons) -> float:
    """Weight of all non-mated pairs; for large data from a sample of one pair in a hundred, which is within 1 %."""
    step = max(1, nonmated.scores.size // 200_000)
    sample = weights[nonmated.first[::step]] * weights[nonmated.second[::step]]
    return max(float(sample.mean() * nonmated.scores.size), 1.0)
