"""Secrets as they are kept: HMAC-SHA-256 under the accounts' key, then Argon2id (RFC 9106).

A PIN has a million values, which no slow hash protects for long: without the key, which lies apart from the store, a
stolen store says nothing about it.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from kiosk.accounts.keys import AccountKeys

# RFC 9106 section 4 has 64 MiB and three passes for machines with nothing else to do; a desk hashes beside its readers
# and has 300 badges to make. With the key apart this is the second line, as strong as OWASP's advice for passwords.
MEMORY_KIB = 19_456
PASSES = 2
LANES = 1


class SecretHasher:
    """Slow on purpose: never call it in the window's thread. Threads may share it."""

    def __init__(self, keys: AccountKeys, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._keys = keys
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES, type=Type.ID)

    def hash(self, secret: str) -> str:
        return self._argon2.hash(self._keyed(secret))

    def fits(self, hashed: str, untrusted_secret: str) -> bool:
        """Whether ``hashed`` was made from this secret; as slow for an account that has none."""
        try:
            return self._argon2.verify(hashed or self._nobodys, self._keyed(untrusted_secret)) and bool(hashed)
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobodys(self) -> str:
        return self.hash("")

    def _keyed(self, secret: str) -> bytes:
        return self._keys.token("secret", unicodedata.normalize("NFKC", secret))
