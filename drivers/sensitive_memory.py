"""Memory for personal bytes: pages of its own, locked where allowed, in no dump, overwritten on close, and counted.

What lives here is in no heap, so overwriting it overwrites it: the allocator keeps no second copy to hand out later.
A buffer somebody forgot to close stays in the count of the living; one the collector had to overwrite is counted as
abandoned.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import threading
from collections import Counter
from dataclasses import dataclass
from types import TracebackType

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mlock.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


@dataclass(frozen=True)
class SensitiveCount:
    """This process's buffers by kind. ``unlocked_bytes``: of the living, what the system refused to lock."""

    living: dict[str, int]
    abandoned: dict[str, int]
    unlocked_bytes: int


class _Tally:
    def __init__(self) -> None:
        self._lock = threading.RLock()  # the collector may run a finaliser in the middle of anything
        self._living: Counter[str] = Counter()
        self._abandoned: Counter[str] = Counter()
        self._unlocked_bytes = 0

    def add(self, kind: str, buffers: int, unlocked_bytes: int) -> None:
        with self._lock:
            self._living[kind] += buffers
            self._unlocked_bytes += unlocked_bytes

    def abandoned(self, kind: str) -> None:
        with self._lock:
            self._abandoned[kind] += 1

    def count(self) -> SensitiveCount:
        with self._lock:
            return SensitiveCount(dict(+self._living), dict(self._abandoned), self._unlocked_bytes)


_tally = _Tally()


def sensitive_count() -> SensitiveCount:
    """How many buffers live now, and how many were never closed by whoever held them. Any thread."""
    return _tally.count()


class SensitiveBuffer:
    """``size_bytes`` zeroes to be filled; ``kind`` says in the count what they are for, never whose.

    For one owner, who closes it; views of it may be read by other threads and read as zeroes after that.
    """

    __slots__ = ("_locked", "_memory", "_size_bytes", "kind")

    def __init__(self, size_bytes: int, kind: str) -> None:
        self._memory: mmap.mmap | None = None
        if size_bytes:
            self._hold(mmap.mmap(-1, size_bytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), kind)
        else:  # there is nothing to keep, and nothing to count
            self.kind, self._size_bytes, self._locked = kind, 0, True

    @classmethod
    def over(cls, memory: mmap.mmap, kind: str) -> SensitiveBuffer:
        """Over memory shared with another process, which this side closes; the other's copy of it is the same pages."""
        buffer = cls(0, kind)
        buffer._hold(memory, kind)
        return buffer

    def _hold(self, memory: mmap.mmap, kind: str) -> None:
        memory.madvise(mmap.MADV_DONTDUMP)
        self.kind, self._size_bytes, self._locked = kind, len(memory), _lock(memory)
        self._memory = memory
        _tally.add(kind, 1, self._unlocked_bytes)

    def view(self) -> memoryview:
        """The bytes themselves, writable; while somebody looks the buffer is not abandoned. Raises ValueError when
        closed."""
        if self._memory is None:
            if self._size_bytes:
                raise ValueError("the buffer is closed")
            return memoryview(bytearray())
        held = (ctypes.c_ubyte * self._size_bytes).from_buffer(self._memory)
        held.owner = self  # type: ignore[attr-defined]  # a view of the pages alone would outlive us, and be zeroes
        return memoryview(held).cast("B")

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
        _tally.add(self.kind, -1, -self._unlocked_bytes)
        with contextlib.suppress(BufferError):  # somebody still looks at the zeroes; the pages go with the last view
            memory.close()

    @property
    def _unlocked_bytes(self) -> int:
        return 0 if self._locked else self._size_bytes

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
            _tally.abandoned(self.kind)
            self.close()


def _lock(memory: mmap.mmap) -> bool:
    """Where it is not allowed we go on: an unlocked page is a risk with unencrypted swap, not a fault."""
    start = ctypes.c_char.from_buffer(memory)
    locked: int = _libc.mlock(ctypes.addressof(start), len(memory))
    del start  # else the mapping could not be closed
    return locked == 0
