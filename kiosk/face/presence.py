"""Nobody, exactly one, or more than one: faces beyond arm's length count as absent, and near ones are never ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.face.detector import Face
from kiosk.face.port import Advice


@dataclass(frozen=True)
class Presence:
    """``near``: faces at or above the distance floor. ``only``: the one near face, None for zero and for several."""

    near: tuple[Face, ...]
    far: tuple[Face, ...]

    @property
    def only(self) -> Face | None:
        return self.near[0] if len(self.near) == 1 else None

    @property
    def largest_eye_distance_px(self) -> float:
        return max((face.eye_distance_px for face in (*self.near, *self.far)), default=0.0)

    @property
    def advice(self) -> Advice:
        """NONE when exactly one face is near."""
        if len(self.near) > 1:
            return Advice.ONE_PERSON
        if self.near:
            return Advice.NONE
        return Advice.COME_CLOSER if self.far else Advice.NOBODY


def presence(faces: Sequence[Face], minimum_eye_distance_px: float) -> Presence:
    """R-18: faces below the floor are dropped. R-19: no largest face wins."""
    near = tuple(face for face in faces if face.eye_distance_px >= minimum_eye_distance_px)
    far = tuple(face for face in faces if face.eye_distance_px < minimum_eye_distance_px)
    return Presence(near, far)
