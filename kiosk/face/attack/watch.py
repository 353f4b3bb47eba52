"""The passive signs over one visit: which of them suspects, and whether anybody may be compared meanwhile.

A sign of a repeated sequence speaks for itself. A sign of a single picture errs now and then, so it has to speak in at
least VOTES_MIN pictures and in half of those looked at; while it speaks in half of them, nobody is compared.
"""

from __future__ import annotations

from collections import Counter

from kiosk.camera.port import BgrImage
from kiosk.face.attack.limits import reading
from kiosk.face.attack.operator_model import OperatorModel
from kiosk.face.attack.repeats import Repeats
from kiosk.face.attack.signs import Sign
from kiosk.face.attack.still import still_readings
from kiosk.face.detector import Face

VOTES_MIN = 3
MODEL_FRAMES = 5
"""Of one attempt, the frames an operator's model is given: it may be slow."""


class AttackWatch:
    """Used by the visit's one thread; everything of a picture kept here is overwritten by ``forget``."""

    def __init__(self, model: OperatorModel | None = None) -> None:
        self._repeats, self._model = Repeats(), model
        self._modelled = 0
        self._faces = 0
        self._votes: Counter[Sign] = Counter()
        self._told: Sign | None = None

    def take_frame(self, picture: BgrImage) -> None:
        """The newest frame's zone, whoever is in it."""
        self._repeats.take(picture)

    def take_face(self, picture: BgrImage, face: Face) -> None:
        """The one near face of a frame that could be compared; ``face`` in pixels of ``picture``."""
        self._faces += 1
        readings = still_readings(picture, face)
        if self._model is not None and self._modelled < MODEL_FRAMES:
            self._modelled += 1
            readings += (self._model.reading(picture, face),)
        self._votes.update(each.sign for each in readings if each.suspects)

    @property
    def may_compare(self) -> bool:
        """Whether nothing suspects and the camera is seen to live: two frames that differ, at least."""
        return self._told is None and self._repeats.moves and not any(map(self._in_half, self._votes))

    def news(self) -> Sign | None:
        """The first sign that suspects, told once per attempt."""
        if self._told is not None:
            return None
        counts = {Sign.FROZEN: self._repeats.still, Sign.LOOPED: self._repeats.returned}
        suspecting = [sign for sign, count in counts.items() if reading(sign, float(count)).suspects]
        suspecting += [sign for sign, votes in self._votes.items() if votes >= VOTES_MIN and self._in_half(sign)]
        self._told = next(iter(suspecting), None)
        return self._told

    def restart(self) -> None:
        """A new attempt, or another person. What the camera's frames were like does not begin anew."""
        self._told = None
        self._faces = self._modelled = 0
        self._votes.clear()

    def forget(self) -> None:
        self.restart()
        self._repeats.forget()

    def _in_half(self, sign: Sign) -> bool:
        looked_at = self._modelled if sign is Sign.OPERATOR_MODEL else self._faces
        return 2 * self._votes[sign] >= looked_at
