"""Memory for personal bytes: pages of its own, locked where allowed, in no dump, overwritten on close, and counted.

What lives here is in no heap, so overwriting it overwrites it: the allocator keeps no second copy to hand out later.
A buffer somebody forgot to close stays in the count of the living; one the collector had to overwrite is counted as
abandoned.
"""

from __future__ import annotations

import ctypes
import mmap
import threading
from collections import Counter
from dataclasses import dataclass
from types import TracebackType

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mlock.argtypes = (ctypes.c_void_p, ctypes.c_size_t)

_tally = threading.RLock()  # the collector may run a finaliser in the middle of anything
_living: Counter[str] = Counter()
_abandoned: Counter[str] = Counter()
_unlocked_bytes = 0


@dataclass(frozen=True)
class SensitiveCount:
    """This process's buffers by kind. ``unlocked_bytes``: of the living, what the system refused to lock."""

    living: dict[str, int]
    abandoned: dict[str, int]
    unlocked_bytes: int


def sensitive_count() -> SensitiveCount:
    """How many buffers live now, and how many were never closed by whoever held them. Any thread."""
    with _tally:
        return SensitiveCount(dict(+_living), dict(+_abandoned), _unlocked_bytes)


class SensitiveBuffer:
    """``size_bytes`` zeroes to be filled; ``kind`` says in the count what they are for, never whose.

    For one owner, who closes it; views of it may be read by other threads and read as zeroes after that.
    """

    __slots__ = ("_locked", "_memory", "_size_bytes", "kind")

    def __init__(self, size_bytes: int, kind: str) -> None:
        self.kind = kind
        self._size_bytes = size_bytes
        self._memory: mmap.mmap | None = None
        self._locked = True
        if size_bytes == 0:
            return  # there is nothing to keep, and nothing to count
        self._memory = mmap.mmap(-1, size_bytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._memory.madvise(mmap.MADV_DONTDUMP)
        self._locked = _lock(self._memory)
        _count(kind, 1, 0 if self._locked else size_bytes)

    def view(self) -> memoryview:
        """The bytes themselves, writable. Raises ValueError when closed."""
        if self._memory is None:
            if self._size_bytes:
                raise ValueError("the buffer is closed")
            return memoryview(bytearray())
        return memoryview(self._memory)

    @property
    def closed(self) -> bool:
        return self._memory is None

    @property
    def locked(self) -> bool:
        """Whether the system keeps these pages out of swap; it may refuse beyond RLIMIT_MEMLOCK."""
        return self._locked

    def close(self) -> None:
        """Overwrite with zeroes and let go. Calling twice is fine."""
        memory, self._memory = self._memory, None
        if memory is None:
            return
        memory[:] = bytes(self._size_bytes)
        _count(self.kind, -1, 0 if self._locked else -self._size_bytes)
        try:
            memory.close()
        except BufferError:
            pass  # somebody still looks at the zeroes; the pages go with the last view

    def __len__(self) -> int:
        return self._size_bytes

    def __repr__(self) -> str:
        return f"SensitiveBuffer({self.kind}, {self._size_bytes} bytes)"

    def __enter__(self) -> SensitiveBuffer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_memory", None) is not None:
            with _tally:
                _abandoned[self.kind] += 1
            self.close()


def _lock(memory: mmap.mmap) -> bool:
    """Where it is not allowed we go on: an unlocked page is a risk with unencrypted swap, not a fault."""
    start = ctypes.c_char.from_buffer(memory)
    locked: int = _libc.mlock(ctypes.addressof(start), len(memory))
    del start  # else the mapping could not be closed
    return locked == 0


def _count(kind: str, buffers: int, unlocked_bytes: int) -> None:
    global _unlocked_bytes
    with _tally:
        _living[kind] += buffers
        _unlocked_bytes += unlocked_bytes
