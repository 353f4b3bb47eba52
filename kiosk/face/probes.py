"""The probes of one attempt: the best few are kept, and their mean is what is compared."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kiosk.camera.port import BgrImage
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
class Probe:
    """``cut_out``: the face as the second comparator takes it, 150 x 150 RGB; None once it was asked."""

    merit: float
    features: SensitiveArray[np.float32]
    cut_out: SensitiveArray[np.uint8] | None

    def close(self) -> None:
        self.features.close()
        if self.cut_out is not None:
            self.cut_out.close()


@dataclass
class Probes:
    """Probes by the merit of their frames, in memory of ours; overwritten by ``forget``."""

    captured: int = 0
    _kept: list[Probe] = field(default_factory=list)

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
        return self.captured < CONSIDERED or merit > self._kept[-1].merit

    def add(self, features: Features, merit: float, cut_out: BgrImage) -> None:
        """Takes both over: what the caller holds of them is zeroes afterwards."""
        self.captured += 1
        taken = SensitiveArray.taking(features, "features"), SensitiveArray.taking(cut_out, "aligned face")
        self._kept.append(Probe(merit, *taken))
        self._kept.sort(key=lambda kept: -kept.merit)
        dropped = self._kept[KEPT:]
        del self._kept[KEPT:]
        for gone in dropped:
            gone.close()

    def take_best_cut_out(self) -> SensitiveArray[np.uint8] | None:
        """The best kept probe's that was not taken yet; the caller closes it."""
        for probe in self._kept:
            if probe.cut_out is not None:
                taken, probe.cut_out = probe.cut_out, None
                return taken
        return None

    def mean(self) -> Features:
        """Mean of the kept features, length 1. Needs at least one."""
        return unit(np.asarray(np.mean([probe.features.array for probe in self._kept], axis=0), dtype=np.float32))

    def forget(self) -> None:
        for probe in self._kept:
            probe.close()
        self._kept.clear()
        self.captured = 0
