"""Certificate revocation lists of issuers (RFC 5280, 5; 9303-12, 7.1.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from drivers.emrtd.certificates import Certificate, Name, parse_name
from drivers.emrtd.der import BIT_STRING, INTEGER, SEQUENCE, Fields, bit_string, moment, sequence
from drivers.emrtd.errors import DocumentMalformed, EmrtdError, MalformedTlv
from drivers.emrtd.signatures import scheme_of
from drivers.emrtd.tlv import Data, Tlv

__all__ = ["RevocationList", "parse_revocation_list"]

_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18


@dataclass(frozen=True)
class RevocationList:
    """``revoked``: serial numbers as they are encoded. ``next_update`` is None where the list names none."""

    raw: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: Tlv = field(repr=False)
    issuer: Name
    this_update: datetime
    next_update: datetime | None
    revoked: frozenset[bytes] = field(repr=False)

    def signed_by(self, issuer: Certificate) -> bool:
        """False also where that issuer's key or the algorithm cannot be used."""
        if self.issuer != issuer.subject:
            return False
        try:
            return scheme_of(self.algorithm).verifies(issuer.key, self.signature, self.signed)
        except EmrtdError:
            return False


def parse_revocation_list(untrusted: Data) -> RevocationList:
    """From DER. Raises DocumentMalformed."""
    raw = bytes(untrusted)
    try:
        outer = sequence(raw)
        body = outer.take(SEQUENCE)
        algorithm = outer.take(SEQUENCE)
        signature = bit_string(outer.take(BIT_STRING))
        fields = Fields(body.value)
        fields.optional(INTEGER)
        fields.take(SEQUENCE)
        issuer = parse_name(fields.take(SEQUENCE))
        begins = moment(fields.take(_UTC_TIME, _GENERALIZED_TIME))
        ends = fields.optional(_UTC_TIME, _GENERALIZED_TIME)
        revoked = fields.optional(SEQUENCE)
        return RevocationList(
            raw,
            bytes(body.raw),
            signature,
            algorithm,
            issuer,
            begins,
            moment(ends) if ends else None,
            _serials(revoked),
        )
    except MalformedTlv as error:
        raise DocumentMalformed(f"revocation list: {error.step}") from error


def _serials(revoked: Tlv | None) -> frozenset[bytes]:
    if revoked is None:
        return frozenset()
    return frozenset(bytes(Fields(entry.value).take(INTEGER).value) for entry in Fields(revoked.value).rest())
