"""The SQLite file under the ledger: opened, migrated, written in whole transactions, its faults translated.

WAL and ``synchronous=FULL``: a transaction is on disk when it returns, and readers never wait for a writer. Every
write begins with ``BEGIN IMMEDIATE``, because a reader that turns writer half-way cannot wait for its turn. And none
is made in a file that no longer stands where it was opened: another station would not see it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database, Migrations

from kiosk.ledger.port import LedgerUnavailable

BUSY_TIMEOUT_S = 1.5
"""How long a call waits for another process's transaction; below the 2 s a visit can spare."""

BULK_CACHE_KIB = 65_536
"""A roster of 100,000 takes about half of it."""

PRIVATE_MODE = 0o600

MIGRATIONS = Migrations("ledger")

_CODES = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_PERM: "cannot_open",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
    sqlite3.SQLITE_IOERR: "io_error",
}


@MIGRATIONS()
def first_tables(db: Database) -> None:
    """Personal columns are blobs sealed under the event's key; tokens are keyed hashes. Nothing else names anybody."""
    db.table("tickets").create(
        {
            "reference": str,
            "token": bytes,
            "code_token": bytes,
            "session": str,
            "gate_group": str,
            "revoked": int,
            "details_sealed": bytes,
        },
        pk="reference",
        not_null={"token", "code_token", "session", "gate_group", "revoked", "details_sealed"},
        strict=True,
    )
    db.table("tickets").create_index(["token", "session"], "ticket_by_token", unique=True)
    db.table("tickets").create_index(["code_token", "session"], "ticket_by_code", unique=True)
    db.table("holds").create(
        {"hold_id": str, "reference": str, "station": str, "gate_group": str, "expires_at": float},
        pk="hold_id",
        not_null={"reference", "station", "gate_group", "expires_at"},
        strict=True,
    )
    db.table("holds").create_index(["reference"], "one_lease_per_ticket", unique=True)
    db.table("admissions").create(
        {
            "admission_id": str,
            "reference": str,
            "at": float,
            "station": str,
            "gate_group": str,
            "lane": str,
            "gate_state": str,
            "undone": int,
        },
        pk="admission_id",
        not_null={"reference", "at", "station", "gate_group", "lane", "gate_state", "undone"},
        strict=True,
    )
    # The rule the whole product stands on, kept by the store itself.
    db.execute("CREATE UNIQUE INDEX a_ticket_admits_once ON admissions(reference) WHERE undone = 0")
    db.execute("CREATE INDEX unconfirmed_by_station ON admissions(station) WHERE gate_state IN ('pending', 'failed')")
    db.table("records").create(
        {"sequence": int, "at": float, "kind": str, "admission_id": str, "details_sealed": bytes},
        pk="sequence",
        not_null={"at", "kind", "admission_id", "details_sealed"},
        strict=True,
    )
    db.table("nonces").create(
        {"nonce": str, "action": str, "answer_sealed": bytes},
        pk=("action", "nonce"),
        not_null={"answer_sealed"},
        strict=True,
    )
    db.table("clock").create({"id": int, "highest": float, "offset_s": float}, pk="id", strict=True)
    db.execute("INSERT INTO clock VALUES (1, 0.0, 0.0)")


@MIGRATIONS()
def shared_with_a_venue(db: Database) -> None:
    """What a station knows of the venue's base, and still has to tell it. References are random; nobody is named."""
    db.table("venue_journal").create(
        {
            "sequence": int,
            "kind": str,
            "nonce": str,
            "admission_id": str,
            "reference": str,
            "session": str,
            "station": str,
            "gate_group": str,
            "lane": str,
            "at": float,
            "gate_state": str,
            "sent": int,
            "outcome": str,
            "other_at": float,
            "other_station": str,
            "other_gate_group": str,
        },
        pk="sequence",
        not_null={"kind", "nonce", "admission_id", "sent"},
        strict=True,
    )
    db.execute("CREATE INDEX not_sent ON venue_journal(sequence) WHERE sent = 0")
    db.table("venue_uses").create(
        {
            "admission_id": str,
            "reference": str,
            "at": float,
            "station": str,
            "gate_group": str,
            "lane": str,
        },
        pk="admission_id",
        not_null={"reference", "at", "station", "gate_group", "lane"},
        strict=True,
    )
    db.table("venue_uses").create_index(["reference"])
    db.table("venue_position").create({"id": int, "xact": int, "seq": int, "epoch": str}, pk="id", strict=True)
    db.execute("INSERT INTO venue_position VALUES (1, 0, 0, NULL)")
    db.table("venue_incidents").create(
        {
            "incident": str,
            "gate_group": str,
            "mode": str,
            "why": str,
            "officer": str,
            "began_at": float,
            "until": float,
        },
        pk="incident",
        not_null={"gate_group", "mode", "why", "officer", "began_at", "until"},
        strict=True,
    )
    db.table("venue_passages").create(
        {"sequence": int, "nonce": str, "how": str, "passed_in": int}, pk="sequence", strict=True
    )


@MIGRATIONS()
def in_and_out(db: Database) -> None:
    """A ticket admits once more after its holder went out: entries have numbers, and nobody is inside twice."""
    db.execute("ALTER TABLE admissions ADD COLUMN entry INTEGER NOT NULL DEFAULT 1")
    db.execute("ALTER TABLE admissions ADD COLUMN exited_at REAL")
    db.execute("ALTER TABLE venue_uses ADD COLUMN exited_at REAL")
    db.execute("DROP INDEX a_ticket_admits_once")
    db.execute("CREATE UNIQUE INDEX an_entry_is_made_once ON admissions(reference, entry) WHERE undone = 0")
    db.execute(
        "CREATE UNIQUE INDEX a_ticket_admits_once ON admissions(reference) WHERE undone = 0 AND exited_at IS NULL"
    )


@MIGRATIONS()
def searched_by_buckets(db: Database) -> None:
    """A search opens a few tickets instead of all (``kiosk.ledger.buckets``); of earlier ones it is not known which."""
    db.execute("ALTER TABLE tickets ADD COLUMN search_buckets INTEGER")


class StoreFile(Database):
    """An open store that knows its place in the file system."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, execute_plugins=False)
        self._path, self._opened = path, path.stat()

    def require_in_place(self) -> None:
        """Raises LedgerUnavailable when the file was moved, replaced or removed since it was opened."""
        try:
            now = self._path.stat()
        except FileNotFoundError:
            raise LedgerUnavailable("moved") from None
        if not os.path.samestat(now, self._opened):
            raise LedgerUnavailable("moved")


def open_store(path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S, migrations: Migrations = MIGRATIONS) -> StoreFile:
    """Open (and where needed create and migrate) the store. Raises LedgerUnavailable.

    The connection may be handed from the thread that opens it to the one that works with it, never shared.
    """
    with translated():
        _create_private(path)
        connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
        try:
            return _prepared(StoreFile(connection, path), migrations)
        except BaseException:
            connection.close()
            raise


def _create_private(path: Path) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, PRIVATE_MODE))


def _prepared(db: StoreFile, migrations: Migrations) -> StoreFile:
    if db.execute("PRAGMA journal_mode=WAL").fetchone()[0] != "wal":
        raise LedgerUnavailable("no_wal")  # a network file system
    for setting in ("synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY", "trusted_schema=OFF"):
        db.execute(f"PRAGMA {setting}")
    if migrations.pending(db):
        with writing(db):  # two processes may start at once: the second finds nothing pending
            migrations.apply(db)
    return db


@contextmanager
def writing(db: StoreFile) -> Iterator[None]:
    """One whole, durable transaction: committed on disk, or nothing of it. Raises LedgerUnavailable."""
    with translated():
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.require_in_place()
            db.execute("COMMIT")
        except BaseException:
            if db.conn.in_transaction:
                db.execute("ROLLBACK")
            raise


@contextmanager
def roomy(db: Database) -> Iterator[None]:
    """For many rows at once: keys are random, so with SQLite's usual 2 MB each row would read and write pages anew."""
    [usual] = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{BULK_CACHE_KIB}")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):
            db.execute(f"PRAGMA cache_size = {usual}")


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """Several reads of one and the same moment. Raises LedgerUnavailable."""
    with translated():
        db.execute("BEGIN")
        try:
            yield
        finally:
            db.execute("ROLLBACK")


@contextmanager
def translated() -> Iterator[None]:
    """Faults of the store and its disk become LedgerUnavailable with a stable code; our own bugs stay what they are."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        primary = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if primary in _CODES:
            raise LedgerUnavailable(_CODES[primary]) from None
        if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
            raise LedgerUnavailable("closed") from None
        raise
    except OSError:
        raise LedgerUnavailable("cannot_open") from None
