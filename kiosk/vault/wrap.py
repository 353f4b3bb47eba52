"""Wrapping the event's key by a key that is not on the kiosk's disk (AES-256-GCM, NIST SP 800-38D)."""

from __future__ import annotations

import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.vault.errors import WrongSecret
from kiosk.vault.key_format import NONCE_BYTES
from kiosk.vault.locked_memory import LockedKey
from kiosk.vault.protection import Protection


class Wrapping(Protocol):
    """Where a wrapping key comes from. ``parameters`` are stored beside the wrapped key and say how to get it again."""

    @property
    def protection(self) -> Protection: ...

    def first(self) -> tuple[bytes, LockedKey]:
        """New parameters and the wrapping key they lead to. Raises TpmUnavailable."""

    def again(self, parameters: bytes) -> LockedKey:
        """The wrapping key of ``parameters``; a wrong secret gives a wrong key.

        Raises TpmUnavailable, KeyFileUnusable("damaged") for parameters that are none.
        """


def wrap(key: LockedKey, wrapping_key: LockedKey, head: bytes) -> bytes:
    """``key`` under ``wrapping_key``, ``head`` authenticated; ``wrapping_key`` is overwritten."""
    nonce = os.urandom(NONCE_BYTES)
    try:
        return nonce + AESGCM(wrapping_key.view()).encrypt(nonce, key.view(), head)
    finally:
        wrapping_key.close()


def unwrap(body: bytes, wrapping_key: LockedKey, head: bytes) -> LockedKey:
    """What ``wrap`` was given; ``wrapping_key`` is overwritten. Raises WrongSecret."""
    key = LockedKey()
    try:
        AESGCM(wrapping_key.view()).decrypt_into(body[:NONCE_BYTES], body[NONCE_BYTES:], head, key.view())
    except InvalidTag:
        key.close()
        raise WrongSecret from None
    finally:
        wrapping_key.close()
    return key
