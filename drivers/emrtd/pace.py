"""PACE over elliptic curves (9303-11, 4.4): from MRZ or CAN to session keys that nobody who listens can guess.

Without I/O: ``PaceTerminal`` makes each command and takes each answer's data, in this order:

```
set_at                  ->
get_nonce               -> take_nonce
map_nonce               -> take_mapping
agree                   -> take_agreement
authenticate            -> session
```

The private keys are arguments, so that the standard's worked examples can be repeated. Chip-authentication mapping
runs like the generic one; what the chip adds to its last answer is kept in ``chip_data`` for ``chip_proof``.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from drivers.emrtd import ec, mapping
from drivers.emrtd.access_keys import AccessKey
from drivers.emrtd.apdu import Command
from drivers.emrtd.ciphers import Purpose, unpad
from drivers.emrtd.errors import AccessRefused, MalformedAnswer, SecureMessagingBroken
from drivers.emrtd.secure_messaging import SecureMessaging
from drivers.emrtd.security_infos import Mapping, PaceInfo
from drivers.emrtd.tlv import encode, find, whole

__all__ = ["PaceSecrets", "PaceTerminal", "token_input"]

_DYNAMIC = 0x7C
_OID, _PASSWORD, _PARAMETER = 0x80, 0x83, 0x84
_NONCE, _OWN_MAPPING, _CHIP_MAPPING, _OWN_KEY, _CHIP_KEY = 0x80, 0x81, 0x82, 0x83, 0x84
_OWN_TOKEN, _CHIP_TOKEN, _CHIP_DATA = 0x85, 0x86, 0x8A
_PUBLIC_KEY, _PUBLIC_KEY_OID, _PUBLIC_POINT = 0x7F49, 0x06, 0x86
_CHAINED = 0x10
_MOST = 256
_NONCE_BYTES = 16


@dataclass(frozen=True)
class PaceSecrets:
    """The terminal's private numbers for one try; ``nonce`` is used by the integrated mapping only."""

    mapping: int
    agreement: int
    nonce: bytes

    @classmethod
    def fresh(cls, info: PaceInfo) -> PaceSecrets:
        nonce = secrets.token_bytes(_NONCE_BYTES if info.suite.key_bytes <= _NONCE_BYTES else 2 * _NONCE_BYTES)
        return cls(ec.random_scalar(info.curve), ec.random_scalar(info.curve), nonce)


class PaceTerminal:
    """For one try."""

    def __init__(self, info: PaceInfo, key: AccessKey, own: PaceSecrets | None = None) -> None:
        self._info = info
        self._password_reference = key.PASSWORD_REFERENCE
        self._password_key = info.suite.derive(key.pace_secret, Purpose.PASSWORD)
        self._own = own or PaceSecrets.fresh(info)
        self._nonce = b""
        self._own_mapping = ec.generator(info.curve)
        self._base = ec.generator(info.curve)
        self._own_public = self._base
        self._chip_public = self._base
        self._shared = b""
        self.chip_mapping: ec.Point | None = None
        """The chip's key of the mapping: chip-authentication mapping shows that it belongs to the chip's own."""
        self.chip_data: bytes = b""

    def set_at(self, *, name_parameters: bool) -> Command:
        """``name_parameters``: say which curve; needed where the chip offers several."""
        data = encode(_OID, self._info.oid_bytes) + encode(_PASSWORD, bytes([self._password_reference]))
        if name_parameters:
            data += encode(_PARAMETER, bytes([self._info.curve.parameter_id]))
        return Command(0x00, 0x22, 0xC1, 0xA4, data)

    def get_nonce(self) -> Command:
        return _general_authenticate(b"")

    def take_nonce(self, untrusted: bytes) -> None:
        """Raises MalformedAnswer."""
        ciphered = _object(untrusted, _NONCE)
        if not ciphered or len(ciphered) % self._info.suite.block_bytes or len(ciphered) > 2 * _NONCE_BYTES:
            raise MalformedAnswer(f"PACE: a nonce of {len(ciphered)} bytes")
        self._nonce = self._info.suite.decrypt(self._password_key, bytes(self._info.suite.block_bytes), ciphered)

    def map_nonce(self) -> Command:
        if self._info.mapping is Mapping.INTEGRATED:
            return _general_authenticate(encode(_OWN_MAPPING, self._own.nonce))
        self._own_mapping = ec.multiply(self._own.mapping, ec.generator(self._info.curve))
        return _general_authenticate(encode(_OWN_MAPPING, ec.encode(self._own_mapping)))

    def take_mapping(self, untrusted: bytes) -> None:
        """Raises MalformedAnswer."""
        if self._info.mapping is Mapping.INTEGRATED:
            self._base = mapping.integrated(self._info.suite, self._info.curve, self._nonce, self._own.nonce)
            return
        chip = ec.decode(self._info.curve, _object(untrusted, _CHIP_MAPPING))
        if chip == self._own_mapping:
            raise MalformedAnswer("PACE: the chip sent our own key back")
        self.chip_mapping = chip
        self._base = mapping.generic(self._nonce, ec.multiply(self._own.mapping, chip))

    def agree(self) -> Command:
        self._own_public = ec.multiply(self._own.agreement, self._base)
        return _general_authenticate(encode(_OWN_KEY, ec.encode(self._own_public)))

    def take_agreement(self, untrusted: bytes) -> None:
        """Raises MalformedAnswer."""
        self._chip_public = ec.decode(self._info.curve, _object(untrusted, _CHIP_KEY))
        if self._chip_public == self._own_public:
            raise MalformedAnswer("PACE: the chip sent our own key back")
        shared = ec.multiply(self._own.agreement, self._chip_public)
        self._shared = shared.x.to_bytes(self._info.curve.field_bytes)

    def authenticate(self) -> Command:
        return _general_authenticate(encode(_OWN_TOKEN, self._token(self._chip_public)), last=True)

    def session(self, untrusted: bytes) -> SecureMessaging:
        """Raises AccessRefused when the chip does not show that it agreed on the same keys, MalformedAnswer."""
        if not hmac.compare_digest(self._token(self._own_public), _object(untrusted, _CHIP_TOKEN)):
            raise AccessRefused("PACE: the chip's token is wrong")
        if self._info.mapping is Mapping.CHIP_AUTHENTICATION:
            self.chip_data = self._deciphered_chip_data(_object(untrusted, _CHIP_DATA))
        return SecureMessaging.from_secret(self._info.suite, self._shared)

    def _token(self, other_side: ec.Point) -> bytes:
        suite = self._info.suite
        return suite.mac(suite.derive(self._shared, Purpose.MAC), token_input(self._info.oid_bytes, other_side))

    def _deciphered_chip_data(self, ciphered: bytes) -> bytes:
        suite = self._info.suite
        if not ciphered or len(ciphered) % suite.block_bytes:
            raise MalformedAnswer("PACE: chip authentication data not in whole blocks")
        key = suite.derive(self._shared, Purpose.ENCRYPTION)
        iv = suite.encrypt_block(key, b"\xff" * suite.block_bytes)
        try:
            return unpad(suite.decrypt(key, iv, ciphered))
        except SecureMessagingBroken as error:
            raise MalformedAnswer("PACE: chip authentication data without padding") from error


def token_input(oid_bytes: bytes, point: ec.Point) -> bytes:
    """What a token is the code of: the *other* side's public key as a data object."""
    inner = encode(_PUBLIC_KEY_OID, oid_bytes) + encode(_PUBLIC_POINT, ec.encode(point))
    return encode(_PUBLIC_KEY, inner)


def _general_authenticate(data: bytes, *, last: bool = False) -> Command:
    return Command(0x00 if last else _CHAINED, 0x86, 0x00, 0x00, encode(_DYNAMIC, data), _MOST)


def _object(untrusted: bytes, tag: int) -> bytes:
    value = find(whole(untrusted, _DYNAMIC).value, tag)
    if value is None:
        raise MalformedAnswer(f"PACE: no object {tag:02X} in the answer")
    return bytes(value)
