"""When scores are a match, a non-match, or nothing yet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.face.decision import Attempt, Decision, Policy, decide
from kiosk.face.thresholds import PortraitKind, threshold_for
from tests.helpers.face_made import compared

POLICY = Policy(threshold=0.40)
scores = st.floats(-1, 1)
frames = st.integers(0, 40)


@pytest.mark.parametrize(
    ("score", "frames", "expected"),
    [
        (0.43, 1, Decision.UNDECIDED),  # one frame needs the margin
        (0.44, 1, Decision.MATCH),
        (0.40, 3, Decision.MATCH),  # three agree with the threshold itself
        (0.399, 3, Decision.UNDECIDED),
        (0.10, 4, Decision.UNDECIDED),  # a first frame is often a poor one
        (0.10, 5, Decision.NON_MATCH),
        (0.30, 9, Decision.UNDECIDED),  # near the threshold: more frames
        (0.30, 10, Decision.NON_MATCH),
        (0.90, 0, Decision.UNDECIDED),
    ],
)
def test_decisions(score: float, frames: int, expected: Decision) -> None:
    assert decide(score, frames, POLICY) is expected


@given(score=scores, frames=frames, stricter=st.floats(0, 0.5))
def test_nothing_below_the_threshold_matches_and_stricter_never_admits_more(
    score: float, frames: int, stricter: float
) -> None:
    plain, strict = decide(score, frames, POLICY), decide(score, frames, Policy(0.40, stricter))
    if score < 0.40:
        assert plain is not Decision.MATCH
    if strict is Decision.MATCH:
        assert plain is Decision.MATCH


@given(score=scores, frames=st.integers(10, 1000))
def test_an_attempt_with_enough_frames_is_always_decided(score: float, frames: int) -> None:
    assert decide(score, frames, POLICY) is not Decision.UNDECIDED


def test_a_threshold_cannot_be_loosened() -> None:
    with pytest.raises(ValueError, match="stricter"):
        Policy(threshold=0.4, stricter_by=-0.01)
    with pytest.raises(ValueError, match="stricter"):
        Attempt(stricter_by=-0.01).judge(compared(0.9, 5))


def test_an_attempt_keeps_its_decision() -> None:
    attempt = Attempt()
    assert attempt.judge(compared(0.2, 1)) is None
    assert attempt.judge(compared(0.1, 5)) is False
    assert attempt.judge(compared(0.9, 6)) is False
    assert Attempt().judge(compared(0.9, 1)) is True


def test_the_kind_of_portrait_selects_the_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"low": replace(threshold_for(PortraitKind.CHIP), value=0.3), "high": threshold_for(PortraitKind.PICTURE)}
    monkeypatch.setattr("kiosk.face.decision.threshold_for", made.__getitem__)
    assert Attempt().judge(compared(0.35, 4, "low")) is True
    assert Attempt().judge(compared(0.35, 4, "high")) is None
    with pytest.raises(KeyError):
        Attempt().judge(compared(0.9, 5, "a kind nobody measured"))
