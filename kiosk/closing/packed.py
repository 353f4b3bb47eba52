"""What lies inside packed files, up to a bound and in memory alone: gzip, bzip2, xz, ZIP (office files too), tar.

Whatever cannot be looked into (other packers, encryption, damage, too much, too deep) is said to be so, never passed
over. Nothing is written anywhere.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

MOST_BYTES = 64 << 20
"""Unpacked, of one file altogether; a machine's whole log is smaller."""
MOST_LAYERS = 3
MOST_MEMBERS = 10_000
_READ_BYTES = 1 << 16
_TAR_MAGIC_AT, _TAR_MAGIC = 257, b"ustar"
_START_BYTES = 512
_OTHERS = (b"7z\xbc\xaf\x27\x1c", b"\x28\xb5\x2f\xfd", b"Rar!\x1a\x07")


class NotLookedInto(Exception):
    """Something is packed in a way this does not open."""


@dataclass(frozen=True)
class Inner:
    """One file of a packed one, or all of it. ``name``: as the packer wrote it."""

    name: str
    file: BinaryIO


@dataclass
class _Budget:
    left: int = MOST_BYTES
    members: int = MOST_MEMBERS

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise NotLookedInto

    def member(self) -> None:
        self.members -= 1
        if self.members < 0:
            raise NotLookedInto


Unpack = Callable[[BinaryIO, _Budget], Iterator[Inner]]


def inside(file: BinaryIO) -> Iterator[Inner]:
    """Every file within ``file``, and within those; nothing for one that is not packed.

    Raises NotLookedInto, after everything before was given; OSError.
    """
    yield from _inside(file, _Budget(), MOST_LAYERS)


def _inside(file: BinaryIO, budget: _Budget, layers: int) -> Iterator[Inner]:
    unpack = _unpacker_for(file)
    if unpack is None:
        return
    if not layers:
        raise NotLookedInto
    try:
        for inner in unpack(file, budget):
            yield inner
            inner.file.seek(0)
            yield from _inside(inner.file, budget, layers - 1)
    except (EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError) as torn:
        raise NotLookedInto from torn
    except (zipfile.BadZipFile, tarfile.TarError) as torn:
        raise NotLookedInto from torn
    except OSError as torn:
        if isinstance(file, io.BytesIO) or torn.errno is None:  # bz2's word for damage
            raise NotLookedInto from torn
        raise


def _unpacker_for(file: BinaryIO) -> Unpack | None:
    file.seek(0)
    start = file.read(_START_BYTES)
    file.seek(0)
    if start.startswith(_OTHERS):
        raise NotLookedInto
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip
    if start.startswith(b"\x1f\x8b"):
        return _stream(lambda: zlib.decompressobj(wbits=31))
    if start.startswith(b"BZh"):
        return _stream(bz2.BZ2Decompressor)
    if start.startswith(b"\xfd7zXZ\0"):
        return _stream(lzma.LZMADecompressor)
    return _tar if start.startswith(_TAR_MAGIC, _TAR_MAGIC_AT) else None


def _stream(begin: Callable[[], Any]) -> Unpack:
    """One stream after the other, as gzip(1), bzip2(1) and xz(1) write and join them."""

    def unpack(file: BinaryIO, budget: _Budget) -> Iterator[Inner]:
        made, unpacker = io.BytesIO(), begin()
        rest = file.read(_READ_BYTES)
        while rest:
            if unpacker.eof:
                unpacker = begin()
            piece = _piece(unpacker, rest, budget.left + 1)
            budget.take(len(piece))
            made.write(piece)
            rest = unpacker.unused_data.lstrip(b"\0") if unpacker.eof else b""
            rest = rest or file.read(_READ_BYTES)
        made.seek(0)
        yield Inner("", made)
        if not unpacker.eof:
            raise EOFError

    return unpack


def _piece(unpacker: Any, data: bytes, most: int) -> bytes:
    """All that ``data`` unpacks to; more than ``most`` bytes are too much. Raises NotLookedInto."""
    piece: bytes = unpacker.decompress(data, most)
    if len(piece) >= most:
        raise NotLookedInto
    return piece


def _zip(file: BinaryIO, budget: _Budget) -> Iterator[Inner]:
    with zipfile.ZipFile(file) as packed:
        for member in packed.infolist():
            budget.member()
            with packed.open(member) as opened:  # an encrypted one raises RuntimeError
                content = opened.read(budget.left + 1)
            budget.take(len(content))
            yield Inner(member.filename, io.BytesIO(content))


def _tar(file: BinaryIO, budget: _Budget) -> Iterator[Inner]:
    with tarfile.open(fileobj=file, mode="r:") as packed:
        for member in packed:
            budget.member()
            opened = packed.extractfile(member) if member.isreg() else None
            content = b"" if opened is None else opened.read(budget.left + 1)
            budget.take(len(content))
            yield Inner(member.name, io.BytesIO(content))
