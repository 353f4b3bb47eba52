"""Issuers of invented States with keys of every kind: certificates, revocation lists, documents' signatures, lists.

Written field by field with a DER writer of its own; keys and signatures come from the library where it knows the curve.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec as library_ec
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drivers.emrtd import ec
from drivers.emrtd.curve_table import CURVES, Curve
from drivers.emrtd.simulated_der import integer, octets, oid, sequence, set_of, tagged

Form = Literal["named", "explicit", "compressed"]
HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_ECDSA = {
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_PKCS1 = {"sha1": 5, "sha224": 14, "sha256": 11, "sha384": 12, "sha512": 13}
_LIBRARY_HASH: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_LIBRARY_CURVES: dict[str, type[library_ec.EllipticCurve]] = {
    "P-224": library_ec.SECP224R1,
    "P-256": library_ec.SECP256R1,
    "P-384": library_ec.SECP384R1,
    "P-521": library_ec.SECP521R1,
    "brainpoolP256r1": library_ec.BrainpoolP256R1,
    "brainpoolP384r1": library_ec.BrainpoolP384R1,
    "brainpoolP512r1": library_ec.BrainpoolP512R1,
}
BY_NAME = {curve.name: curve for curve in CURVES}
LDS, MASTER_LIST = "2.23.136.1.1.1", "2.23.136.1.1.2"
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=365)
ENDS = BEGAN + timedelta(days=3650)


@dataclass(frozen=True)
class EcSigner:
    """A private key on any curve of the table. ``parameters``: how the curve is written into its certificates."""

    curve: Curve
    form: Form = "named"
    hash: str = "sha256"
    plain: bool = False
    parameters: bytes | None = None
    scalar: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scalar", self.scalar or ec.random_scalar(self.curve))

    @property
    def key_info(self) -> bytes:
        parameters = self.parameters or (oid(self.curve.oid) if self.form == "named" else explicit(self.curve))
        point = ec.multiply(self.scalar, ec.generator(self.curve))
        public = compressed(point) if self.form == "compressed" else ec.encode(point)
        return sequence(sequence(oid("1.2.840.10045.2.1"), parameters), tagged(0x03, b"\0" + public))

    @property
    def algorithm(self) -> bytes:
        if self.plain:
            return sequence(oid(f"0.4.0.127.0.7.1.1.4.1.{list(HASHES).index(self.hash) + 1}"))
        return sequence(oid(_ECDSA[self.hash]))

    def sign(self, data: bytes) -> bytes:
        r, s = self._pair(data)
        if self.plain:
            size = self.curve.order_bytes
            return r.to_bytes(size) + s.to_bytes(size)
        return sequence(integer(r), integer(s))

    def _pair(self, data: bytes) -> tuple[int, int]:
        known = _LIBRARY_CURVES.get(self.curve.name)
        if known is not None:
            private = library_ec.derive_private_key(self.scalar, known())
            return decode_dss_signature(private.sign(data, library_ec.ECDSA(_LIBRARY_HASH[self.hash])))
        n, digest = self.curve.n, hashlib.new(self.hash, data).digest()
        e = int.from_bytes(digest) >> max(0, 8 * len(digest) - n.bit_length())
        k = ec.random_scalar(self.curve)
        r = ec.multiply(k, ec.generator(self.curve)).x % n
        return r, pow(k, -1, n) * (e + r * self.scalar) % n


@dataclass(frozen=True)
class RsaSigner:
    bits: int = 2048
    pss: bool = False
    hash: str = "sha256"
    pss_key: bool = False
    key: rsa.RSAPrivateKey | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.key or rsa.generate_private_key(65537, self.bits))

    @property
    def key_info(self) -> bytes:
        assert self.key is not None
        if not self.pss_key:
            return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        numbers = self.key.public_key().public_numbers()
        public = sequence(integer(numbers.n), integer(numbers.e))
        return sequence(sequence(oid("1.2.840.113549.1.1.10")), tagged(0x03, b"\0" + public))

    @property
    def algorithm(self) -> bytes:
        if not self.pss:
            return sequence(oid(f"1.2.840.113549.1.1.{_PKCS1[self.hash]}"), tagged(0x05, b""))
        name = sequence(oid(HASHES[self.hash]), tagged(0x05, b""))
        mask = sequence(oid("1.2.840.113549.1.1.8"), name)
        salt = hashlib.new(self.hash).digest_size
        parameters = tagged(0xA0, name) + tagged(0xA1, mask) + tagged(0xA2, integer(salt))
        return sequence(oid("1.2.840.113549.1.1.10"), tagged(0x30, parameters))

    def sign(self, data: bytes) -> bytes:
        assert self.key is not None
        library = _LIBRARY_HASH[self.hash]
        if self.pss:
            return self.key.sign(data, padding.PSS(padding.MGF1(library), library.digest_size), library)
        return self.key.sign(data, padding.PKCS1v15(), library)


Signer = EcSigner | RsaSigner


def compressed(point: ec.Point) -> bytes:
    return bytes([2 + (point.y & 1)]) + point.x.to_bytes(point.curve.field_bytes)


def explicit(curve: Curve, *, generator: ec.Point | None = None, cofactor: int | None = 1, **changed: int) -> bytes:
    """All parameters of a curve written out; ``changed``: another p, a, b or n."""
    value = {"p": curve.p, "a": curve.a, "b": curve.b, "n": curve.n} | changed
    size = curve.field_bytes
    base = ec.encode(generator or ec.generator(curve))
    parts = [
        integer(1),
        sequence(oid("1.2.840.10045.1.1"), integer(value["p"])),
        sequence(octets(value["a"].to_bytes(size)), octets(value["b"].to_bytes(size))),
        octets(base),
        integer(value["n"]),
    ]
    return sequence(*parts, *([integer(cofactor)] if cofactor is not None else []))


def name(country: str, common: str) -> bytes:
    parts = [("2.5.4.6", 0x13, country), ("2.5.4.3", 0x0C, common)]
    return sequence(*(set_of(sequence(oid(kind), tagged(tag, text.encode()))) for kind, tag, text in parts if text))


def moment(when: datetime) -> bytes:
    return tagged(0x18, when.strftime("%Y%m%d%H%M%SZ").encode())


def key_id(signer: Signer) -> bytes:
    return hashlib.sha1(signer.key_info).digest()


@dataclass(frozen=True)
class Issued:
    """A certificate and the private key it is about."""

    der: bytes
    signer: Signer
    subject: bytes
    serial: int


@dataclass(frozen=True)
class Wishes:
    """What a certificate says; everything that a test may want to be otherwise."""

    country: str = "UT"
    common: str = "DS"
    begins: datetime = BEGAN
    ends: datetime = ENDS
    authority: bool = False
    signs: bool = True
    purposes: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()
    authority_key_id: bytes | None = None


def issue(signer: Signer, issuer: Issued | None, wishes: Wishes) -> Issued:
    """``issuer`` None: self-signed."""
    subject = name(wishes.country, wishes.common)
    by = issuer.signer if issuer else signer
    serial = secrets.randbelow(1 << 60) + 1
    known_by = wishes.authority_key_id if wishes.authority_key_id is not None else key_id(by)
    extensions = [
        _extension("2.5.29.14", octets(key_id(signer))),
        _extension("2.5.29.35", sequence(tagged(0x80, known_by))),
        _extension(
            "2.5.29.15", tagged(0x03, b"\x01\x06" if wishes.authority else b"\x07\x80" if wishes.signs else b"\x05\x20")
        ),
    ]
    if wishes.authority:
        extensions.append(_extension("2.5.29.19", sequence(tagged(0x01, b"\xff"))))
    if wishes.purposes:
        extensions.append(_extension("2.5.29.37", sequence(*(oid(each) for each in wishes.purposes))))
    if wishes.document_types:
        types = set_of(*(tagged(0x13, each.encode()) for each in wishes.document_types))
        extensions.append(_extension("2.23.136.1.1.6.2", sequence(integer(0), types)))
    body = sequence(
        tagged(0xA0, integer(2)),
        integer(serial),
        by.algorithm,
        issuer.subject if issuer else subject,
        sequence(moment(wishes.begins), moment(wishes.ends)),
        subject,
        signer.key_info,
        tagged(0xA3, sequence(*extensions)),
    )
    der = sequence(body, by.algorithm, tagged(0x03, b"\0" + by.sign(body)))
    return Issued(der, signer, subject, serial)


def _extension(kind: str, value: bytes) -> bytes:
    return sequence(oid(kind), octets(value))


def revocations(
    issuer: Issued, serials: tuple[int, ...], began: datetime = BEGAN, ends: datetime | None = ENDS
) -> bytes:
    listed = [sequence(integer(serial), moment(began)) for serial in serials]
    body = sequence(
        integer(1),
        issuer.signer.algorithm,
        issuer.subject,
        moment(began),
        *([moment(ends)] if ends else []),
        *([sequence(*listed)] if listed else []),
    )
    return sequence(body, issuer.signer.algorithm, tagged(0x03, b"\0" + issuer.signer.sign(body)))


@dataclass(frozen=True)
class Signing:
    """How something is signed; the rest is what may be wrong with it. ``hash``: of content and attributes."""

    hash: str = "sha256"
    signing_time: datetime | None = None
    content_type: str | None = None
    digest: bytes | None = None
    forged: bool = False
    with_certificate: bool = True
    by_key_id: bool = False
    more_certificates: tuple[bytes, ...] = ()


def signed_data(kind: str, content: bytes, signer: Issued, issuer: bytes, how: Signing) -> bytes:
    """CMS. ``issuer``: the issuer's name as the signer's certificate has it."""
    algorithm = sequence(oid(HASHES[how.hash]))
    digest = hashlib.new(how.hash, content).digest() if how.digest is None else how.digest
    attributes = [
        sequence(oid("1.2.840.113549.1.9.3"), set_of(oid(how.content_type or kind))),
        sequence(oid("1.2.840.113549.1.9.4"), set_of(octets(digest))),
    ]
    if how.signing_time is not None:
        attributes.append(sequence(oid("1.2.840.113549.1.9.5"), set_of(moment(how.signing_time))))
    signed = set_of(*attributes)
    signature = signer.signer.sign(signed + b"?" if how.forged else signed)
    identity = tagged(0x80, key_id(signer.signer)) if how.by_key_id else sequence(issuer, integer(signer.serial))
    info = sequence(
        integer(1),
        identity,
        algorithm,
        tagged(0xA0, signed[_header(signed) :]),
        signer.signer.algorithm,
        octets(signature),
    )
    certificates = b"".join(([signer.der] if how.with_certificate else []) + list(how.more_certificates))
    parts = [
        integer(3),
        set_of(algorithm),
        sequence(oid(kind), tagged(0xA0, octets(content))),
        *([tagged(0xA0, certificates)] if certificates else []),
        set_of(info),
    ]
    return sequence(oid("1.2.840.113549.1.7.2"), tagged(0xA0, sequence(*parts)))


def _header(der: bytes) -> int:
    return 2 + (der[1] & 0x7F if der[1] & 0x80 else 0)


def security_object(groups: Mapping[int, bytes], signer: Issued, issuer: bytes, how: Signing = Signing()) -> bytes:
    """EF.SOD."""
    listed = [
        sequence(integer(number), octets(hashlib.new(how.hash, content).digest()))
        for number, content in sorted(groups.items())
    ]
    content = sequence(integer(0), sequence(oid(HASHES[how.hash])), sequence(*listed))
    return tagged(0x77, signed_data(LDS, content, signer, issuer, how))


def master_list(certificates: list[bytes], signer: Issued, issuer: Issued, how: Signing) -> bytes:
    """As States publish it: the issuer's own certificate comes along."""
    content = sequence(integer(0), set_of(*certificates))
    return signed_data(MASTER_LIST, content, signer, issuer.subject, how)
