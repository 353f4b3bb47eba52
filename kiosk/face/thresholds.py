"""The kinds of portrait, and where match begins for each; the numbers are the model card's.

A threshold belongs to one engine, the hashes of its models and one kind of portrait; anything else has none, and
without a threshold nothing is compared.
"""

from __future__ import annotations

from enum import StrEnum

from drivers.port import PortraitFormat
from kiosk.face.card import Threshold, shipped_card

ENGINE = "yunet-sface-flip-resnet/1"
"""Name and version of how scores are made: with another one the card's thresholds mean nothing."""


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


def has_threshold(kind: str) -> bool:
    return kind in shipped_card().thresholds


def threshold_for(kind: str) -> Threshold:
    """Raises KeyError for a kind without one, CardUnusable."""
    return shipped_card().thresholds[kind]
