"""Sealing for machines that only meet by a file: a key to each of them, and blocks under that key.

A package's key goes to each device under X25519 (RFC 7748) with a key of one use on the sender's side, HKDF-SHA-256
(RFC 5869) and AES-256-GCM. Blocks are AES-256-GCM under nonces that count and say which is the last (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizar, 2015): none can be left out, moved or cut off unseen.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
PUBLIC_BYTES = 32
_ONCE = bytes(12)
"""The nonce under a key that is used for one message alone."""
_PURPOSE = b"venue-kiosk package key 1\n"


class NotSealedSo(Exception):
    """Bytes that were not sealed for this, or were changed."""


@dataclass(frozen=True)
class SealedKey:
    """A package's key for one device. ``sender``: public half of a key made for it alone, 32 bytes."""

    sender: bytes
    sealed: bytes


def new_key() -> bytes:
    """For one package, 32 bytes."""
    return os.urandom(KEY_BYTES)


def seal_key(key: bytes, to: bytes, about: bytes) -> SealedKey:
    """``key`` for the holder of the public key ``to`` (32 bytes); ``about`` is authenticated. Raises ValueError."""
    ours = X25519PrivateKey.generate()
    sender = ours.public_key().public_bytes_raw()
    shared = ours.exchange(X25519PublicKey.from_public_bytes(to))
    return SealedKey(sender, _cipher(shared, sender, to, about).encrypt(_ONCE, key, about))


def open_key(sealed: SealedKey, private: X25519PrivateKey, about: bytes) -> bytes:
    """What ``seal_key`` was given. Raises NotSealedSo."""
    ours = private.public_key().public_bytes_raw()
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(sealed.sender))
        return _cipher(shared, sealed.sender, ours, about).decrypt(_ONCE, sealed.sealed, about)
    except (InvalidTag, ValueError):  # ValueError: no point of the curve, or one that gives nothing
        raise NotSealedSo from None


class Blocks:
    """Seals, or opens, the blocks of one package in their order."""

    def __init__(self, key: bytes, about: bytes) -> None:
        self._cipher, self._about, self._count = AESGCM(key), about, 0

    def seal(self, plain: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), plain, self._about)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        """Raises NotSealedSo."""
        try:
            return self._cipher.decrypt(self._nonce(last), sealed, self._about)
        except InvalidTag:
            raise NotSealedSo from None

    def _nonce(self, last: bool) -> bytes:
        nonce = self._count.to_bytes(11, "big") + bytes([last])
        self._count += 1
        return nonce


def _cipher(shared: bytes, sender: bytes, receiver: bytes, about: bytes) -> AESGCM:
    info = _PURPOSE + sender + receiver + about
    return AESGCM(HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(shared))
