"""Sealing to a public key: the visit's process can seal and not open, so a taken kiosk process opens nothing.

X25519 (RFC 7748) with a fresh key per item, HKDF-SHA-256 (RFC 5869) over the agreed secret bound to both public keys,
AES-256-GCM (NIST SP 800-38D) under the derived key, which is used once; its nonce is therefore zero.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from drivers.sensitive_memory import SensitiveBuffer
from kiosk.vault.port import SealBroken

SEALED_MAGIC = b"VKHOLD\x01"
PUBLIC_BYTES = PRIVATE_BYTES = 32
SEALED_MAX_BYTES = 3 << 20
_NONCE = bytes(12)
_TAG_BYTES = 16
_HEAD_BYTES = len(SEALED_MAGIC) + PUBLIC_BYTES


def new_pair() -> tuple[bytes, bytes]:
    """A new pair of keys: public, private; 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.public_key().public_bytes_raw(), private.private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public half of a pair."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, plain: bytes | bytearray | memoryview) -> bytes:
    """``plain``, so that the holder of the private key alone can read it. Raises ValueError for no key, or too long."""
    if len(plain) + _HEAD_BYTES + _TAG_BYTES > SEALED_MAX_BYTES:
        raise ValueError("too long to be held")
    once = X25519PrivateKey.generate()
    theirs = X25519PublicKey.from_public_bytes(public)
    head = SEALED_MAGIC + once.public_key().public_bytes_raw()
    return head + AESGCM(_key(once.exchange(theirs), head, public)).encrypt(_NONCE, plain, head)


def open_with(private: bytes, sealed: bytes) -> SensitiveBuffer:
    """What ``seal_to`` was given, in memory of ours; the caller closes it. Raises SealBroken."""
    check_sealed(sealed)
    head = sealed[:_HEAD_BYTES]
    ours = X25519PrivateKey.from_private_bytes(private)
    try:
        agreed = ours.exchange(X25519PublicKey.from_public_bytes(head[len(SEALED_MAGIC) :]))
    except ValueError:  # a point that agrees on nothing
        raise SealBroken from None
    key = _key(agreed, head, ours.public_key().public_bytes_raw())
    opened = SensitiveBuffer(len(sealed) - _HEAD_BYTES - _TAG_BYTES, "held captures")
    try:
        AESGCM(key).decrypt_into(_NONCE, sealed[_HEAD_BYTES:], head, opened.view())
    except InvalidTag:
        opened.close()
        raise SealBroken from None
    return opened


def check_sealed(untrusted: bytes) -> None:
    """Whether it can be what ``seal_to`` made, as far as that is seen without a key. Raises SealBroken."""
    long_enough = _HEAD_BYTES + _TAG_BYTES < len(untrusted) <= SEALED_MAX_BYTES
    if not long_enough or not untrusted.startswith(SEALED_MAGIC):
        raise SealBroken


def _key(agreed: bytes, head: bytes, public: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"venue-kiosk/1/hold/" + head + public).derive(agreed)
