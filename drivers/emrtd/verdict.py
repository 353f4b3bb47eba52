"""What was found about a document, and the one word a lane acts on (sheet emrtd, section 10).

``tampered`` is said only where bytes and signatures disagree: the radio link's own codes have already passed by then.
What we could not do is a technical failure and never called fraud.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Authenticity", "Finding", "Verdict", "verdict_of"]


class Verdict(StrEnum):
    """From the gravest to the best."""

    TAMPERED = "tampered"  # supervisor; neutral words to the attendee
    CLONE_SUSPECTED = "clone_suspected"  # the contents are genuine, the chip may be a copy
    SIGNER_REFUSED = "signer_refused"  # revoked, or not valid when it signed
    TECHNICAL_FAILURE = "technical_failure"  # could not be judged
    ISSUER_UNKNOWN = "issuer_unknown"  # all agrees, but nobody we know vouches for the signer: policy
    EXPIRED = "expired"  # genuine, and out of date: policy
    GENUINE = "genuine"


class Finding(StrEnum):
    """One result of one check. ``_NOTES`` change no verdict."""

    GROUP_HASH_DIFFERS = "group_hash_differs"
    GROUP_NOT_SIGNED = "group_not_signed"
    CONTENT_DIGEST_DIFFERS = "content_digest_differs"
    CONTENT_TYPE_DIFFERS = "content_type_differs"
    SIGNATURE_WRONG = "signature_wrong"
    SIGNER_FORGED = "signer_forged"  # names an issuer we know, whose key did not sign it
    ISSUER_OF_ANOTHER_STATE = "issuer_of_another_state"
    ZONE_OF_ANOTHER_DOCUMENT = "zone_of_another_document"

    CHIP_PROOF_FAILED = "chip_proof_failed"

    SIGNER_REVOKED = "signer_revoked"
    SIGNER_NOT_VALID_WHEN_SIGNING = "signer_not_valid_when_signing"
    SIGNER_NOT_YET_VALID = "signer_not_yet_valid"
    SIGNER_MAY_NOT_SIGN = "signer_may_not_sign"
    SIGNER_KEY_REFUSED = "signer_key_refused"
    ISSUER_NOT_VALID_THEN = "issuer_not_valid_then"

    SOD_MISSING = "sod_missing"
    SOD_UNREADABLE = "sod_unreadable"
    SIGNER_ABSENT = "signer_absent"
    UNSUPPORTED = "unsupported"

    ISSUER_UNKNOWN = "issuer_unknown"

    DOCUMENT_EXPIRED = "document_expired"

    SIGNER_EXPIRED_SINCE = "signer_expired_since"
    ISSUER_EXPIRED_SINCE = "issuer_expired_since"
    NO_SIGNING_TIME = "no_signing_time"
    NO_REVOCATION_LIST = "no_revocation_list"
    REVOCATION_LIST_OLD = "revocation_list_old"
    STATE_NOT_COMPARED = "state_not_compared"
    TYPE_NOT_LISTED = "type_not_listed"
    LISTS_DIFFER = "lists_differ"  # EF.COM and EF.SOD name different data groups
    OLD_HASH = "old_hash"  # SHA-1
    COPY_NOT_EXCLUDED = "copy_not_excluded"
    CHIP_PROVED = "chip_proved"


_MEANING = {
    Verdict.TAMPERED: (
        Finding.GROUP_HASH_DIFFERS,
        Finding.GROUP_NOT_SIGNED,
        Finding.CONTENT_DIGEST_DIFFERS,
        Finding.CONTENT_TYPE_DIFFERS,
        Finding.SIGNATURE_WRONG,
        Finding.SIGNER_FORGED,
        Finding.ISSUER_OF_ANOTHER_STATE,
        Finding.ZONE_OF_ANOTHER_DOCUMENT,
    ),
    Verdict.CLONE_SUSPECTED: (Finding.CHIP_PROOF_FAILED,),
    Verdict.SIGNER_REFUSED: (
        Finding.SIGNER_REVOKED,
        Finding.SIGNER_NOT_VALID_WHEN_SIGNING,
        Finding.SIGNER_NOT_YET_VALID,
        Finding.SIGNER_MAY_NOT_SIGN,
        Finding.SIGNER_KEY_REFUSED,
        Finding.ISSUER_NOT_VALID_THEN,
    ),
    Verdict.TECHNICAL_FAILURE: (
        Finding.SOD_MISSING,
        Finding.SOD_UNREADABLE,
        Finding.SIGNER_ABSENT,
        Finding.UNSUPPORTED,
    ),
    Verdict.ISSUER_UNKNOWN: (Finding.ISSUER_UNKNOWN,),
    Verdict.EXPIRED: (Finding.DOCUMENT_EXPIRED,),
}


@dataclass(frozen=True)
class Authenticity:
    """``findings`` in the order of the checks. ``signer_country``: two letters, as the signer's certificate says."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    signer_country: str = ""
    unsupported: str = ""

    @property
    def unaltered(self) -> bool:
        """Hashes and signature agree, whoever signed."""
        return self.verdict not in (Verdict.TAMPERED, Verdict.TECHNICAL_FAILURE)


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The gravest word any finding asks for."""
    found = set(findings)
    return next((verdict for verdict, reasons in _MEANING.items() if found.intersection(reasons)), Verdict.GENUINE)
