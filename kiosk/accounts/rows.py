"""Rows of the accounts' store as values, and back: what is sealed is opened here and nowhere else."""

from __future__ import annotations

import unicodedata
from typing import Any

from kiosk.accounts.account import Account
from kiosk.accounts.keys import AccountKeys
from kiosk.domain.access import Role
from kiosk.domain.characters import CONTROL_IN_A_LINE, DIRECTION


def account_of(row: dict[str, Any], keys: AccountKeys) -> Account:
    """Raises SealBroken when the row was changed by hand."""
    return Account(
        row["account_id"],
        keys.open(row["name_sealed"], _name_of(row["account_id"], row["roles"], row["event"])).decode(),
        frozenset(Role(name) for name in row["roles"].split()),
        row["event"],
        row["expires_at"],
        issued=bool(row["secret_hash"]),
        must_change=bool(row["must_change"]),
        revoked=bool(row["revoked"]),
        locked_until=row["locked_until"],
    )


def new_row(account: Account, person: str, keys: AccountKeys) -> dict[str, Any]:
    """A row without a secret. ``person``: whatever tells this person from every other."""
    roles = " ".join(sorted(account.roles))
    return {
        "account_id": account.account_id,
        "person": person_token(person, keys),
        "name_sealed": keys.seal(account.name.encode(), _name_of(account.account_id, roles, account.event)),
        "roles": roles,
        "event": account.event,
        "expires_at": account.expires_at,
        "revoked": 0,
        "secret_hash": "",
        "secret_at": 0.0,
        "must_change": 1,
        "badge": None,
        "second_sealed": None,
        "second_step": 0,
        "failures": 0,
        "locked_until": 0.0,
    }


def person_token(person: str, keys: AccountKeys) -> bytes:
    """The same for every way to write one person's name or number. Letters of other scripts stay different."""
    return keys.token("person", "".join(_seen(person).casefold().split()))


def is_one_line(name: str) -> bool:
    """Whether a name or number can be seen and has no control characters in it, nor any that change the direction."""
    return bool(_seen(name).strip()) and not CONTROL_IN_A_LINE.search(name) and not DIRECTION.search(name)


def _seen(text: str) -> str:
    """Normal form without format characters (Unicode category Cf), which nobody sees: joiners, marks of direction."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", text) if unicodedata.category(mark) != "Cf")


def seal_second(secret: bytes, account_id: str, keys: AccountKeys) -> bytes:
    return keys.seal(secret, f"second/{account_id}")


def second_secret(row: dict[str, Any], keys: AccountKeys) -> bytes | None:
    """The account's second factor, where it has one. Raises SealBroken."""
    sealed = row["second_sealed"]
    return None if sealed is None else keys.open(sealed, f"second/{row['account_id']}")


def _name_of(account_id: str, roles: str, event: str) -> str:
    """Roles and event are under the seal's check, so that nobody with an SQLite shell promotes an account."""
    return f"name/{account_id}/{roles}/{event}"
