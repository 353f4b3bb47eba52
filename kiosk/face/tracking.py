"""The same face from the first probe to the decision, so that nobody can step in between.

Two independent signs: dlib's correlation tracker, fed with every frame, must find the face where the detector found
it; and each new probe must resemble the probes before it (``probes``).
"""

from __future__ import annotations

import cv2
import dlib
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.face.detector import Face

Box = tuple[float, float, float, float]
TRACKED_WIDTH_PX = 160
"""The tracker sees the zone at this width: it works on a coarse patch anyway, and copying less is faster."""
OVERLAP_MIN = 0.4
CONFIDENCE_MIN = 5.0
"""Peak to side-lobe ratio; photographs moved like a person stay above 10, a face that is gone falls below 5."""
GAP_MAX_S = 0.5
"""Longest time without the face: a blink of the detector passes, a change of persons does not."""


class SubjectTracker:
    """Follows one face. ``follows`` says whether the face of a frame is still the one it was started on."""

    def __init__(self) -> None:
        self._tracker: dlib.correlation_tracker | None = None
        self._last_seen_s = 0.0

    @property
    def started(self) -> bool:
        return self._tracker is not None

    def start(self, zone: BgrImage, face: Face, at_s: float) -> None:
        small, scale = _small(zone)
        self._tracker = dlib.correlation_tracker()
        self._tracker.start_track(small, _rectangle(face.box, scale))
        self._last_seen_s = at_s

    def follows(self, zone: BgrImage, face: Face, at_s: float) -> bool:
        """The frame of ``at_s`` holds ``face``: is it the tracked one?"""
        if self._tracker is None or at_s - self._last_seen_s > GAP_MAX_S:
            return False
        small, scale = _small(zone)
        confidence = float(self._tracker.update(small))
        position = self._tracker.get_position()
        found = (position.left() / scale, position.top() / scale, position.width() / scale, position.height() / scale)
        self._last_seen_s = at_s
        return confidence >= CONFIDENCE_MIN and overlap(found, face.box) >= OVERLAP_MIN

    def missing(self, at_s: float) -> bool:
        """The frame of ``at_s`` holds no near face: has the tracked one been away too long?"""
        return self._tracker is not None and at_s - self._last_seen_s > GAP_MAX_S

    def stop(self) -> None:
        self._tracker = None


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (one[2] * one[3] + other[2] * other[3] - both)


def _small(zone: BgrImage) -> tuple[npt.NDArray[np.uint8], float]:
    scale = min(1.0, TRACKED_WIDTH_PX / zone.shape[1])
    grey = cv2.cvtColor(cv2.resize(zone, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    return np.asarray(grey, dtype=np.uint8), scale


def _rectangle(box: Box, scale: float) -> dlib.drectangle:
    x, y, width, height = (value * scale for value in box)
    return dlib.drectangle(x, y, x + width, y + height)
