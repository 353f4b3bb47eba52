"""The event's key file: who it is for, what protects it, and the key, wrapped or (protection *file*) in clear.

Big endian, no gaps::

    VKKEY                5
    version              1   = 2
    protection           1   0 file, 1 secret, 2 tpm
    event id             1 + n, UTF-8
    fingerprint          8   HKDF of the key: names it without helping to find it, so that a closing knows it locked
    parameters           2 + n, whatever the protection needs again, see ``kiosk.vault.opening_secret`` and ``tpm``
    key                  file: 32; else nonce 12 + AES-256-GCM of the 32 bytes under the wrapping key + tag 16,
                         all before it authenticated
    check                4   SHA-256 of all before, cut: finds damage, protects nothing
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.locked_memory import KEY_BYTES
from kiosk.vault.protection import Protection

MAGIC = b"VKKEY"
VERSION = 2
NONCE_BYTES = 12
TAG_BYTES = 16
FINGERPRINT_BYTES = 8
_CHECK_BYTES = 4
_PROTECTIONS = (Protection.FILE, Protection.SECRET, Protection.TPM)


@dataclass(frozen=True)
class KeyRecord:
    """A key file's content. ``body``: the key, wrapped unless ``protection`` is FILE; never printed."""

    event_id: str
    protection: Protection
    fingerprint: bytes
    parameters: bytes
    body: bytes = field(repr=False)

    @property
    def head(self) -> bytes:
        """All before the key: what the wrapping authenticates."""
        name = self.event_id.encode("utf-8")
        return b"".join(
            (
                MAGIC,
                bytes((VERSION, _PROTECTIONS.index(self.protection), len(name))),
                name,
                self.fingerprint,
                len(self.parameters).to_bytes(2, "big"),
                self.parameters,
            )
        )


def encode(record: KeyRecord) -> bytes:
    """The file's bytes. Raises ValueError, OverflowError for what the format has no room for."""
    if len(record.body) != _body_bytes(record.protection) or len(record.fingerprint) != FINGERPRINT_BYTES:
        raise ValueError("a part has the wrong length")
    content = record.head + record.body
    return content + hashlib.sha256(content).digest()[:_CHECK_BYTES]


def decode(data: bytes) -> KeyRecord:
    """Raises KeyFileUnusable("damaged") for anything ``encode`` does not make."""
    content, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if hashlib.sha256(content).digest()[:_CHECK_BYTES] != check:
        raise KeyFileUnusable("damaged")
    reader = _Reader(content)
    try:
        if reader.take(len(MAGIC) + 1) != MAGIC + bytes([VERSION]):
            raise KeyFileUnusable("damaged")
        protection = _PROTECTIONS[reader.number(1)]
        event_id = reader.take(reader.number(1)).decode("utf-8")
        fingerprint = reader.take(FINGERPRINT_BYTES)
        parameters = reader.take(reader.number(2))
        body = reader.take(_body_bytes(protection))
    except (IndexError, UnicodeDecodeError):
        raise KeyFileUnusable("damaged") from None
    if reader.left:
        raise KeyFileUnusable("damaged")
    return KeyRecord(event_id, protection, fingerprint, parameters, body)


def _body_bytes(protection: Protection) -> int:
    return NONCE_BYTES + KEY_BYTES + TAG_BYTES if protection.wrapped else KEY_BYTES


class _Reader:
    """Takes bytes from the front. Raises IndexError at the end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        if self._at + count > len(self._data):
            raise IndexError
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    @property
    def left(self) -> int:
        return len(self._data) - self._at
