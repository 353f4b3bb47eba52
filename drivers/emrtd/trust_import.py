"""What may come into the organiser's trust, and why something may not.

A master list needs a pin and may not be older than the one it replaces; a single certificate must be an issuer's own,
and whoever imports it answers for it; a revocation list must be signed by an issuer that is trusted already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from drivers.emrtd.certificates import Certificate
from drivers.emrtd.errors import EmrtdError
from drivers.emrtd.master_list import MasterList
from drivers.emrtd.revocation import RevocationList
from drivers.emrtd.trust_files import Content
from drivers.emrtd.trust_folder import TrustFolder

__all__ = ["Outcome", "bring_in"]


@dataclass(frozen=True)
class Outcome:
    """``sha256``: of the file as installed, "" where it was refused for ``reason``. ``roots``: fingerprints of the
    certificates a refused list could be pinned by, with what they are called."""

    what: str
    sha256: str = ""
    reason: str = ""
    roots: tuple[tuple[str, str], ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.reason


def bring_in(folder: TrustFolder, content: Content, pins: frozenset[str], now: datetime) -> Iterator[Outcome]:
    """Install what may be. ``pins``: SHA-256 fingerprints somebody vouches for now, beside those of installed lists.

    Raises TrustUnusable, OSError.
    """
    for certificate in content.certificates:
        yield _certificate(folder, certificate, now)
    for master_list in content.lists:
        yield _list(folder, master_list, pins, now)
    for revocations in content.revocations:
        yield _revocations(folder, revocations, now)


def _certificate(folder: TrustFolder, certificate: Certificate, now: datetime) -> Outcome:
    what = f"issuer {_called(certificate)}"
    if not certificate.is_authority:
        return Outcome(what, reason="it is no issuer's certificate")
    try:
        certificate.key  # noqa: B018 - an issuer whose key we cannot use would vouch for nobody
        own = certificate.self_issued and certificate.signed_by(certificate)
    except EmrtdError as error:
        return Outcome(what, reason=f"its key cannot be used: {error.step}")
    if not own and folder.load().trust().issuer_of(certificate) is None:
        return Outcome(what, reason="neither its own key signed it nor that of a trusted issuer")
    return Outcome(what, folder.add_certificate(certificate, now).sha256)


def _list(folder: TrustFolder, content: MasterList, pins: frozenset[str], now: datetime) -> Outcome:
    what = f"master list of {len(content.certificates)} certificates"
    installed = folder.load()
    try:
        pinned = content.signer_of(pins | installed.pins)
    except EmrtdError as error:
        roots = tuple((root.fingerprint, _called(root)) for root in content.roots)
        return Outcome(what, reason=error.step, roots=roots)
    for used in (*installed.lists, *installed.earlier):
        if used.entry.pin == pinned.fingerprint and content.signed_at and used.signed_at > content.signed_at:
            return Outcome(what, reason=f"a newer one of the same signer is installed ({used.signed_at:%Y-%m-%d})")
    return Outcome(what, folder.add_list(content, pinned.fingerprint, now).sha256)


def _revocations(folder: TrustFolder, revocations: RevocationList, now: datetime) -> Outcome:
    what = f"revocation list of {len(revocations.revoked)} serial numbers"
    installed = folder.load()
    if not any(revocations.signed_by(issuer) for issuer in installed.trust().issuers):
        return Outcome(what, reason="no trusted issuer signed it")
    for _, used in installed.revocations:
        if used.issuer == revocations.issuer and used.this_update > revocations.this_update:
            return Outcome(what, reason=f"a newer one of the same issuer is installed ({used.this_update:%Y-%m-%d})")
    return Outcome(what, folder.add_revocations(revocations, now).sha256)


def _called(certificate: Certificate) -> str:
    return " ".join(part for part in (certificate.country, certificate.common_name) if part) or "without a name"
