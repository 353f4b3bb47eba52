"""Two people agree to one act: each proves who they are, for this one decision (R-47, R-49).

A session that is open anywhere counts for nobody, and a wrong secret counts towards the lock of its account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.accounts.account import Account
from kiosk.accounts.book import AccountBook
from kiosk.accounts.logins import Logins, refuse_unless_allowed
from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.closing.approval import NotApproved, approval
from kiosk.closing.journal import Approval
from kiosk.domain.access import Action


@dataclass(frozen=True)
class TwoPeople:
    """``station``: where they are asked. Slow (Argon2id) and writing: one thread, never the window's."""

    logins: Logins
    book: AccountBook
    audit: Audit
    event: str
    station: str

    def by_badge(self, badge: str, untrusted_pin: str) -> Account:
        """The officer of the event. Raises LoginRefused, LedgerUnavailable."""
        return self.logins.officer_agrees(badge, untrusted_pin, self.station, self.event)

    def by_password(self, account_id: str, untrusted_password: str, untrusted_code: str) -> Account:
        """Everybody else. Raises LoginRefused, LedgerUnavailable."""
        return self.logins.admin_agrees(account_id, untrusted_password, untrusted_code, self.station)

    def require(self, account: Account) -> None:
        """Return if they may agree to anything; a refusal is written down. Raises NotAllowed."""
        refuse_unless_allowed(account.principal(), Action.APPROVE, self.audit)

    def require_two(self, people: Sequence[Account]) -> None:
        """Raises NotApproved where ``people`` are one, as far as the machine was told."""
        if len(people) != 2 or self.book.is_one_person(*(each.account_id for each in people)):
            raise NotApproved("not_two_people")

    def agreed(self, action: Action, reason: str, people: Sequence[Account]) -> Approval:
        """What both agreed to, written to the log for each. Raises NotApproved, AuditUnavailable."""
        self.require_two(people)
        for each in people:
            role = each.principal().role.value
            self.audit.write(Kind.APPROVAL_GIVEN, each.account_id, self.event, act=action.value, role=role)
        return approval(reason, [each.account_id for each in people], logged_in=True)
