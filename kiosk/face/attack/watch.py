"""The passive signs over one visit: which of them suspects, and whether anybody may be compared meanwhile."""

from __future__ import annotations

from kiosk.camera.port import BgrImage
from kiosk.face.attack.limits import reading
from kiosk.face.attack.repeats import Repeats
from kiosk.face.attack.signs import Sign


class AttackWatch:
    """Used by the visit's one thread; everything of a picture kept here is overwritten by ``forget``."""

    def __init__(self) -> None:
        self._repeats = Repeats()
        self._told: Sign | None = None

    def take_frame(self, picture: BgrImage) -> None:
        """The newest frame's zone, whoever is in it."""
        self._repeats.take(picture)

    @property
    def may_compare(self) -> bool:
        """Whether nothing suspects and the camera is seen to live: two frames that differ, at least."""
        return self._told is None and self._repeats.moves

    def news(self) -> Sign | None:
        """The first sign that suspects, told once per attempt."""
        if self._told is not None:
            return None
        values = {Sign.FROZEN: self._repeats.still, Sign.LOOPED: self._repeats.returned}
        readings = (reading(sign, float(value)) for sign, value in values.items())
        self._told = next((each.sign for each in readings if each.suspects), None)
        return self._told

    def restart(self) -> None:
        """A new attempt, or another person. What the camera's frames were like does not begin anew."""
        self._told = None

    def forget(self) -> None:
        self.restart()
        self._repeats.forget()
