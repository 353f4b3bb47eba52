"""Pictures the reader decoded: taken when they are what they say, measured before they are opened."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import PortraitFormat
from kiosk.portrait.factory import make_decoder
from kiosk.portrait.picture_size import NotAPicture, picture_size
from kiosk.portrait.port import PortraitUndecodable
from kiosk.portrait.reader import PICTURE_BYTES_MAX

SUFFIXES = {PortraitFormat.BMP: ".bmp", PortraitFormat.JPEG: ".jpg", PortraitFormat.JPEG2000: ".jp2"}
FORMATS = tuple(SUFFIXES)
READER = make_decoder({"kind": "reader"})


def encoded(portrait_format: PortraitFormat, width_px: int = 120, height_px: int = 160) -> bytes:
    small = np.random.default_rng(1).integers(0, 256, (8, 6, 3), dtype=np.uint8)
    picture = cv2.resize(small, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(SUFFIXES[portrait_format], picture)[1].tobytes()


def code_of(portrait_format: PortraitFormat, block: bytes) -> str:
    with pytest.raises(PortraitUndecodable) as undecodable:
        READER.decode(portrait_format, block)
    return undecodable.value.code


def outcome(portrait_format: PortraitFormat, block: bytes) -> object:
    """The picture's shape, or the code."""
    try:
        return READER.decode(portrait_format, block).shape
    except PortraitUndecodable as undecodable:
        return undecodable.code


@pytest.mark.parametrize("portrait_format", FORMATS)
def test_each_format_comes_out_in_its_size_and_colours(portrait_format: PortraitFormat) -> None:
    block = encoded(portrait_format)
    picture = READER.decode(portrait_format, block)
    assert picture.shape == (160, 120, 3)
    original = READER.decode(PortraitFormat.BMP, encoded(PortraitFormat.BMP))
    assert np.abs(picture.astype(int) - original.astype(int)).mean() < 6


@pytest.mark.parametrize("portrait_format", FORMATS)
@pytest.mark.parametrize("size_px", [(63, 100), (100, 63), (2049, 64)])
def test_too_small_and_too_large_are_refused(portrait_format: PortraitFormat, size_px: tuple[int, int]) -> None:
    assert code_of(portrait_format, encoded(portrait_format, *size_px)) == "refused"


@pytest.mark.parametrize("portrait_format", FORMATS)
def test_too_many_bytes_are_refused(portrait_format: PortraitFormat) -> None:
    assert code_of(portrait_format, encoded(portrait_format).ljust(PICTURE_BYTES_MAX + 1, b"\0")) == "refused"


@pytest.mark.parametrize("portrait_format", FORMATS)
def test_another_format_than_promised_is_malformed(portrait_format: PortraitFormat) -> None:
    for other in set(FORMATS) - {portrait_format}:
        assert code_of(portrait_format, encoded(other)) == "malformed"


def test_a_chip_block_is_not_for_this_decoder() -> None:
    assert code_of(PortraitFormat.WLT, bytes(1024)) == "refused"


def test_a_head_that_promises_a_giant_is_refused_before_anything_is_opened() -> None:
    giant = bytearray(encoded(PortraitFormat.BMP))
    giant[18:26] = struct.pack("<2i", 60_000, 60_000)
    assert code_of(PortraitFormat.BMP, bytes(giant)) == "refused"
    jp2 = bytearray(encoded(PortraitFormat.JPEG2000))
    at = jp2.index(bytes.fromhex("FF4FFF51")) + 8
    jp2[at : at + 8] = struct.pack(">2I", 60_000, 60_000)
    assert code_of(PortraitFormat.JPEG2000, bytes(jp2)) == "refused"


@pytest.mark.parametrize("portrait_format", FORMATS)
def test_every_cut_is_a_code_or_a_picture(portrait_format: PortraitFormat) -> None:
    block = encoded(portrait_format, 64, 64)
    for length in range(0, len(block), 7):
        assert outcome(portrait_format, block[:length]) in {(64, 64, 3), "malformed"}


@given(st.sampled_from(FORMATS), st.binary(max_size=400), st.integers(0, 200))
def test_measuring_never_fails_otherwise(portrait_format: PortraitFormat, noise: bytes, at: int) -> None:
    block = encoded(portrait_format, 64, 64)
    try:
        width, height = picture_size(portrait_format, block[:at] + noise)
    except NotAPicture:
        return
    assert width > 0
    assert height > 0


def test_heads_by_hand() -> None:
    jpeg = bytes.fromhex("FFD8 FFE0 0004 0000 FF FFC2 000B 08 0090 0066 01 011100")
    assert picture_size(PortraitFormat.JPEG, jpeg) == (0x66, 0x90)
    siz = struct.pack(">HH8I", 47, 0, 130, 170, 10, 20, 130, 170, 0, 0)
    bare = bytes.fromhex("FF4FFF51") + siz
    assert picture_size(PortraitFormat.JPEG2000, bare) == (120, 150)
    decoy = struct.pack(">I4s", 8 + len(bare), b"free") + bare.replace(struct.pack(">I", 130), struct.pack(">I", 99))
    boxed = bytes.fromhex("0000000C6A5020200D0A870A") + decoy + struct.pack(">I4s", 0, b"jp2c") + bare
    assert picture_size(PortraitFormat.JPEG2000, boxed) == (120, 150)
