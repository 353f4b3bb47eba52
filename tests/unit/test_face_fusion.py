"""One score out of two comparators: it rises with both, and the second has no say where the first is sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.face.fusion import (
    CERTAIN_FROM,
    SECOND_HIGH,
    SECOND_LOW,
    SECOND_SHARE,
    UNCERTAIN_FROM,
    fused,
    fused_all,
    is_uncertain,
)
from kiosk.face.thresholds import PortraitKind, threshold_for

cosines = st.floats(-1, 1, width=32)
nearnesses = st.floats(-1, 1, width=32)


@given(lower=cosines, higher=cosines, near=nearnesses, nearer=nearnesses)
def test_it_rises_with_both(lower: float, higher: float, near: float, nearer: float) -> None:
    assume(lower <= higher)
    assume(near <= nearer)
    assert fused(lower, near) <= fused(higher, nearer) + 1e-6


@given(similarity=cosines, near=nearnesses)
def test_it_rises_across_the_ends_of_the_band(similarity: float, near: float) -> None:
    other = fused(similarity, near)
    for step in (0.01, 0.3):
        assert fused(similarity - step, near) <= other <= fused(similarity + step, near)


@given(similarity=cosines, near=nearnesses, other=nearnesses)
def test_where_the_first_is_sure_the_second_has_no_say(similarity: float, near: float, other: float) -> None:
    assume(not is_uncertain(similarity))
    assert fused(similarity, near) == fused(similarity, other) == fused(similarity, None)


def test_inside_the_band_it_must_be_asked() -> None:
    with pytest.raises(ValueError, match="both"):
        fused((UNCERTAIN_FROM + CERTAIN_FROM) / 2, None)


@pytest.mark.parametrize("kind", list(PortraitKind))
def test_the_band_holds_every_threshold_whatever_the_second_says(kind: PortraitKind) -> None:
    threshold = threshold_for(kind).value
    assert fused(UNCERTAIN_FROM - 1e-4, None) < threshold < fused(CERTAIN_FROM, None)
    assert fused(UNCERTAIN_FROM, 1.0) < threshold


@given(st.lists(st.tuples(cosines, nearnesses), min_size=1, max_size=20))
def test_arrays_say_the_same_as_single_scores(pairs: list[tuple[float, float]]) -> None:
    similarities, near = (np.array(column, dtype=np.float32) for column in zip(*pairs, strict=True))
    single = [fused(float(a), float(b)) for a, b in zip(similarities, near, strict=True)]
    assert fused_all(similarities, near).tolist() == pytest.approx(single)


def test_the_second_moves_the_score_by_its_share_at_most() -> None:
    middle = (UNCERTAIN_FROM + CERTAIN_FROM) / 2
    assert 0.05 < fused(middle, 1.0) - fused(middle, -1.0) <= SECOND_SHARE * (SECOND_HIGH - SECOND_LOW) + 1e-6
