"""The opening secret: a supervisor's passphrase or the text of a badge, and the wrapping key argon2id makes of it.

A secret is compared by its letters A-Z and digits alone: case, spaces and signs do not count, so that what was set at
a terminal can be typed on the kiosk's glass, and a badge scans as it reads. Parameters in the key file, big endian:
memory in KiB 4 | passes 4 | lanes 1 | salt 16 (RFC 9106, section 3.1).
"""

from __future__ import annotations

import os
import struct
import unicodedata
from dataclasses import dataclass

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from drivers.secret import SensitiveBytes
from kiosk.vault.errors import WeakSecret
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.locked_memory import KEY_BYTES, LockedKey
from kiosk.vault.protection import Protection

FEWEST_CHARACTERS = 12
FEWEST_DIFFERENT = 5
MOST_CHARACTERS = 256
SALT_BYTES = 16
_LAYOUT = struct.Struct(f">IIB{SALT_BYTES}s")
_MOST_MEMORY_KIB, _MOST_PASSES, _MOST_LANES = 1 << 20, 64, 16


class OpeningSecret(SensitiveBytes):
    """A secret's letters and digits, overwritten by ``wipe``. The text it was made from is Python's to free."""

    __slots__ = ()

    @classmethod
    def of(cls, text: str) -> OpeningSecret:
        """Of what was typed or scanned, for opening: anything may be tried."""
        folded = unicodedata.normalize("NFKC", text).casefold()
        letters = "".join(letter for letter in folded if letter.isalnum())
        return cls(letters[:MOST_CHARACTERS].encode("utf-8"), "opening secret")

    @classmethod
    def chosen(cls, text: str) -> OpeningSecret:
        """Of a secret somebody sets. Raises WeakSecret."""
        secret = cls.of(text)
        weakness = _weakness(secret.view())
        if weakness is not None:
            secret.wipe()
            raise WeakSecret(weakness)
        return secret

    def __repr__(self) -> str:
        return "OpeningSecret(...)"


def _weakness(characters: memoryview) -> str | None:
    if any(character > 127 for character in characters):
        return "letters"
    if len(characters) < FEWEST_CHARACTERS:
        return "too_short"
    return "too_plain" if len(set(characters)) < FEWEST_DIFFERENT else None


@dataclass(frozen=True)
class Cost:
    """What one guess costs. The default is the second recommended option of RFC 9106, section 4."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


class SecretWrapping:
    """A wrapping key from a secret by argon2id. The secret stays its owner's, who overwrites it."""

    protection = Protection.SECRET

    def __init__(self, secret: OpeningSecret, cost: Cost | None = None) -> None:
        self._secret, self._cost = secret, cost or Cost()

    def first(self) -> tuple[bytes, LockedKey]:
        cost = self._cost
        parameters = _LAYOUT.pack(cost.memory_kib, cost.passes, cost.lanes, os.urandom(SALT_BYTES))
        return parameters, self.again(parameters)

    def again(self, parameters: bytes) -> LockedKey:
        try:
            memory_kib, passes, lanes, salt = _LAYOUT.unpack(parameters)
        except struct.error:
            raise KeyFileUnusable("damaged") from None
        if memory_kib > _MOST_MEMORY_KIB or passes > _MOST_PASSES or lanes > _MOST_LANES:
            raise KeyFileUnusable("damaged")  # nobody's memory is filled by a file
        try:
            # argon2-cffi wants bytes: this copy, and its result, are Python's to free and not overwritten.
            made = hash_secret_raw(bytes(self._secret.view()), salt, passes, memory_kib, lanes, KEY_BYTES, Type.ID)
        except HashingError:
            raise KeyFileUnusable("damaged") from None
        return LockedKey.taken_from(bytearray(made))
