"""What is kept ready for sealing in a check whose captures may be held: the portrait, and the best picture of the zone.

Only pictures with exactly one near face are ever taken: nobody who did not agree is on them.
"""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.holding.captures import LIVE_MAX_PX, PORTRAIT_MAX_PX, Captures, Figures, encode
from kiosk.holding.sealing import seal_to
from kiosk.memory.array import SensitiveArray


class KeptReady:
    """Used by the visit's one thread. ``public``: the event's hold key. Overwritten by ``forget``."""

    def __init__(self, public: bytes) -> None:
        self._public = public
        self._portrait: SensitiveArray[np.uint8] | None = None
        self._live: SensitiveArray[np.uint8] | None = None
        self._merit = (False, 0.0)

    def take_portrait(self, picture: BgrImage) -> None:
        self._portrait = _taken(picture, PORTRAIT_MAX_PX, self._portrait)

    def offer(self, zone: BgrImage, *, usable: bool, merit: float) -> None:
        """Take the zone when it is better than the one before; a usable picture is better than any other."""
        if self._live is None or (usable, merit) > self._merit:
            self._live, self._merit = _taken(zone, LIVE_MAX_PX, self._live), (usable, merit)

    def forget_live(self) -> None:
        """Somebody else may stand there now."""
        if self._live is not None:
            self._live.close()
        self._live = None

    def sealed(self, figures: Figures) -> bytes | None:
        """Both pictures and ``figures``, sealed; None unless both are there."""
        if self._portrait is None or self._live is None:
            return None
        block = encode(Captures(self._portrait.array, self._live.array, figures))
        try:
            return seal_to(self._public, block)
        finally:
            block[:] = bytes(len(block))

    def forget(self) -> None:
        self.forget_live()
        if self._portrait is not None:
            self._portrait.close()
        self._portrait = None


def _taken(picture: BgrImage, most_px: int, before: SensitiveArray[np.uint8] | None) -> SensitiveArray[np.uint8]:
    """A copy in memory of ours, made smaller where it has to be; ``before`` is overwritten."""
    if before is not None:
        before.close()
    scale = most_px / max(picture.shape[:2])
    if scale < 1:
        rows, columns = (max(1, int(side * scale)) for side in picture.shape[:2])
        smaller = np.asarray(cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return SensitiveArray.taking(smaller, "kept picture")
    kept = SensitiveArray(picture.shape, np.uint8, "kept picture")
    kept.array[...] = picture
    return kept
