"""The files in which certificates of issuers come: told apart by what they hold, never by their names.

DER or PEM with certificates or revocation lists, master lists (``.ml``), the public key directory's LDIF, and ZIP files
of these.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from drivers.emrtd.certificates import Certificate, parse_certificate
from drivers.emrtd.errors import DocumentMalformed, EmrtdError, MalformedTlv
from drivers.emrtd.master_list import MasterList, parse_master_list
from drivers.emrtd.revocation import RevocationList, parse_revocation_list
from drivers.emrtd.tlv import read

__all__ = ["MOST_FILE_BYTES", "Content", "NotTrustMaterial", "contents"]

MOST_FILE_BYTES = 64 * 1024 * 1024
_MOST_MEMBERS = 1_000
_SIGNED_DATA = bytes.fromhex("06092A864886F70D010702")
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s(.*?)-----END \1-----", re.DOTALL)
_LDIF_VALUE = re.compile(
    rb"^(pkdMasterListContent|CscaMasterListData|certificateRevocationList|cACertificate)(?:;binary)?::[ ]*"
    rb"((?:[A-Za-z0-9+/=]+(?:\r?\n[ ])?)+)",
    re.MULTILINE | re.IGNORECASE,
)


class NotTrustMaterial(EmrtdError):
    """Nothing in the file is a certificate, a master list or a revocation list."""

    code = "not_trust_material"


@dataclass
class Content:
    """What a file holds. ``unreadable``: pieces that looked like one of these and were none."""

    lists: list[MasterList] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    revocations: list[RevocationList] = field(default_factory=list)
    unreadable: int = 0

    @property
    def empty(self) -> bool:
        return not (self.lists or self.certificates or self.revocations)


def contents(untrusted: bytes) -> Content:
    """Everything usable in a file's bytes. Raises NotTrustMaterial when there is nothing."""
    content = Content()
    for piece in _pieces(untrusted):
        try:
            _take(content, piece)
        except (DocumentMalformed, MalformedTlv):
            content.unreadable += 1
    if content.empty:
        raise NotTrustMaterial("no certificate, master list or revocation list in it")
    return content


def _pieces(data: bytes, *, packed: bool = True) -> Iterator[bytes]:
    """The DER objects in ``data``."""
    if len(data) > MOST_FILE_BYTES:
        raise NotTrustMaterial(f"larger than {MOST_FILE_BYTES // 1024 // 1024} MB")
    if packed and data.startswith(b"PK\x03\x04"):
        for member in _members(data):
            yield from _pieces(member, packed=False)
    elif b"-----BEGIN " in data:
        for _, body in _PEM.findall(data):
            yield from _decoded(body)
    elif data[:1] == b"\x30":
        yield data
    else:
        for _, body in _LDIF_VALUE.findall(data):
            yield from _decoded(body)


def _members(data: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_FILE_BYTES:
                raise NotTrustMaterial("a ZIP file with too much in it")
            for info in infos:
                with archive.open(info) as member:
                    yield member.read(MOST_FILE_BYTES)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise NotTrustMaterial("a ZIP file that cannot be unpacked") from error


def _decoded(body: bytes) -> Iterator[bytes]:
    try:
        yield base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        yield b""  # counted as unreadable


def _take(content: Content, piece: bytes) -> None:
    """Raises DocumentMalformed, MalformedTlv."""
    inner = read(piece, indefinite=True).value
    if bytes(inner[: len(_SIGNED_DATA)]) == _SIGNED_DATA:
        content.lists.append(parse_master_list(piece))
        return
    try:
        content.certificates.append(parse_certificate(piece))
    except DocumentMalformed:
        content.revocations.append(parse_revocation_list(piece))
