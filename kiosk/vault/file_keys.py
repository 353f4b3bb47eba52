"""The event's key from its key file, and what is derived from it.

One random 256-bit key per event and machine. HKDF-SHA-256 (RFC 5869) gives a key for each use, so that none says
anything about another: document tokens, ticket codes, words to search by, sealing. Sealing is AES-256-GCM with a
random 96-bit nonce (NIST SP 800-38D; far below 2**32 seals per event).

The file holds the key wrapped, or in clear where that was chosen (``kiosk.vault.key_format``). Nothing exports the key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from drivers.port import DocumentKind, IdToken
from kiosk.vault import derive
from kiosk.vault.derive import derived, fingerprint_of
from kiosk.vault.errors import KeyLocked
from kiosk.vault.key_file import KeyFileUnusable, overwrite_and_remove, read_private, write_private
from kiosk.vault.key_format import KeyRecord, decode, encode
from kiosk.vault.locked_memory import KEY_BYTES, LockedKey
from kiosk.vault.port import KeysDestroyed, SealBroken
from kiosk.vault.protection import Protection
from kiosk.vault.wrap import Wrapping, unwrap, wrap

NONCE_BYTES = 12
TAG_BYTES = 16
SEAL_VERSION = b"\x01"

Part = TypeVar("Part")


class FileEventKeys:
    """EventKeys whose root is a file. Threads may share it; a destroyed one stays destroyed."""

    def __init__(self, path: Path, event_id: str, key: LockedKey, protection: Protection = Protection.FILE) -> None:
        self.event_id, self.protection = event_id, protection
        self._path = path
        self._key: LockedKey | None = key
        self._fingerprint = fingerprint_of(key, event_id)
        self._token_mac: hmac.HMAC | None = self._mac(derive.TOKENS)
        self._code_mac: hmac.HMAC | None = self._mac(derive.CODES)
        self._word_mac: hmac.HMAC | None = self._mac(derive.WORDS)
        sealing = derived(key, event_id, derive.SEALING)
        self._cipher: AESGCM | None = AESGCM(sealing)
        _wipe(sealing)

    @classmethod
    def create(cls, path: Path, event_id: str, wrapping: Wrapping | None = None) -> FileEventKeys:
        """A new random key in a new file (mode 0600, on disk before this returns), wrapped unless nothing wraps it.

        Raises KeyFileUnusable, also when the file exists: a key is never replaced. TpmUnavailable.
        """
        key = LockedKey.taken_from(bytearray(os.urandom(KEY_BYTES)))
        try:
            write_private(path, encode(_record(event_id, key, wrapping)))
        except BaseException:
            key.close()
            raise
        return cls(path, event_id, key, wrapping.protection if wrapping else Protection.FILE)

    @classmethod
    def load(cls, path: Path, event_id: str, wrapping: Wrapping | None = None) -> FileEventKeys:
        """The key of ``event_id`` from ``path``. Raises KeysDestroyed when there is no file, KeyFileUnusable when
        others may read it, it is damaged, or it belongs to another event; KeyLocked when ``wrapping`` is not what
        unwraps it, WrongSecret, TpmUnavailable.
        """
        record = read_record(path, event_id)
        key = _key_in(record, wrapping)
        if fingerprint_of(key, event_id) != record.fingerprint:
            key.close()
            raise KeyFileUnusable("damaged")
        return cls(path, event_id, key, record.protection)

    @property
    def destroyed(self) -> bool:
        return self._key is None

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that name the key without helping to find it."""
        self._alive(self._key)
        return self._fingerprint.hex()

    def token(self, kind: DocumentKind, issuing_state: str, number: str) -> IdToken:
        mac = self._alive(self._token_mac).copy()
        mac.update(canonical(kind, issuing_state, number))
        return IdToken(mac.digest())

    def code_token(self, code: str) -> bytes:
        mac = self._alive(self._code_mac).copy()
        mac.update(code.encode("utf-8"))
        return mac.digest()

    def search_token(self, word: str) -> bytes:
        mac = self._alive(self._word_mac).copy()
        mac.update(word.encode("utf-8"))
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
            self._key.close()
        self._key = self._token_mac = self._code_mac = self._word_mac = self._cipher = None

    def destroy(self) -> None:
        """Forget the key, and overwrite and remove its file; again is fine.

        Raises KeyFileUnusable when the file cannot be removed (a systemd credential): memory is clean even then.
        """
        self.forget()
        overwrite_and_remove(self._path)

    def __repr__(self) -> str:
        return f"FileEventKeys(event_id={self.event_id!r}, destroyed={self.destroyed})"

    def _mac(self, use: bytes) -> hmac.HMAC:
        key = derived(self._alive(self._key), self.event_id, use)
        try:
            return hmac.new(key, digestmod=hashlib.sha256)
        finally:
            _wipe(key)

    def _authenticated(self, context: str) -> bytes:
        return _prefixed(self.event_id) + _prefixed(context)

    @staticmethod
    def _alive(part: Part | None) -> Part:
        if part is None:
            raise KeysDestroyed
        return part


def read_record(path: Path, event_id: str) -> KeyRecord:
    """What the key file of ``event_id`` says without being unlocked. Raises KeysDestroyed, KeyFileUnusable."""
    record = decode(read_private(path))
    if record.event_id != event_id:
        raise KeyFileUnusable("other_event")
    return record


def canonical(kind: DocumentKind, issuing_state: str, number: str) -> bytes:
    """The bytes a token is made from; each part with its length, so that no two documents share them."""
    return _prefixed(kind.value) + _prefixed(issuing_state) + _prefixed(number)


def _prefixed(text: str) -> bytes:
    data = text.encode("utf-8")
    return len(data).to_bytes(4, "big") + data


def _record(event_id: str, key: LockedKey, wrapping: Wrapping | None) -> KeyRecord:
    fingerprint = fingerprint_of(key, event_id)
    if wrapping is None:
        return KeyRecord(event_id, Protection.FILE, fingerprint, b"", bytes(key.view()))
    parameters, wrapping_key = wrapping.first()
    head = KeyRecord(event_id, wrapping.protection, fingerprint, parameters, b"").head
    return KeyRecord(event_id, wrapping.protection, fingerprint, parameters, wrap(key, wrapping_key, head))


def _key_in(record: KeyRecord, wrapping: Wrapping | None) -> LockedKey:
    if record.protection is Protection.FILE:
        return LockedKey.taken_from(bytearray(record.body))
    if wrapping is None or wrapping.protection is not record.protection:
        raise KeyLocked(record.protection)
    return unwrap(record.body, wrapping.again(record.parameters), record.head)


def _wipe(data: bytearray) -> None:
    data[:] = bytes(len(data))
