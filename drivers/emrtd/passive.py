"""Passive authentication: is what the chip holds what the State signed, and do we know that State's key (9303-11, 5.1).

Every check gives its own finding and none ends the others early, so that a supervisor sees all that is wrong. The
checks and their order are those of the sheet emrtd, section 8.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime

from drivers.emrtd.certificates import Certificate
from drivers.emrtd.chip_proof import mapping_proof_holds
from drivers.emrtd.errors import DocumentMalformed, EmrtdError, KeyRefused, MalformedTlv, UnsupportedByUs
from drivers.emrtd.evidence import ChipAnswer, Evidence, MappingProof
from drivers.emrtd.security_infos import security_infos
from drivers.emrtd.signed_data import SignedData, parse_signed_data
from drivers.emrtd.sod import SecurityObject, parse_sod
from drivers.emrtd.states import certificate_countries
from drivers.emrtd.trust import Trust
from drivers.emrtd.verdict import Authenticity, Finding, Verdict, verdict_of

__all__ = ["judge"]

_SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"
_OLD_HASHES = ("sha1",)


def judge(evidence: Evidence, trust: Trust, now: datetime, *, expired: bool = False) -> Authenticity:
    """Every check on what was read. ``now``: aware; ``expired``: by DG1, on the event's day. Never raises."""
    judging = _Judging(trust, now)
    judging.document(evidence)
    if expired:
        judging.found(Finding.DOCUMENT_EXPIRED)
    findings = tuple(dict.fromkeys(judging.findings))
    return Authenticity(verdict_of(findings), findings, judging.country, judging.unsupported)


@dataclass
class _Judging:
    trust: Trust
    now: datetime
    findings: list[Finding] = field(default_factory=list)
    country: str = ""
    unsupported: str = ""

    def found(self, *findings: Finding) -> None:
        self.findings += findings

    def document(self, evidence: Evidence) -> None:
        if evidence.own_zone is False:
            self.found(Finding.ZONE_OF_ANOTHER_DOCUMENT)
        if evidence.sod is None:
            self.found(Finding.SOD_MISSING)
            return
        try:
            security_object = parse_sod(evidence.sod)
        except DocumentMalformed:
            self.found(Finding.SOD_UNREADABLE)
            return
        self._groups(evidence, security_object)
        signer = self.signed_data(security_object.signed)
        if signer is not None:
            self._state(evidence, signer)
        self._chip(evidence)

    def signed_data(self, signed: SignedData) -> Certificate | None:
        """Digest, signature and chain; the signer's certificate where there is one."""
        signer = signed.signers[0]
        certificate = signed.certificate_of(signer)
        if certificate is None:
            self.found(Finding.SIGNER_ABSENT)
            return None
        self.country = certificate.country
        try:
            self.found(*_content(signed, certificate))
        except EmrtdError as error:
            self._could_not(error)
        self._validity(certificate, signer.signing_time)
        self._chain(certificate)
        return certificate

    def _groups(self, evidence: Evidence, security_object: SecurityObject) -> None:
        try:
            name = security_object.hash.name
        except EmrtdError as error:
            self._could_not(error)
            return
        if name in _OLD_HASHES:
            self.found(Finding.OLD_HASH)
        for group, digests in sorted(evidence.digests.items()):
            signed = security_object.hashes.get(group)
            if signed is None:
                self.found(Finding.GROUP_NOT_SIGNED)
            elif not hmac.compare_digest(signed, digests[name]):
                self.found(Finding.GROUP_HASH_DIFFERS)
        if evidence.listed_by_com is not None and evidence.listed_by_com != frozenset(security_object.hashes):
            self.found(Finding.LISTS_DIFFER)

    def _validity(self, signer: Certificate, signing_time: datetime | None) -> None:
        if not signer.may_sign_data:
            self.found(Finding.SIGNER_MAY_NOT_SIGN)
        if signing_time is None:
            self.found(Finding.NO_SIGNING_TIME)
        elif not signer.valid_at(signing_time):
            self.found(Finding.SIGNER_NOT_VALID_WHEN_SIGNING)
        if self.now < signer.not_before:
            self.found(Finding.SIGNER_NOT_YET_VALID)
        elif self.now > signer.not_after:
            self.found(Finding.SIGNER_EXPIRED_SINCE)

    def _chain(self, signer: Certificate) -> None:
        issuer = self.trust.issuer_of(signer)
        if issuer is None:
            forged = any(_is_not_by(signer, named) for named in self.trust.named_issuers(signer))
            self.found(Finding.SIGNER_FORGED if forged else Finding.ISSUER_UNKNOWN)
            return
        if not issuer.valid_at(signer.not_before):
            self.found(Finding.ISSUER_NOT_VALID_THEN)
        elif self.now > issuer.not_after:
            self.found(Finding.ISSUER_EXPIRED_SINCE)
        if issuer.country and signer.country and issuer.country != signer.country:
            self.found(Finding.ISSUER_OF_ANOTHER_STATE)
        revocations = self.trust.revocation_list_of(issuer)
        if revocations is None:
            self.found(Finding.NO_REVOCATION_LIST)
            return
        if signer.serial in revocations.revoked:
            self.found(Finding.SIGNER_REVOKED)
        if revocations.next_update is not None and self.now > revocations.next_update:
            self.found(Finding.REVOCATION_LIST_OLD)

    def _state(self, evidence: Evidence, signer: Certificate) -> None:
        allowed = certificate_countries(evidence.issuing_state)
        if not allowed or not signer.country:
            self.found(Finding.STATE_NOT_COMPARED)
        elif signer.country not in allowed:
            self.found(Finding.ISSUER_OF_ANOTHER_STATE)
        if signer.document_types and evidence.document_code not in signer.document_types:
            self.found(Finding.TYPE_NOT_LISTED)

    def _chip(self, evidence: Evidence) -> None:
        if evidence.chip is ChipAnswer.PROVED:
            self.found(Finding.CHIP_PROVED)
        elif evidence.chip is ChipAnswer.FAILED:
            self.found(Finding.CHIP_PROOF_FAILED)
        elif evidence.mapping is not None:
            self._mapping(evidence.mapping)
        else:
            self.found(Finding.COPY_NOT_EXCLUDED)

    def _mapping(self, proof: MappingProof) -> None:
        """The chip's key counts only when the same State signed it."""
        try:
            signed = parse_signed_data(proof.card_security)
            keys = security_infos(signed.content).chip_keys
        except (DocumentMalformed, MalformedTlv):
            self.found(Finding.COPY_NOT_EXCLUDED)
            return
        apart = _Judging(self.trust, self.now)
        apart.signed_data(signed)
        if signed.content_type != _SECURITY_OBJECT or verdict_of(apart.findings) not in (
            Verdict.GENUINE,
            Verdict.ISSUER_UNKNOWN,
        ):
            self.found(Finding.CHIP_PROOF_FAILED)
            return
        fitting = [each.key for each in keys if each.key.curve is proof.chip_mapping.curve]
        holds = any(mapping_proof_holds(proof.chip_data, proof.chip_mapping, key) for key in fitting)
        self.found(Finding.CHIP_PROVED if holds else Finding.CHIP_PROOF_FAILED)

    def _could_not(self, error: EmrtdError) -> None:
        if isinstance(error, KeyRefused):
            self.found(Finding.SIGNER_KEY_REFUSED)
        else:
            self.found(Finding.UNSUPPORTED if isinstance(error, UnsupportedByUs) else Finding.SOD_UNREADABLE)
        self.unsupported = self.unsupported or error.step


def _content(signed: SignedData, certificate: Certificate) -> list[Finding]:
    """What is wrong with digest, type and signature. Raises KeyRefused, UnsupportedByUs, MalformedTlv."""
    signer = signed.signers[0]
    wrong = []
    if not signed.digest_agrees(signer):
        wrong.append(Finding.CONTENT_DIGEST_DIFFERS)
    if not signed.type_agrees(signer):
        wrong.append(Finding.CONTENT_TYPE_DIFFERS)
    if not signed.signature_holds(signer, certificate):
        wrong.append(Finding.SIGNATURE_WRONG)
    return wrong


def _is_not_by(signer: Certificate, issuer: Certificate) -> bool:
    """Whether that is certain: a key we cannot use proves nothing."""
    try:
        return not signer.signed_by(issuer)
    except EmrtdError:
        return False
