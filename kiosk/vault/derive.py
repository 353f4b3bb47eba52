"""The keys of an event's one root, each for one use (HKDF-SHA-256, RFC 5869)."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.vault.key_format import FINGERPRINT_BYTES
from kiosk.vault.locked_memory import KEY_BYTES, LockedKey

TOKENS, CODES, WORDS = b"document-token", b"ticket-code", b"search-word"
SEALING, _FINGERPRINT = b"sealing", b"fingerprint"


def derived(key: LockedKey, event_id: str, use: bytes) -> bytearray:
    """32 bytes; overwrite them when they have been used."""
    info = b"venue-kiosk/1/" + use + b"/" + event_id.encode("utf-8")
    made = bytearray(KEY_BYTES)
    HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive_into(key.view(), made)
    return made


def fingerprint_of(key: LockedKey, event_id: str) -> bytes:
    """8 bytes that name the key without helping to find it."""
    return bytes(derived(key, event_id, _FINGERPRINT)[:FINGERPRINT_BYTES])
