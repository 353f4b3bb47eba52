"""An account in the words of a list: its role, its state."""

from __future__ import annotations

from datetime import datetime
from functools import reduce

from kiosk.accounts.account import PEOPLE, Account
from kiosk.accounts.store import holds
from kiosk.domain.access import Role
from kiosk.office.view import Mark, Row
from kiosk.text import Texts


def role_words(roles: frozenset[Role], texts: Texts) -> str:
    words = [texts(f"access.role.{role}") for role in PEOPLE if role in roles]
    return reduce(lambda some, each: texts("access.both", some=some, next=each), words) if words else ""


def state_of(account: Account, now: float) -> tuple[str, Mark]:
    """One of revoked, ended, locked, unissued, fresh, active, and how it is marked."""
    if account.revoked:
        return "revoked", Mark.BAD
    if account.expires_at is not None and now >= account.expires_at:
        return "ended", Mark.BAD
    if holds(account.locked_until, now):
        return "locked", Mark.LOOK
    if not account.issued:
        return "unissued", Mark.UNKNOWN
    return ("fresh", Mark.UNKNOWN) if account.must_change else ("active", Mark.GOOD)


def state_words(account: Account, now: float, texts: Texts) -> str:
    state, _ = state_of(account, now)
    until = f"{datetime.fromtimestamp(account.locked_until).astimezone():%H:%M}" if state == "locked" else ""
    words = texts(f"office.accounts.state.{state}", until=until)
    if account.expires_at is not None and state not in {"revoked", "ended"}:
        ends = f"{datetime.fromtimestamp(account.expires_at).astimezone():%Y-%m-%d}"
        words = texts("office.accounts.state.ends", state=words, day=ends)
    return words


def account_row(account: Account, now: float, texts: Texts) -> Row:
    cells = (account.account_id, account.name, role_words(account.roles, texts), state_words(account, now, texts))
    return Row(account.account_id, cells, state_of(account, now)[1])
