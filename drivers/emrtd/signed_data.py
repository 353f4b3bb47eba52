"""CMS SignedData, as documents, master lists and chip certificates of a State wrap what they sign (RFC 5652).

Reading and judging are two steps: what is wrong with a signature is a finding, not a fault of parsing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime

from drivers.emrtd.certificates import Certificate, Name, parse_certificate, parse_name
from drivers.emrtd.der import (
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    Fields,
    context,
    moment,
    octets,
    oid,
    sequence,
)
from drivers.emrtd.errors import DocumentMalformed, MalformedTlv
from drivers.emrtd.signatures import Hash, Scheme, hash_of, scheme_of
from drivers.emrtd.tlv import Data, Tlv

__all__ = ["SignedData", "Signer", "parse_signed_data"]

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (f"1.2.840.113549.1.9.{number}" for number in (3, 4, 5))
_STRING_IN_PIECES = 0x24
_MOST_CERTIFICATES = 20


@dataclass(frozen=True)
class Signer:
    """One signature. ``attributes``: the bytes that are signed, None where the content itself is.

    ``digest_algorithm`` and ``algorithm`` are looked at when the signature is judged.
    """

    issuer: Name | None
    serial: bytes
    key_id: bytes | None
    digest_algorithm: Tlv = field(repr=False)
    algorithm: Tlv = field(repr=False)
    signature: bytes = field(repr=False)
    attributes: bytes | None = field(repr=False)
    content_type: str | None
    digest: bytes | None = field(repr=False)
    signing_time: datetime | None

    def is_of(self, certificate: Certificate) -> bool:
        if self.issuer is None:
            return self.key_id is not None and self.key_id == certificate.key_id
        return (self.issuer, self.serial) == (certificate.issuer, certificate.serial)

    @property
    def hash(self) -> Hash:
        """Raises UnsupportedByUs, MalformedTlv."""
        return hash_of(self.digest_algorithm)

    @property
    def scheme(self) -> Scheme:
        """Raises UnsupportedByUs, MalformedTlv."""
        return scheme_of(self.algorithm, self.hash)


@dataclass(frozen=True)
class SignedData:
    content_type: str
    content: bytes = field(repr=False)
    certificates: tuple[Certificate, ...]
    signers: tuple[Signer, ...]

    def certificate_of(self, signer: Signer) -> Certificate | None:
        """The signer's own, where it is wrapped in with the rest."""
        return next((each for each in self.certificates if signer.is_of(each)), None)

    def digest_agrees(self, signer: Signer) -> bool:
        """Whether the signed attributes are those of this content. Raises UnsupportedByUs, MalformedTlv."""
        if signer.attributes is None:
            return True
        return signer.digest is not None and hmac.compare_digest(signer.digest, signer.hash.digest(self.content))

    def type_agrees(self, signer: Signer) -> bool:
        return signer.attributes is None or signer.content_type == self.content_type

    def signature_holds(self, signer: Signer, certificate: Certificate) -> bool:
        """Raises KeyRefused, UnsupportedByUs, MalformedTlv."""
        signed = self.content if signer.attributes is None else signer.attributes
        return signer.scheme.verifies(certificate.key, signer.signature, signed)


def parse_signed_data(untrusted: Data) -> SignedData:
    """From a ContentInfo. Raises DocumentMalformed."""
    try:
        return _signed_data(memoryview(untrusted))
    except MalformedTlv as error:
        raise DocumentMalformed(f"signed data: {error.step}") from error


def _signed_data(untrusted: memoryview) -> SignedData:
    info = sequence(untrusted)
    if oid(info.take(OID)) != _SIGNED_DATA:
        raise MalformedTlv("no signed data")
    fields = Fields(info.take(context(0)).value).sequence()
    fields.take(INTEGER)
    fields.take(SET)
    wrapped = fields.sequence()
    content_type = oid(wrapped.take(OID))
    content = octets(Fields(wrapped.take(context(0)).value).take(OCTET_STRING, _STRING_IN_PIECES))
    certificates = fields.optional(context(0))
    fields.optional(context(1))  # revocation lists come by another way
    signers = tuple(_signer(item) for item in Fields(fields.take(SET).value).rest())
    if not signers:
        raise MalformedTlv("nobody signed")
    return SignedData(content_type, content, tuple(_certificates(certificates)), signers)


def _certificates(item: Tlv | None) -> list[Certificate]:
    if item is None:
        return []
    found = [each for each in Fields(item.value).rest() if each.tag == SEQUENCE]
    if len(found) > _MOST_CERTIFICATES:
        raise MalformedTlv(f"{len(found)} certificates of signers")
    return [parse_certificate(each.raw) for each in found]


def _signer(item: Tlv) -> Signer:
    fields = Fields(item.value)
    fields.take(INTEGER)
    issuer, serial, key_id = _identity(fields.take(SEQUENCE, context(0, constructed=False)))
    digest_algorithm = fields.take(SEQUENCE)
    attributes = fields.optional(context(0))
    values = _attributes(attributes) if attributes else {}
    algorithm = fields.take(SEQUENCE)
    signature = octets(fields.take(OCTET_STRING, _STRING_IN_PIECES))
    content_type, digest, time = (values.get(name) for name in (_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME))
    return Signer(
        issuer,
        serial,
        key_id,
        digest_algorithm,
        algorithm,
        signature,
        # Signed is the SET, not the [0] that stands for it (RFC 5652, 5.4).
        bytes([SET]) + bytes(attributes.raw[1:]) if attributes else None,
        oid(content_type) if content_type else None,
        octets(digest) if digest else None,
        moment(time) if time else None,
    )


def _identity(item: Tlv) -> tuple[Name | None, bytes, bytes | None]:
    """(issuer, serial number, key identifier)."""
    if item.tag != SEQUENCE:
        return None, b"", bytes(item.value)
    fields = Fields(item.value)
    return parse_name(fields.take(SEQUENCE)), bytes(fields.take(INTEGER).value), None


def _attributes(item: Tlv) -> dict[str, Tlv]:
    """The first value of each. An attribute that stands there twice is refused."""
    values: dict[str, Tlv] = {}
    for attribute in Fields(item.value).rest():
        fields = Fields(attribute.value)
        name = oid(fields.take(OID))
        if name in values:
            raise MalformedTlv("a signed attribute that stands there twice")
        values[name] = Fields(fields.take(SET).value).take()
    return values
