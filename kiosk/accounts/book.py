"""Handing out, changing and taking away accounts. Every call says who asks, and the role table answers first."""

from __future__ import annotations

import re
import secrets
import sqlite3
import string
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from kiosk.accounts.account import (
    OFFICERS,
    PEOPLE,
    Account,
    Profile,
    RolesRefused,
    require_separation,
)
from kiosk.accounts.badge import new_badge
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.logins import NO_AUDIT, PROFILE, refuse_unless_allowed
from kiosk.accounts.overrides import Comparison, QuarterCount, compared
from kiosk.accounts.policy import PIN_DIGITS, password_fault, pin_fault
from kiosk.accounts.rows import account_of, is_one_line, new_row, person_token, seal_second
from kiosk.accounts.second_factor import new_secret
from kiosk.accounts.store import AccountStore, holds
from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.domain.access import Action, Principal, Role
from kiosk.ports import Clock

ACCOUNT_ID = re.compile(r"[a-z][a-z0-9-]{1,31}")
"""It stands in every record of what its person did, so it is no name of anybody and no number of a document."""

STARTING_PASSWORD = 16
_ALPHABET = string.ascii_lowercase + string.ascii_uppercase + string.digits
_UNCLEAR = frozenset("0O1lI")


class AccountFault(Exception):
    """Nothing was changed. ``code``: exists, unknown, bad_id, bad_name, set_up, or ``weak_`` and a fault
    of ``policy``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Issued:
    """What a person gets in hand, once: the store keeps only hashes and seals. Never prints itself.

    ``secret``: starting password or PIN, "" where the person chose it. ``second``: the second factor's secret.
    """

    account: Account
    secret: str = ""
    badge: str = ""
    second: bytes = b""

    def __repr__(self) -> str:
        return f"Issued({self.account.account_id})"


OnPaper = Callable[[Sequence[Issued]], AbstractContextManager[object]]
"""Entered: what people get in hand is saved for them. Left with an error: it is gone again."""


@dataclass(frozen=True)
class NewAccount:
    """An account asked for. ``person``: what tells this person from every other; the name where nothing is given."""

    account_id: str
    name: str
    roles: frozenset[Role]
    person: str = ""
    event: str = ""
    expires_at: float | None = None

    def account(self) -> Account:
        return Account(self.account_id, self.name, self.roles, self.event, self.expires_at)

    def __repr__(self) -> str:
        return f"NewAccount({self.account_id})"


@dataclass(frozen=True)
class AccountBook:
    """All of a machine's accounts. One thread. Raises NotAllowed, AccountFault, RolesRefused, LedgerUnavailable,
    AuditUnavailable.
    """

    store: AccountStore
    keys: AccountKeys
    hasher: SecretHasher
    clock: Clock
    audit: Audit = NO_AUDIT

    @property
    def empty(self) -> bool:
        """Whether the machine was never set up: then nobody can log in, and nothing of a live event can be done."""
        return self.store.setting(PROFILE) is None

    @property
    def profile(self) -> Profile:
        return Profile(self.store.setting(PROFILE) or Profile.GENERIC)

    def require_first(self, new: NewAccount, profile: Profile) -> None:
        """Return if ``new`` could be the first account, so that nobody types a password or sets an authenticator up
        for nothing.
        """
        if not self.empty:
            raise AccountFault("set_up")
        require_separation(profile, frozenset(), new.roles)
        if Role.SECURITY_ADMIN not in new.roles:
            raise RolesRefused("no_role")
        _require_names(new)

    def require_password(self, new: NewAccount, password: str) -> None:
        """Return if ``password`` is good enough for ``new``."""
        fault = password_fault(password, new.account_id)
        if fault:
            raise AccountFault(f"weak_{fault}")

    def first(self, new: NewAccount, profile: Profile, password: str, second: bytes | None = None) -> Issued:
        """Set the machine up: the one account nobody has to be logged in for, because there is none.

        Where the profile separates administrators it is the security administrator's, who hands out the others.
        ``second``: the second factor's secret, where its authenticator was tried already.
        """
        self.require_first(new, profile)
        self.require_password(new, password)
        issued = Issued(new.account(), second=second or new_secret())
        row = self._row(new, issued, self.hasher.hash(password))
        with self.store.writing():
            if self.store.setting(PROFILE) is not None:
                raise AccountFault("set_up")
            self.store.set_setting(PROFILE, profile)
            self.store.add({**row, "must_change": 0})
            self._say_created(new, "set-up")
        return issued

    def add(self, by: Principal, new: NewAccount) -> Issued:
        """One account. Officers get badge and PIN when badges are made, everybody else a password to be changed."""
        self._may_manage(by, new.roles)
        if new.roles <= OFFICERS:
            issued = Issued(new.account())
            row = self._row(new, issued, "")
        else:
            issued = Issued(new.account(), starting_password(), second=new_secret())
            row = self._row(new, issued, self.hasher.hash(issued.secret))
        with self.store.writing():
            self._require_roles(by, new)
            self._insert(row)
            self._say_created(new, by.name)
        return issued

    def add_officers(self, by: Principal, news: Sequence[NewAccount], event: str) -> None:
        """Many at once, all or none; none has a badge yet."""
        self._may_manage(by, OFFICERS)
        rows = [self._row(new, Issued(new.account()), "") for new in news]
        with self.store.writing():
            for new, row in zip(news, rows, strict=True):
                self._require_roles(by, new)
                self._insert(row)
            self.audit.write(Kind.ACCOUNTS_IMPORTED, by.name, event, rows=len(rows))

    def issue_badges(
        self, by: Principal, event: str, only: Iterable[str] = (), on_paper: OnPaper = nullcontext
    ) -> list[Issued]:
        """A new badge and a new starting PIN: for the officers of ``event`` without one, or for those in ``only``.

        They count, and old badges end, once ``on_paper`` has been entered; it is left with the error where they could
        not be stored. One slow hash each.
        """
        refuse_unless_allowed(by, Action.PRINT_BADGES, self.audit)
        wanted = frozenset(only)
        officers = [one for one in self._accounts(event) if one.officer and not one.revoked]
        if wanted - {one.account_id for one in officers}:
            raise AccountFault("unknown")
        chosen = [one for one in officers if (one.account_id in wanted if wanted else not one.issued)]
        issued = [Issued(one, starting_pin(), new_badge()) for one in chosen]
        if not issued:
            return []
        hashes = [self.hasher.hash(one.secret) for one in issued]
        with on_paper(issued), self.store.writing():
            for one, hashed in zip(issued, hashes, strict=True):
                account_id = one.account.account_id
                badge = self.keys.token("badge", one.badge)
                now = self.clock.now()
                self.store.set(account_id, badge=badge, secret_hash=hashed, secret_at=now, must_change=1)
                self.store.end_sessions_of(account_id)
            self.audit.write(Kind.BADGES_PRINTED, by.name, event, count=len(issued))
        return issued

    def listed(self, by: Principal, event: str | None = None) -> list[Account]:
        """The machine's own accounts, or the officers of one event; those of one kind at a time, never all people."""
        refuse_unless_allowed(by, Action.READ_ACCOUNTS, self.audit)
        return self._accounts(event or "")

    def is_officer(self, account_id: str) -> bool:
        """Whether this is an account with badge and PIN."""
        row = self.store.row(account_id)
        return row is not None and bool(row["event"])

    def is_one_person(self, first: str, second: str) -> bool:
        """Whether two accounts are one person's, as far as the machine was told."""
        found = [self.store.row(account_id) for account_id in (first, second)]
        people = {row["person"] for row in found if row is not None}
        return first == second or len(people) < 2

    def locked(self, by: Principal, event: str) -> list[Account]:
        """The officers of ``event`` whom a lock keeps out now, for whoever may end it."""
        refuse_unless_allowed(by, Action.UNLOCK_ACCOUNT, self.audit)
        now = self.clock.now()
        return [one for one in self._accounts(event) if not one.revoked and holds(one.locked_until, now)]

    def revoke(self, by: Principal, account_id: str) -> None:
        """For good: an id is never given twice. Whoever is logged in with it is so no longer within half a minute."""
        account = self._known(account_id)
        self._may_manage(by, account.roles)
        with self.store.writing():
            self.store.set(account_id, revoked=1, secret_hash="", badge=None, second_sealed=None)
            self.store.end_sessions_of(account_id)
            self.audit.write(Kind.ACCOUNT_REVOKED, by.name, account_id)

    def unlock(self, by: Principal, account_id: str) -> None:
        """End a lock early."""
        refuse_unless_allowed(by, Action.UNLOCK_ACCOUNT, self.audit)
        account = self._known(account_id)
        if not account.officer:
            self._may_manage(by, account.roles)
        with self.store.writing():
            self.store.set(account_id, failures=0, locked_until=0.0)
            self.audit.write(Kind.ACCOUNT_CHANGED, by.name, account_id, code="unlocked")

    def renew(self, by: Principal, account_id: str) -> Issued:
        """A new starting password and second factor for somebody who lost theirs (R-59: both, never one alone)."""
        account = self._known(account_id)
        self._may_manage(by, account.roles)
        if account.officer or account.revoked:
            raise AccountFault("unknown")
        issued = Issued(account, starting_password(), second=new_secret())
        hashed, sealed = self.hasher.hash(issued.secret), seal_second(issued.second, account_id, self.keys)
        with self.store.writing():
            self.store.set(account_id, secret_hash=hashed, secret_at=self.clock.now(), must_change=1)
            self.store.set(account_id, second_sealed=sealed, failures=0, locked_until=0.0)
            self.store.end_sessions_of(account_id)
            self.audit.write(Kind.ACCOUNT_CHANGED, by.name, account_id, code="renewed")
        return issued

    def overrides(self, by: Principal, event: str) -> Comparison:
        """What each officer of the event did at the desk, against the others."""
        refuse_unless_allowed(by, Action.READ_OVERRIDES, self.audit)
        return compared(
            QuarterCount(row["account_id"], row["act"], row["quarter"], row["count"]) for row in self.store.acts(event)
        )

    def require(self, by: Principal, action: Action) -> None:
        """Return if ``by`` may; a refusal is written down."""
        refuse_unless_allowed(by, action, self.audit)

    def taken_ids(self) -> frozenset[str]:
        """Every id that was ever given."""
        return frozenset(row["account_id"] for row in self.store.rows())

    # --- inside ----------------------------------------------------------------------------------

    def _may_manage(self, by: Principal, roles: frozenset[Role]) -> None:
        action = Action.MANAGE_OFFICERS if roles <= OFFICERS else Action.MANAGE_ADMINS
        refuse_unless_allowed(by, action, self.audit)

    def _require_roles(self, by: Principal, new: NewAccount) -> None:
        """Inside ``writing``, so that two who ask at once cannot both find the person without a role."""
        if new.roles <= OFFICERS and not new.event:
            raise RolesRefused("no_event")
        person = person_token(new.person or new.name, self.keys)
        held = [row["roles"].split() for row in self.store.rows("person = ? AND revoked = 0", person)]
        try:
            require_separation(self.profile, frozenset(Role(name) for roles in held for name in roles), new.roles)
        except RolesRefused as refused:
            self.audit.write(Kind.ROLE_REFUSED, by.name, new.account_id, success=False, reason=refused.code)
            raise

    def _row(self, new: NewAccount, issued: Issued, secret_hash: str) -> dict[str, object]:
        _require_names(new)
        row = new_row(issued.account, new.person or new.name, self.keys)
        row["secret_hash"], row["secret_at"] = secret_hash, self.clock.now()
        if issued.second:
            row["second_sealed"] = seal_second(issued.second, new.account_id, self.keys)
        return row

    def _insert(self, row: dict[str, object]) -> None:
        try:
            self.store.add(row)
        except sqlite3.IntegrityError:
            raise AccountFault("exists") from None

    def _say_created(self, new: NewAccount, by: str) -> None:
        self.audit.write(Kind.ACCOUNT_CREATED, by, new.account_id)
        for role in PEOPLE:
            if role in new.roles:
                self.audit.write(Kind.ROLE_ASSIGNED, by, new.account_id, role=role.value)

    def _accounts(self, event: str) -> list[Account]:
        return [account_of(row, self.keys) for row in self.store.rows("event = ?", event)]

    def _known(self, account_id: str) -> Account:
        row = self.store.row(account_id)
        if row is None:
            raise AccountFault("unknown")
        return account_of(row, self.keys)


def _require_names(new: NewAccount) -> None:
    if not ACCOUNT_ID.fullmatch(new.account_id):
        raise AccountFault("bad_id")
    if not (is_one_line(new.name) and is_one_line(new.person or new.name)):
        raise AccountFault("bad_name")


def starting_password() -> str:
    """Random, and easy to read out; changed at the first log-in."""
    letters = [letter for letter in _ALPHABET if letter not in _UNCLEAR]
    while True:
        password = "".join(secrets.choice(letters) for _ in range(STARTING_PASSWORD))
        if password_fault(password, "\0") is None:
            return password


def starting_pin() -> str:
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
        if pin_fault(pin) is None:
            return pin
