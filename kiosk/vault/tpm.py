"""A TPM 2.0 as the vault sees it: it seals 32 bytes so that only the same TPM gives them out again."""

from __future__ import annotations

import os
from typing import Protocol

from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.locked_memory import KEY_BYTES, LockedKey
from kiosk.vault.protection import Protection


class Tpm(Protocol):
    """Raises TpmUnavailable."""

    def seal(self, key: LockedKey) -> tuple[bytes, bytes]:
        """The sealed object's public and private area (TPM 2.0 Part 2, TPM2B_PUBLIC and TPM2B_PRIVATE); neither says
        anything about the key without this TPM.
        """

    def unseal(self, public: bytes, private: bytes) -> LockedKey:
        """What ``seal`` was given, by the same TPM."""


class TpmWrapping:
    """A random wrapping key, sealed by a TPM. Parameters: length 2 | public area | private area."""

    protection = Protection.TPM

    def __init__(self, tpm: Tpm) -> None:
        self._tpm = tpm

    def first(self) -> tuple[bytes, LockedKey]:
        key = LockedKey.taken_from(bytearray(os.urandom(KEY_BYTES)))
        try:
            public, private = self._tpm.seal(key)
        except BaseException:
            key.close()
            raise
        return len(public).to_bytes(2, "big") + public + private, key

    def again(self, parameters: bytes) -> LockedKey:
        middle = 2 + int.from_bytes(parameters[:2], "big")
        if not 2 < middle < len(parameters):
            raise KeyFileUnusable("damaged")
        return self._tpm.unseal(parameters[2:middle], parameters[middle:])
