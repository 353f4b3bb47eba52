"""Frames in memory without a name."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator

import numpy as np
import pytest

from kiosk.face.ring import SLOTS, FrameRing, FrameRingReader

WIDTH, HEIGHT = 7, 5


@pytest.fixture
def ring() -> Iterator[FrameRing]:
    ring = FrameRing(WIDTH, HEIGHT)
    yield ring
    ring.close()


def frame(value: int) -> memoryview:
    return np.full((HEIGHT, WIDTH, 3), value, dtype=np.uint8).data.cast("B")


def test_the_reader_sees_each_slot(ring: FrameRing) -> None:
    reader = FrameRingReader(os.dup(ring.descriptor), WIDTH, HEIGHT)
    for value in range(1, SLOTS + 1):
        slot = ring.put(frame(value))
        assert slot is not None
        assert (reader.slot(slot) == value).all()
        assert reader.slot(slot).shape == (HEIGHT, WIDTH, 3)


def test_a_slot_in_use_is_not_written_again(ring: FrameRing) -> None:
    slots = [ring.put(frame(1)) for _ in range(SLOTS)]
    assert sorted(slot for slot in slots if slot is not None) == list(range(SLOTS))
    assert ring.put(frame(2)) is None
    ring.free(2)
    assert ring.put(frame(3)) == 2


@pytest.mark.parametrize("slot", [-1, 0, SLOTS])
def test_freeing_what_is_not_in_use_is_a_fault_of_the_peer(ring: FrameRing, slot: int) -> None:
    with pytest.raises(ValueError, match="slot"):
        ring.free(slot)


def test_a_frame_of_another_size_is_refused(ring: FrameRing) -> None:
    with pytest.raises(ValueError, match="bytes"):
        ring.put(memoryview(bytes(WIDTH * HEIGHT * 3 - 1)))


def test_closing_zeroes_every_slot(ring: FrameRing) -> None:
    witness = os.dup(ring.descriptor)
    ring.put(frame(200))
    ring.close()
    ring.close()
    with mmap.mmap(witness, 0, prot=mmap.PROT_READ) as memory:
        assert len(memory) == WIDTH * HEIGHT * 3 * SLOTS
        assert memory[:] == bytes(len(memory))
    os.close(witness)


def test_nobody_can_change_its_size(ring: FrameRing) -> None:
    with pytest.raises(PermissionError):
        os.ftruncate(ring.descriptor, 0)


def test_the_reader_cannot_write(ring: FrameRing) -> None:
    reader = FrameRingReader(os.dup(ring.descriptor), WIDTH, HEIGHT)
    with pytest.raises(ValueError, match="read-only"):
        reader.slot(0)[0, 0, 0] = 1
