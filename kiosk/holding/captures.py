"""What is held of a disputed check: two pictures and the figures of the comparison. No name, no ticket, no document."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LIVE_MAX_PX, PORTRAIT_MAX_PX = 800, 480
"""Longer sides; larger pictures are made smaller before."""
_HEAD = struct.Struct(">4H I")
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
    """``portrait`` and ``live``: rows x columns x 3, blue-green-red."""

    portrait: Picture
    live: Picture
    figures: Figures

    def __repr__(self) -> str:
        return "Captures(...)"


def encode(captures: Captures) -> bytearray:
    """One block; whoever asked overwrites it. Raises ValueError for pictures that are too large or none."""
    sides = (*_sides(captures.portrait, PORTRAIT_MAX_PX), *_sides(captures.live, LIVE_MAX_PX))
    figures = json.dumps(vars(captures.figures), allow_nan=False).encode("utf-8")
    if len(figures) > _FIGURES_MAX_BYTES:
        raise ValueError("figures too long")
    block = bytearray(_HEAD.pack(*sides, len(figures)) + figures)
    for picture in (captures.portrait, captures.live):
        block += np.ascontiguousarray(picture).data.cast("B")
    return block


def decode(block: bytes | bytearray | memoryview) -> Captures:
    """Views into ``block``. Raises NoCaptures for anything ``encode`` could not have made."""
    try:
        *sides, length = _HEAD.unpack_from(block)
        portrait_rows, portrait_columns, live_rows, live_columns = sides
        if not (0 < length <= _FIGURES_MAX_BYTES and all(sides)):
            raise NoCaptures
        figures = _figures(json.loads(bytes(block[_HEAD.size : _HEAD.size + length])))
    except (struct.error, ValueError, TypeError, KeyError, RecursionError):
        raise NoCaptures from None
    at = _HEAD.size + length
    middle = at + portrait_rows * portrait_columns * 3
    end = middle + live_rows * live_columns * 3
    too_large = max(portrait_rows, portrait_columns) > PORTRAIT_MAX_PX or max(live_rows, live_columns) > LIVE_MAX_PX
    if too_large or len(block) != end:
        raise NoCaptures
    pixels = np.frombuffer(block, dtype=np.uint8)
    return Captures(
        pixels[at:middle].reshape(portrait_rows, portrait_columns, 3),
        pixels[middle:end].reshape(live_rows, live_columns, 3),
        figures,
    )


def _sides(picture: Picture, most_px: int) -> tuple[int, int]:
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError("not a picture")
    rows, columns = picture.shape[:2]
    if not (0 < rows <= most_px and 0 < columns <= most_px):
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
