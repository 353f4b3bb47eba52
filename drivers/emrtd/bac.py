"""Basic access control (9303-11, 4.3): both sides show that they know the MRZ and agree on session keys.

Without I/O: ``BacTerminal`` makes the command and judges the answer. The random bytes are arguments, so that the
standard's worked example can be repeated.
"""

from __future__ import annotations

import hmac
import secrets

from drivers.emrtd.access_keys import MrzKeyFields, bac_keys
from drivers.emrtd.apdu import Command
from drivers.emrtd.ciphers import MAC_BYTES, Suite
from drivers.emrtd.errors import AccessRefused, MalformedAnswer
from drivers.emrtd.secure_messaging import SecureMessaging

__all__ = ["GET_CHALLENGE", "BacTerminal"]

GET_CHALLENGE = Command(0x00, 0x84, 0x00, 0x00, le=8)
_RANDOM_BYTES, _KEY_BYTES = 8, 16
_CIPHERED_BYTES = 2 * _RANDOM_BYTES + _KEY_BYTES
_NO_IV = bytes(8)


class BacTerminal:
    """For one try. ``challenge``: the 8 bytes the card answered GET CHALLENGE with (MalformedAnswer otherwise)."""

    def __init__(
        self, fields: MrzKeyFields, challenge: bytes, own_random: bytes | None = None, own_key: bytes | None = None
    ) -> None:
        if len(challenge) != _RANDOM_BYTES:
            raise MalformedAnswer(f"a challenge of {len(challenge)} bytes")
        self._challenge = challenge
        self._random = own_random or secrets.token_bytes(_RANDOM_BYTES)
        self._key = own_key or secrets.token_bytes(_KEY_BYTES)
        self._encryption, self._mac = bac_keys(fields)

    def external_authenticate(self) -> Command:
        ciphered = Suite.TDES.encrypt(self._encryption, _NO_IV, self._random + self._challenge + self._key)
        data = ciphered + Suite.TDES.mac(self._mac, ciphered)
        return Command(0x00, 0x82, 0x00, 0x00, data, len(data))

    def session(self, untrusted_data: bytes) -> SecureMessaging:
        """From the answer's data. Raises AccessRefused when the card does not show that it knows the key."""
        if len(untrusted_data) != _CIPHERED_BYTES + MAC_BYTES:
            raise MalformedAnswer(f"EXTERNAL AUTHENTICATE answered with {len(untrusted_data)} bytes")
        ciphered, code = untrusted_data[:_CIPHERED_BYTES], untrusted_data[_CIPHERED_BYTES:]
        if not hmac.compare_digest(Suite.TDES.mac(self._mac, ciphered), code):
            raise AccessRefused("BAC: the card's code is wrong")
        plain = Suite.TDES.decrypt(self._encryption, _NO_IV, ciphered)
        if plain[:8] != self._challenge or plain[8:16] != self._random:
            raise AccessRefused("BAC: the card answered for another try")
        seed = bytes(ours ^ theirs for ours, theirs in zip(self._key, plain[16:], strict=True))
        counter = int.from_bytes(self._challenge[4:] + self._random[4:])
        return SecureMessaging.from_secret(Suite.TDES, seed, counter)
