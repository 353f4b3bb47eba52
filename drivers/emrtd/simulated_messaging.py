"""The card's side of secure messaging: protected commands in, protected answers out (9303-11, 9.8).

Its own code over the bare ciphers, so that a mistake in the reader's side shows against it; the worked examples judge
both.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

__all__ = ["BadCommand", "CardCipher", "CardMessaging", "Unwrapped", "derive", "retail_mac", "tdes"]


class BadCommand(Exception):
    """A protected command is not one; ``status_word`` ends the session."""

    def __init__(self, status_word: int) -> None:
        super().__init__(f"{status_word:04X}")
        self.status_word = status_word


@dataclass(frozen=True)
class CardCipher:
    """``key_bytes`` 16 with ``aes`` False: two-key 3DES."""

    aes: bool
    key_bytes: int

    @property
    def block(self) -> int:
        return 16 if self.aes else 8

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Over data that is not padded yet; 8 bytes."""
        if not self.aes:
            return retail_mac(key, data)
        cmac = CMAC(AES(key))
        cmac.update(data)
        return cmac.finalize()[:8]

    def crypt(self, key: bytes, counter: bytes, data: bytes, *, encrypt: bool) -> bytes:
        if not self.aes:
            return tdes(key, data, encrypt=encrypt)
        first = Cipher(AES(key), modes.ECB()).encryptor().update(counter)  # noqa: S305 - the standard's IV
        cipher = Cipher(AES(key), modes.CBC(first))
        worker = cipher.encryptor() if encrypt else cipher.decryptor()
        return worker.update(data) + worker.finalize()


@dataclass(frozen=True)
class Unwrapped:
    """A command as the application sees it. ``le`` None: none was asked for."""

    header: bytes
    data: bytes
    le: int | None


class CardMessaging:
    """One session; ``counter`` as after access control."""

    def __init__(self, cipher: CardCipher, seed: bytes, counter: bytes | None = None) -> None:
        self.cipher = cipher
        self._enc, self._mac = derive(cipher, seed, 1), derive(cipher, seed, 2)
        self._counter = int.from_bytes(counter or b"")

    def unwrap(self, header: bytes, body: bytes) -> Unwrapped:
        """Raises BadCommand: 6987 where an object is missing, 6988 where one is wrong."""
        counter = self._count()
        objects = dict(_objects(body))
        if 0x8E not in objects:
            raise BadCommand(0x6987)
        covered = body[: body.rindex(b"\x8e\x08" + objects[0x8E])]
        signed = counter + _pad(header, self.cipher.block) + covered
        if self._code(signed) != objects[0x8E]:
            raise BadCommand(0x6988)
        data = b""
        if (ciphered := objects.get(0x87)) is not None:
            if ciphered[:1] != b"\x01":
                raise BadCommand(0x6988)
            data = self._clear(ciphered[1:], counter)
        elif (ciphered := objects.get(0x85)) is not None:
            data = self._clear(ciphered, counter)
        le = objects.get(0x97)
        wanted = None if le is None else int.from_bytes(le) or (256 if len(le) == 1 else 65536)
        return Unwrapped(bytes([header[0] & 0xF3]) + header[1:], data, wanted)

    def wrap(self, data: bytes, status_word: int, *, odd: bool = False) -> bytes:
        """The protected answer."""
        counter = self._count()
        body = b""
        if data:
            padded = _pad(data, self.cipher.block)
            ciphered = self.cipher.crypt(self._enc, counter, padded, encrypt=True)
            body = _object(0x85, ciphered) if odd else _object(0x87, b"\x01" + ciphered)
        body += _object(0x99, status_word.to_bytes(2))
        return body + _object(0x8E, self._code(counter + body)) + status_word.to_bytes(2)

    def _code(self, data: bytes) -> bytes:
        # 3DES codes pad what they are given; AES takes it padded already (9303-11, 9.8.6).
        return self.cipher.mac(self._mac, _pad(data, self.cipher.block) if self.cipher.aes else data)

    def _clear(self, ciphered: bytes, counter: bytes) -> bytes:
        if not ciphered or len(ciphered) % self.cipher.block:
            raise BadCommand(0x6988)
        padded = self.cipher.crypt(self._enc, counter, ciphered, encrypt=False).rstrip(b"\x00")
        return padded[:-1]

    def _count(self) -> bytes:
        self._counter += 1
        return self._counter.to_bytes(self.cipher.block)


def derive(cipher: CardCipher, seed: bytes, purpose: int) -> bytes:
    """The key for 1 enciphering, 2 codes, 3 a password (9303-11, 9.7.1)."""
    hashed = hashlib.sha256 if cipher.key_bytes > 16 else hashlib.sha1
    return hashed(seed + purpose.to_bytes(4)).digest()[: cipher.key_bytes]


def tdes(key: bytes, data: bytes, *, encrypt: bool) -> bytes:
    """Two-key 3DES in CBC with a zero IV, whole blocks."""
    cipher = Cipher(TripleDES(key + key[:8]), modes.CBC(bytes(8)))
    worker = cipher.encryptor() if encrypt else cipher.decryptor()
    return worker.update(data) + worker.finalize()


def retail_mac(key: bytes, data: bytes) -> bytes:
    """ISO/IEC 9797-1 algorithm 3 with DES, padding method 2."""
    chained = tdes(key[:8] * 2, _pad(data, 8), encrypt=True)[-8:]
    return tdes(key[:8] * 2, tdes(key[8:] * 2, chained, encrypt=False), encrypt=True)


def _pad(data: bytes, block: int) -> bytes:
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def _object(tag: int, value: bytes) -> bytes:
    size = len(value)
    length = bytes([size]) if size < 128 else b"\x81" + bytes([size]) if size < 256 else b"\x82" + size.to_bytes(2)
    return bytes([tag]) + length + value


def _objects(body: bytes) -> list[tuple[int, bytes]]:
    """Tag and value of each object. Raises BadCommand."""
    found, at = [], 0
    while at < len(body):
        try:
            tag, size, at = body[at], body[at + 1], at + 2
        except IndexError:
            raise BadCommand(0x6987) from None
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(body[at : at + count]), at + count
        if at + size > len(body):
            raise BadCommand(0x6987)
        found.append((tag, body[at : at + size]))
        at += size
    return found
