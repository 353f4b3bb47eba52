"""Verification error rates of ISO/IEC 19795-1 with their uncertainty. Pure; scores in, numbers out.

A score is a similarity: more means more alike. A comparison that could not be made (no template of one picture, a
failure to acquire) has the score ``NO_SCORE``: it is never a match, so it counts as a miss of a mated pair.

A rate f is stated only where the data can carry it: from at least 3/f comparisons ("rule of three": no error in n
comparisons bounds the rate by 3/n with 95 % confidence). Else it is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
NO_SCORE = -2.0
"""Below every cosine."""
CONFIDENCE = 0.95
RULE_OF_THREE = 3.0
FMR_TARGETS = (1e-2, 1e-3, 1e-4)


@dataclass(frozen=True)
class Rate:
    """``events`` of ``trials``; ``low`` and ``high``: exact 95 % bounds by Clopper and Pearson, trials independent.

    Two-sided; where no trial or every trial was an event there is one side only, and it has the whole 5 %.
    """

    events: int
    trials: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.events / self.trials


@dataclass(frozen=True)
class OperatingPoint:
    """Match from ``threshold`` on. ``tar``: share of the mated accepted (true accept rate, 1 - FRR)."""

    threshold: float
    tar: Rate


@dataclass(frozen=True)
class AtThreshold:
    """Errors at one threshold: false matches of the non-mated, false non-matches of the mated."""

    threshold: float
    fmr: Rate | None
    fnmr: Rate | None


def rate_of(events: int, trials: int) -> Rate:
    """Raises ValueError without trials."""
    if trials < 1 or not 0 <= events <= trials:
        raise ValueError("a rate needs trials, and events among them")
    is_one_sided = events in {0, trials}
    tail = 1 - CONFIDENCE if is_one_sided else (1 - CONFIDENCE) / 2
    low = _beta_quantile(tail, events, trials - events + 1) if events else 0.0
    high = _beta_quantile(1 - tail, events + 1, trials - events) if events < trials else 1.0
    return Rate(events, trials, low, high)


def _beta_quantile(probability: float, a: int, b: int) -> float:
    from scipy.stats import beta  # type: ignore[import-untyped]  # half a second to load, for evaluations only

    return float(beta.ppf(probability, a, b))


def can_carry(fmr: float, trials: int) -> bool:
    """Whether ``trials`` comparisons can say anything of a rate as small as ``fmr``."""
    return trials >= RULE_OF_THREE / fmr


def threshold_at(nonmated: Scores, false_matches: int) -> float:
    """The lowest threshold, to a float's precision, with at most ``false_matches`` of ``nonmated`` at or above it."""
    if false_matches >= nonmated.size:
        return float(nonmated.min())
    first_excluded = np.partition(nonmated, nonmated.size - 1 - false_matches)[nonmated.size - 1 - false_matches]
    return float(np.nextafter(np.float32(first_excluded), np.float32(np.inf)))


def point_at(mated: Scores, nonmated: Scores, false_matches: int) -> OperatingPoint | None:
    """None without mated or non-mated comparisons."""
    if not mated.size or not nonmated.size:
        return None
    threshold = threshold_at(nonmated, false_matches)
    return OperatingPoint(threshold, rate_of(int((mated >= np.float32(threshold)).sum()), mated.size))


def tar_at_fmr(mated: Scores, nonmated: Scores, fmr: float) -> OperatingPoint | None:
    """None where the non-mated comparisons cannot carry ``fmr``."""
    return point_at(mated, nonmated, int(fmr * nonmated.size)) if can_carry(fmr, nonmated.size) else None


def at_threshold(mated: Scores, nonmated: Scores, threshold: float) -> AtThreshold:
    limit = np.float32(threshold)
    false_matches, misses = int((nonmated >= limit).sum()), int((mated < limit).sum())
    return AtThreshold(
        threshold,
        rate_of(false_matches, nonmated.size) if nonmated.size else None,
        rate_of(misses, mated.size) if mated.size else None,
    )


def equal_error_rate(mated: Scores, nonmated: Scores) -> float | None:
    """Where FMR and FNMR meet, between two thresholds by a straight line. None where there is nothing to compare."""
    if not mated.size or not nonmated.size:
        return None
    thresholds, fmr, fnmr = curve(mated, nonmated)
    difference = fnmr - fmr  # rises with the threshold
    after = int(np.searchsorted(difference, 0.0))
    if after in {0, thresholds.size}:
        end = min(after, thresholds.size - 1)
        return float(max(fmr[end], fnmr[end]))
    before = after - 1
    share = -difference[before] / (difference[after] - difference[before])
    return float(fmr[before] + share * (fmr[after] - fmr[before]))


Curve = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]


def curve(mated: Scores, nonmated: Scores, points: int = 2000) -> Curve:
    """Thresholds, rising, with FMR and FNMR at each: at every score of the rarer outcome, at most about ``points``."""
    high = np.sort(nonmated)
    low = np.sort(mated)
    tail = high[-points:]
    spread = high[np.linspace(0, high.size - 1, min(points, high.size)).astype(int)]
    genuine = low[np.linspace(0, low.size - 1, min(points, low.size)).astype(int)]
    ends = np.array([min(high[0], low[0]), np.nextafter(max(high[-1], low[-1]), np.float32(np.inf))], dtype=np.float32)
    thresholds = np.unique(np.concatenate([tail, spread, genuine, ends]))
    fmr = 1.0 - np.searchsorted(high, thresholds, side="left") / high.size
    fnmr = np.searchsorted(low, thresholds, side="left") / low.size
    return thresholds.astype(np.float64), fmr.astype(np.float64), fnmr.astype(np.float64)
