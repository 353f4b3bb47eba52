"""The probes of one attempt: the best few are kept, and their mean is what is compared."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kiosk.face.comparator import Features, View, similarity, unit
from kiosk.memory.array import SensitiveArray

KEPT = 5
CONSIDERED = 10
"""So many usable frames get features whatever their merit; later ones only when better than the worst kept."""
SAME_SUBJECT_MIN = 0.40
"""Below this somebody else stepped in. Webcam frames of one person, sessions apart, scored 0.50 and more among eight
people; frames of two different ones 0.24 and less."""
SAME_TURNED_MIN = 0.30
"""The same of a head turned by some 20 degrees: simulated, of four people, it scored 0.42 and more."""


@dataclass
class Probes:
    """Features with the merit of their frames, in memory of ours; overwritten by ``forget``."""

    captured: int = 0
    _kept: list[tuple[float, SensitiveArray[np.float32]]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._kept)

    def resembles(self, features: Features, least: float = SAME_SUBJECT_MIN) -> bool:
        """Whether ``features`` may be of the same subject as the probes so far (True when there is none)."""
        return not self._kept or similarity(self.mean(), features) >= least

    def next_view(self) -> View:
        """Both views of the first probe, then one in turn."""
        if self.captured == 0:
            return View.BOTH
        return View.STRAIGHT if self.captured % 2 else View.MIRRORED

    def wants(self, merit: float) -> bool:
        """Whether a frame of this merit is worth its features: among the first, or better than the worst kept."""
        return self.captured < CONSIDERED or merit > self._kept[-1][0]

    def add(self, features: Features, merit: float) -> None:
        """Takes ``features`` over: what the caller holds of them is zeroes afterwards."""
        self.captured += 1
        self._kept.append((merit, SensitiveArray.taking(features, "features")))
        self._kept.sort(key=lambda kept: -kept[0])
        dropped = self._kept[KEPT:]
        del self._kept[KEPT:]
        for _, gone in dropped:
            gone.close()

    def mean(self) -> Features:
        """Mean of the kept features, length 1. Needs at least one."""
        return unit(np.asarray(np.mean([features.array for _, features in self._kept], axis=0), dtype=np.float32))

    def forget(self) -> None:
        for _, features in self._kept:
            features.close()
        self._kept.clear()
        self.captured = 0
