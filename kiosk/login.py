"""Who is logged in, put together: the machine's accounts with their log, for commands and for the desk."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from kiosk.accounts.account import THREE_ADMINS
from kiosk.accounts.badge import badge_of
from kiosk.accounts.book import AccountBook
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.logins import LoginRefused, Logins, Session, refuse_unless_allowed
from kiosk.accounts.overrides import Comparison
from kiosk.accounts.store import AccountStore
from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.audit.port import Audit
from kiosk.audit.slots import slot_of
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Action, NotAllowed, Principal, Role
from kiosk.ports import Clock, SystemClock
from kiosk.station.desk_login import Officer, Refused
from kiosk.workers.queue import WorkQueue

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


class DeskOfficers:
    """Implements kiosk.station.desk_login.Officers: the accounts on a thread of their own, for hashing takes a while.

    The session is that thread's; calls are done in the order they were asked for.
    """

    def __init__(self, accounts: Accounts, queue: WorkQueue, station: str, event: str) -> None:
        self._accounts, self._queue, self._station, self._event = accounts, queue, station, event
        self._session: Session | None = None

    def badge_of(self, untrusted_text: str) -> str | None:
        return badge_of(untrusted_text)

    def know(self, badge: str, answered: Callable[[bool], None], refused: Refused) -> None:
        self._queue.do(lambda: self._accounts.logins.knows(badge, self._event), answered, _told(refused))

    def log_in(self, badge: str, pin: str, new_pin: str, answered: Callable[[Officer], None], refused: Refused) -> None:
        def log_in() -> Officer:
            logins = self._accounts.logins
            session = logins.officer(badge, pin, self._station, self._event, new_pin)
            earlier, self._session = self._session, session
            if earlier is not None and earlier.account.account_id != session.account.account_id:
                logins.end(earlier)
            return Officer(session.account.principal(), session.account.name)

        self._queue.do(log_in, answered, _told(refused))

    def log_in_by_password(
        self,
        account_id: str,
        password: str,
        code: str,
        new_password: str,
        answered: Callable[[Officer], None],
        refused: Refused,
    ) -> None:
        """As kiosk.office.login.Entrance has it."""

        def log_in() -> Officer:
            session = self._accounts.logins.admin(account_id, password, code, self._station, new_password)
            self._session = session
            return Officer(session.account.principal(), session.account.name)

        self._queue.do(log_in, answered, _told(refused))

    def unlock(self, pin: str, answered: Callable[[], None], refused: Refused) -> None:
        def unlock() -> None:
            if self._session is None:
                raise LoginRefused("over")
            self._accounts.logins.unlock(self._session, pin)

        self._queue.do(unlock, lambda _: answered(), _told(refused))

    def keep_alive(self, lost: Callable[[], None]) -> None:
        def alive() -> bool:
            return self._session is not None and self._accounts.logins.keep_alive(self._session)

        # A store that cannot be asked just now takes nobody's desk away.
        self._queue.do(alive, lambda still: None if still else lost())

    def went_idle(self) -> None:
        def idle() -> None:
            if self._session is not None:
                self._accounts.logins.went_idle(self._session)

        self._queue.do(idle)

    def end(self) -> None:
        def end() -> None:
            session, self._session = self._session, None
            if session is not None:
                self._accounts.logins.end(session)

        self._queue.do(end)

    def count(self, who: Principal, act: str) -> None:
        """Note one decision of an officer, for whoever supervises them. Any thread."""
        quarter = slot_of(self._accounts.book.clock.now())
        self._queue.do(lambda: self._accounts.store.count_act(who.name, self._event, act, quarter))

    def overrides(self, who: Principal, answered: Callable[[Comparison], None]) -> None:
        """All officers of the event against each other; the role table is asked."""
        self._queue.do(lambda: self._accounts.book.overrides(who, self._event), answered)

    def alerts_seen(self, who: Principal, to_seq: int, count: int, written: Callable[[], None]) -> None:
        """Write down that ``who`` saw ``count`` signs of an attack, up to record ``to_seq``.

        ``written`` is not called where the log takes no record.
        """

        def write() -> None:
            self._accounts.require(who, Action.ANSWER_ALERTS)
            self._accounts.audit.write(Kind.ALERT_SEEN, who.name, self._station, to_seq=to_seq, count=count)

        self._queue.do(write, lambda _: written())

    def refused(self, refusal: NotAllowed) -> None:
        """Write down what the role table had no cell for. Any thread."""

        def write() -> None:
            with suppress(NotAllowed):
                self._accounts.require(refusal.principal, refusal.action)

        self._queue.do(write)

    def close(self) -> None:
        self._queue.do(self._accounts.store.close)
        self._queue.stop()


def _told(refused: Refused) -> Callable[[Exception], None]:
    def tell(error: Exception) -> None:
        if isinstance(error, LoginRefused):
            refused(error.code, error.until)
        else:
            refused("trouble", 0.0)

    return tell


class Acting:
    """Who acts at a station right now, and who is told about it: a desk's changes with its log-in."""

    def __init__(self, principal: Principal) -> None:
        self.ask: Callable[[], Principal] = lambda: principal
        self.count: Callable[[Principal, str], None] = lambda who, act: None
        self.refused: Callable[[NotAllowed], None] = lambda refusal: None

    def principal(self) -> Principal:
        return self.ask()

    def noted(self, who: Principal, act: str) -> None:
        self.count(who, act)

    def note_refusal(self, refusal: NotAllowed) -> None:
        self.refused(refusal)
