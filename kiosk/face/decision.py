"""When the scores of an attempt are a match, a non-match, or not yet either. Pure.

A score is that of the best frames so far against the one reference. One frame may say *match* only with a margin;
several must agree with the threshold itself. *Non-match* is said only after enough frames, because a first frame is
often a poor one; it leads to a second attempt or to staff, never to a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.face.port import Compared
from kiosk.face.thresholds import threshold_for


class Decision(Enum):
    UNDECIDED = "undecided"
    MATCH = "match"
    NON_MATCH = "non-match"


@dataclass(frozen=True)
class Policy:
    """``threshold``: cosine similarity from which probes match the reference. Frames are counted per attempt.

    ``stricter_by`` can only raise the threshold (R-40); a negative value raises ValueError.
    """

    threshold: float
    stricter_by: float = 0.0
    match_frames: int = 3
    early_margin: float = 0.04
    clear_non_match_frames: int = 5
    clear_margin: float = 0.15
    non_match_frames: int = 10

    def __post_init__(self) -> None:
        if self.stricter_by < 0:
            raise ValueError("a threshold can be made stricter only")

    @property
    def match_from(self) -> float:
        return self.threshold + self.stricter_by


def decide(score: float, frames: int, policy: Policy) -> Decision:
    """``score`` of the best of ``frames`` captured so far, since the subject was last followed without a break."""
    if frames < 1:
        return Decision.UNDECIDED
    if score >= policy.match_from + (0.0 if frames >= policy.match_frames else policy.early_margin):
        return Decision.MATCH
    if frames >= policy.clear_non_match_frames and score < policy.match_from - policy.clear_margin:
        return Decision.NON_MATCH
    if frames >= policy.non_match_frames and score < policy.match_from:
        return Decision.NON_MATCH
    return Decision.UNDECIDED


class Attempt:
    """The comparisons of one attempt. Make a new one after SubjectChanged and for a second attempt.

    ``stricter_by`` as in Policy. A decision, once made, stays.
    """

    def __init__(self, stricter_by: float = 0.0) -> None:
        self._stricter_by = stricter_by
        self.decision = Decision.UNDECIDED

    def judge(self, compared: Compared) -> bool | None:
        """True for match, False for non-match, None while undecided. Raises KeyError for a kind without threshold."""
        if self.decision is Decision.UNDECIDED:
            policy = Policy(threshold_for(compared.portrait_kind).value, self._stricter_by)
            self.decision = decide(compared.score, max(compared.frames, compared.captured), policy)
        return None if self.decision is Decision.UNDECIDED else self.decision is Decision.MATCH
