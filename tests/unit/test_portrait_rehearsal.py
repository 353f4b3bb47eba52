"""The rehearsal codec: a picture goes in and the same picture, a little softer, comes out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.face.thresholds import PortraitKind, portrait_kind
from kiosk.portrait.factory import make_decoder
from kiosk.portrait.port import WLT_BLOCK_BYTES, WLT_PREFIX, PortraitUndecodable
from kiosk.portrait.rehearsal import MAGIC, RehearsalDecoder, encode

SHAPE = (126, 102, 3)


def drawn(seed: int) -> BgrImage:
    """Soft blobs of colour: as much detail as a portrait has."""
    small = np.random.default_rng(seed).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, (102, 126), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def decode(block: bytes) -> BgrImage:
    return RehearsalDecoder(rehearsal=True).decode(PortraitFormat.WLT, block)


DRAWN_BLOCK = encode(drawn(7))


def outcome(block: bytes) -> object:
    """The picture's shape, or the code."""
    try:
        return decode(block).shape
    except PortraitUndecodable as undecodable:
        return undecodable.code


@pytest.mark.parametrize("seed", range(5))
def test_what_is_encoded_comes_back_nearly_the_same(seed: int) -> None:
    picture = drawn(seed)
    block = encode(picture)
    assert len(block) == WLT_BLOCK_BYTES
    assert block.startswith(WLT_PREFIX + MAGIC)
    back = decode(block)
    assert back.shape == SHAPE
    difference = np.abs(back.astype(int) - picture.astype(int)).mean()
    assert difference < 8
    assert np.abs(back.astype(int) - drawn(seed + 100).astype(int)).mean() > 3 * difference


@settings(max_examples=30)
@given(np_st.arrays(np.uint8, SHAPE, elements=st.integers(0, 255), fill=st.integers(0, 255)))
def test_any_picture_fits_and_comes_back(picture: BgrImage) -> None:
    assert decode(encode(picture)).shape == SHAPE


def test_even_noise_fits() -> None:
    noise = np.random.default_rng(1).integers(0, 256, SHAPE, dtype=np.uint8)
    assert decode(encode(noise)).shape == SHAPE


@given(st.binary(max_size=1100) | st.binary(min_size=1018, max_size=1018).map(lambda rest: WLT_PREFIX + rest))
def test_nothing_but_our_own_blocks_is_taken(block: bytes) -> None:
    with pytest.raises(PortraitUndecodable) as undecodable:
        decode(block)
    assert undecodable.value.code == "refused"


@given(st.integers(0, WLT_BLOCK_BYTES - 1), st.integers(1, 255))
def test_a_damaged_block_gives_a_picture_of_the_right_size_or_a_code(at: int, flip: int) -> None:
    block = bytearray(DRAWN_BLOCK)
    block[at] ^= flip
    assert outcome(bytes(block)) in {SHAPE, "refused", "malformed"}


@pytest.mark.parametrize("shape", [(102, 126, 3), (126, 102), (126, 102, 4)])
def test_only_a_chip_portrait_is_encoded(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        encode(np.zeros(shape, dtype=np.uint8))


@pytest.mark.parametrize("said", [{}, {"rehearsal": False}, {"rehearsal": "yes"}, {"rehearsal": 1}])
def test_it_exists_in_rehearsal_only(said: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        make_decoder({"kind": "rehearsal", **said})


def test_its_name_selects_the_rehearsal_threshold() -> None:
    name = make_decoder({"kind": "rehearsal", "rehearsal": True}).name
    assert portrait_kind(PortraitFormat.WLT, name, 24.0) is PortraitKind.REHEARSAL_CHIP
