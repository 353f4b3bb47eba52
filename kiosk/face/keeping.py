"""What is kept ready for sealing in a check whose captures may be held: the best picture of the one who agreed.

It shows that face and a margin around it, nothing else of the zone, and comes only from frames with no other face in
them, near or far. Once the person was lost from sight somebody else may stand there: nothing is kept from then on.
"""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.face.tracking import GAP_MAX_S, Box
from kiosk.holding.captures import LIVE_MAX_PX, Captures, Figures, encode
from kiosk.holding.sealing import seal_to
from kiosk.memory.array import SensitiveArray

MARGIN = 0.35
"""Around the face's box, in parts of its longer side: hair, chin and ears."""


class KeptReady:
    """Used by the visit's one thread. ``public``: the event's hold key. Overwritten by ``forget``."""

    def __init__(self, public: bytes) -> None:
        self._public = public
        self._live: SensitiveArray[np.uint8] | None = None
        self._merit = 0.0
        self._alone_at_s: float | None = None
        self._given_up = False

    def watch(self, near: int, at_s: float) -> None:
        """How many near faces the frame of ``at_s`` has. Nobody, or several, for longer than a blink: give up."""
        if near == 1:
            self._alone_at_s = at_s
        elif self._alone_at_s is not None and at_s - self._alone_at_s > GAP_MAX_S:
            self.give_up()

    def offer(self, zone: BgrImage, box: Box, merit: float) -> None:
        """Take the face at ``box`` (pixels of ``zone``) when it is better than the one before."""
        if not self._given_up and (self._live is None or merit > self._merit):
            self._live, self._merit = _taken(_cut(zone, box), self._live), merit

    def give_up(self) -> None:
        """Whoever agreed may not be the one who stands there now."""
        self._given_up = True
        self.forget()

    def sealed(self, figures: Figures) -> bytes | None:
        """The picture and ``figures``, sealed; None where there is no picture."""
        if self._live is None:
            return None
        block = encode(Captures(self._live.array, figures))
        try:
            return seal_to(self._public, block)
        finally:
            block[:] = bytes(len(block))

    def forget(self) -> None:
        if self._live is not None:
            self._live.close()
        self._live = None


def _cut(zone: BgrImage, box: Box) -> BgrImage:
    """The part of ``zone`` with the face; a view."""
    x, y, width, height = box
    margin = MARGIN * max(width, height)
    rows = slice(max(0, int(y - margin)), max(1, int(y + height + margin)))
    columns = slice(max(0, int(x - margin)), max(1, int(x + width + margin)))
    return zone[rows, columns]


def _taken(picture: BgrImage, before: SensitiveArray[np.uint8] | None) -> SensitiveArray[np.uint8]:
    """A copy in memory of ours, made smaller where it has to be; ``before`` is overwritten."""
    if before is not None:
        before.close()
    scale = LIVE_MAX_PX / max(picture.shape[:2])
    if scale < 1:
        rows, columns = (max(1, int(side * scale)) for side in picture.shape[:2])
        smaller = np.asarray(cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return SensitiveArray.taking(smaller, "kept picture")
    kept = SensitiveArray(picture.shape, np.uint8, "kept picture")
    kept.array[...] = picture
    return kept
