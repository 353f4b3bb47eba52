"""One score out of two comparators. Pure.

SFace alone says what is clearly a match and what is clearly none. Between, dlib's ResNet is asked too; it errs at other
pictures, but far more often on some groups of people, so its say is limited: by its share, and by the band.

Outside the band the second comparator counts as agreeing as far as it can, so that the score rises with the first
comparator's everywhere and one threshold serves. Weight and band: ``docs/decisions/0054-a-second-comparator.md``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

UNCERTAIN_FROM, CERTAIN_FROM = 0.25, 0.50
"""SFace's uncertain band, cosine similarity; the upper end is outside."""
SECOND_SHARE = 0.3
SECOND_LOW, SECOND_HIGH = 0.20, 0.55
"""Nearness beyond these counts as these; from 0.40 on dlib's own examples see one person."""

_Array = npt.NDArray[np.float32]


def is_uncertain(similarity: float) -> bool:
    """Whether the second comparator is asked."""
    return UNCERTAIN_FROM <= similarity < CERTAIN_FROM


def fused(similarity: float, nearness: float | None) -> float:
    """The score, below 1. ``nearness`` may be None outside the band; inside, it raises ValueError."""
    if nearness is None:
        if is_uncertain(similarity):
            raise ValueError("inside the band both comparators are needed")
        nearness = 0.0
    both = np.array([[similarity], [nearness]], dtype=np.float32)
    return float(fused_all(*both)[0])


def fused_all(similarities: _Array, nearness: _Array) -> _Array:
    """The same for arrays of one shape."""
    bounded = np.clip(nearness, np.float32(SECOND_LOW), np.float32(SECOND_HIGH))
    bounded[similarities < np.float32(UNCERTAIN_FROM)] = SECOND_LOW
    bounded[similarities >= np.float32(CERTAIN_FROM)] = SECOND_HIGH
    bounded *= np.float32(SECOND_SHARE)
    bounded += np.float32(1 - SECOND_SHARE) * similarities
    return bounded
