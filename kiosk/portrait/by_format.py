"""Portraits in the chip's closed format go to the configured decoder, ordinary pictures to our own bounded one."""

from __future__ import annotations

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.portrait.port import PortraitDecoder
from kiosk.portrait.reader import PictureDecoder


class DecoderByFormat:
    """``name`` is that of the decoder of the last portrait: thresholds go by it."""

    def __init__(self, closed: PortraitDecoder) -> None:
        self._closed, self._pictures = closed, PictureDecoder()
        self.name = closed.name

    def decode(self, portrait_format: PortraitFormat, block: bytes) -> BgrImage:
        open_format = portrait_format in (PortraitFormat.JPEG, PortraitFormat.JPEG2000)
        decoder: PortraitDecoder = self._pictures if open_format else self._closed
        self.name = decoder.name
        return decoder.decode(portrait_format, block)
