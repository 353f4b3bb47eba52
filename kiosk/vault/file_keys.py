"""The event's key in a file of the service user, and what is derived from it.

One random 256-bit key per event and machine. HKDF-SHA-256 (RFC 5869) gives three keys for three uses, so that none
says anything about another: document tokens, ticket codes, sealing. Sealing is AES-256-GCM with a random 96-bit
nonce (NIST SP 800-38D; far below 2**32 seals per event).

File: ``VKKEY1`` | length of the event id, 1 byte | event id | key, 32 bytes | SHA-256 of all before, 4 bytes.
Its path may also be a systemd credential, which systemd hands out read-only.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from drivers.port import DocumentKind, IdToken
from kiosk.vault.key_file import KeyFileUnusable, overwrite_and_remove, read_private, write_private
from kiosk.vault.port import KeysDestroyed, SealBroken

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
SEAL_VERSION = b"\x01"

Part = TypeVar("Part")

_MAGIC = b"VKKEY1"
_CHECK_BYTES = 4
_TOKENS, _CODES, _SEALING, _FINGERPRINT = b"document-token", b"ticket-code", b"sealing", b"fingerprint"


class FileEventKeys:
    """EventKeys whose root is a file. Threads may share it; a destroyed one stays destroyed."""

    def __init__(self, path: Path, event_id: str, key: bytearray) -> None:
        self.event_id = event_id
        self._path = path
        self._key: bytearray | None = key
        self._token_mac: hmac.HMAC | None = hmac.new(self._derive(_TOKENS), digestmod=hashlib.sha256)
        self._code_mac: hmac.HMAC | None = hmac.new(self._derive(_CODES), digestmod=hashlib.sha256)
        self._cipher: AESGCM | None = AESGCM(self._derive(_SEALING))

    @classmethod
    def create(cls, path: Path, event_id: str) -> FileEventKeys:
        """A new random key in a new file (mode 0600, on disk before this returns).

        Raises KeyFileUnusable, also when the file exists: a key is never replaced.
        """
        key = bytearray(os.urandom(KEY_BYTES))
        write_private(path, _encode(event_id, key))
        return cls(path, event_id, key)

    @classmethod
    def load(cls, path: Path, event_id: str) -> FileEventKeys:
        """The key of ``event_id`` from ``path``. Raises KeysDestroyed when there is no file, KeyFileUnusable when
        others may read it, it is damaged, or it belongs to another event.
        """
        return cls(path, event_id, _decode(read_private(path), event_id))

    @property
    def destroyed(self) -> bool:
        return self._key is None

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that name the key without helping to find it."""
        return self._derive(_FINGERPRINT)[:8].hex()

    def token(self, kind: DocumentKind, issuing_state: str, number: str) -> IdToken:
        mac = self._alive(self._token_mac).copy()
        mac.update(canonical(kind, issuing_state, number))
        return IdToken(mac.digest())

    def code_token(self, code: str) -> bytes:
        mac = self._alive(self._code_mac).copy()
        mac.update(code.encode("utf-8"))
        return mac.digest()

    def seal(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._alive(self._cipher).encrypt(nonce, plain, self._authenticated(context))
        return SEAL_VERSION + nonce + sealed

    def open(self, sealed: bytes, context: str) -> bytes:
        """What ``seal`` was given. Raises SealBroken, KeysDestroyed."""
        cipher = self._alive(self._cipher)
        if len(sealed) < len(SEAL_VERSION) + NONCE_BYTES + TAG_BYTES or sealed[:1] != SEAL_VERSION:
            raise SealBroken
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, self._authenticated(context))
        except InvalidTag:
            raise SealBroken from None

    def forget(self) -> None:
        """Overwrite the key in this process and leave its file alone: what a station does when its event closes."""
        if self._key is not None:
            for place in range(len(self._key)):
                self._key[place] = 0
        self._key = self._token_mac = self._code_mac = self._cipher = None

    def destroy(self) -> None:
        """Forget the key, and overwrite and remove its file; again is fine.

        Raises KeyFileUnusable when the file cannot be removed (a systemd credential): memory is clean even then.
        """
        self.forget()
        overwrite_and_remove(self._path)

    def __repr__(self) -> str:
        return f"FileEventKeys(event_id={self.event_id!r}, destroyed={self.destroyed})"

    def _derive(self, use: bytes) -> bytes:
        info = b"venue-kiosk/1/" + use + b"/" + self.event_id.encode("utf-8")
        key = self._alive(self._key)
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(bytes(key))

    def _authenticated(self, context: str) -> bytes:
        return _prefixed(self.event_id) + _prefixed(context)

    @staticmethod
    def _alive(part: Part | None) -> Part:
        if part is None:
            raise KeysDestroyed
        return part


def canonical(kind: DocumentKind, issuing_state: str, number: str) -> bytes:
    """The bytes a token is made from; each part with its length, so that no two documents share them."""
    return _prefixed(kind.value) + _prefixed(issuing_state) + _prefixed(number)


def _prefixed(text: str) -> bytes:
    data = text.encode("utf-8")
    return len(data).to_bytes(4, "big") + data


def _encode(event_id: str, key: bytearray) -> bytes:
    name = event_id.encode("utf-8")
    body = _MAGIC + bytes([len(name)]) + name + bytes(key)
    return body + hashlib.sha256(body).digest()[:_CHECK_BYTES]


def _decode(data: bytes, event_id: str) -> bytearray:
    body, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if not body.startswith(_MAGIC) or hashlib.sha256(body).digest()[:_CHECK_BYTES] != check:
        raise KeyFileUnusable("damaged")
    name_end = len(_MAGIC) + 1 + body[len(_MAGIC)]
    if len(body) != name_end + KEY_BYTES:
        raise KeyFileUnusable("damaged")
    if body[len(_MAGIC) + 1 : name_end] != event_id.encode("utf-8"):
        raise KeyFileUnusable("other_event")
    return bytearray(body[name_end:])
