"""What a process lets go of is overwritten, by Python's allocator and the C library's: asked for by its environment.

A ``str`` cannot be overwritten by whoever held it, its place can when it is freed. Both allocators read their settings
before the first line of Python runs, so a process is started like this; none can become so. For the stations' windows:
a visit's process, a maker's decoder and a command end, and the kernel gives their pages out zeroed.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Mapping

OVERWRITING: Mapping[str, str] = {
    # Each block of Python's carries its length and is filled when freed (Objects/obmalloc.c, debug hooks).
    "PYTHONMALLOC": "malloc_debug",
    # Freed chunks are filled with 0xFF, fresh ones with 0x00. Those in a thread's cache would not be: there is none
    # (malloc/malloc.c, _int_free).
    "GLIBC_TUNABLES": "glibc.malloc.perturb=255:glibc.malloc.tcache_count=0",
}
_TRIED_BYTES = 3 * 64


def overwriting(environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` for a process that overwrites what it frees."""
    return {**environment, **OVERWRITING}


def plain(environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` for a process that ends before anybody could look: overwriting costs it time for nothing."""
    return {name: value for name, value in environment.items() if OVERWRITING.get(name) != value}


def asked_for(environment: Mapping[str, str]) -> bool:
    """Whether a process of this environment was started to overwrite."""
    return all(environment.get(name) == value for name, value in OVERWRITING.items())


def can_overwrite() -> bool:
    """Whether a process started for it would, on this machine; one is started to find out."""
    command = [sys.executable, "-m", "kiosk.memory.allocator"]
    return subprocess.run(command, env=overwriting(os.environ), check=False).returncode == 0


def overwrites() -> bool:
    """Whether this process really does: a text and a block of the C library are let go of and looked for."""
    return _python_overwrites() and _libc_overwrites()


def _python_overwrites() -> bool:
    mark, seen = _mark()
    text, after = mark.decode("latin-1"), mark.decode("latin-1")  # the second keeps the first's place from the system
    address = id(text) + sys.getsizeof(text) - 1 - len(mark)
    ctypes.memmove(seen, address, len(mark))
    if seen.raw != mark:
        return False  # no text lies where CPython's do: it cannot be told
    del text
    ctypes.memmove(seen, address, len(mark))
    return not _remains(mark, seen.raw) and bool(after)


def _libc_overwrites() -> bool:
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
    libc.free.restype, libc.free.argtypes = None, (ctypes.c_void_p,)
    mark, seen = _mark()
    address, after = libc.malloc(len(mark)), libc.malloc(len(mark))
    ctypes.memmove(address, mark, len(mark))
    libc.free(address)
    ctypes.memmove(seen, address, len(mark))
    libc.free(after)
    return not _remains(mark, seen.raw)


def _mark() -> tuple[bytes, ctypes.Array[ctypes.c_char]]:
    """Bytes that change all the time, and where to look at them again: nothing of that size is made in between."""
    return bytes(128 + at % 127 for at in range(_TRIED_BYTES)), ctypes.create_string_buffer(_TRIED_BYTES)


def _remains(mark: bytes, seen: bytes) -> bool:
    """Whether eight bytes in a row of the mark are still there, and so would be four characters of a name."""
    return any(mark[at : at + 8] == seen[at : at + 8] for at in range(len(mark) - 7))


if __name__ == "__main__":
    raise SystemExit(0 if overwrites() else 1)
