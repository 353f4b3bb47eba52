"""The kiosk's own signing key (Ed25519, RFC 8032): who signed a certificate or a checkpoint of the audit log.

File: ``VKID01`` | private key, 32 bytes | SHA-256 of all before, 4 bytes; mode 0600. It outlives events and goes when
the device is decommissioned.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.vault.key_file import KeyFileUnusable, read_private, write_private
from kiosk.vault.port import KeysDestroyed

_MAGIC = b"VKID01"
_KEY_BYTES = 32
_CHECK_BYTES = 4


class DeviceIdentity:
    """Signs in the kiosk's name. Never prints its key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def load_or_create(cls, path: Path) -> DeviceIdentity:
        """The identity in ``path``; a new one, on disk before this returns, where there is none yet.

        Raises KeyFileUnusable.
        """
        try:
            return cls.load(path)
        except KeysDestroyed:
            key = Ed25519PrivateKey.generate()
            body = _MAGIC + key.private_bytes_raw()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path, body + hashlib.sha256(body).digest()[:_CHECK_BYTES])
            return cls(key)

    @classmethod
    def load(cls, path: Path) -> DeviceIdentity:
        """Raises KeysDestroyed when there is none, KeyFileUnusable when others may read it or it is damaged."""
        data = read_private(path)
        body, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
        whole = len(body) == len(_MAGIC) + _KEY_BYTES and body.startswith(_MAGIC)
        if not whole or hashlib.sha256(body).digest()[:_CHECK_BYTES] != check:
            raise KeyFileUnusable("damaged")
        return cls(Ed25519PrivateKey.from_private_bytes(body[len(_MAGIC) :]))

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._key.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that name the public key."""
        return fingerprint_of(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(data)

    def __repr__(self) -> str:
        return f"DeviceIdentity({self.fingerprint})"


def fingerprint_of(public_key: bytes) -> str:
    """16 hexadecimal digits of the SHA-256 of a public key."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def is_signed(data: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether ``signature`` over ``data`` was made with the private half of ``public_key``."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
