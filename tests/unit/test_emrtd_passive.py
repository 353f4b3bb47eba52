"""Passive authentication: each thing that can be wrong with a document's signature gives its own finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import pytest

from drivers.emrtd import ec
from drivers.emrtd.certificates import parse_certificate
from drivers.emrtd.evidence import ChipAnswer, Evidence, MappingProof, digests_of
from drivers.emrtd.passive import judge
from drivers.emrtd.revocation import parse_revocation_list
from drivers.emrtd.simulated_der import oid, sequence, set_of
from drivers.emrtd.states import certificate_countries
from drivers.emrtd.trust import Trust
from drivers.emrtd.verdict import Authenticity, Finding, Verdict, verdict_of
from tests.helpers.emrtd import NOW
from tests.helpers.emrtd_state import (
    BEGAN,
    BY_NAME,
    ENDS,
    EcSigner,
    Issued,
    RsaSigner,
    Signing,
    Wishes,
    explicit,
    issue,
    revocations,
    security_object,
    signed_data,
)

GROUPS = {1: b"the zone", 2: b"the portrait" * 100}
SIGNED = Signing(signing_time=BEGAN + timedelta(days=30))
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Utopia:
    root: Issued
    signer: Issued


@cache
def utopia() -> Utopia:
    root = issue(EcSigner(BY_NAME["brainpoolP256r1"], form="explicit"), None, Wishes(common="CSCA", authority=True))
    return Utopia(root, issue(EcSigner(BY_NAME["P-256"]), root, Wishes()))


def trusting(*roots: Issued, lists: tuple[bytes, ...] = ()) -> Trust:
    return Trust([parse_certificate(root.der) for root in roots], [parse_revocation_list(each) for each in lists])


def evidence(sod: bytes | None, **more: object) -> Evidence:
    digests = {number: digests_of(content) for number, content in GROUPS.items()}
    plain = Evidence(sod, digests, "UTO", "P", own_zone=True, listed_by_com=frozenset(GROUPS))
    return replace(plain, **more)  # type: ignore[arg-type]


def signed(how: Signing = SIGNED, signer: Issued | None = None, root: Issued | None = None) -> bytes:
    return security_object(GROUPS, signer or utopia().signer, (root or utopia().root).subject, how)


def by(wishes: Wishes) -> bytes:
    """Signed by a signer of Utopia whose certificate is as wished."""
    return signed(signer=issue(EcSigner(BY_NAME["P-256"]), utopia().root, wishes))


def judged(found: Evidence, trust: Trust | None = None, *, expired: bool = False) -> Authenticity:
    return judge(found, trusting(utopia().root) if trust is None else trust, NOW, expired=expired)


def test_a_genuine_document() -> None:
    result = judged(evidence(signed(), chip=ChipAnswer.PROVED))
    assert result.verdict is Verdict.GENUINE
    assert set(result.findings) == {Finding.NO_REVOCATION_LIST, Finding.CHIP_PROVED}
    assert result.signer_country == "UT"


@pytest.mark.parametrize("hash_name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_every_hash(hash_name: str) -> None:
    signer = issue(EcSigner(BY_NAME["P-521"], hash=hash_name), utopia().root, Wishes())
    result = judged(evidence(signed(replace(SIGNED, hash=hash_name), signer)))
    assert result.verdict is Verdict.GENUINE
    assert (Finding.OLD_HASH in result.findings) == (hash_name == "sha1")


@pytest.mark.parametrize(
    "signer",
    [EcSigner(BY_NAME["brainpoolP320r1"], form="explicit"), EcSigner(BY_NAME["P-384"], plain=True), "rsa", "pss"],
    ids=["BP320 explicit", "P-384 plain", "RSA", "PSS"],
)
def test_every_kind_of_signer(signer: EcSigner | str) -> None:
    key = signer if isinstance(signer, EcSigner) else RsaSigner(pss=signer == "pss")
    assert judged(evidence(signed(signer=issue(key, utopia().root, Wishes())))).verdict is Verdict.GENUINE


def test_the_signer_may_be_named_by_key_identifier() -> None:
    assert judged(evidence(signed(replace(SIGNED, by_key_id=True)))).verdict is Verdict.GENUINE


TAMPERED = {
    Finding.GROUP_HASH_DIFFERS: evidence(signed(), digests={1: digests_of(b"another"), 2: digests_of(GROUPS[2])}),
    Finding.GROUP_NOT_SIGNED: evidence(signed(), digests={14: digests_of(b"")}),
    Finding.CONTENT_DIGEST_DIFFERS: evidence(signed(replace(SIGNED, digest=bytes(32)))),
    Finding.CONTENT_TYPE_DIFFERS: evidence(signed(replace(SIGNED, content_type="1.2.3"))),
    Finding.SIGNATURE_WRONG: evidence(signed(replace(SIGNED, forged=True))),
    Finding.ZONE_OF_ANOTHER_DOCUMENT: evidence(signed(), own_zone=False),
    Finding.ISSUER_OF_ANOTHER_STATE: evidence(signed(), issuing_state="FRA"),
}


@pytest.mark.parametrize("finding", TAMPERED, ids=str)
def test_tampered(finding: Finding) -> None:
    result = judged(TAMPERED[finding])
    assert result.verdict is Verdict.TAMPERED
    assert finding in result.findings
    assert not result.unaltered


def test_a_signer_that_only_names_a_known_issuer_is_forged() -> None:
    """Name and key identifier of the issuer, signed by somebody else."""
    known = parse_certificate(utopia().root.der).key_id
    impostor = replace(issue(EcSigner(BY_NAME["P-256"]), None, Wishes(common="CSCA", authority=True)))
    signer = issue(EcSigner(BY_NAME["P-256"]), impostor, Wishes(authority_key_id=known))
    result = judged(evidence(signed(signer=signer, root=impostor)))
    assert result.verdict is Verdict.TAMPERED
    assert Finding.SIGNER_FORGED in result.findings


def test_an_issuer_of_the_same_name_with_another_key_is_unknown() -> None:
    other = issue(EcSigner(BY_NAME["P-256"]), None, Wishes(common="CSCA", authority=True))
    result = judged(evidence(signed(signer=issue(EcSigner(BY_NAME["P-256"]), other, Wishes()), root=other)))
    assert result.verdict is Verdict.ISSUER_UNKNOWN


def test_two_issuers_of_one_name_are_told_apart() -> None:
    second = issue(EcSigner(BY_NAME["P-384"]), None, Wishes(common="CSCA", authority=True))
    trust = trusting(second, utopia().root)
    assert judged(evidence(signed()), trust).verdict is Verdict.GENUINE
    later = issue(EcSigner(BY_NAME["P-256"]), second, Wishes())
    assert judged(evidence(signed(signer=later)), trust).verdict is Verdict.GENUINE


def test_nobody_trusted() -> None:
    result = judged(evidence(signed()), Trust())
    assert result.verdict is Verdict.ISSUER_UNKNOWN
    assert result.unaltered


REFUSED = {
    Finding.SIGNER_NOT_VALID_WHEN_SIGNING: signed(replace(SIGNED, signing_time=BEGAN - DAY)),
    Finding.SIGNER_MAY_NOT_SIGN: by(Wishes(signs=False)),
    Finding.ISSUER_NOT_VALID_THEN: by(Wishes(begins=BEGAN - DAY)),
    Finding.SIGNER_NOT_YET_VALID: by(Wishes(begins=NOW + DAY)),
}


@pytest.mark.parametrize("finding", REFUSED, ids=str)
def test_signer_refused(finding: Finding) -> None:
    result = judged(evidence(REFUSED[finding]))
    assert result.verdict is Verdict.SIGNER_REFUSED
    assert finding in result.findings


def test_a_signer_on_nearly_a_known_curve_is_refused() -> None:
    curve = BY_NAME["P-256"]
    parameters = explicit(curve, generator=ec.multiply(2, ec.generator(curve)))
    signer = issue(EcSigner(curve, parameters=parameters), utopia().root, Wishes())
    result = judged(evidence(signed(signer=signer)))
    assert result.verdict is Verdict.SIGNER_REFUSED
    assert Finding.SIGNER_KEY_REFUSED in result.findings


def test_revoked_and_not_revoked() -> None:
    root, signer = utopia().root, utopia().signer
    clean = trusting(root, lists=(revocations(root, (1, 2)),))
    assert judged(evidence(signed()), clean).findings == (Finding.COPY_NOT_EXCLUDED,)
    revoked = trusting(root, lists=(revocations(root, (1, signer.serial)),))
    result = judged(evidence(signed()), revoked)
    assert result.verdict is Verdict.SIGNER_REFUSED
    assert Finding.SIGNER_REVOKED in result.findings


def test_a_revocation_list_that_is_old_or_anothers() -> None:
    root = utopia().root
    old = trusting(root, lists=(revocations(root, (), ends=NOW - DAY),))
    assert Finding.REVOCATION_LIST_OLD in judged(evidence(signed()), old).findings
    anothers = issue(EcSigner(BY_NAME["P-256"]), None, Wishes(common="CSCA", authority=True))
    foreign = trusting(root, lists=(revocations(anothers, (utopia().signer.serial,)),))
    result = judged(evidence(signed()), foreign)
    assert result.verdict is Verdict.GENUINE
    assert Finding.NO_REVOCATION_LIST in result.findings


def test_what_ended_since_is_a_note() -> None:
    short = Wishes(begins=BEGAN, ends=NOW - DAY)
    result = judged(evidence(by(short)))
    assert result.verdict is Verdict.GENUINE
    assert Finding.SIGNER_EXPIRED_SINCE in result.findings
    ended = issue(EcSigner(BY_NAME["P-256"]), None, Wishes(common="CSCA", authority=True, ends=NOW - DAY))
    signer = issue(EcSigner(BY_NAME["P-256"]), ended, Wishes())
    result = judged(evidence(signed(signer=signer, root=ended)), trusting(ended))
    assert result.verdict is Verdict.GENUINE
    assert Finding.ISSUER_EXPIRED_SINCE in result.findings


def test_technical_failures_are_never_fraud() -> None:
    for sod, finding in (
        (None, Finding.SOD_MISSING),
        (b"\x77\x02\x05\x00", Finding.SOD_UNREADABLE),
        (signed(replace(SIGNED, with_certificate=False)), Finding.SIGNER_ABSENT),
    ):
        result = judged(evidence(sod))
        assert result.verdict is Verdict.TECHNICAL_FAILURE
        assert finding in result.findings
    unknown_curve = EcSigner(BY_NAME["P-256"], parameters=oid("1.3.132.0.10"))
    result = judged(evidence(signed(signer=issue(unknown_curve, utopia().root, Wishes()))))
    assert result.verdict is Verdict.TECHNICAL_FAILURE
    assert "1.3.132.0.10" in result.unsupported


def test_expired_is_less_than_everything_else() -> None:
    assert judged(evidence(signed()), expired=True).verdict is Verdict.EXPIRED
    assert judged(evidence(signed()), Trust(), expired=True).verdict is Verdict.ISSUER_UNKNOWN
    assert judged(evidence(signed(), chip=ChipAnswer.FAILED), expired=True).verdict is Verdict.CLONE_SUSPECTED
    assert judged(evidence(signed(), chip=ChipAnswer.FAILED, own_zone=False)).verdict is Verdict.TAMPERED


def test_notes_change_nothing() -> None:
    unknown_state = judged(evidence(signed(), issuing_state="QQQ", listed_by_com=frozenset({1})))
    assert unknown_state.verdict is Verdict.GENUINE
    assert {Finding.STATE_NOT_COMPARED, Finding.LISTS_DIFFER} < set(unknown_state.findings)
    listed = by(Wishes(document_types=("V",)))
    assert Finding.TYPE_NOT_LISTED in judged(evidence(listed)).findings
    assert Finding.TYPE_NOT_LISTED not in judged(evidence(by(Wishes(document_types=("P", "V"))))).findings
    assert Finding.NO_SIGNING_TIME in judged(evidence(signed(Signing()))).findings


def test_every_finding_has_a_verdict_or_is_a_note() -> None:
    notes = {finding for finding in Finding if verdict_of([finding]) is Verdict.GENUINE}
    assert notes == {
        Finding.SIGNER_EXPIRED_SINCE,
        Finding.ISSUER_EXPIRED_SINCE,
        Finding.NO_SIGNING_TIME,
        Finding.NO_REVOCATION_LIST,
        Finding.REVOCATION_LIST_OLD,
        Finding.STATE_NOT_COMPARED,
        Finding.TYPE_NOT_LISTED,
        Finding.LISTS_DIFFER,
        Finding.OLD_HASH,
        Finding.COPY_NOT_EXCLUDED,
        Finding.CHIP_PROVED,
    }


CHIP = EcSigner(BY_NAME["brainpoolP256r1"])


def mapping_proof(signer: Issued | None = None, ratio: int = 77, how: Signing = SIGNED) -> MappingProof:
    """EF.CardSecurity with the chip's key, and a mapping key that is ``ratio`` times it."""
    infos = set_of(sequence(oid("0.4.0.127.0.7.2.2.1.2"), CHIP.key_info))
    security = signed_data("0.4.0.127.0.7.3.2.1", infos, signer or utopia().signer, utopia().root.subject, how)
    chip_key = ec.multiply(CHIP.scalar, ec.generator(CHIP.curve))
    return MappingProof(security, ec.multiply(77, chip_key), ratio.to_bytes(32))


def test_chip_authentication_mapping_proves_the_chip() -> None:
    result = judged(evidence(signed(), mapping=mapping_proof()))
    assert result.verdict is Verdict.GENUINE
    assert Finding.CHIP_PROVED in result.findings


def test_chip_authentication_mapping_that_does_not_hold() -> None:
    for proof in (mapping_proof(ratio=78), mapping_proof(how=replace(SIGNED, forged=True))):
        assert judged(evidence(signed(), mapping=proof)).verdict is Verdict.CLONE_SUSPECTED
    broken = replace(mapping_proof(), card_security=b"\x30\x00")
    assert Finding.COPY_NOT_EXCLUDED in judged(evidence(signed(), mapping=broken)).findings


def test_states() -> None:
    assert certificate_countries("D") == {"DE"}
    assert certificate_countries("CHN") == {"CN", "HK", "MO"}
    assert certificate_countries("GBD") == {"GB"}
    assert certificate_countries("???") == frozenset()


def test_dates_of_the_helper_make_sense() -> None:
    assert BEGAN < NOW < ENDS
