"""Whether a sequence of frames repeats itself, as a live sensor's never does: it is noisy, and people move.

Looked at are single pixels on a grid, not means of areas: a mean would hide the noise. Each frame leaves POINTS bytes,
of at most KEPT frames; they are pixels of a person, lie in memory of ours, and are overwritten by ``forget``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.memory.array import SensitiveArray, overwrite

SIDE = 32
POINTS = SIDE * SIDE
KEPT = 128
"""About ten seconds of the frames an engine gets to see."""
SAME_LEVELS = 1
"""A pixel that differs by no more (of 255) may be the same one, encoded anew."""
CHANGED_MAX = 0.005
"""Up to this share of the judged pixels may differ in frames that are the same."""
JUDGED_LEVELS = (8, 247)
"""Pixels beyond are black or burnt out, and stay so in a living picture, too."""
JUDGED_MIN = POINTS // 4
"""With fewer pixels between, two frames are never called the same."""

Pixels = npt.NDArray[np.uint8]


class Repeats:
    """Used by one thread. ``still``: frames in a row that were the same as the one before; ``returned``: frames that
    were the same as an earlier one while another lay between."""

    def __init__(self) -> None:
        self._kept: SensitiveArray[np.uint8] | None = None
        self._work: SensitiveArray[np.uint8] | None = None
        self._taken = 0
        self.still = 0
        self.returned = 0

    @property
    def moves(self) -> bool:
        """Whether the newest frame differs from the one before."""
        return self._taken > 1 and self.still == 0

    def take(self, picture: BgrImage) -> None:
        """The next frame; all of one sequence have one size."""
        if self._kept is None or self._work is None:
            self._kept = SensitiveArray((KEPT, POINTS), np.uint8, "frame points")
            self._work = SensitiveArray((2, KEPT, POINTS), np.uint8, "frame points")
        newest, before = self._taken % KEPT, (self._taken - 1) % KEPT
        row = self._kept.array[newest]
        _sample(picture, row)
        others = min(self._taken, KEPT)
        same = _same(row, self._kept.array[:others], self._work.array[:, :others])
        if others == KEPT:
            same[newest] = False  # the oldest one, just overwritten
        if self._taken and same[before]:
            self.still += 1
        else:
            self.still = 0
            self.returned += bool(same.any())
        self._taken += 1

    def forget(self) -> None:
        for memory in (self._kept, self._work):
            if memory is not None:
                memory.close()
        self._kept = self._work = None
        self._taken = self.still = self.returned = 0


def _sample(picture: BgrImage, into: Pixels) -> None:
    """Green of SIDE x SIDE single pixels, evenly spread."""
    rows, columns = (np.arange(SIDE) * side // SIDE for side in picture.shape[:2])
    points = picture[rows[:, np.newaxis], columns[np.newaxis, :], 1]
    into[...] = points.ravel()
    overwrite(points)


def _same(newest: Pixels, others: Pixels, work: Pixels) -> npt.NDArray[np.bool_]:
    """For each of ``others`` (frames x POINTS) whether it shows what ``newest`` does. ``work``: twice their size."""
    darkest, brightest = JUDGED_LEVELS
    judged = (newest >= darkest) & (newest <= brightest)
    count = int(judged.sum())
    if count < JUDGED_MIN:
        return np.zeros(len(others), dtype=np.bool_)
    lower, difference = work
    np.minimum(newest, others, out=lower)
    np.maximum(newest, others, out=difference)
    np.subtract(difference, lower, out=difference)
    changed = np.count_nonzero((difference > SAME_LEVELS) & judged, axis=1)
    return np.asarray(changed <= CHANGED_MAX * count)
