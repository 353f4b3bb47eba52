"""Text in an SQLite file or its WAL lies in pieces: this puts neighbouring pieces together again for a search.

A long row goes on in overflow pages, each with the number of the next in its first four bytes; a WAL puts 24 bytes
before each page (SQLite, "Database File Format", 1.6 and 4.1). Without these the pieces of a row written in one go lie
side by side, also in pages that are free by now. Nothing here trusts the file: no tree is followed, every page is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

SQLITE_MAGIC = b"SQLite format 3\0"
WAL_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES, _POINTER_BYTES = 32, 24, 4
_PAGE_SIZES = frozenset(1 << bits for bits in range(9, 17))


def pages(file: BinaryIO) -> Iterator[bytes]:
    """Pages of a database or a WAL without what stands between the pieces of a row; nothing for any other file."""
    file.seek(0)
    start = file.read(_WAL_HEADER_BYTES)
    if start.startswith(SQLITE_MAGIC):
        size = int.from_bytes(start[16:18], "big")
        size, skip, first = (65_536 if size == 1 else size), 0, 0
    elif start.startswith(WAL_MAGICS):
        size, skip, first = int.from_bytes(start[8:12], "big"), _FRAME_HEADER_BYTES, _WAL_HEADER_BYTES
    else:
        return
    if size not in _PAGE_SIZES:
        return
    file.seek(first)
    while page := file.read(skip + size):
        yield page[skip + _POINTER_BYTES :]
