"""A package: an event and its tickets in one file, for the machines that asked for it, and for nobody else.

::

    VKPK2 {header, JSON}\\n                   what may be seen: event, when, who made it, for whom, how many tickets
    length, 4 bytes big endian | part, 2 | block     the event file; then rows of tickets; each sealed
    ...                                              (kiosk.base.sealing) under the key of its part
    0, 4 bytes | signature                   of the maker (kiosk.base.package_maker) over ``venue-kiosk package 2`` |
                                             newline | SHA-256 of all before the signature

A part is for devices that serve the same gate groups, and holds their tickets; it has a key of its own. The signature
is checked over the whole file before anything of it is believed; blocks are bound to the header by its SHA-256. Nothing
but blocks is ever in memory at once, so that plain rows exist some hundred at a time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.base.errors import BaseTrouble
from kiosk.base.package_key import PackageRequest
from kiosk.base.package_maker import Believer, PackageMaker, Verify
from kiosk.base.sealing import Blocks, NotSealedSo, SealedKey, new_key, open_key, seal_key
from kiosk.vault.key_file import sync_folder

MAGIC = b"VKPK2 "
MOST_HEADER_BYTES = 1_000_000
MOST_BLOCK_BYTES = 4_000_000
MOST_SIGNATURE_BYTES = 100
MOST_PARTS = 100
MOST_NAME = 64
_PART_BYTES = 2
_SIGNED = b"venue-kiosk package 2\n"
_READ_BYTES = 1 << 20

NOT_WHOLE = "This package is not whole, or was changed: copy it again from the machine that made it."


class PackageTrouble(BaseTrouble):
    """A package that is not taken; ``code`` names the words a screen has for it."""


def not_whole() -> PackageTrouble:
    return PackageTrouble(NOT_WHOLE, "package_not_whole")


@dataclass(frozen=True)
class Header:
    """``made_at_s``: UTC seconds. ``parts``: the gate groups of each, none for all. ``devices``: the part of each, and
    its key sealed to it. ``shown``: what the maker says of its key, still to be believed. ``digest``: SHA-256.
    """

    event: str
    made_at_s: float
    maker: str
    tickets: int
    parts: tuple[tuple[str, ...], ...]
    devices: Mapping[str, tuple[int, SealedKey]]
    shown: Mapping[str, object]
    digest: bytes

    def part_of(self, device: str) -> int:
        """Raises PackageTrouble where there is none for ``device``."""
        if device not in self.devices:
            why = f"This package was not made for {device}: it is for {_list(self.devices)}."
            raise PackageTrouble(why, "package_for_others")
        return self.devices[device][0]

    def groups_of(self, device: str) -> tuple[str, ...]:
        """The gate groups whose tickets ``device`` is given; none: all. Raises PackageTrouble."""
        return self.parts[self.part_of(device)]


def parts_of(requests: Iterable[PackageRequest]) -> tuple[tuple[str, ...], ...]:
    """The gate groups of each part: devices that serve the same groups share one."""
    return tuple(sorted({request.groups for request in requests}))


def write_package(
    to: Path,
    event: str,
    requests: Iterable[PackageRequest],
    ours: PackageMaker,
    tickets: int,
    blocks: Iterable[tuple[int, bytes]],
    now_s: float,
) -> str:
    """Write the package, whole or not at all; its SHA-256. ``blocks``: plain, of a part of ``parts_of``, at least one
    for each; consumed once.

    Raises BaseTrouble where this machine may not make packages, OSError, and whatever ``blocks`` raises.
    """
    requests, maker = list(requests), ours.named(now_s)
    about: dict[str, object] = {"event": event, "made_at_s": now_s, "maker": maker, "tickets": tickets}
    about |= ours.shown()
    beside = to.with_name(f"{to.name}.part")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            digest = _write(_Hashing(file), about, requests, ours, blocks)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(to)
        sync_folder(to.absolute().parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return digest


class _Hashing:
    """A file that knows the SHA-256 of what went in."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.hash = file, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.hash.update(data)


def _write(
    out: _Hashing,
    about: Mapping[str, object],
    requests: list[PackageRequest],
    ours: PackageMaker,
    blocks: Iterable[tuple[int, bytes]],
) -> str:
    parts = parts_of(requests)
    keys = [new_key() for _ in parts]
    devices: dict[str, list[object]] = {}
    for each in requests:
        part = parts.index(each.groups)
        sealed = seal_key(keys[part], each.public, _about(str(about["event"]), each.device))
        devices[each.device] = [part, _base64(sealed.sender), _base64(sealed.sealed)]
    header = MAGIC + json.dumps({**about, "parts": parts, "devices": devices}).encode("ascii") + b"\n"
    out.write(header)
    digest = hashlib.sha256(header).digest()
    sealing = [Blocks(key, digest) for key in keys]
    for part, plain, last in _with_last(blocks):
        block = part.to_bytes(_PART_BYTES, "big") + sealing[part].seal(plain, last=last)
        out.write(len(block).to_bytes(4, "big") + block)
    out.write(bytes(4))
    out.write(ours.sign(_SIGNED + out.hash.digest()))
    return out.hash.hexdigest()


def _with_last(blocks: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes, bool]]:
    """Each with whether it is the last one of its part."""
    waiting: dict[int, bytes] = {}
    for part, block in blocks:
        if part in waiting:
            yield part, waiting[part], False
        waiting[part] = block
    for part, block in waiting.items():
        yield part, block, True


class Package:
    """A package whose signature held. Its blocks can be opened by the devices it names."""

    def __init__(self, file: BinaryIO, header: Header, blocks_at: int) -> None:
        self._file, self.header, self._blocks_at = file, header, blocks_at

    def blocks(self, device: str, private: X25519PrivateKey) -> Iterator[bytes]:
        """Those for ``device``, opened, in their order, from the first on. Raises PackageTrouble."""
        header, part = self.header, self.header.part_of(device)
        try:
            key = open_key(header.devices[device][1], private, _about(header.event, device))
        except NotSealedSo:
            raise PackageTrouble(
                f"This package was made for an earlier request of {device}: ask for event {header.event} again.",
                "package_asked_again",
            ) from None
        opening = Blocks(key, header.digest)
        for block, last in self._sealed(part):
            try:
                yield opening.open(block, last=last)
            except NotSealedSo:
                raise not_whole() from None

    def _sealed(self, part: int) -> Iterator[tuple[bytes, bool]]:
        """The blocks of one part, each with whether it is the last one."""
        self._file.seek(self._blocks_at)
        waiting: bytes | None = None
        while length := _length(self._file):
            block = self._file.read(length)
            if int.from_bytes(block[:_PART_BYTES], "big") == part:
                if waiting is not None:
                    at = self._file.tell()
                    yield waiting, False
                    self._file.seek(at)
                waiting = block[_PART_BYTES:]
        if waiting is not None:
            yield waiting, True


@contextmanager
def opened_package(path: Path, believer: Believer, now_s: float) -> Iterator[Package]:
    """The package in ``path``, if all of it is as somebody made it whom ``believer`` believes.

    Raises BaseTrouble, OSError.
    """
    with path.open("rb") as file:
        header, blocks_at = _read_header(file)
        try:
            verify = believer.believe(header.maker, header.shown, now_s)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise not_whole() from None
        _check_signature(file, blocks_at, verify)
        yield Package(file, header, blocks_at)


def header_in(path: Path) -> Header:
    """What a package says of itself; nothing of it is checked. Raises PackageTrouble, OSError."""
    with path.open("rb") as file:
        return _read_header(file)[0]


def _read_header(file: BinaryIO) -> tuple[Header, int]:
    line = file.readline(MOST_HEADER_BYTES)
    if not line.startswith(MAGIC):
        raise PackageTrouble("This file is no package of event and tickets.", "package_none")
    if not line.endswith(b"\n"):
        raise not_whole()
    try:
        value = json.loads(line[len(MAGIC) :])
        header = Header(
            event=str(value["event"]),
            made_at_s=float(value["made_at_s"]),
            maker=str(value["maker"]),
            tickets=int(value["tickets"]),
            parts=tuple(tuple(map(str, groups)) for groups in value["parts"]),
            devices={
                str(name): (int(part), SealedKey(_bytes(one), _bytes(two)))
                for name, (part, one, two) in value["devices"].items()
            },
            shown=value,
            digest=hashlib.sha256(line).digest(),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise not_whole() from None
    numbered = all(0 <= part < len(header.parts) for part, _ in header.devices.values())
    names = (header.event, header.maker, *header.devices, *(group for groups in header.parts for group in groups))
    if not numbered or len(header.parts) > MOST_PARTS or not math.isfinite(header.made_at_s):
        raise not_whole()
    if not all(0 < len(name) <= MOST_NAME and name.isascii() and name.isprintable() for name in names):
        raise not_whole()  # they are shown before anything of it is believed
    return header, len(line)


def _check_signature(file: BinaryIO, blocks_at: int, verify: Verify) -> None:
    """Walk through the blocks without opening any. Raises PackageTrouble."""
    file.seek(blocks_at)
    while length := _length(file):
        if not _PART_BYTES < length <= MOST_BLOCK_BYTES or len(file.read(length)) != length:
            raise not_whole()
    ends_at = file.tell()
    signature = file.read(MOST_SIGNATURE_BYTES + 1)
    if not verify(signature, _SIGNED + _hash_up_to(file, ends_at)):
        raise not_whole()


def _hash_up_to(file: BinaryIO, end: int) -> bytes:
    file.seek(0)
    seen = hashlib.sha256()
    while end:
        part = file.read(min(end, _READ_BYTES))
        seen.update(part)
        end -= len(part)
    return seen.digest()


def _length(file: BinaryIO) -> int:
    """Of the next block; 0 behind the last. Raises PackageTrouble at the file's end."""
    data = file.read(4)
    if len(data) != 4:
        raise not_whole()
    return int.from_bytes(data, "big")


def _about(event: str, device: str) -> bytes:
    return f"{event} {device}".encode("ascii", "backslashreplace")


def _list(devices: Iterable[str]) -> str:
    names = sorted(devices)
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
