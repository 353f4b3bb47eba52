"""What is held of a disputed check: a picture and the figures of the comparison. No name, no ticket, no document.

The document's portrait is not among it: it belongs to the card, and who put that down need not be who it shows.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LIVE_MAX_PX = 800
"""Longer side; a larger picture is made smaller before."""
_HEAD = struct.Struct(">2H I")
_FIGURES_MAX_BYTES = 1000
Picture = npt.NDArray[np.uint8]


class NoCaptures(Exception):
    """The bytes are no captures of ours."""


@dataclass(frozen=True)
class Figures:
    """What was compared with what. ``score``: cosine similarity, more is more alike; None where nothing was."""

    score: float | None
    threshold: float
    portrait_kind: str
    engine: str


@dataclass(frozen=True)
class Captures:
    """``live``: rows x columns x 3, blue-green-red."""

    live: Picture
    figures: Figures

    def __repr__(self) -> str:
        return "Captures(...)"


def encode(captures: Captures) -> bytearray:
    """One block; whoever asked overwrites it. Raises ValueError for a picture that is too large or none."""
    sides = _sides(captures.live)
    figures = json.dumps(vars(captures.figures), allow_nan=False).encode("utf-8")
    if len(figures) > _FIGURES_MAX_BYTES:
        raise ValueError("figures too long")
    block = bytearray(_HEAD.pack(*sides, len(figures)) + figures)
    block += np.ascontiguousarray(captures.live).data.cast("B")
    return block


def decode(block: bytes | bytearray | memoryview) -> Captures:
    """A view into ``block``. Raises NoCaptures for anything ``encode`` could not have made."""
    try:
        rows, columns, length = _HEAD.unpack_from(block)
        if not (0 < length <= _FIGURES_MAX_BYTES and 0 < rows <= LIVE_MAX_PX and 0 < columns <= LIVE_MAX_PX):
            raise NoCaptures
        figures = _figures(json.loads(bytes(block[_HEAD.size : _HEAD.size + length])))
    except (struct.error, ValueError, TypeError, KeyError, RecursionError):
        raise NoCaptures from None
    at = _HEAD.size + length
    if len(block) != at + rows * columns * 3:
        raise NoCaptures
    return Captures(np.frombuffer(block, dtype=np.uint8)[at:].reshape(rows, columns, 3), figures)


def _sides(picture: Picture) -> tuple[int, int]:
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError("not a picture")
    rows, columns = picture.shape[:2]
    if not (0 < rows <= LIVE_MAX_PX and 0 < columns <= LIVE_MAX_PX):
        raise ValueError("too large to be held")
    return rows, columns


def _figures(value: dict[str, object]) -> Figures:
    score, threshold = value["score"], value["threshold"]
    numbers = [number for number in (score, threshold) if number is not None]
    if not isinstance(threshold, float) or not all(isinstance(each, float) and math.isfinite(each) for each in numbers):
        raise NoCaptures
    return Figures(
        score if isinstance(score, float) else None, threshold, str(value["portrait_kind"]), str(value["engine"])
    )
