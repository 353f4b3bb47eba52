"""Decoders for engine tests, named to the warm engine as "module:function"."""

from __future__ import annotations

import cv2
import numpy as np

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.portrait.port import PortraitUndecodable

FACTORY = "tests.helpers.face_decoder:make_decoder"


class TestDecoder:
    """Decodes what OpenCV decodes; ``behaviour`` is what else it can be told to do."""

    __test__ = False

    def __init__(self, name: str, behaviour: str) -> None:
        self.name = name
        self._behaviour = behaviour

    def decode(self, portrait_format: PortraitFormat, block: bytes) -> BgrImage:
        if self._behaviour == "raise":
            raise RuntimeError("a decoder with a bug")
        picture = cv2.imdecode(np.frombuffer(block, dtype=np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            raise PortraitUndecodable("malformed")
        return np.asarray(picture, dtype=np.uint8)


def make_decoder(settings: dict[str, str]) -> TestDecoder:
    return TestDecoder(settings.get("name", "rehearsal"), settings.get("behaviour", ""))
