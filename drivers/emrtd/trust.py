"""Whom we believe: certificates of issuers that the organiser imported, and their revocation lists. In memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from drivers.emrtd.certificates import Certificate
from drivers.emrtd.errors import EmrtdError
from drivers.emrtd.revocation import RevocationList

__all__ = ["Trust"]


class Trust:
    """Looked up by key identifier and by name, since several certificates of a State can share a name."""

    def __init__(self, issuers: Iterable[Certificate] = (), revocation_lists: Iterable[RevocationList] = ()) -> None:
        self._by_fingerprint = {issuer.fingerprint: issuer for issuer in issuers}
        self._by_name: dict[object, list[Certificate]] = defaultdict(list)
        self._by_key_id: dict[bytes, list[Certificate]] = defaultdict(list)
        for issuer in self._by_fingerprint.values():
            self._by_name[issuer.subject].append(issuer)
            if issuer.key_id is not None:
                self._by_key_id[issuer.key_id].append(issuer)
        self._lists: dict[object, list[RevocationList]] = defaultdict(list)
        for each in revocation_lists:
            self._lists[each.issuer].append(each)

    @property
    def issuers(self) -> tuple[Certificate, ...]:
        return tuple(self._by_fingerprint.values())

    def __len__(self) -> int:
        return len(self._by_fingerprint)

    def named_issuers(self, signer: Certificate) -> list[Certificate]:
        """Those whose key identifier *and* name the signer's certificate gives."""
        if signer.authority_key_id is None:
            return []
        return [each for each in self._by_key_id.get(signer.authority_key_id, ()) if each.subject == signer.issuer]

    def possible_issuers(self, signer: Certificate) -> list[Certificate]:
        """Those with its issuer's name or key identifier, the likelier first."""
        found = self.named_issuers(signer)
        more = [*self._by_name.get(signer.issuer, ()), *self._by_key_id.get(signer.authority_key_id or b"", ())]
        return list({each.fingerprint: each for each in (*found, *more)}.values())

    def issuer_of(self, signer: Certificate) -> Certificate | None:
        """The one whose key signed ``signer``. None where nobody known did."""
        for issuer in self.possible_issuers(signer):
            try:
                if signer.signed_by(issuer):
                    return issuer
            except EmrtdError:
                continue
        return None

    def revocation_list_of(self, issuer: Certificate) -> RevocationList | None:
        """The newest one the issuer signed; with its new key or its old one."""
        lists = sorted(self._lists.get(issuer.subject, ()), key=lambda each: each.this_update, reverse=True)
        signers = self._by_name.get(issuer.subject, ())
        return next((each for each in lists if any(each.signed_by(signer) for signer in signers)), None)
