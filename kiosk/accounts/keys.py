"""The accounts' own key: names and second factors are sealed under it, badges and secrets are keyed with it.

It lies in the key folder, so that a copy of the store alone names nobody and opens nothing. HKDF-SHA-256 (RFC 5869)
gives one key for each of the two uses; sealing is AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D).

File: ``VKAC01`` | key, 32 bytes | SHA-256 of all before, 4 bytes; mode 0600.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.config.places import DevicePlace
from kiosk.vault.key_file import KeyFileUnusable, read_private, write_private
from kiosk.vault.port import KeysDestroyed, SealBroken

_MAGIC = b"VKAC01"
_KEY_BYTES, _CHECK_BYTES, _NONCE_BYTES = 32, 4, 12


class AccountKeys:
    """Keyed hashes and sealing for accounts. Threads may share it. Never prints its key."""

    def __init__(self, key: bytes) -> None:
        self._mac_key = _derived(key, b"tokens")
        self._cipher = AESGCM(_derived(key, b"sealing"))

    @classmethod
    def load(cls, place: DevicePlace) -> AccountKeys:
        """Raises KeysDestroyed when there is none, KeyFileUnusable."""
        data = read_private(place.accounts_key_file)
        body, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
        whole = len(body) == len(_MAGIC) + _KEY_BYTES and body.startswith(_MAGIC)
        if not whole or hashlib.sha256(body).digest()[:_CHECK_BYTES] != check:
            raise KeyFileUnusable("damaged")
        return cls(body[len(_MAGIC) :])

    @classmethod
    def load_or_create(cls, place: DevicePlace) -> AccountKeys:
        """The key; a new one, on disk before this returns, where there is none yet. Raises KeyFileUnusable, OSError."""
        try:
            return cls.load(place)
        except KeysDestroyed:
            key = os.urandom(_KEY_BYTES)
            body = _MAGIC + key
            place.make_folders()
            write_private(place.accounts_key_file, body + hashlib.sha256(body).digest()[:_CHECK_BYTES])
            return cls(key)

    def token(self, use: str, value: str | bytes) -> bytes:
        """32 bytes that say nothing about ``value`` to whoever has not the key; different for each use."""
        plain = value if isinstance(value, bytes) else value.encode("utf-8")
        return hmac.digest(self._mac_key, use.encode("ascii") + b"\0" + plain, "sha256")

    def seal(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, context.encode("utf-8"))

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises SealBroken when bytes or context are not what was sealed."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode("utf-8"))
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def __repr__(self) -> str:
        return "AccountKeys()"


def _derived(key: bytes, use: bytes) -> bytes:
    info = b"venue-kiosk/1/accounts/" + use
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(key)
