"""Frames in shared memory without a name: a memfd of a few slots, each as large as the zone's pixels.

The window writes, the visit only reads. The size is sealed, so that neither side can pull pages from under the other.
There is no file anywhere: when both processes are gone, so are the pixels.
"""

from __future__ import annotations

import fcntl
import mmap
import os

import numpy as np

from drivers.sensitive_memory import SensitiveBuffer
from kiosk.camera.port import BgrImage

SLOTS = 4
"""One in work, up to two newer ones waiting while it is, one being written."""


def sealed_memory(size_bytes: int, name: str) -> int:
    """A descriptor of ``size_bytes`` zeroes that cannot change its size. The caller closes it."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size_bytes)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor


class FrameRing:
    """The writer's side. Not for sharing between threads."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self._slot_bytes = width_px * height_px * 3
        self.descriptor = sealed_memory(self._slot_bytes * SLOTS, "kiosk-frames")
        self._memory = mmap.mmap(self.descriptor, self._slot_bytes * SLOTS)
        self._held = SensitiveBuffer.over(self._memory, "shared frames")
        self._free = list(range(SLOTS))

    def put(self, pixels: memoryview) -> int | None:
        """Copy one frame into a free slot; None when there is none. Raises ValueError for a wrong size."""
        if pixels.nbytes != self._slot_bytes:
            raise ValueError(f"a frame of {self._slot_bytes} bytes was agreed")
        if not self._free:
            return None
        slot = self._free.pop(0)
        start = slot * self._slot_bytes
        self._memory[start : start + self._slot_bytes] = pixels.cast("B")
        return slot

    def free(self, slot: int) -> None:
        """The reader is done with ``slot``. Raises ValueError where it cannot be."""
        if not 0 <= slot < SLOTS or slot in self._free:
            raise ValueError("no such slot in use")
        self._free.append(slot)

    @property
    def all_free(self) -> bool:
        return len(self._free) == SLOTS

    def close(self) -> None:
        """Zero every pixel and let go. Calling twice is fine."""
        if self._held.closed:
            return
        self._held.close()
        os.close(self.descriptor)


class FrameRingReader:
    """The visit's side, over a descriptor it owns."""

    def __init__(self, descriptor: int, width_px: int, height_px: int) -> None:
        self._shape = (SLOTS, height_px, width_px, 3)
        self._memory = mmap.mmap(descriptor, int(np.prod(self._shape)), prot=mmap.PROT_READ)
        os.close(descriptor)
        self._slots = np.frombuffer(self._memory, dtype=np.uint8).reshape(self._shape)

    def slot(self, number: int) -> BgrImage:
        """A read-only view of one frame."""
        return np.asarray(self._slots[number], dtype=np.uint8)
