"""X.509 certificates as issuers of documents write them (9303-12, 7): read leniently, believed only by signature.

Common libraries refuse a good part of what is in use (written-out curves, serial numbers that are not positive), so the
few fields that count are read here; keys and signatures are the library's work.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from drivers.emrtd.der import (
    BIT_STRING,
    BOOLEAN,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    Fields,
    bit_string,
    context,
    moment,
    octets,
    oid,
    sequence,
)
from drivers.emrtd.errors import DocumentMalformed, MalformedTlv
from drivers.emrtd.public_keys import PublicKey, public_key
from drivers.emrtd.signatures import Scheme, scheme_of
from drivers.emrtd.tlv import Data, Tlv

__all__ = ["Certificate", "Name", "parse_certificate", "parse_name"]

_COUNTRY, _COMMON_NAME = "2.5.4.6", "2.5.4.3"
_KEY_ID, _AUTHORITY_KEY_ID = "2.5.29.14", "2.5.29.35"
_BASIC_CONSTRAINTS, _KEY_USAGE, _EXTENDED_KEY_USAGE = "2.5.29.19", "2.5.29.15", "2.5.29.37"
_DOCUMENT_TYPES = "2.23.136.1.1.6.2"
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_SIGNS_DATA = 0x80
_BMP_STRING, _UNIVERSAL_STRING = 0x1E, 0x1C
_ENCODINGS = {_BMP_STRING: "utf-16-be", _UNIVERSAL_STRING: "utf-32-be"}

Name = tuple[tuple[str, str], ...]
"""(attribute, value) pairs in order, values without outer spaces and in one case: issuers write the same name in
different string types."""


@dataclass(frozen=True)
class Certificate:
    """What a chain of trust needs of a certificate. ``raw``: its own bytes; ``signed``: those the signature is over."""

    raw: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: Tlv = field(repr=False)
    serial: bytes
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    key_info: Tlv = field(repr=False)
    key_id: bytes | None
    authority_key_id: bytes | None
    is_authority: bool
    may_sign_data: bool
    purposes: frozenset[str]
    document_types: frozenset[str]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole, in hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def country(self) -> str:
        """Two letters in capitals, as the subject says; "" where it says none."""
        return dict(self.subject).get(_COUNTRY, "").upper()

    @property
    def common_name(self) -> str:
        return dict(self.subject).get(_COMMON_NAME, "")

    @property
    def key(self) -> PublicKey:
        """Raises KeyRefused, UnsupportedByUs, MalformedTlv."""
        return public_key(self.key_info)

    @property
    def scheme(self) -> Scheme:
        """How it was signed. Raises UnsupportedByUs, MalformedTlv."""
        return scheme_of(self.algorithm)

    @property
    def self_issued(self) -> bool:
        return self.issuer == self.subject

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether ``issuer``'s key made this signature. Raises KeyRefused, UnsupportedByUs, MalformedTlv."""
        return self.scheme.verifies(issuer.key, self.signature, self.signed)

    def valid_at(self, when: datetime) -> bool:
        return self.not_before <= when <= self.not_after


def parse_certificate(untrusted: Data) -> Certificate:
    """From DER. Raises DocumentMalformed. Key and algorithm are looked at when they are asked for."""
    raw = bytes(untrusted)
    try:
        return _certificate(raw)
    except MalformedTlv as error:
        raise DocumentMalformed(f"certificate: {error.step}") from error


def parse_name(item: Tlv) -> Name:
    """Raises MalformedTlv."""
    pairs = []
    for part in Fields(item.value).rest():
        for attribute in Fields(part.value).rest():
            fields = Fields(attribute.value)
            pairs.append((oid(fields.take(OID)), _text(fields.take())))
    return tuple(pairs)


def _certificate(raw: bytes) -> Certificate:
    outer = sequence(raw)
    body = outer.take(SEQUENCE)
    outer_algorithm = outer.take(SEQUENCE)
    signature = bit_string(outer.take(BIT_STRING))
    fields = Fields(body.value)
    fields.optional(context(0))  # version
    serial = bytes(fields.take(INTEGER).value)
    if bytes(fields.take(SEQUENCE).raw) != bytes(outer_algorithm.raw):
        raise MalformedTlv("two different signature algorithms")
    issuer = parse_name(fields.take(SEQUENCE))
    validity = fields.sequence()
    begins, ends = (moment(validity.take(_UTC_TIME, _GENERALIZED_TIME)) for _ in range(2))
    subject = parse_name(fields.take(SEQUENCE))
    key_info = fields.take(SEQUENCE)
    more = _extensions(fields)
    return Certificate(
        raw=raw,
        signed=bytes(body.raw),
        signature=signature,
        algorithm=outer_algorithm,
        serial=serial,
        issuer=issuer,
        subject=subject,
        not_before=begins,
        not_after=ends,
        key_info=key_info,
        key_id=_key_id(more),
        authority_key_id=_authority_key_id(more),
        is_authority=_is_authority(more),
        may_sign_data=_may_sign_data(more),
        purposes=_purposes(more),
        document_types=_document_types(more),
    )


def _extensions(fields: Fields) -> dict[str, bytes]:
    for item in fields.rest():
        if item.tag == context(3):
            found = {}
            for extension in Fields(Fields(item.value).take(SEQUENCE).value).rest():
                parts = Fields(extension.value)
                name = oid(parts.take(OID))
                parts.optional(BOOLEAN)
                found[name] = octets(parts.take(OCTET_STRING))
            return found
    return {}


def _key_id(more: dict[str, bytes]) -> bytes | None:
    return octets(Fields(more[_KEY_ID]).take(OCTET_STRING)) if _KEY_ID in more else None


def _authority_key_id(more: dict[str, bytes]) -> bytes | None:
    if _AUTHORITY_KEY_ID not in more:
        return None
    item = sequence(more[_AUTHORITY_KEY_ID]).optional(context(0, constructed=False))
    return bytes(item.value) if item else None


def _is_authority(more: dict[str, bytes]) -> bool:
    if _BASIC_CONSTRAINTS not in more:
        return False
    item = sequence(more[_BASIC_CONSTRAINTS]).optional(BOOLEAN)
    return item is not None and any(item.value)


def _may_sign_data(more: dict[str, bytes]) -> bool:
    """Without the extension everything is allowed."""
    if _KEY_USAGE not in more:
        return True
    bits = bytes(Fields(more[_KEY_USAGE]).take(BIT_STRING).value)
    return len(bits) > 1 and bool(bits[1] & _SIGNS_DATA)


def _purposes(more: dict[str, bytes]) -> frozenset[str]:
    if _EXTENDED_KEY_USAGE not in more:
        return frozenset()
    return frozenset(oid(item) for item in sequence(more[_EXTENDED_KEY_USAGE]).rest())


def _document_types(more: dict[str, bytes]) -> frozenset[str]:
    """The document codes the signer may sign (9303-12, 7.1.2); empty where it says none."""
    if _DOCUMENT_TYPES not in more:
        return frozenset()
    fields = sequence(more[_DOCUMENT_TYPES])
    fields.take(INTEGER)
    return frozenset(_text(item).upper() for item in Fields(fields.take(SET).value).rest())


def _text(item: Tlv) -> str:
    text = bytes(item.value).decode(_ENCODINGS.get(item.tag, "utf-8"), "replace")
    return " ".join(text.split()).casefold()
