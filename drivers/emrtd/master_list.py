"""Master lists: certificates of many States' issuers, signed by one of them (9303-12, annex D).

A list authenticates itself to nobody: its signer's certificate comes along inside. It counts only when that signer
leads to a certificate somebody has pinned by its SHA-256.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from drivers.emrtd.certificates import Certificate, parse_certificate
from drivers.emrtd.der import INTEGER, SEQUENCE, SET, Fields, sequence
from drivers.emrtd.errors import DocumentMalformed, EmrtdError, MalformedTlv
from drivers.emrtd.signed_data import SignedData, parse_signed_data
from drivers.emrtd.tlv import Data

__all__ = ["MASTER_LIST", "ListRefused", "MasterList", "parse_master_list"]

MASTER_LIST = "2.23.136.1.1.2"
_LIST_SIGNER = "2.23.136.1.1.3"


class ListRefused(EmrtdError):
    """A master list that is whole and does not count."""

    code = "list_refused"


@dataclass(frozen=True)
class MasterList:
    """``unreadable``: certificates on it that are none. ``signed_at``: when its signer says he signed."""

    raw: bytes = field(repr=False)
    signed: SignedData = field(repr=False)
    certificates: tuple[Certificate, ...] = field(repr=False)
    unreadable: int
    signed_at: datetime | None

    @property
    def countries(self) -> frozenset[str]:
        return frozenset(each.country for each in self.certificates if each.country)

    def signer_of(self, pins: frozenset[str]) -> Certificate:
        """The pinned certificate this list's signer leads to.

        Raises ListRefused when a signature or a date is wrong, or nobody pinned vouches for the signer; KeyRefused,
        UnsupportedByUs, MalformedTlv for keys and algorithms.
        """
        signer = self.signed.signers[0]
        certificate = self.signed.certificate_of(signer)
        if certificate is None:
            raise ListRefused("the signer's certificate is missing")
        if self.signed_at is None:
            raise ListRefused("it does not say when it was signed")
        if not (self.signed.digest_agrees(signer) and self.signed.type_agrees(signer)):
            raise ListRefused("its content is not what was signed")
        if not self.signed.signature_holds(signer, certificate):
            raise ListRefused("its signature is wrong")
        if certificate.fingerprint not in pins and _LIST_SIGNER not in certificate.purposes:
            raise ListRefused("its signer may not sign master lists")
        if not certificate.valid_at(self.signed_at):
            raise ListRefused("its signer's certificate was not valid when it was signed")
        for pinned in (*self.signed.certificates, *self.certificates):
            if pinned.fingerprint in pins and (pinned.raw == certificate.raw or certificate.signed_by(pinned)):
                return pinned
        raise ListRefused("its signer leads to no pinned certificate")

    @property
    def roots(self) -> tuple[Certificate, ...]:
        """Which certificates could be pinned: those that signed the signer's, for whoever compares fingerprints."""
        certificate = self.signed.certificate_of(self.signed.signers[0])
        if certificate is None:
            return ()
        found = {each.fingerprint: each for each in (*self.signed.certificates, *self.certificates)}
        return tuple(each for each in found.values() if each.raw != certificate.raw and _signed(certificate, each))


def parse_master_list(untrusted: Data) -> MasterList:
    """From CMS. Raises DocumentMalformed; single certificates that cannot be read are counted and left out."""
    raw = bytes(untrusted)
    signed = parse_signed_data(raw)
    if signed.content_type != MASTER_LIST:
        raise DocumentMalformed(f"signed content of type {signed.content_type}, which is no master list")
    certificates: list[Certificate] = []
    unreadable = 0
    try:
        fields = sequence(signed.content)
        fields.take(INTEGER)
        for item in Fields(fields.take(SET).value).rest():
            try:
                certificates.append(parse_certificate(item.raw if item.tag == SEQUENCE else b""))
            except DocumentMalformed:
                unreadable += 1
    except MalformedTlv as error:
        raise DocumentMalformed(f"master list: {error.step}") from error
    return MasterList(raw, signed, tuple(certificates), unreadable, signed.signers[0].signing_time)


def _signed(certificate: Certificate, issuer: Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    try:
        return certificate.signed_by(issuer)
    except EmrtdError:
        return False
