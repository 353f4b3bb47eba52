"""Protected commands and answers (9303-11, 9.8): enciphered, with a code, and counted.

```
command   CLA|0C INS P1 P2 Lc  87 L 01 cipher(pad(data))  97 L Le  8E 08 code  00
answer                         87 L 01 cipher(pad(data))  99 02 SW 8E 08 code  SW
```

Odd instructions (READ BINARY B1) carry object 85, which has no 01 in front. The counter goes up before every command
and before every answer. The code is checked before anything is deciphered; after the first thing that is wrong the
session is over, on both sides.
"""

from __future__ import annotations

import hmac
from dataclasses import replace

from drivers.emrtd.apdu import Answer, Command, answer_from
from drivers.emrtd.ciphers import MAC_BYTES, Purpose, Suite, pad, unpad
from drivers.emrtd.errors import CardRefused, MalformedTlv, SecureMessagingBroken
from drivers.emrtd.tlv import encode, parse

__all__ = ["SecureMessaging"]

_PROTECTED_CLASS = 0x0C
_CIPHERED, _CIPHERED_ODD, _LE, _STATUS, _CODE = 0x87, 0x85, 0x97, 0x99, 0x8E
_PADDED = b"\x01"
_SHORT, _EXTENDED = 256, 65_536


class SecureMessaging:
    """One session. ``counter``: the send sequence counter before the first command."""

    def __init__(self, suite: Suite, key_encryption: bytes, key_mac: bytes, counter: int = 0) -> None:
        self.suite = suite
        self._key_encryption = key_encryption
        self._key_mac = key_mac
        self._counter = counter
        self._over = False
        self.answers = 0
        """How many answers had the right code."""

    @classmethod
    def from_secret(cls, suite: Suite, secret: bytes, counter: int = 0) -> SecureMessaging:
        """With the keys derived from what both sides agreed on."""
        return cls(suite, suite.derive(secret, Purpose.ENCRYPTION), suite.derive(secret, Purpose.MAC), counter)

    @property
    def most_plain_bytes(self) -> int:
        """How many bytes of a file fit into a protected answer of 256 bytes: 231 with 3DES, 223 with AES."""
        return self.plain_bytes_in(_SHORT)

    def plain_bytes_in(self, answer_bytes: int) -> int:
        """How many bytes of a file fit into ``answer_bytes`` of a protected answer, SW1 SW2 not counted."""
        around = 1 + (2 if answer_bytes <= _SHORT else 3) + 1 + 4 + 2 + MAC_BYTES
        return (answer_bytes - around) // self.suite.block_bytes * self.suite.block_bytes - 1

    @property
    def over(self) -> bool:
        return self._over

    def protect(self, command: Command) -> bytes:
        """The protected command APDU. Raises SecureMessagingBroken when the session is over."""
        if self._over:
            raise SecureMessagingBroken("the session is over")
        counter = self._next_counter()
        header = replace(command, cla=command.cla | _PROTECTED_CLASS).header
        body = self._ciphered_object(command, counter)
        if command.le is not None:
            body += encode(_LE, _le_field(command.le))
        code = self._code(counter + pad(header, self.suite.block_bytes) + body)
        body += encode(_CODE, code)
        most = _EXTENDED if len(body) > 255 or (command.le or 0) > _SHORT else _SHORT
        return replace(command, cla=header[0], data=body, le=most).to_bytes()

    def unprotect(self, untrusted_answer: bytes) -> Answer:
        """What a protected answer holds.

        A bare status word that is an error means the card ended the session: CardRefused. Raises
        SecureMessagingBroken on anything that is not a well formed answer with the right code, bare 9000 included.
        """
        counter = self._next_counter()
        outer = answer_from(untrusted_answer)
        if not outer.data:
            self._over = True
            if outer.ok:
                raise SecureMessagingBroken("a bare 9000 to a protected command")
            raise CardRefused("the card ended secure messaging", outer.status_word)
        try:
            return self._opened(outer, counter)
        except (SecureMessagingBroken, MalformedTlv):
            self._over = True
            raise

    def _opened(self, outer: Answer, counter: bytes) -> Answer:
        objects = list(parse(outer.data))
        tags = [item.tag for item in objects]
        if tags not in ([_STATUS, _CODE], [_CIPHERED, _STATUS, _CODE], [_CIPHERED_ODD, _STATUS, _CODE]):
            raise SecureMessagingBroken("not the objects of a protected answer")
        *covered, code = objects
        if not hmac.compare_digest(self._code(counter + b"".join(item.raw for item in covered)), bytes(code.value)):
            raise SecureMessagingBroken("the code of an answer is wrong")
        status_word = int.from_bytes(covered[-1].value)
        if len(covered[-1].value) != 2 or status_word != outer.status_word:
            raise SecureMessagingBroken("two different status words in one answer")
        data = b"" if len(covered) == 1 else self._deciphered(tags[0], bytes(covered[0].value), counter)
        self.answers += 1
        return Answer(data, status_word)

    def _deciphered(self, tag: int, value: bytes, counter: bytes) -> bytes:
        if tag == _CIPHERED:
            if value[:1] != _PADDED:
                raise SecureMessagingBroken("enciphered data of an unknown padding")
            value = value[1:]
        if not value or len(value) % self.suite.block_bytes:
            raise SecureMessagingBroken("enciphered data not in whole blocks")
        return unpad(self.suite.decrypt(self._key_encryption, self._iv(counter), value))

    def _ciphered_object(self, command: Command, counter: bytes) -> bytes:
        if not command.data:
            return b""
        ciphered = self.suite.encrypt(
            self._key_encryption, self._iv(counter), pad(command.data, self.suite.block_bytes)
        )
        return encode(_CIPHERED_ODD, ciphered) if command.ins & 1 else encode(_CIPHERED, _PADDED + ciphered)

    def _code(self, data: bytes) -> bytes:
        return self.suite.mac(self._key_mac, data if self.suite is Suite.TDES else pad(data, self.suite.block_bytes))

    def _iv(self, counter: bytes) -> bytes:
        if self.suite is Suite.TDES:
            return bytes(self.suite.block_bytes)
        return self.suite.encrypt_block(self._key_encryption, counter)

    def _next_counter(self) -> bytes:
        self._counter = (self._counter + 1) % (1 << 8 * self.suite.block_bytes)
        return self._counter.to_bytes(self.suite.block_bytes)

    def __repr__(self) -> str:
        return f"SecureMessaging({self.suite.name})"


def _le_field(le: int) -> bytes:
    return bytes([le % 0x100]) if le <= _SHORT else (le % 0x10000).to_bytes(2)
