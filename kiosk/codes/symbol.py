"""The QR symbol in one picture, on paper or on a phone: dim, tilted, cracked, blurred, light on dark."""

from __future__ import annotations

from collections.abc import Iterator
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


def symbol_bytes(image: BgrImage) -> bytes:
    """What the QR symbol in ``image`` says, b"" where none is read or more than one is: which ticket is meant then
    is not ours to guess. The bytes come from outside and are trusted by nobody."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    for looked_at, binarizer in _looks(grey):
        found = {_bytes_of(barcode) for barcode in _barcodes(looked_at, binarizer)} - {b""}
        looked_at[:] = 0
        if found:
            return found.pop() if len(found) == 1 else b""
    return b""


def _looks(grey: GreyImage) -> Iterator[tuple[GreyImage, zxingcpp.Binarizer]]:
    """The same picture in ways that bring out different symbols; each is the caller's to overwrite."""
    local = zxingcpp.Binarizer.LocalAverage
    smooth = cv2.GaussianBlur(grey, (0, 0), BLURRED_SIGMA_PX)
    sharp = np.asarray(cv2.addWeighted(grey, 1 + SHARPENED, smooth, -SHARPENED, 0), dtype=np.uint8)
    stretched = np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(grey), dtype=np.uint8)
    smooth[:] = 0
    yield grey, local
    yield stretched, local
    yield sharp, local


def _barcodes(grey: GreyImage, binarizer: zxingcpp.Binarizer) -> list[Any]:
    return list(zxingcpp.read_barcodes(grey, formats=QR, binarizer=binarizer))


def _bytes_of(barcode: Any) -> bytes:
    data = bytes(barcode.bytes)
    return data if len(data) <= MAX_CODE_BYTES else b""
