"""The card's side of getting in, and of proving that it is no copy: BAC, PACE (generic mapping), chip and active
authentication (9303-11, 4 to 6).

Point arithmetic is the reader's module: the worked examples judge it. Everything else is the card's own.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from drivers.emrtd.curve_table import Curve
from drivers.emrtd.ec import Point, add, decode, encode, generator, multiply
from drivers.emrtd.errors import MalformedAnswer
from drivers.emrtd.simulated_der import oid, tagged
from drivers.emrtd.simulated_files import PaceOffer
from drivers.emrtd.simulated_messaging import CardCipher, CardMessaging, derive, retail_mac, tdes

__all__ = ["CIPHERS", "BacCard", "PaceCard", "active_answer", "chip_session"]

CIPHERS = {
    PaceOffer.TDES: CardCipher(aes=False, key_bytes=16),
    PaceOffer.AES_128: CardCipher(aes=True, key_bytes=16),
    PaceOffer.AES_192: CardCipher(aes=True, key_bytes=24),
    PaceOffer.AES_256: CardCipher(aes=True, key_bytes=32),
}
Randomness = Callable[[int], bytes]
_TDES = CIPHERS[PaceOffer.TDES]


@dataclass
class BacCard:
    """Basic access control. ``information``: the three key fields with their check digits."""

    information: str = field(repr=False)
    randomness: Randomness = secrets.token_bytes
    _challenge: bytes = field(default=b"", repr=False)

    def challenge(self) -> bytes:
        self._challenge = self.randomness(8)
        return self._challenge

    def authenticate(self, sent: bytes) -> tuple[bytes, CardMessaging] | None:
        """The answer and the session that follows; None when the key, or the order, is wrong."""
        challenge, self._challenge = self._challenge, b""
        seed = hashlib.sha1(self.information.encode("ascii")).digest()[:16]  # noqa: S324 - the standard's
        enc, mac = derive(_TDES, seed, 1), derive(_TDES, seed, 2)
        if len(sent) != 40 or len(challenge) != 8 or retail_mac(mac, sent[:32]) != sent[32:]:
            return None
        clear = tdes(enc, sent[:32], encrypt=False)
        theirs, back, their_key = clear[:8], clear[8:16], clear[16:]
        if back != challenge:
            return None
        own_key = self.randomness(16)
        answer = tdes(enc, challenge + theirs + own_key, encrypt=True)
        shared = bytes(a ^ b for a, b in zip(their_key, own_key, strict=True))
        return answer + retail_mac(mac, answer), CardMessaging(_TDES, shared, challenge[4:] + theirs[4:])


class PaceCard:
    """PACE with ECDH generic mapping. ``secrets_``: hashed MRZ_information under 1, the CAN's digits under 2."""

    def __init__(
        self,
        offer: PaceOffer,
        curve: Curve,
        secrets_: dict[int, bytes],
        *,
        scalar: Callable[[], int] | None = None,
        randomness: Randomness = secrets.token_bytes,
    ) -> None:
        self._offer, self._curve, self._secrets = offer, curve, secrets_
        self._cipher = CIPHERS[offer]
        self._scalar = scalar or (lambda: 1 + secrets.randbelow(curve.n - 1))
        self._randomness = randomness
        self._password = b""
        self._step = 0
        self._nonce = b""
        self._base = self._own = self._theirs = generator(curve)
        self._private = 0
        self._shared = b""

    def choose(self, password: int) -> bool:
        """MSE:Set AT; False for a password the card has not."""
        self._password = self._secrets.get(password, b"")
        self._step = 1 if self._password else 0
        return bool(self._password)

    def proceed(self, sent: bytes) -> tuple[bytes, CardMessaging | None] | None:
        """One GENERAL AUTHENTICATE: what goes into 7C, and the session after the last. None ends it."""
        step, self._step = self._step, self._step + 1
        try:
            match step:
                case 1 if not sent:
                    return self._encrypted_nonce(), None
                case 2 if sent[:1] == b"\x81":
                    return self._map(_value(sent)), None
                case 3 if sent[:1] == b"\x83":
                    return self._agree(_value(sent)), None
                case 4 if sent[:1] == b"\x85":
                    return self._finish(_value(sent))
        except MalformedAnswer:
            pass
        self._step = 0
        return None

    def _encrypted_nonce(self) -> bytes:
        self._nonce = self._randomness(self._cipher.block if self._cipher.aes else 16)
        key = derive(self._cipher, self._password, 3)
        if self._cipher.aes:
            worker = Cipher(AES(key), modes.CBC(bytes(16))).encryptor()
            return tagged(0x80, worker.update(self._nonce) + worker.finalize())
        return tagged(0x80, tdes(key, self._nonce, encrypt=True))

    def _map(self, sent: bytes) -> bytes:
        theirs = decode(self._curve, sent)
        private = self._scalar()
        hidden = multiply(private, theirs)
        self._base = add(multiply(int.from_bytes(self._nonce), generator(self._curve)), hidden)
        return tagged(0x82, encode(multiply(private, generator(self._curve))))

    def _agree(self, sent: bytes) -> bytes:
        self._theirs = decode(self._curve, sent)
        self._private = self._scalar()
        self._own = multiply(self._private, self._base)
        self._shared = multiply(self._private, self._theirs).x.to_bytes(self._curve.field_bytes)
        return tagged(0x84, encode(self._own))

    def _finish(self, token: bytes) -> tuple[bytes, CardMessaging | None] | None:
        if token != self._token(self._own):
            return None
        return tagged(0x86, self._token(self._theirs)), CardMessaging(self._cipher, self._shared)

    def _token(self, point: Point) -> bytes:
        named = tagged(0x7F49, oid(self._offer.dotted) + tagged(0x86, encode(point)))
        return self._cipher.mac(derive(self._cipher, self._shared, 2), named)


def chip_session(key: ec.EllipticCurvePrivateKey, cipher: PaceOffer, sent: bytes) -> CardMessaging | None:
    """The session after chip authentication with the terminal's ephemeral point; None for no point."""
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, sent)
    except ValueError:
        return None
    return CardMessaging(CIPHERS[cipher], key.exchange(ec.ECDH(), theirs))


def active_answer(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, challenge: bytes, randomness: Randomness
) -> bytes:
    """Active authentication: ISO/IEC 9796-2 scheme 1 with SHA-256 for RSA, r and s in plain for elliptic keys."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = utils.decode_dss_signature(key.sign(challenge, ec.ECDSA(hashes.SHA256())))
        size = (key.curve.key_size + 7) // 8
        return r.to_bytes(size) + s.to_bytes(size)
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    first = randomness(size - 1 - 32 - 2)
    message = b"\x6a" + first + hashlib.sha256(first + challenge).digest() + b"\x34\xcc"
    return pow(int.from_bytes(message), numbers.d, modulus).to_bytes(size)


def _value(sent: bytes) -> bytes:
    """The value of the one object in ``sent``."""
    if len(sent) >= 2 and sent[1] < 0x80:
        return sent[2 : 2 + sent[1]]
    return sent[3 : 3 + sent[2]] if len(sent) > 3 and sent[1] == 0x81 else b""
