"""The QR symbol in one picture, on paper or on a phone: dim, tilted, cracked, blurred, in glare, light on dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from drivers.barcode.outputs import MAX_CODE_BYTES
from kiosk.camera.port import BgrImage

GreyImage = npt.NDArray[np.uint8]
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
BLURRED_SIGMA_PX = 3.0
SHARPENED = 1.5
CRACK_PX = 5
CRACKED_PX = 9
LIT_PX, LIT_OFFSET = 51, 5


def symbol_bytes(image: BgrImage) -> bytes:
    """What the QR symbol in ``image`` says, b"" where none is read or more than one is: which ticket is meant then
    is not ours to guess. The bytes come from outside and are trusted by nobody."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    try:
        for look in LOOKS:
            looked_at = np.asarray(look(grey), dtype=np.uint8)
            found = {_bytes_of(barcode) for barcode in _barcodes(looked_at)} - {b""}
            if looked_at is not grey:
                looked_at[:] = 0
            if found:
                return found.pop() if len(found) == 1 else b""
        return b""
    finally:
        grey[:] = 0


def _as_it_is(grey: GreyImage) -> Any:
    return grey


def _stretched(grey: GreyImage) -> Any:
    """For dim screens."""
    return cv2.createCLAHE(3.0, (8, 8)).apply(grey)


def _sharpened(grey: GreyImage) -> Any:
    smooth = cv2.GaussianBlur(grey, (0, 0), BLURRED_SIGMA_PX)
    sharp = cv2.addWeighted(grey, 1 + SHARPENED, smooth, -SHARPENED, 0)
    smooth[:] = 0
    return sharp


def _without_dark_lines(grey: GreyImage) -> Any:
    """Cracks that are thinner than the symbol's modules."""
    return cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((CRACK_PX, CRACK_PX), dtype=np.uint8))


def _without_lines(grey: GreyImage) -> Any:
    """Light cracks and dark ones."""
    return cv2.medianBlur(grey, CRACKED_PX)


def _evenly_lit(grey: GreyImage) -> Any:
    """For glare: light against dark by what is around, not by the whole picture."""
    return cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, LIT_PX, LIT_OFFSET)


LOOKS: tuple[Callable[[GreyImage], Any], ...] = (
    _as_it_is,
    _stretched,
    _sharpened,
    _without_dark_lines,
    _without_lines,
    _evenly_lit,
)
"""The same picture in ways that bring out different symbols, the commonest first."""


def _barcodes(grey: GreyImage) -> list[Any]:
    return list(zxingcpp.read_barcodes(grey, formats=QR, binarizer=zxingcpp.Binarizer.LocalAverage))


def _bytes_of(barcode: Any) -> bytes:
    data = bytes(barcode.bytes)
    return data if len(data) <= MAX_CODE_BYTES else b""
