"""The four cipher suites of a document's chip: how keys are derived, bytes enciphered and codes made (9303-11, 9.8).

Pure functions over ``cryptography``. Two-key 3DES is what BAC and older documents use; it guards the radio link only.
"""

from __future__ import annotations

import hashlib
from enum import Enum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from drivers.emrtd.errors import SecureMessagingBroken

__all__ = ["MAC_BYTES", "Purpose", "Suite", "pad", "unpad"]

MAC_BYTES = 8


class Purpose(Enum):
    """What a derived key is for: the counter of the key derivation function."""

    ENCRYPTION = 1
    MAC = 2
    PASSWORD = 3


class Suite(Enum):
    """(key bytes, block bytes)."""

    TDES = (16, 8)
    AES_128 = (16, 16)
    AES_192 = (24, 16)
    AES_256 = (32, 16)

    @property
    def key_bytes(self) -> int:
        return self.value[0]

    @property
    def block_bytes(self) -> int:
        return self.value[1]

    def derive(self, secret: bytes, purpose: Purpose) -> bytes:
        """KDF(K, c): SHA-1 for keys up to 128 bits, SHA-256 for longer ones. DES parity is left as it falls."""
        data = secret + purpose.value.to_bytes(4)
        digest = hashlib.sha256(data) if self.key_bytes > 16 else hashlib.sha1(data)  # noqa: S324 - the standard's
        return digest.digest()[: self.key_bytes]

    def encrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """CBC; ``data`` in whole blocks."""
        encryptor = self._cipher(key, iv).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """CBC; ``data`` in whole blocks."""
        decryptor = self._cipher(key, iv).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def encrypt_block(self, key: bytes, block: bytes) -> bytes:
        """One block on its own (ECB)."""
        return self.encrypt(key, bytes(self.block_bytes), block)

    def mac(self, key: bytes, data: bytes) -> bytes:
        """8 bytes: MAC algorithm 3 with padding method 2 (ISO/IEC 9797-1) for 3DES, CMAC cut short for AES."""
        if self is Suite.TDES:
            return _retail_mac(key, pad(data, self.block_bytes))
        code = CMAC(AES(key))
        code.update(data)
        return code.finalize()[:MAC_BYTES]

    def _cipher(self, key: bytes, iv: bytes) -> Cipher[modes.CBC]:
        if self is Suite.TDES:
            return Cipher(TripleDES(key + key[:8]), modes.CBC(iv))
        return Cipher(AES(key), modes.CBC(iv))


def pad(data: bytes, block_bytes: int) -> bytes:
    """80 00 ... up to a whole block; always at least one byte (ISO/IEC 9797-1, method 2)."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block_bytes)


def unpad(data: bytes) -> bytes:
    """Without 80 00 ...; raises SecureMessagingBroken where it is missing."""
    body = data.rstrip(b"\0")
    if not body.endswith(b"\x80"):
        raise SecureMessagingBroken("deciphered data without padding")
    return body[:-1]


def _retail_mac(key: bytes, blocks: bytes) -> bytes:
    first, second = key[:8], key[8:16]
    last = Suite.TDES.encrypt(first * 2, bytes(8), blocks)[-8:]
    middle = Suite.TDES.decrypt(second * 2, bytes(8), last)
    return Suite.TDES.encrypt(first * 2, bytes(8), middle)
