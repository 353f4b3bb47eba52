"""The accounts' SQLite file: its tables, and the writes that have to be right when two processes make them at once.

No secret is in it in clear or fast-hashed; names and second factors are sealed, badges are keyed hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlite_utils import Database, Migrations

from kiosk.accounts.attempts import AttemptCount
from kiosk.accounts.second_factor import STEPS_ASIDE
from kiosk.config.places import DevicePlace
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.store import StoreFile, open_store, reading, translated, writing
from kiosk.vault.boot_time import BootTime

MIGRATIONS = Migrations("accounts")

ATTEMPTS = "attempts"
MOST_FAILURES = 5
LOCKED_S = 15 * 60.0
ANOTHER_DAY_S = 86_400.0
BURST_S, BURST = 60.0, 10
"""So many failed log-ins at one machine in so many seconds are no mistyping any more."""


@MIGRATIONS()
def first_tables(db: Database) -> None:
    db.table("accounts").create(
        {
            "account_id": str,
            "person": bytes,
            "name_sealed": bytes,
            "roles": str,
            "event": str,
            "expires_at": float,
            "revoked": int,
            "secret_hash": str,
            "secret_at": float,
            "must_change": int,
            "badge": bytes,
            "second_sealed": bytes,
            "second_step": int,
            "failures": int,
            "locked_until": float,
        },
        pk="account_id",
        not_null={"person", "name_sealed", "roles", "event", "revoked", "secret_hash", "secret_at", "must_change"}
        | {"second_step", "failures", "locked_until"},
        strict=True,
    )
    db.table("accounts").create_index(["badge"], "account_by_badge", unique=True)
    db.table("earlier_secrets").create(
        {"number": int, "account_id": str, "secret_hash": str}, pk="number", not_null={"account_id", "secret_hash"}
    )
    db.table("sessions").create(
        {"account_id": str, "station": str, "token": bytes, "seen_at": float},
        pk="account_id",
        not_null={"station", "token", "seen_at"},
        strict=True,
    )
    db.table("staff_acts").create(
        {"account_id": str, "event": str, "act": str, "count": int}, pk=("account_id", "event", "act"), strict=True
    )
    db.table("failures").create({"number": int, "at": float}, pk="number", not_null={"at"}, strict=True)
    db.table("settings").create({"name": str, "value": str}, pk="name", not_null={"value"}, strict=True)


@MIGRATIONS()
def acts_per_quarter(db: Database) -> None:
    """Counts say in which quarter of an hour; those from before are of no known one."""
    key = ("account_id", "event", "act", "quarter")
    columns = {"account_id": str, "event": str, "act": str, "quarter": int, "count": int}
    db.table("acts_per_quarter").create(columns, pk=key, strict=True)
    db.execute("INSERT INTO acts_per_quarter SELECT account_id, event, act, 0, count FROM staff_acts")
    db.table("staff_acts").drop()


@MIGRATIONS()
def locks_by_the_machines_start(db: Database) -> None:
    accounts = db.table("accounts")
    accounts.add_column("locked_boot", str, not_null_default="")
    accounts.add_column("locked_since", float, not_null_default=0.0)


def lock_left_s(row: dict[str, Any], now: float, since: BootTime) -> float:
    """How long the account of ``row`` stays locked, by the time since the machine's start, which nobody sets.

    After a restart the wait begins again with it; a lock of another day is over.
    """
    if not row["locked_until"]:
        return 0.0
    if row["locked_boot"] == since.boot and row["locked_since"] <= since.s:
        return max(0.0, float(row["locked_since"]) + LOCKED_S - since.s)
    if now >= row["locked_until"] + ANOTHER_DAY_S:
        return 0.0
    return max(0.0, LOCKED_S - since.s)


def holds(locked_until: float, now: float) -> bool:
    """Whether a lock is shown as on; one further ahead than any can be was made by a wrong clock, and is none."""
    return now < locked_until <= now + LOCKED_S


class AccountStore:
    """Typed access to the file. One thread at a time. Everything raises LedgerUnavailable for faults of the disk."""

    def __init__(self, db: StoreFile, count: AttemptCount) -> None:
        self._db, self._count = db, count

    @classmethod
    def open(cls, place: DevicePlace) -> AccountStore:
        """Raises LedgerUnavailable, with ``removed`` where people logged in before and the store knows of nobody."""
        place.make_folders()
        count = AttemptCount(place.accounts_count_file)
        store = cls(open_store(place.accounts_file, migrations=MIGRATIONS), count)
        if count.begun and store.empty:
            store.close()
            raise LedgerUnavailable("removed")
        return store

    @property
    def empty(self) -> bool:
        with translated():
            return self._db.table("accounts").count == 0

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One whole, durable transaction."""
        with writing(self._db):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of one moment."""
        with reading(self._db):
            yield

    # --- accounts --------------------------------------------------------------------------------

    def row(self, account_id: str) -> dict[str, Any] | None:
        return self._one("account_id = ?", account_id)

    def row_by_badge(self, badge: bytes) -> dict[str, Any] | None:
        return self._one("badge = ?", badge)

    def rows(self, where: str = "1", *values: object) -> list[dict[str, Any]]:
        with translated():
            return list(self._db.table("accounts").rows_where(where, list(values), order_by="account_id"))

    def add(self, row: dict[str, Any]) -> None:
        """Inside ``writing``. Raises sqlite3.IntegrityError for an id or badge that is taken."""
        self._db.table("accounts").insert(row)

    def set(self, account_id: str, **values: object) -> None:
        """Inside ``writing``."""
        self._db.table("accounts").update(account_id, values)

    def _one(self, where: str, value: object) -> dict[str, Any] | None:
        return next(iter(self.rows(where, value)), None)

    # --- log-ins ---------------------------------------------------------------------------------

    def begin_attempt(self, account_id: str, now: float, since: BootTime) -> float:
        """Count an attempt as failed before it is looked at, so that neither a kill nor a second process gets one free.

        Returns until when the account is locked, 0.0 when the attempt may go on. The fifth failure locks, and so does
        the first one at a store that knows of fewer attempts than were made.
        """
        with self.writing():
            row = self.row(account_id)
            if row is None:
                return 0.0
            as_counted = self._count_attempt()
            left_s = lock_left_s(row, now, since)
            if left_s > 0:
                return now + left_s
            failures = row["failures"] + 1 if row["failures"] < MOST_FAILURES else 1
            if not as_counted:
                failures = MOST_FAILURES
            self._set_failures(account_id, failures, now, since)
            return 0.0 if as_counted else now + LOCKED_S

    def _set_failures(self, account_id: str, failures: int, now: float, since: BootTime) -> None:
        locked = failures >= MOST_FAILURES
        self.set(account_id, failures=failures, locked_until=now + LOCKED_S if locked else 0.0)
        self.set(account_id, locked_boot=since.boot if locked else "", locked_since=since.s if locked else 0.0)

    def _count_attempt(self) -> bool:
        """One more, beside the keys and in here; whether the two agreed before."""
        beside, here = self._count.read(), self.setting(ATTEMPTS)
        agree = beside == (None if here is None else int(here))
        number = max(beside or 0, int(here or 0)) + 1
        try:
            self._count.write(number)
        except OSError:
            raise LedgerUnavailable("io_error") from None
        self.set_setting(ATTEMPTS, str(number))
        return agree

    def attempt_succeeded(self, account_id: str) -> None:
        with self.writing():
            self.set(account_id, failures=0, locked_until=0.0)

    def note_failure(self, now: float) -> int:
        """One more failed log-in at this machine; how many there were lately, and the old ones forgotten."""
        with self.writing():
            self._db.table("failures").insert({"at": now})
            self._db.execute("DELETE FROM failures WHERE at <= ? OR at > ?", [now - BURST_S, now])
            return self._db.table("failures").count

    def take_step(self, account_id: str, step: int) -> bool:
        """Use a one-time code's step up; False when it, or a later one, was used before.

        A used step further ahead than a code may be early or late was one of a clock that was wrong: it is forgotten.
        """
        with self.writing():
            statement = (
                "UPDATE accounts SET second_step = ? WHERE account_id = ? AND (second_step < ? OR second_step > ?)"
            )
            values = [step, account_id, step, step + 2 * STEPS_ASIDE]
            return self._db.execute(statement, values).rowcount == 1

    def earlier_secrets(self, account_id: str, most: int) -> list[str]:
        """The newest first."""
        with translated():
            rows = self._db.table("earlier_secrets").rows_where(
                "account_id = ?", [account_id], order_by="number desc", limit=most
            )
            return [row["secret_hash"] for row in rows]

    def keep_secret(self, account_id: str, secret_hash: str, most: int) -> None:
        """Inside ``writing``. Remember a hash among the last ``most`` of this account."""
        self._db.table("earlier_secrets").insert({"account_id": account_id, "secret_hash": secret_hash})
        self._db.execute(
            "DELETE FROM earlier_secrets WHERE account_id = ? AND number NOT IN"
            " (SELECT number FROM earlier_secrets WHERE account_id = ? ORDER BY number DESC LIMIT ?)",
            [account_id, account_id, most],
        )

    # --- sessions --------------------------------------------------------------------------------

    def begin_session(self, account_id: str, station: str, token: bytes, now: float, alive_since: float) -> str:
        """Take the account's one session; the station that has it when that is another one and alive, else ""."""
        with self.writing():
            held = next(iter(self._sessions("account_id = ?", account_id)), None)
            if held and held["station"] != station and alive_since <= held["seen_at"] <= now:
                return str(held["station"])
            row = {"account_id": account_id, "station": station, "token": token, "seen_at": now}
            self._db.table("sessions").upsert(row, pk="account_id")
        return ""

    def session_of(self, token: bytes) -> dict[str, Any] | None:
        with translated():
            return next(iter(self._sessions("token = ?", token)), None)

    def touch(self, token: bytes, now: float) -> bool:
        """Keep a session alive; False when it is over or the account's station is another one now."""
        with self.writing():
            return self._db.execute("UPDATE sessions SET seen_at = ? WHERE token = ?", [now, token]).rowcount == 1

    def end_session(self, token: bytes) -> None:
        with self.writing():
            self._db.execute("DELETE FROM sessions WHERE token = ?", [token])

    def end_sessions_of(self, account_id: str) -> None:
        """Inside ``writing``."""
        self._db.execute("DELETE FROM sessions WHERE account_id = ?", [account_id])

    def _sessions(self, where: str, value: object) -> list[dict[str, Any]]:
        return list(self._db.table("sessions").rows_where(where, [value]))

    # --- what is counted, and settings -----------------------------------------------------------

    def count_act(self, account_id: str, event: str, act: str, quarter: int) -> None:
        """One more, in the quarter of an hour that begins at ``quarter``, UTC seconds."""
        with self.writing():
            self._db.execute(
                "INSERT INTO acts_per_quarter VALUES (?, ?, ?, ?, 1)"
                " ON CONFLICT (account_id, event, act, quarter) DO UPDATE SET count = count + 1",
                [account_id, event, act, quarter],
            )

    def acts(self, event: str) -> list[dict[str, Any]]:
        """account_id, act, quarter, count."""
        with translated():
            order = "account_id, act, quarter"
            return list(self._db.table("acts_per_quarter").rows_where("event = ?", [event], order_by=order))

    def setting(self, name: str) -> str | None:
        with translated():
            row = next(iter(self._db.table("settings").rows_where("name = ?", [name])), None)
        return None if row is None else str(row["value"])

    def set_setting(self, name: str, value: str) -> None:
        """Inside ``writing``."""
        self._db.table("settings").upsert({"name": name, "value": value}, pk="name")
