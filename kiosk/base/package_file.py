"""A package: an event and its tickets in one file, for the machines that asked for it, and for nobody else.

::

    VKPK1 {header, JSON}\\n                   what may be seen: event, when, who made it, for whom, how many tickets
    length, 4 bytes big endian | block       the event file; then rows of tickets; each sealed (kiosk.base.sealing)
    ...
    0, 4 bytes | signature                   ECDSA P-256 of the maker over ``venue-kiosk package 1`` | newline |
                                             SHA-256 of all before the signature

The signature is checked over the whole file before anything of it is believed; blocks are bound to the header by its
SHA-256. Nothing but blocks is ever in memory at once, so that plain rows exist some hundred at a time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.base.authority import has_signed, vouched_for
from kiosk.base.errors import BaseTrouble
from kiosk.base.package_key import DeviceKey, PackageRequest
from kiosk.base.sealing import Blocks, NotSealedSo, SealedKey, new_key, open_key, seal_key
from kiosk.vault.key_file import sync_folder

MAGIC = b"VKPK1 "
MAKER_KIND = "desk"
"""A gate stands where people walk past: what it could sign, others could."""
MOST_HEADER_BYTES = 1_000_000
MOST_BLOCK_BYTES = 4_000_000
MOST_SIGNATURE_BYTES = 100
_SIGNED = b"venue-kiosk package 1\n"
_READ_BYTES = 1 << 20

NOT_WHOLE = "This package is not whole, or was changed: copy it again from the machine that made it."


@dataclass(frozen=True)
class Header:
    """``made_at_s``: UTC seconds. ``devices``: the package's key for each. ``digest``: SHA-256 of the header."""

    event: str
    made_at_s: float
    maker: str
    tickets: int
    devices: Mapping[str, SealedKey]
    certificate: x509.Certificate
    digest: bytes


def write_package(
    to: Path,
    event: str,
    requests: Iterable[PackageRequest],
    ours: DeviceKey,
    tickets: int,
    blocks: Iterable[bytes],
    now_s: float,
) -> str:
    """Write the package, whole or not at all; its SHA-256. ``blocks``: plain, at least one, consumed once.

    Raises BaseTrouble where this machine may not make packages, OSError, and whatever ``blocks`` raises.
    """
    if vouched_for(ours.certificate, ours.authority, now_s).kind != MAKER_KIND:
        raise BaseTrouble("Only a desk makes packages: enrol this machine with kiosk base enrol NAME --kind desk")
    beside = to.with_name(f"{to.name}.part")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            digest = _write(_Hashing(file), event, requests, ours, tickets, blocks, now_s)
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
    event: str,
    requests: Iterable[PackageRequest],
    ours: DeviceKey,
    tickets: int,
    blocks: Iterable[bytes],
    now_s: float,
) -> str:
    key = new_key()
    sealed = {each.device: seal_key(key, each.public, _about(event, each.device)) for each in requests}
    header = MAGIC + json.dumps(_as_json(event, ours, tickets, sealed, now_s)).encode("ascii") + b"\n"
    out.write(header)
    sealing = Blocks(key, hashlib.sha256(header).digest())
    for plain, last in _with_last(blocks):
        block = sealing.seal(plain, last=last)
        out.write(len(block).to_bytes(4, "big") + block)
    out.write(bytes(4))
    out.write(ours.key.sign(_SIGNED + out.hash.digest(), ec.ECDSA(hashes.SHA256())))
    return out.hash.hexdigest()


def _with_last(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each with whether it is the last one."""
    waiting: bytes | None = None
    for block in blocks:
        if waiting is not None:
            yield waiting, False
        waiting = block
    if waiting is not None:
        yield waiting, True


class Package:
    """A package whose signature held. Its blocks can be opened by the devices it names."""

    def __init__(self, file: BinaryIO, header: Header, blocks_at: int) -> None:
        self._file, self.header, self._blocks_at = file, header, blocks_at

    def blocks(self, device: str, private: X25519PrivateKey) -> Iterator[bytes]:
        """Opened, in their order, from the first on. Raises BaseTrouble where they are not for ``device``."""
        header = self.header
        sealed = header.devices.get(device)
        if sealed is None:
            raise BaseTrouble(f"This package was not made for {device}: it is for {_list(header.devices)}.")
        try:
            key = open_key(sealed, private, _about(header.event, device))
        except NotSealedSo:
            raise BaseTrouble(
                f"This package was made for an earlier request of {device}: ask again, kiosk base ask {header.event}"
            ) from None
        opening = Blocks(key, header.digest)
        self._file.seek(self._blocks_at)
        length = _length(self._file)
        while length:
            block, length = self._file.read(length), _length(self._file)
            try:
                yield opening.open(block, last=not length)
            except NotSealedSo:
                raise BaseTrouble(NOT_WHOLE) from None


@contextmanager
def opened_package(path: Path, authority: x509.Certificate, now_s: float) -> Iterator[Package]:
    """The package in ``path``, if all of it is as a desk that ``authority`` vouches for made it.

    Raises BaseTrouble, OSError.
    """
    with path.open("rb") as file:
        header, blocks_at = _read_header(file)
        maker = vouched_for(header.certificate, authority, now_s)
        if maker.kind != MAKER_KIND or maker.name != header.maker:
            raise BaseTrouble(f"This package was made by {maker.name}, which is no desk: it is not taken.")
        _check_signature(file, blocks_at, header.certificate)
        yield Package(file, header, blocks_at)


def _read_header(file: BinaryIO) -> tuple[Header, int]:
    line = file.readline(MOST_HEADER_BYTES)
    if not line.startswith(MAGIC):
        raise BaseTrouble("This file is no package of kiosk base pack.")
    if not line.endswith(b"\n"):
        raise BaseTrouble(NOT_WHOLE)
    try:
        value = json.loads(line[len(MAGIC) :])
        return Header(
            event=str(value["event"]),
            made_at_s=float(value["made_at_s"]),
            maker=str(value["maker"]),
            tickets=int(value["tickets"]),
            devices={str(name): SealedKey(_bytes(one), _bytes(two)) for name, (one, two) in value["devices"].items()},
            certificate=x509.load_der_x509_certificate(_bytes(value["certificate"])),
            digest=hashlib.sha256(line).digest(),
        ), len(line)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BaseTrouble(NOT_WHOLE) from None


def _check_signature(file: BinaryIO, blocks_at: int, certificate: x509.Certificate) -> None:
    """Walk through the blocks without opening any. Raises BaseTrouble."""
    file.seek(blocks_at)
    while length := _length(file):
        if length > MOST_BLOCK_BYTES or len(file.read(length)) != length:
            raise BaseTrouble(NOT_WHOLE)
    ends_at = file.tell()
    signature = file.read(MOST_SIGNATURE_BYTES + 1)
    if not has_signed(certificate, signature, _SIGNED + _hash_up_to(file, ends_at)):
        raise BaseTrouble(NOT_WHOLE)


def _hash_up_to(file: BinaryIO, end: int) -> bytes:
    file.seek(0)
    seen = hashlib.sha256()
    while end:
        part = file.read(min(end, _READ_BYTES))
        seen.update(part)
        end -= len(part)
    return seen.digest()


def _length(file: BinaryIO) -> int:
    """Of the next block; 0 behind the last. Raises BaseTrouble at the file's end."""
    data = file.read(4)
    if len(data) != 4:
        raise BaseTrouble(NOT_WHOLE)
    return int.from_bytes(data, "big")


def _as_json(
    event: str, ours: DeviceKey, tickets: int, sealed: Mapping[str, SealedKey], now_s: float
) -> dict[str, object]:
    certificate = ours.certificate
    return {
        "event": event,
        "made_at_s": now_s,
        "maker": vouched_for(certificate, ours.authority, now_s).name,
        "tickets": tickets,
        "devices": {name: [_base64(each.sender), _base64(each.sealed)] for name, each in sealed.items()},
        "certificate": _base64(certificate.public_bytes(serialization.Encoding.DER)),
    }


def _about(event: str, device: str) -> bytes:
    return f"{event} {device}".encode("ascii")


def _list(devices: Iterable[str]) -> str:
    names = sorted(devices)
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
