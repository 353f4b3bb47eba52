"""Proofs that a chip is no copy: chip authentication, active authentication, PACE's chip-authentication mapping.

Without I/O (9303-11, 6.1, 6.2 and 4.4.3.5; ISO/IEC 9796-2). Each rests on a key that passive authentication must have
found unchanged: DG14, DG15 or EF.CardSecurity.
"""

from __future__ import annotations

import hashlib

from drivers.emrtd import ec
from drivers.emrtd.apdu import Command
from drivers.emrtd.ciphers import Suite
from drivers.emrtd.errors import MalformedAnswer, UnsupportedByUs
from drivers.emrtd.public_keys import EcKey, PublicKey, RsaKey
from drivers.emrtd.secure_messaging import SecureMessaging
from drivers.emrtd.security_infos import ChipKey, ChipProof
from drivers.emrtd.signatures import Hash, Scheme
from drivers.emrtd.tlv import encode

__all__ = [
    "CHALLENGE_BYTES",
    "ChipAuthentication",
    "active_proof_holds",
    "internal_authenticate",
    "mapping_proof_holds",
    "signature_bytes",
]

CHALLENGE_BYTES = 8
_OID, _KEY_ID, _EPHEMERAL_TDES = 0x80, 0x84, 0x91
_DYNAMIC, _EPHEMERAL = 0x7C, 0x80
_MOST = 256
_ECDSA_PLAIN = "0.4.0.127.0.7.1.1.4.1."
_PLAIN_HASHES = {"1": "sha1", "2": "sha224", "3": "sha256", "4": "sha384", "5": "sha512"}
_TRAILERS = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
"""Hash identifiers in the last two bytes of a recovered message (ISO/IEC 10118); BC alone stands for SHA-1."""


class ChipAuthentication:
    """One try. ``own``: the terminal's private number. The proof is that the next protected answer is right."""

    def __init__(self, proof: ChipProof, chip: ChipKey, own: int | None = None) -> None:
        self._proof, self._chip = proof, chip
        self._own = own or ec.random_scalar(chip.key.curve)
        self._public = ec.encode(ec.multiply(self._own, ec.generator(chip.key.curve)))

    def commands(self) -> list[Command]:
        key_id = self._proof.key_id
        named = b"" if key_id is None else encode(_KEY_ID, key_id.to_bytes(max(1, (key_id.bit_length() + 7) // 8)))
        if self._proof.suite is Suite.TDES:
            return [Command(0x00, 0x22, 0x41, 0xA6, encode(_EPHEMERAL_TDES, self._public) + named)]
        return [
            Command(0x00, 0x22, 0x41, 0xA4, encode(_OID, self._proof.oid_bytes) + named),
            Command(0x00, 0x86, 0x00, 0x00, encode(_DYNAMIC, encode(_EPHEMERAL, self._public)), _MOST),
        ]

    def session(self) -> SecureMessaging:
        """The session that begins after the last command's answer."""
        shared = ec.multiply(self._own, self._chip.key.point)
        return SecureMessaging.from_secret(self._proof.suite, shared.x.to_bytes(shared.curve.field_bytes))


def internal_authenticate(challenge: bytes, le: int = _MOST) -> Command:
    return Command(0x00, 0x88, 0x00, 0x00, challenge, le)


def signature_bytes(key: PublicKey) -> int:
    """How long the chip's signature is."""
    return (key.key.key_size + 7) // 8 if isinstance(key, RsaKey) else 2 * key.curve.order_bytes


def active_proof_holds(key: PublicKey, challenge: bytes, untrusted_signature: bytes, algorithm: str | None) -> bool:
    """Whether the chip signed ``challenge``. ``algorithm``: the signature DG14 names for keys on curves.

    Raises UnsupportedByUs where it names none that is known.
    """
    if isinstance(key, RsaKey):
        return _recovers(key, challenge, untrusted_signature)
    return _ec_scheme(key, algorithm).verifies(key, untrusted_signature, challenge)


def mapping_proof_holds(chip_data: bytes, chip_mapping: ec.Point, chip: EcKey) -> bool:
    """Whether PACE's mapping key was made from the chip's own: CA_IC * PK_IC = PK_map."""
    try:
        return ec.multiply(int.from_bytes(chip_data), chip.point) == chip_mapping
    except MalformedAnswer:
        return False


def _ec_scheme(key: EcKey, algorithm: str | None) -> Scheme:
    if algorithm is None:  # 9303-11 asks for one; where it is missing the hash follows from the curve's size
        bits = key.curve.n.bit_length()
        return Scheme("ecdsa-plain", Hash("sha256" if bits <= 256 else "sha384" if bits <= 384 else "sha512"))
    if algorithm.startswith(_ECDSA_PLAIN) and algorithm[-1] in _PLAIN_HASHES:
        return Scheme("ecdsa-plain", Hash(_PLAIN_HASHES[algorithm[-1]]))
    raise UnsupportedByUs(f"active authentication with {algorithm}")


def _recovers(key: RsaKey, challenge: bytes, signature: bytes) -> bool:
    """ISO/IEC 9796-2, scheme 1 with partial recovery: 6A, message, hash, then BC or a hash's number and CC."""
    numbers = key.key.public_numbers()
    value = pow(int.from_bytes(signature), numbers.e, numbers.n)
    size = (numbers.n.bit_length() + 7) // 8
    if len(signature) != size:
        return False
    return any(_recovered(candidate.to_bytes(size), challenge) for candidate in (value, numbers.n - value))


def _recovered(block: bytes, challenge: bytes) -> bool:
    if block[0] != 0x6A:
        return False
    if block[-1] == 0xBC:
        name, body = "sha1", block[1:-1]
    elif block[-1] == 0xCC and block[-2] in _TRAILERS:
        name, body = _TRAILERS[block[-2]], block[1:-2]
    else:
        return False
    size = hashlib.new(name).digest_size
    message, digest = body[:-size], body[-size:]
    return hashlib.new(name, message + challenge).digest() == digest
