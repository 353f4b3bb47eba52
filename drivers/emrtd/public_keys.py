"""Public keys out of certificates and DG14/DG15 (RFC 3279, 5480, 4055; BSI TR-03111).

An elliptic curve may be named, or written out with all its parameters, as many passports have it. Written out it counts
only when *every* parameter is that of a known curve: prime, both coefficients, generator, order. Comparing fewer would
let somebody choose a generator for which he knows the private key (as CVE-2020-0601 showed).
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec as library_ec
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from drivers.emrtd import ec
from drivers.emrtd.curve_table import BY_OID, CURVES, Curve
from drivers.emrtd.der import (
    BIT_STRING,
    INTEGER,
    NULL,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Fields,
    bit_string,
    integer,
    natural,
    oid,
    sequence,
)
from drivers.emrtd.errors import KeyRefused, MalformedAnswer, UnsupportedByUs
from drivers.emrtd.tlv import Tlv

__all__ = ["EcKey", "PublicKey", "RsaKey", "public_key"]

_RSA, _RSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
_EC = "1.2.840.10045.2.1"
_PRIME_FIELD = "1.2.840.10045.1.1"
_RSA_BITS = range(1024, 8193)
_RSA_EXPONENT_BITS = 64
_LIBRARY: dict[str, type[library_ec.EllipticCurve]] = {
    "P-224": library_ec.SECP224R1,
    "P-256": library_ec.SECP256R1,
    "P-384": library_ec.SECP384R1,
    "P-521": library_ec.SECP521R1,
    "brainpoolP256r1": library_ec.BrainpoolP256R1,
    "brainpoolP384r1": library_ec.BrainpoolP384R1,
    "brainpoolP512r1": library_ec.BrainpoolP512R1,
}


@dataclass(frozen=True)
class RsaKey:
    key: rsa.RSAPublicKey

    @property
    def kind(self) -> str:
        return f"RSA {self.key.key_size}"

    def verifies_pkcs1(self, signature: bytes, digest: bytes, algorithm: hashes.HashAlgorithm) -> bool:
        return self._verifies(signature, digest, algorithm, padding.PKCS1v15())

    def verifies_pss(
        self, signature: bytes, digest: bytes, algorithm: hashes.HashAlgorithm, mgf: hashes.HashAlgorithm, salt: int
    ) -> bool:
        """``salt``: its length in bytes."""
        return self._verifies(signature, digest, algorithm, padding.PSS(padding.MGF1(mgf), salt))

    def _verifies(
        self, signature: bytes, digest: bytes, algorithm: hashes.HashAlgorithm, how: padding.PKCS1v15 | padding.PSS
    ) -> bool:
        try:
            self.key.verify(signature, digest, how, Prehashed(algorithm))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class EcKey:
    point: ec.Point

    @property
    def curve(self) -> Curve:
        return self.point.curve

    @property
    def kind(self) -> str:
        return f"ECDSA {self.curve.name}"

    def verifies(self, r: int, s: int, digest: bytes, algorithm: hashes.HashAlgorithm) -> bool:
        """ECDSA (TR-03111, 4.2.1); by the library where it knows the curve."""
        if not (0 < r < self.curve.n and 0 < s < self.curve.n):
            return False
        known = _LIBRARY.get(self.curve.name)
        if known is None:
            return self._verifies_by_hand(r, s, digest)
        numbers = library_ec.EllipticCurvePublicNumbers(self.point.x, self.point.y, known())
        try:
            numbers.public_key().verify(encode_dss_signature(r, s), digest, library_ec.ECDSA(Prehashed(algorithm)))
        except InvalidSignature:
            return False
        return True

    def _verifies_by_hand(self, r: int, s: int, digest: bytes) -> bool:
        n = self.curve.n
        e = int.from_bytes(digest) >> max(0, 8 * len(digest) - n.bit_length())
        inverse = pow(s, -1, n)
        u1, u2 = e * inverse % n, r * inverse % n
        try:
            part = ec.multiply(u2, self.point)
            total = ec.add(ec.multiply(u1, ec.generator(self.curve)), part) if u1 else part
        except MalformedAnswer:  # the point at infinity
            return False
        return total.x % n == r


PublicKey = RsaKey | EcKey


def public_key(info: Tlv) -> PublicKey:
    """From a SubjectPublicKeyInfo.

    Raises KeyRefused for a key that is none or whose curve is nearly a known one, UnsupportedByUs for one of a kind or
    curve that is not known here, MalformedTlv.
    """
    fields = Fields(info.value)
    algorithm = fields.sequence()
    data = bit_string(fields.take(BIT_STRING))
    kind = oid(algorithm.take(OID))
    if kind in (_RSA, _RSA_PSS):
        return RsaKey(_rsa(data))
    if kind == _EC:
        try:
            return EcKey(ec.decode(_curve(algorithm.take()), data))
        except MalformedAnswer as error:
            raise KeyRefused(error.step) from error
    raise UnsupportedByUs(f"public keys of kind {kind}")


def _rsa(data: bytes) -> rsa.RSAPublicKey:
    fields = sequence(data)
    modulus, exponent = natural(fields.take(INTEGER)), natural(fields.take(INTEGER))
    if modulus.bit_length() not in _RSA_BITS:
        raise KeyRefused(f"RSA with {modulus.bit_length()} bits")
    if exponent.bit_length() > _RSA_EXPONENT_BITS:
        raise KeyRefused("RSA with an exponent that would take seconds")
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as error:
        raise KeyRefused("RSA numbers that are no key") from error


def _curve(parameters: Tlv) -> Curve:
    if parameters.tag == OID:
        name = oid(parameters)
        if name not in BY_OID:
            raise UnsupportedByUs(f"curve {name}")
        return BY_OID[name]
    if parameters.tag == NULL:
        raise UnsupportedByUs("a curve that only the issuer knows")
    if parameters.tag != SEQUENCE:
        raise KeyRefused("a curve that is neither named nor written out")
    return _rebuilt(Fields(parameters.value))


def _rebuilt(fields: Fields) -> Curve:
    """The known curve of which all these are the parameters."""
    fields.take(INTEGER)
    field = fields.sequence()
    if oid(field.take(OID)) != _PRIME_FIELD:
        raise UnsupportedByUs("a curve over a binary field")
    p = natural(field.take(INTEGER))
    coefficients = fields.sequence()
    a, b = (natural(coefficients.take(OCTET_STRING)) for _ in range(2))
    base = bytes(fields.take(OCTET_STRING).value)
    n = natural(fields.take(INTEGER))
    cofactor = fields.optional(INTEGER)
    for curve in CURVES:
        same = (curve.p == p, curve.n == n, (curve.a, curve.b) == (a, b), _is_generator(curve, base))
        if all(same):
            if cofactor is not None and integer(cofactor) != 1:
                raise KeyRefused(f"nearly {curve.name}: another cofactor")
            return curve
        if any(same):
            raise KeyRefused(f"nearly {curve.name}: not all parameters agree")
    raise UnsupportedByUs(f"a curve of {p.bit_length()} bits that is not known")


def _is_generator(curve: Curve, base: bytes) -> bool:
    try:
        return ec.decode(curve, base) == ec.generator(curve)
    except MalformedAnswer:
        return False
