"""No decoder at all: the document's text is checked, the face is left to staff."""

from __future__ import annotations

from typing import NoReturn

from drivers.port import PortraitFormat
from kiosk.portrait.port import PortraitUndecodable


class NoDecoder:
    """Decodes nothing, and says so."""

    name = "none"

    def decode(self, portrait_format: PortraitFormat, block: bytes) -> NoReturn:
        raise PortraitUndecodable("no_decoder")
