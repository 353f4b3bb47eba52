"""Who is logged in, put together: the machine's accounts with their log, for commands and for the desk."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kiosk.accounts.account import THREE_ADMINS
from kiosk.accounts.book import AccountBook
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.logins import Logins, refuse_unless_allowed
from kiosk.accounts.store import AccountStore
from kiosk.audit.log import AuditLog
from kiosk.audit.port import Audit
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Action, Principal, Role
from kiosk.ports import Clock, SystemClock

COMMANDS = "commands"
"""The station of whoever types commands."""


@dataclass(frozen=True)
class Accounts:
    """A machine's accounts: ``book`` hands them out, ``logins`` asks for them. One thread."""

    store: AccountStore
    book: AccountBook
    logins: Logins
    audit: Audit

    def require(self, who: Principal, action: Action) -> None:
        """Return if ``who`` may; a refusal is written down. Raises NotAllowed."""
        refuse_unless_allowed(who, action, self.audit)


def open_accounts(place: DevicePlace, clock: Clock | None = None) -> Accounts:
    """The accounts of the machine; an empty store and a key where there are none yet.

    Raises KeyFileUnusable, LedgerUnavailable, OSError.
    """
    clock = clock or SystemClock()
    keys = AccountKeys.load_or_create(place)
    store, hasher, audit = AccountStore.open(place), SecretHasher(keys), AuditLog.at(place, clock)
    return Accounts(
        store,
        AccountBook(store, keys, hasher, clock, audit),
        Logins(store, keys, hasher, clock, audit),
        audit,
    )


@contextmanager
def accounts_of(place: DevicePlace) -> Iterator[Accounts]:
    """``open_accounts`` for the length of a command."""
    accounts = open_accounts(place)
    try:
        yield accounts
    finally:
        accounts.store.close()


def set_up(place: DevicePlace) -> bool:
    """Whether the machine has accounts. Makes nothing. Raises KeyFileUnusable, LedgerUnavailable, OSError."""
    if not place.accounts_file.exists():
        return False
    with accounts_of(place) as accounts:
        return not accounts.book.empty


def before_set_up() -> Principal:
    """On a machine without accounts the operating system says who may: whoever can read its keys."""
    return Principal(Role.ORGANISER, getpass.getuser(), THREE_ADMINS)
