"""Turning a document's encoded portrait into pixels."""

from __future__ import annotations

from typing import Protocol

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage

WLT_WIDTH_PX, WLT_HEIGHT_PX = 102, 126
WLT_BLOCK_BYTES = 1024
WLT_PREFIX = bytes.fromhex("574C66007E00")
"""How every known block begins: "WL", 102, 126 (wlt-photo, "Facts"). A plausibility test of a read, no proof."""


class PortraitUndecodable(Exception):
    """No picture came of the block. ``code``: no_decoder, timed_out, crashed, refused, malformed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PortraitDecoder(Protocol):
    """Runs inside the visit's engine process, so that what it leaves in memory dies with the visit."""

    name: str
    """Stable name; with PortraitFormat it selects the threshold (thresholds are by kind of portrait)."""

    def decode(self, portrait_format: PortraitFormat, block: bytes) -> BgrImage:
        """BGR pixels. Raises PortraitUndecodable; takes at most the time limit it was made with."""
