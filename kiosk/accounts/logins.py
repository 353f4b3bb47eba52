"""Logging in: what has to be right, in which order it is looked at, and what a failure costs (R-59, R-61, R-62).

Unknown, revoked and wrong are one answer and take equally long. An attempt is counted as failed before the secret is
looked at, in the store, so that processes, restarts and kills all count together.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kiosk.accounts.account import Account, Profile
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.policy import NOT_REUSED, password_fault, pin_fault
from kiosk.accounts.rows import account_of, second_secret
from kiosk.accounts.second_factor import matching_step
from kiosk.accounts.store import BURST, BURST_S, MOST_FAILURES, AccountStore, lock_left_s
from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.domain.access import Action, Principal, authorise
from kiosk.domain.exports import HANDING_OUT
from kiosk.ports import Clock
from kiosk.vault.boot_time import BootTime, boot_time

IDLE_S = 5 * 60.0
"""After this long without a touch or a command a session asks again."""

ALIVE_S = 90.0
"""A desk that was not heard of for this long is not there any more: its officer may log in at another."""

PROFILE = "profile"
NO_AUDIT = NoAudit()
_DAY_S = 86_400.0


class LoginRefused(Exception):
    """Nobody is logged in. ``code``: wrong, locked, replayed, expired, elsewhere, other_event, must_change, over,
    reused, or ``weak_`` and a fault of kiosk.accounts.policy. ``until``: end of a lock, UTC seconds.
    """

    def __init__(self, code: str, until: float = 0.0) -> None:
        super().__init__(code)
        self.code, self.until = code, until


@dataclass(frozen=True)
class Session:
    """Somebody logged in at one station. ``token`` is the session's secret."""

    account: Account
    station: str
    token: str

    def __repr__(self) -> str:
        return f"Session({self.account.account_id} at {self.station})"


@dataclass(frozen=True)
class Logins:
    """Everything here is slow (Argon2id) and writes: call it on one thread, never the window's.

    All methods raise LoginRefused and LedgerUnavailable. A log that cannot be written does not keep staff from the
    manual lane.
    """

    store: AccountStore
    keys: AccountKeys
    hasher: SecretHasher
    clock: Clock
    audit: Audit = NO_AUDIT

    # --- officers: badge and PIN -----------------------------------------------------------------

    def knows(self, badge: str, event: str) -> bool:
        """Whether ``badge`` is one of an officer of ``event`` at this time; a number one made up oneself is not."""
        row = self.store.row_by_badge(self.keys.token("badge", badge))
        return row is not None and not row["revoked"] and row["event"] == event and not self._expired(row)

    def officer(self, badge: str, untrusted_pin: str, station: str, event: str, new_pin: str = "") -> Session:
        """Log an officer of ``event`` in at ``station``. ``new_pin`` replaces the PIN; a first one has to be."""
        account, row = self._officer(badge, untrusted_pin, station, event)
        if new_pin:
            self._change(account, row, new_pin, pin_fault(new_pin))
        elif account.must_change:
            raise LoginRefused("must_change")
        return self._begin(account, station)

    def officer_agrees(self, badge: str, untrusted_pin: str, station: str, event: str) -> Account:
        """The officer of ``event`` who gave badge and PIN for one decision; no session begins or ends by it."""
        account, _ = self._officer(badge, untrusted_pin, station, event)
        if account.must_change:
            raise LoginRefused("must_change")
        return account

    # --- everybody else: password and one-time code ----------------------------------------------

    def admin(
        self, account_id: str, untrusted_password: str, untrusted_code: str, station: str, new_password: str = ""
    ) -> Session:
        """Log an account of the machine in. Password and code are both looked at; either alone is as good as none."""
        account, row = self._admin(account_id, untrusted_password, untrusted_code, station)
        if new_password:
            self._change(account, row, new_password, password_fault(new_password, account_id))
        elif account.must_change or self._too_old(row):
            raise LoginRefused("must_change")
        return self._begin(account, station)

    def admin_agrees(self, account_id: str, untrusted_password: str, untrusted_code: str, station: str) -> Account:
        """The account that gave password and code for one decision; no session begins or ends by it."""
        account, row = self._admin(account_id, untrusted_password, untrusted_code, station)
        if account.must_change or self._too_old(row):
            raise LoginRefused("must_change")
        return account

    # --- sessions --------------------------------------------------------------------------------

    def resume(self, token: str) -> Session:
        """The session a command left open, if it was used within the last five minutes."""
        kept = self.keys.token("session", token)
        session = self.store.session_of(kept)
        now = self.clock.now()
        if session is None or not 0 <= now - session["seen_at"] < IDLE_S:
            raise LoginRefused("over")
        row = self.store.row(session["account_id"])
        if row is None or row["revoked"] or self._expired(row):
            raise LoginRefused("over")
        self.store.touch(kept, now)
        return Session(account_of(row, self.keys), session["station"], token)

    def unlock(self, session: Session, untrusted_pin: str) -> None:
        """The officer of a locked desk gives the PIN again; the badge is in the session."""
        row = self.store.row(session.account.account_id)
        self._require(row, session.station, lambda found: self.hasher.fits(found["secret_hash"], untrusted_pin))
        if not self.keep_alive(session):
            raise LoginRefused("over")

    def keep_alive(self, session: Session) -> bool:
        """Say that the desk is still there, its screen locked or not. False when the account was taken away."""
        row = self.store.row(session.account.account_id)
        if row is None or row["revoked"] or self._expired(row):
            return False
        return self.store.touch(self.keys.token("session", session.token), self.clock.now())

    def end(self, session: Session) -> None:
        self.store.end_session(self.keys.token("session", session.token))
        self._write(Kind.SESSION_ENDED, session.account.account_id, session.station, reason="ended")

    def went_idle(self, session: Session) -> None:
        """For the record: the screen locked itself."""
        self._write(Kind.SESSION_IDLE, session.account.account_id, session.station, seconds=round(IDLE_S))

    # --- the order of looking --------------------------------------------------------------------

    def _officer(self, badge: str, untrusted_pin: str, station: str, event: str) -> tuple[Account, dict[str, Any]]:
        row = self.store.row_by_badge(self.keys.token("badge", badge))
        row = self._require(row, station, lambda found: self.hasher.fits(found["secret_hash"], untrusted_pin))
        account = account_of(row, self.keys)
        if account.event != event:
            raise self._failed(account.account_id, station, "other_event")
        return account, row

    def _admin(
        self, account_id: str, untrusted_password: str, untrusted_code: str, station: str
    ) -> tuple[Account, dict[str, Any]]:
        row = self.store.row(account_id)
        steps: list[int] = []

        def fits(found: dict[str, Any]) -> bool:
            second = second_secret(found, self.keys)
            step = matching_step(second, untrusted_code, self.clock.now()) if second else None
            steps.extend([] if step is None else [step])
            return self.hasher.fits(found["secret_hash"], untrusted_password) and step is not None

        def unused(found: dict[str, Any]) -> bool:
            return self.store.take_step(found["account_id"], steps[0])

        row = self._require(row, station, fits, unused)
        return account_of(row, self.keys), row

    def _require(
        self,
        row: dict[str, Any] | None,
        station: str,
        fits: Callable[[dict[str, Any]], bool],
        unused: Callable[[dict[str, Any]], bool] = lambda row: True,
    ) -> dict[str, Any]:
        """The row, when it is alive and ``fits`` says so. Raises LoginRefused."""
        now = self.clock.now()
        if row is None or row["revoked"] or not row["secret_hash"]:
            self.hasher.fits("", "")  # as long as a real one takes
            raise self._failed("", station, "wrong")
        account_id = row["account_id"]
        until = self.store.begin_attempt(account_id, now, self._since())
        if until:
            self._write(Kind.LOGIN_FAILED, account_id, station, success=False, reason="locked")
            raise LoginRefused("locked", until)
        if not fits(row):
            raise self._failed(account_id, station, "wrong")
        if not unused(row):
            self._write(Kind.LOGIN_REPLAYED, account_id, station, success=False)
            raise self._failed(account_id, station, "replayed")
        self.store.attempt_succeeded(account_id)
        if self._expired(row):
            raise self._failed(account_id, station, "expired")
        return row

    def _failed(self, account_id: str, station: str, code: str) -> LoginRefused:
        now = self.clock.now()
        self._write(Kind.LOGIN_FAILED, account_id or "unknown", station, success=False, reason=code)
        lately = self.store.note_failure(now)
        if lately == BURST:
            self._write(Kind.LOGIN_BURST, "system", station, success=False, attempts=lately, seconds=round(BURST_S))
        row = self.store.row(account_id) if account_id else None
        left_s = 0.0 if row is None else lock_left_s(row, now, self._since())
        if left_s > 0:
            self._write(Kind.LOGIN_LOCKED, account_id, station, success=False, attempts=MOST_FAILURES)
            return LoginRefused("locked", now + left_s)
        return LoginRefused(code)

    def _since(self) -> BootTime:
        """Locks are not counted by a clock that somebody can set."""
        return BootTime(self.clock.monotonic(), boot_time().boot)

    def _begin(self, account: Account, station: str) -> Session:
        token, now = secrets.token_urlsafe(32), self.clock.now()
        kept = self.keys.token("session", token)
        if self.store.begin_session(account.account_id, station, kept, now, now - ALIVE_S):
            raise self._failed(account.account_id, station, "elsewhere")
        self._write(Kind.LOGIN_SUCCEEDED, account.account_id, station, role=account.principal().role.value)
        return Session(account, station, token)

    def _change(self, account: Account, row: dict[str, Any], new: str, fault: str | None) -> None:
        """Replace a secret by a good one that is none of the last five."""
        authorise(account.principal(), Action.CHANGE_OWN_SECRET)
        if fault:
            raise LoginRefused(f"weak_{fault}")
        account_id = account.account_id
        earlier = [row["secret_hash"], *self.store.earlier_secrets(account_id, NOT_REUSED - 1)]
        if any(self.hasher.fits(hashed, new) for hashed in earlier):
            raise LoginRefused("reused")
        hashed = self.hasher.hash(new)
        with self.store.writing():
            self.store.keep_secret(account_id, row["secret_hash"], NOT_REUSED - 1)
            self.store.set(account_id, secret_hash=hashed, secret_at=self.clock.now(), must_change=0)
        self._write(Kind.ACCOUNT_CHANGED, account_id, account_id, code="secret")

    def _expired(self, row: dict[str, Any]) -> bool:
        return row["expires_at"] is not None and self.clock.now() >= row["expires_at"]

    def _too_old(self, row: dict[str, Any]) -> bool:
        days = Profile(self.store.setting(PROFILE) or Profile.GENERIC).password_days
        return days is not None and self.clock.now() - row["secret_at"] >= days * _DAY_S

    def _write(self, kind: Kind, by: str, about: str, *, success: bool = True, **fields: str | int) -> None:
        with suppress(AuditUnavailable):
            self.audit.write(kind, by, about, success=success, **fields)


def refuse_unless_allowed(principal: Principal, action: Action, audit: Audit) -> None:
    """``authorise``, with the refusal written down; of an act that hands something out as a refused export (R-65).

    Raises NotAllowed.
    """
    if not principal.may(action):
        role, act = principal.role.value, action.value
        with suppress(AuditUnavailable):
            if action in HANDING_OUT:
                audit.write(Kind.EXPORT_REFUSED, principal.name, success=False, role=role, code=act, reason="role")
            else:
                audit.write(Kind.ACTION_REFUSED, principal.name, success=False, role=role, act=act)
    authorise(principal, action)
