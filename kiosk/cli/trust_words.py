"""What the checks of a document found, in sentences for staff."""

from __future__ import annotations

from drivers.emrtd.verdict import Finding, Verdict

__all__ = ["SENTENCES", "VERDICTS"]

VERDICTS = {
    Verdict.GENUINE: "Genuine: unchanged since a State we know signed it.",
    Verdict.EXPIRED: "Genuine, and out of date.",
    Verdict.ISSUER_UNKNOWN: "Unchanged, but nobody we know vouches for who signed it.",
    Verdict.SIGNER_REFUSED: "Signed by somebody who may not, or could not at that time.",
    Verdict.TECHNICAL_FAILURE: "Could not be judged. This says nothing against the document.",
    Verdict.CLONE_SUSPECTED: "The contents are genuine, the chip may be a copy.",
    Verdict.TAMPERED: "What is in it is not what was signed.",
}

SENTENCES = {
    Finding.GROUP_HASH_DIFFERS: "A data group is not the one that was signed.",
    Finding.GROUP_NOT_SIGNED: "A data group is not among those that were signed.",
    Finding.CONTENT_DIGEST_DIFFERS: "The list of hashes is not the one that was signed.",
    Finding.CONTENT_TYPE_DIFFERS: "What was signed is called something else.",
    Finding.SIGNATURE_WRONG: "The signature is wrong.",
    Finding.SIGNER_FORGED: "The signer's certificate names an issuer whose key did not sign it.",
    Finding.ISSUER_OF_ANOTHER_STATE: "Document, signer and issuer are not of one State.",
    Finding.ZONE_OF_ANOTHER_DOCUMENT: "The chip is not that of the printed document.",
    Finding.CHIP_PROOF_FAILED: "The chip did not prove that it is no copy, although it should.",
    Finding.SIGNER_REVOKED: "The signer's certificate was revoked.",
    Finding.SIGNER_NOT_VALID_WHEN_SIGNING: "The signer's certificate was not valid on the day of signing.",
    Finding.SIGNER_NOT_YET_VALID: "The signer's certificate is not valid yet.",
    Finding.SIGNER_MAY_NOT_SIGN: "The signer's certificate is not one for signing.",
    Finding.SIGNER_KEY_REFUSED: "The signer's key is nearly one on a known curve, and is not.",
    Finding.ISSUER_NOT_VALID_THEN: "The issuer's certificate was not valid when the signer's began.",
    Finding.SOD_MISSING: "There is no signature (EF.SOD).",
    Finding.SOD_UNREADABLE: "The signature (EF.SOD) cannot be read.",
    Finding.SIGNER_ABSENT: "The signer's certificate is not in the document.",
    Finding.UNSUPPORTED: "It needs an algorithm that is not known here.",
    Finding.ISSUER_UNKNOWN: "No trusted issuer signed the signer's certificate.",
    Finding.DOCUMENT_EXPIRED: "The document is out of date.",
    Finding.SIGNER_EXPIRED_SINCE: "The signer's certificate has ended since. That is usual.",
    Finding.ISSUER_EXPIRED_SINCE: "The issuer's certificate has ended since. That is usual.",
    Finding.NO_SIGNING_TIME: "It does not say when it was signed.",
    Finding.NO_REVOCATION_LIST: "No revocation list of this issuer is there.",
    Finding.REVOCATION_LIST_OLD: "The issuer's revocation list is out of date.",
    Finding.STATE_NOT_COMPARED: "Issuing State and signer's country could not be compared.",
    Finding.TYPE_NOT_LISTED: "The signer's certificate does not list this type of document.",
    Finding.LISTS_DIFFER: "EF.COM and EF.SOD name different data groups.",
    Finding.OLD_HASH: "It uses SHA-1.",
    Finding.COPY_NOT_EXCLUDED: "A copy of the chip is not excluded.",
    Finding.CHIP_PROVED: "The chip proved that it is no copy.",
}
