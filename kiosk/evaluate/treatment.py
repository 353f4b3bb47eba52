"""What is done to a picture before it becomes a template: nothing, or what an identity card's chip does to it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.face.detector import Face
from kiosk.face.reference import ReferenceUnusable
from kiosk.portrait.rehearsal import RehearsalDecoder, encode
from kiosk.rehearsal.portraits import portrait_of


class Treatment(StrEnum):
    """NONE: the picture as it is.

    ID_CHIP: 102 x 126 pixels, 24 px between the eyes, a plain ground, lossy WebP of at most 1,013 bytes. WebP
    stands for the chip's own format, which no open program writes; real chip portraits were not measured.
    """

    NONE = "none"
    ID_CHIP = "id-chip"


def treated(picture: BgrImage, treatment: Treatment, meant: Callable[[BgrImage], Face | None]) -> BgrImage:
    """``meant`` finds the face the picture is of. Raises ReferenceUnusable where ID_CHIP has none to cut out."""
    if treatment is Treatment.NONE:
        return picture
    face = meant(picture)
    if face is None:
        raise ReferenceUnusable("no_face")
    return RehearsalDecoder(rehearsal=True).decode(PortraitFormat.WLT, encode(portrait_of(picture, face)))
