"""One attempt's comparison: the probes against the one reference, by SFace and, where that is uncertain, by both."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from kiosk.face.comparator import Features, similarity
from kiosk.face.fusion import fused, is_uncertain
from kiosk.face.probes import Probes
from kiosk.face.reference import Reference
from kiosk.face.second import SecondComparator, nearness
from kiosk.memory.array import SensitiveArray

ASKED_MAX = 3
"""So many probes of an attempt go through the slow network; more change little and take the time of frames."""


@dataclass(frozen=True)
class Outcome:
    """``score``: see ``kiosk.face.fusion``. ``second_s``: seconds spent on the second comparator, 0 where not asked."""

    score: float
    second_s: float


class Comparison:
    """Used by one thread. ``restart`` forgets the probes, ``forget`` the reference as well; both overwrite."""

    def __init__(self, second: SecondComparator) -> None:
        self._second = second
        self.probes = Probes()
        self._reference: Reference | None = None
        self._seconds: list[SensitiveArray[np.float32]] = []

    @property
    def is_ready(self) -> bool:
        return self._reference is not None and len(self.probes) > 0

    def take_reference(self, reference: Reference) -> None:
        self._reference = reference

    def outcome(self) -> Outcome:
        """Needs a reference and a probe (``is_ready``)."""
        assert self._reference is not None
        first = similarity(self._reference.features, self.probes.mean())
        if not is_uncertain(first):
            return Outcome(fused(first, None), 0.0)
        began_s = time.perf_counter()
        near = nearness(self._second_of_reference(self._reference), self._second_of_probes())
        return Outcome(fused(first, near), time.perf_counter() - began_s)

    def restart(self) -> None:
        self.probes.forget()
        for features in self._seconds:
            features.close()
        self._seconds.clear()

    def forget(self) -> None:
        self.restart()
        if self._reference is not None:
            self._reference.forget()
            self._reference = None

    def _second_of_reference(self, reference: Reference) -> Features:
        if reference.second is None:
            reference.second = self._features_of(reference.cut_out)
        return reference.second.array

    def _second_of_probes(self) -> Features:
        """Mean over the probes asked so far; one more is asked, the best that was not, until there are enough."""
        cut_out = self.probes.take_best_cut_out() if len(self._seconds) < ASKED_MAX else None
        if cut_out is not None:
            self._seconds.append(self._features_of(cut_out))
            cut_out.close()
        return np.asarray(np.mean([features.array for features in self._seconds], axis=0), dtype=np.float32)

    def _features_of(self, cut_out: SensitiveArray[np.uint8]) -> SensitiveArray[np.float32]:
        return SensitiveArray.taking(self._second.features(cut_out.array), "features")
