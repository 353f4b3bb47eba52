"""How well straight edges close a face in, as those of a sheet of paper or of a device held before the camera do.

Looked for are two sides, left and right of the face and parallel, that reach down to one edge straight across below the
chin. Behind a person there are straight edges, too (doors, pillars, screens), but down there the body hides them. A
picture larger than the zone, cut out along the outline, or held so that its edges cannot be seen has no border.

Pure but for reading pixels. Lengths are in the units of a region that holds the face upright and WIDTH_PX wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.face.detector import Face
from kiosk.face.quality import pose_of
from kiosk.memory.array import overwrite

WIDTH_PX = 80
BESIDE, ABOVE, BELOW = 1.6, 0.3, 1.8
"""How far around the face's box edges are looked for, in its widths and heights."""
SIDES = (0.5, 1.3)
"""Between these distances from the face's middle, in its widths, lie left and right side."""
ACROSS = (-0.05, 1.6)
"""Between these distances below the chin, in the face's heights, lies the edge across."""
SHORTEST_PX = 7.0
TILT_MAX = math.tan(math.radians(20))
PARALLEL_MAX = math.tan(math.radians(8))
SQUARE_MAX = math.tan(math.radians(10))
ONE_LINE_PX = 2.0
"""Segments this near to a line belong to it; fingers part an edge in several."""
KEPT = 8
"""Of each side and across, so many best covered lines are joined with each other."""
RIM_PX = 7
FAINT = 0.05
"""Added to each share, so that an edge not seen at all has a place in their harmonic mean."""

Numbers = npt.NDArray[np.float64]
_DETECTOR = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)


@dataclass(frozen=True)
class _Region:
    """``grey``: the face upright and what is around it; ``inside``: where the picture is. The box is the face's."""

    grey: npt.NDArray[np.uint8]
    inside: npt.NDArray[np.uint8]
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.left + self.width / 2

    @property
    def chin(self) -> float:
        return self.top + self.height


@dataclass(frozen=True)
class _Lines:
    """Lines that run roughly along one axis: cross = base + slope * along. ``sums``: how many places along the axis are
    covered by segments up to each, one row per line."""

    base: Numbers
    slope: Numbers
    sums: npt.NDArray[np.int32]

    def at(self, along: float) -> Numbers:
        return np.asarray(self.base + self.slope * along)

    def chosen(self, which: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> _Lines:
        return _Lines(self.base[which], self.slope[which], self.sums[which])

    def best(self, low: float, high: float) -> _Lines:
        """The KEPT that cover low..high best."""
        shares = _covered(self, np.arange(len(self.base)), np.array(low), np.array(high))
        return self.chosen(np.argsort(-shares, kind="stable")[:KEPT])


def border_of(picture: BgrImage, face: Face) -> float:
    """0..1: how much is seen of two sides and an edge across that close the face in; 0 without such three.

    ``face`` in pixels of ``picture``. The three shares are joined by their harmonic mean: one edge that is hardly there
    is not made up for by two that are.
    """
    region = _around(picture, face)
    try:
        segments = _segments(region)
    finally:
        overwrite(region.grey)
    upright, across = (_lines(segments, axis, region.grey.shape[1 - axis]) for axis in (1, 0))
    off = (upright.at(region.top + region.height / 2) - region.middle) / region.width
    below = (across.at(region.middle) - region.chin) / region.height
    left, right = (
        upright.chosen((side >= SIDES[0]) & (side <= SIDES[1])).best(region.top, region.chin) for side in (-off, off)
    )
    reach = (region.middle - 0.6 * region.width, region.middle + 0.6 * region.width)
    edge = across.chosen((below >= ACROSS[0]) & (below <= ACROSS[1])).best(*reach)
    return _closed(left, right, edge, region.top)


def _around(picture: BgrImage, face: Face) -> _Region:
    x, y, box_width, box_height = face.box
    scale = WIDTH_PX / box_width
    height = box_height * scale
    size = (round(WIDTH_PX * (1 + 2 * BESIDE)), round(height * (1 + ABOVE + BELOW)))
    middle = (x + box_width / 2, y + box_height / 2)
    move = np.asarray(cv2.getRotationMatrix2D(middle, pose_of(face).roll_deg, scale), dtype=np.float64)
    move[:, 2] += np.array([size[0] / 2 - middle[0], height * (ABOVE + 0.5) - middle[1]])
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    if scale < 0.7:  # sampling single pixels of a large face would alias
        side = round(1 / scale)
        cv2.blur(grey, (side, side), grey)
    upright = np.asarray(cv2.warpAffine(grey, move, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)
    whole = np.full(grey.shape, 255, dtype=np.uint8)
    inside = cv2.erode(cv2.warpAffine(whole, move, size, flags=cv2.INTER_NEAREST), np.ones((RIM_PX, RIM_PX)))
    overwrite(np.asarray(grey))
    left = size[0] / 2 - WIDTH_PX / 2
    return _Region(upright, np.asarray(inside, dtype=np.uint8), left, height * ABOVE, WIDTH_PX, height)


def _segments(region: _Region) -> Numbers:
    """Straight segments (x, y, x, y), but for those along the picture's own rim."""
    found: npt.NDArray[Any] | None = _DETECTOR.detect(region.grey)[0]
    if found is None:
        return np.empty((0, 4))
    segments = np.asarray(found, dtype=np.float64).reshape(-1, 4)
    columns, rows = ((segments[:, axis] + segments[:, axis + 2]).astype(np.intp) // 2 for axis in (0, 1))
    height, width = region.inside.shape
    return segments[region.inside[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)] > 0]


def _lines(segments: Numbers, axis: int, length: int) -> _Lines:
    """One line through every segment that runs along ``axis`` (0: across, 1: upright), with all that lie on it."""
    along, cross = segments[:, [axis, axis + 2]], segments[:, [1 - axis, 3 - axis]]
    run, rise = along[:, 1] - along[:, 0], cross[:, 1] - cross[:, 0]
    picked = (np.abs(rise) <= TILT_MAX * np.abs(run)) & (np.hypot(run, rise) >= SHORTEST_PX)
    along, cross = along[picked], cross[picked]
    slope = rise[picked] / run[picked]
    base = cross[:, 0] - slope * along[:, 0]
    apart = np.abs(cross[np.newaxis] - base[:, np.newaxis, np.newaxis] - slope[:, np.newaxis, np.newaxis] * along)
    lines, parts = np.nonzero(apart.max(axis=2) <= ONE_LINE_PX)
    begin, end = (
        np.clip(np.ceil(place), 0, length).astype(np.intp) for place in (along.min(axis=1), along.max(axis=1))
    )
    parts_there = np.zeros((len(base), length + 1), dtype=np.int32)
    np.add.at(parts_there, (lines, begin[parts]), 1)
    np.subtract.at(parts_there, (lines, end[parts]), 1)
    covered = np.cumsum(parts_there[:, :length], axis=1) > 0
    sums = np.cumsum(covered, axis=1, dtype=np.int32)
    return _Lines(base, slope, np.pad(sums, ((0, 0), (1, 0))))


def _closed(left: _Lines, right: _Lines, edge: _Lines, top: float) -> float:
    """The best of all joins of one line each. Arrays are left x right x edge."""
    if not (len(left.base) and len(right.base) and len(edge.base)):
        return 0.0
    left_x, left_y = _meet(left, edge)
    right_x, right_y = _meet(right, edge)
    start = np.array(top)
    sides = [
        _covered(side, np.arange(len(side.base))[:, np.newaxis], start, y)
        for side, y in ((left, left_y), (right, right_y))
    ]
    below = _covered(edge, np.arange(len(edge.base)), left_x[:, np.newaxis], right_x[np.newaxis])
    shares = (sides[0][:, np.newaxis], sides[1][np.newaxis], below)
    seen = 3 / sum(1 / (share + FAINT) for share in shares) - FAINT
    parallel = np.abs(left.slope[:, np.newaxis] - right.slope[np.newaxis]) <= PARALLEL_MAX
    square = np.abs(left.slope[:, np.newaxis] + edge.slope[np.newaxis]) <= SQUARE_MAX
    return float((seen * parallel[:, :, np.newaxis] * square[:, np.newaxis]).max())


def _meet(sides: _Lines, edges: _Lines) -> tuple[Numbers, Numbers]:
    """x and y where each side (rows) meets each edge (columns)."""
    lean, tilt = sides.slope[:, np.newaxis], edges.slope[np.newaxis]
    x = (sides.base[:, np.newaxis] + lean * edges.base[np.newaxis]) / (1 - lean * tilt)
    return np.asarray(x), np.asarray(edges.base[np.newaxis] + tilt * x)


def _covered(lines: _Lines, rows: npt.NDArray[np.intp], low: Numbers, high: Numbers) -> Numbers:
    """Share of low..high that lines ``rows`` cover; all four broadcast together."""
    last = lines.sums.shape[1] - 1
    begin, end = (np.clip(np.rint(place), 0, last).astype(np.intp) for place in (low, high))
    return np.asarray((lines.sums[rows, end] - lines.sums[rows, begin]) / np.maximum(1, end - begin))
