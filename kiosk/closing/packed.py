"""What lies inside packed files, up to a bound and in memory alone: gzip, bzip2, xz, lzma, zlib, ZIP (office files
too), tar, FlateDecode streams of PDF.

What begins like one of these and cannot be looked into (damage, encryption, too much, too deep, entries that no list
has) is said to be so, and so are the packers and encryptions of ``_OTHERS``, which this does not open. A file is known
by how it begins: another packer, a headerless cipher, or something packed in the middle of a file is not noticed.
Nothing is written anywhere.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
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
_OTHERS = re.compile(
    rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07"
    rb"|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|\x02\x21\x4c\x18|[\x50-\x5f]\x2a\x4d\x18"  # zstd, lz4, frames to skip
    rb"|\x1f[\x9d\xa0\x1e]"  # compress, pack
    rb"|Salted__"  # openssl enc
    rb"|-----BEGIN PGP MESSAGE"
    # OpenPGP (RFC 9580): tag 3 by passphrase, tag 1 to a key, tag 8 compressed; old and new packet headers
    rb"|[\x8c\xc3].[\x04-\x06][\x01-\x1f]|(?:\x84.|\x85..|\xc1.|\xc1[\xc0-\xdf].)\x03.{8}[\x01-\x1f]|\xa3[\x01-\x03]",
    re.DOTALL,
)
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""With the window every packer takes (RFC 1950)."""
_LZMA = b"\x5d\x00\x00"
"""As its packers write it unless told otherwise; it has no magic."""
_PDF = b"%PDF-"
_PDF_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PDF_FILTER = re.compile(rb"/Filter\s*(?:\[\s*/(\w+)\s*\]|/(\w+))(?![\w#])")
"""One; several, and one that stands elsewhere, are not looked into."""
_PICTURES = {b"DCTDecode", b"JPXDecode"}
_ENDS: dict[int, Callable[[], Any]] = {
    zipfile.ZIP_DEFLATED: lambda: zlib.decompressobj(wbits=-15),
    zipfile.ZIP_BZIP2: bz2.BZ2Decompressor,
}
"""Ways to pack a member whose streams say where they end."""
_LOCAL_HEADER, _LOCAL_HEADER_BYTES = b"PK\x03\x04", 30


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
    if _OTHERS.match(start):
        raise NotLookedInto
    if start.startswith((_LOCAL_HEADER, b"PK\x05\x06", b"PK\x07\x08", b"PK00")):
        return _zip
    if start.startswith(b"\x1f\x8b"):
        return _stream(lambda: zlib.decompressobj(wbits=31))
    if start.startswith(b"BZh"):
        return _stream(bz2.BZ2Decompressor)
    if start.startswith((b"\xfd7zXZ\0", _LZMA)):
        return _stream(lzma.LZMADecompressor)
    if start.startswith(_ZLIB):
        return _stream(zlib.decompressobj)
    if _PDF in start:
        return _pdf
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
        _look_for_unlisted(file, packed.infolist())


def _look_for_unlisted(file: BinaryIO, listed: list[zipfile.ZipInfo]) -> None:
    """Between and behind the members no other begins, and none is shorter than its list says. Raises NotLookedInto."""
    at = 0
    for member in sorted(listed, key=lambda each: each.header_offset):
        _refuse_members(file, at, member.header_offset)
        file.seek(member.header_offset)
        header = file.read(_LOCAL_HEADER_BYTES)
        names_bytes = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        at = max(at, member.header_offset + _LOCAL_HEADER_BYTES + names_bytes)
        file.seek(at)
        _refuse_slack(file.read(member.compress_size), member)
        at += member.compress_size
    _refuse_members(file, at, file.seek(0, io.SEEK_END))


def _refuse_slack(data: bytes, member: zipfile.ZipInfo) -> None:
    """What is packed, without the stream's end being the member's, hides something. Raises NotLookedInto."""
    if member.compress_type == zipfile.ZIP_STORED:
        whole = len(data) == member.compress_size == member.file_size
    elif member.compress_type in _ENDS:
        unpacker = _ENDS[member.compress_type]()
        made = unpacker.decompress(data, member.file_size + 1)
        whole = unpacker.eof and not unpacker.unused_data and len(made) == member.file_size
    else:
        whole = False
    if not whole:
        raise NotLookedInto


def _refuse_members(file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    held = b""
    while (left := end - file.tell()) > 0:
        piece = file.read(min(left, _READ_BYTES))
        if not piece:
            return
        held = held[1 - len(_LOCAL_HEADER) :] + piece
        if _LOCAL_HEADER in held:
            raise NotLookedInto


def _tar(file: BinaryIO, budget: _Budget) -> Iterator[Inner]:
    with tarfile.open(fileobj=file, mode="r:") as packed:
        for member in packed:
            budget.member()
            opened = None if member.islnk() or member.issym() else packed.extractfile(member)
            content = b"" if opened is None else opened.read(budget.left + 1)
            budget.take(len(content))
            yield Inner(member.name, io.BytesIO(content))
        file.seek(packed.offset)  # where the library stopped: at the end, or at a header it does not understand
        while piece := file.read(_READ_BYTES):
            if piece.strip(b"\0"):
                raise NotLookedInto


def _pdf(file: BinaryIO, budget: _Budget) -> Iterator[Inner]:
    """Its packed streams (ISO 32000-1, 7.3.8 and 7.4.4); all else lies open in the file itself."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES or b"/Encrypt" in data:
        raise NotLookedInto
    at = 0
    while begins := _PDF_STREAM.search(data, at):
        at = begins.end()
        if not _is_flate(data[max(0, data.rfind(b" obj", 0, begins.start())) : begins.start()]):
            at = max(at, data.find(b"endstream", at))
            continue
        budget.member()
        made, unpacker = io.BytesIO(), zlib.decompressobj()
        while not unpacker.eof:
            ends = data.find(b"endstream", at + 1)  # a packed byte string may happen to read so, too
            if ends < 0:
                raise NotLookedInto
            piece = _piece(unpacker, data[at:ends], budget.left + 1)
            budget.take(len(piece))
            made.write(piece)
            at = ends
        made.seek(0)
        yield Inner("", made)


def _is_flate(words: bytes) -> bool:
    """Whether a stream with this dictionary is packed so and no other way. Raises NotLookedInto."""
    if b"#" in words:  # names may be written in escapes
        raise NotLookedInto
    if b"/Filter" not in words:
        return False
    found = _PDF_FILTER.search(words)
    if found is None or (b"/Predictor" in words and b"/XRef" not in words):
        raise NotLookedInto
    name = found[1] or found[2]
    if name != b"FlateDecode" and name not in _PICTURES:
        raise NotLookedInto
    return name == b"FlateDecode"
