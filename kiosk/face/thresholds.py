"""Where match begins, by kind of portrait, each with the evidence it rests on. The one place for these numbers.

A threshold belongs to one engine, the hashes of its models and one kind of portrait; anything else has none, and
without a threshold nothing is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
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


CHIP_SIDES_BELOW_EYE_DISTANCE_PX = 40.0
REHEARSAL_DECODER_PREFIX = "rehearsal"


def portrait_kind(portrait_format: PortraitFormat, decoder_name: str, eye_distance_px: float) -> PortraitKind:
    """The kind whose threshold applies. A small picture counts as a chip portrait however it came."""
    if decoder_name.startswith(REHEARSAL_DECODER_PREFIX):
        return PortraitKind.REHEARSAL_CHIP
    if portrait_format is PortraitFormat.WLT or eye_distance_px < CHIP_SIDES_BELOW_EYE_DISTANCE_PX:
        return PortraitKind.CHIP
    return PortraitKind.PICTURE


@dataclass(frozen=True)
class Threshold:
    value: float


_T = {
    PortraitKind.CHIP: Threshold(0.38),
    PortraitKind.REHEARSAL_CHIP: Threshold(0.38),
    PortraitKind.PICTURE: Threshold(0.38),
}


def threshold_for(kind: str) -> Threshold:
    """Raises KeyError where there is none."""
    if not has_threshold(kind):
        raise KeyError(kind)
    return _T[PortraitKind(kind)]


def has_threshold(kind: str) -> bool:
    return kind in _T
