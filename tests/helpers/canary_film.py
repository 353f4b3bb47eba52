"""A film that stands still: every frame of a scene has the same bytes, so that a test can say what they are.

``python -m tests.helpers.canary_film``, with the arguments of the rehearsal's film.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np

from kiosk.camera.film_wire import HEIGHT_PX, WIDTH_PX
from kiosk.camera.port import BgrImage
from kiosk.rehearsal import film_server
from kiosk.rehearsal.film_scene import Painter, Scene
from kiosk.rehearsal.film_turn import STRAIGHT, Angles

STILL_AT_S, STILL_FRAME = 5.0, 64


class StillPainter(Painter):
    """Paints one moment of each scene."""

    def paint(self, out: BgrImage, scene: Scene, since_open_s: float, frame: int, angles: Angles = STRAIGHT) -> None:
        super().paint(out, scene, STILL_AT_S, STILL_FRAME)


def still(painter: Painter, scene: Scene) -> BgrImage:
    """The scene's only frame."""
    frame: Any = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    StillPainter.paint(painter, frame, scene, 0.0, 0)  # type: ignore[arg-type]
    return np.asarray(frame, dtype=np.uint8)


if __name__ == "__main__":
    with mock.patch.object(film_server, "Painter", StillPainter):
        film_server.main()
