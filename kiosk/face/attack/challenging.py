"""The challenge over one visit's frames: dense points in, what to ask and where to look whose face it is out.

Used by the visit's one thread. The points of the straight frame are a person's; they lie in memory of ours and are
overwritten by ``forget``.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random, SystemRandom

import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.face.attack.challenge import Challenge, Step, draw_acts, is_front
from kiosk.face.attack.landmarks import DenseFace, Landmarks
from kiosk.face.attack.limits import PRESENCE_MIN
from kiosk.face.attack.pose import Turn, turn_since
from kiosk.face.detector import Face
from kiosk.face.port import ChallengeAsked, ChallengeFailed, ChallengeMet
from kiosk.memory.array import SensitiveArray, overwrite

Said = ChallengeAsked | ChallengeMet | ChallengeFailed


class Challenging:
    """``acts``: how many are asked for. ``chance``: where their order comes from; the system's own by default."""

    def __init__(self, landmarks: Landmarks, acts: int, chance: Random | None = None) -> None:
        self._landmarks, self._acts = landmarks, acts
        self._chance = chance or SystemRandom()
        self._straight: SensitiveArray[np.float64] | None = None
        self._challenge: Challenge | None = None
        self.looks_away = False
        """Whether the face of the last frame was turned: such a frame says less about whose it is."""

    @property
    def started(self) -> bool:
        return self._challenge is not None

    @property
    def met(self) -> bool:
        return self._challenge is not None and self._challenge.met

    def start(self, picture: BgrImage, face: Face, at_s: float) -> None:
        """``face`` looks straight, in pixels of ``picture``: from here turns are measured. Nothing begins where the
        network sees no face."""
        dense = self._landmarks.of(picture, face)
        if dense.presence >= PRESENCE_MIN:
            self._straight = SensitiveArray.taking(dense.points, "dense points")
            self._challenge = Challenge(draw_acts(self._acts, self._chance), at_s)

    def take_face(self, picture: BgrImage, face: Face, at_s: float, *, usable: bool) -> Step:
        """The followed face of a further frame. At DONE and FRONT the caller looks whose face it is."""
        if self._challenge is None or self._challenge.asked is None:
            self.looks_away = False
            return Step.NOTHING
        turn = self._turn(self._landmarks.of(picture, face))
        self.looks_away = turn is not None and not is_front(turn)
        return self._challenge.take(turn, at_s, usable=usable)

    def take_nothing(self, at_s: float) -> Step:
        """A frame without the face: the time goes on."""
        return Step.NOTHING if self._challenge is None else self._challenge.take(None, at_s)

    def news(self, step: Step) -> Iterator[Said]:
        """What a step means for whoever shows it."""
        if step in {Step.LATE, Step.OTHER}:
            yield ChallengeFailed(step.value)
        elif step is not Step.NOTHING:
            yield from (ChallengeMet(),) if self.met else self.asked()

    def asked(self) -> Iterator[ChallengeAsked]:
        """What is asked for now, if anything."""
        challenge = self._challenge
        if challenge is not None and challenge.asked is not None:
            yield ChallengeAsked(challenge.asked, challenge.step, challenge.of)

    def forget(self) -> None:
        """Another person, or another attempt: another order."""
        self._challenge, self.looks_away = None, False
        if self._straight is not None:
            self._straight.close()
            self._straight = None
        self._landmarks.forget()

    def _turn(self, dense: DenseFace) -> Turn | None:
        seen = self._straight is not None and dense.presence >= PRESENCE_MIN
        turn = turn_since(self._straight.array, dense.points) if seen and self._straight is not None else None
        overwrite(dense.points)
        return turn
