"""What is done to a picture before it becomes a template: nothing, or what an identity card's chip does to it."""

from __future__ import annotations

from enum import StrEnum

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.portrait.rehearsal import RehearsalDecoder, encode
from kiosk.rehearsal.portraits import chip_portrait


class Treatment(StrEnum):
    """NONE: the picture as it is. ID_CHIP: 102 x 126 pixels, 24 px between the eyes, lossy WebP of at most 1,013 bytes.

    WebP stands for the chip's own format, which no open program writes; real chip portraits were not measured.
    """

    NONE = "none"
    ID_CHIP = "id-chip"


def treated(picture: BgrImage, treatment: Treatment) -> BgrImage:
    """Raises ReferenceUnusable where ID_CHIP finds no face to cut out."""
    if treatment is Treatment.NONE:
        return picture
    block = encode(chip_portrait(picture))
    return RehearsalDecoder(rehearsal=True).decode(PortraitFormat.WLT, block)
