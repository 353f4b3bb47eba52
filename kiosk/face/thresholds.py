"""Where match begins, by kind of portrait, each with the evidence it rests on. The one place for these numbers.

A threshold belongs to one engine, the hashes of its models and one kind of portrait; anything else has none, and
without a threshold nothing is compared. The values aim at false match rates of 1e-4 for pictures and 2.5e-4 for chip
portraits, where 1e-4 (0.41) would send one holder in ten to staff.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from drivers.port import PortraitFormat

ENGINE = "yunet-sface-flip/1"
MODEL_HASHES = (
    "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)


class PortraitKind(StrEnum):
    """CHIP: 102 x 126 pixels in 1,024 bytes, decoded by a maker's library. REHEARSAL_CHIP: the same size through our
    rehearsal codec. PICTURE: an ordinary picture with at least 40 px between the eyes."""

    CHIP = "chip-portrait"
    REHEARSAL_CHIP = "rehearsal-chip-portrait"
    PICTURE = "picture"


CHIP_BELOW_EYE_DISTANCE_PX = 40.0
REHEARSAL_DECODER_PREFIX = "rehearsal"


def portrait_kind(portrait_format: PortraitFormat, decoder_name: str, eye_distance_px: float) -> PortraitKind:
    """The kind whose threshold applies. A small picture counts as a chip portrait however it came."""
    if decoder_name.startswith(REHEARSAL_DECODER_PREFIX):
        return PortraitKind.REHEARSAL_CHIP
    if portrait_format is PortraitFormat.WLT or eye_distance_px < CHIP_BELOW_EYE_DISTANCE_PX:
        return PortraitKind.CHIP
    return PortraitKind.PICTURE


@dataclass(frozen=True)
class Evidence:
    """What a threshold rests on: one live frame against one reference, scores at or above the threshold counted.

    Bounds are upper 97.5 % limits by Clopper and Pearson, which treats comparisons of one person as independent; with
    many pictures per person the true limit is wider. ``same_group_fmr`` counts only pairs of two women or two men by
    the labels of the data, ``worst_group_fmr`` only pairs of women.
    """

    data: str
    nonmated: int
    false_matches: int
    fmr_high: float
    same_group_fmr: float
    worst_group_fmr: float
    mated: int
    fnmr: float
    limits: str

    @property
    def fmr(self) -> float:
        return self.false_matches / self.nonmated


@dataclass(frozen=True)
class Threshold:
    """Match from ``value`` on (cosine similarity, -1..1)."""

    value: float
    evidence: Evidence


_LFW = (
    "4,004 press photographs and portraits of people in LFW folds 1 to 5, without known label errors, all against all"
)
_CHIP = Evidence(
    data=_LFW + "; one side cut to 102 x 126 pixels, 22 px between the eyes, lossy WebP of at most 1,013 bytes",
    nonmated=16_018_832,
    false_matches=3_856,
    fmr_high=2.49e-4,
    same_group_fmr=3.26e-4,
    worst_group_fmr=8.6e-4,
    mated=9_180,
    fnmr=0.0768,
    limits="Years between the pictures, no session at a gate; several frames and a second attempt come on top.",
)
_THRESHOLDS: dict[PortraitKind, Threshold] = {
    PortraitKind.REHEARSAL_CHIP: Threshold(0.39, _CHIP),
    PortraitKind.CHIP: Threshold(
        0.39, replace(_CHIP, limits=_CHIP.limits + " Not measured on portraits of real chips: taken over from WebP.")
    ),
    PortraitKind.PICTURE: Threshold(
        0.42,
        Evidence(
            data=_LFW,
            nonmated=8_009_416,
            false_matches=680,
            fmr_high=9.15e-5,
            same_group_fmr=1.18e-4,
            worst_group_fmr=3.2e-4,
            mated=4_590,
            fnmr=0.0285,
            limits="Years between the pictures, no session at a gate.",
        ),
    ),
}


def has_threshold(kind: str) -> bool:
    return kind in _THRESHOLDS


def threshold_for(kind: str) -> Threshold:
    """Raises KeyError for a kind without one."""
    if not has_threshold(kind):
        raise KeyError(kind)
    return _THRESHOLDS[PortraitKind(kind)]
