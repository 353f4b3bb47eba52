"""Making a base and running it: PostgreSQL's files, the authority, the schema.

All of it is done as the user PostgreSQL runs as, except the authority's key, which stays with whoever made the base.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
from psycopg import sql

from kiosk.base.authority import Authority, cert_pem, key_pem, new_key, utc_now
from kiosk.base.client import epoch_began_s
from kiosk.base.errors import BaseTrouble
from kiosk.base.place import BasePlace, BaseSettings, own_user, write_settings
from kiosk.base.programs import become, environment, program_folder, run
from kiosk.base.settings_files import (
    ADMIN,
    DATABASE,
    DEVICE,
    OWNER,
    STANDBY,
    pg_hba_conf,
    pg_ident_conf,
    postgresql_conf,
)
from kiosk.config.assets import asset

START_LIMIT_S = 60
_SOCKET_PATH_MOST = 100
"""A Unix socket's whole name may have 107 bytes."""


def init(place: BasePlace, settings: BaseSettings, listen: str = "*", *, durable: bool = True) -> None:
    """Make a base in a new folder. ``durable``: no for bases that only live as long as a rehearsal.

    Raises BaseTrouble, OSError, KeyFileUnusable; a folder half made is removed.
    """
    require_new(place, settings)
    try:
        _make(place, settings, listen, durable)
    except BaseException:
        shutil.rmtree(place.folder, ignore_errors=True)
        raise


def require_new(place: BasePlace, settings: BaseSettings) -> None:
    """Make the base's folder, and nothing in it. Raises BaseTrouble where it exists or PostgreSQL could not run."""
    if len(os.fsencode(place.socket)) > _SOCKET_PATH_MOST:
        raise BaseTrouble(f"{place.folder} is too long a path for PostgreSQL's socket.")
    if settings.account.pw_uid == 0:
        raise BaseTrouble("PostgreSQL does not run as root. Name another user: --user postgres")
    try:
        place.folder.mkdir(parents=True)
    except FileExistsError:
        raise BaseTrouble(f"{place.folder} exists already: a base is made in a new folder.") from None
    place.folder.chmod(0o711 if settings.account.pw_uid != os.geteuid() else 0o700)


def _make(place: BasePlace, settings: BaseSettings, listen: str, durable: bool) -> None:
    place.ca.mkdir(mode=0o700)
    for folder in (place.tls, place.socket, place.log, place.data):
        folder.mkdir(mode=0o700)
        hand_over(folder, settings)
    authority = Authority.create(place.ca, utc_now())
    write_tls(place, settings, authority)
    write_settings(place, settings)
    initdb = ("initdb", "-D", place.data, "-U", ADMIN, "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8")
    run(place, settings, *initdb, "--data-checksums", "--no-instructions", *(() if durable else ("--no-sync",)))
    with (place.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("include 'venue.conf'\n")
    write_for_postgres(place.data / "venue.conf", postgresql_conf(place, settings, listen, durable), settings)
    write_for_postgres(place.data / "pg_hba.conf", pg_hba_conf(), settings)
    write_for_postgres(place.data / "pg_ident.conf", pg_ident_conf({settings.user, own_user()}), settings)
    with running(place, settings, "-c listen_addresses=''"):
        _make_roles(place, settings)
        make_database(place, settings, DATABASE)
        make_schema(place, settings, DATABASE)


def write_tls(place: BasePlace, settings: BaseSettings, authority: Authority) -> None:
    """The base's own key and certificate, and an empty list of revoked ones."""
    key, now = new_key(), utc_now()
    write_for_postgres(place.tls / "server.key", key_pem(key).decode(), settings)
    write_for_postgres(
        place.tls / "server.crt", cert_pem(authority.server(key.public_key(), settings.names, now)).decode(), settings
    )
    write_for_postgres(place.tls / "ca.crt", cert_pem(authority.certificate).decode(), settings)
    write_for_postgres(place.tls / "revoked.pem", authority.revoked([], now).decode(), settings)


def write_revoked(place: BasePlace, settings: BaseSettings, serials: list[int]) -> None:
    """Replace the list of revoked certificates; PostgreSQL takes it when it is told to reload."""
    beside = place.tls / "revoked.pem.new"
    beside.unlink(missing_ok=True)
    write_for_postgres(beside, Authority.load(place.ca).revoked(serials, utc_now()).decode(), settings)
    beside.replace(place.tls / "revoked.pem")


@contextmanager
def running(place: BasePlace, settings: BaseSettings, options: str = "") -> Iterator[None]:
    """PostgreSQL in the background, stopped at the end. Raises BaseTrouble."""
    start(place, settings, options)
    try:
        yield
    finally:
        stop(place, settings)


def start(place: BasePlace, settings: BaseSettings, options: str = "") -> None:
    """Start in the background and wait until it answers. Raises BaseTrouble."""
    log = place.log / "postgresql.log"
    more = ("-o", options) if options else ()
    run(place, settings, "pg_ctl", "start", "-D", place.data, "-w", "-t", str(START_LIMIT_S), "-l", log, "-s", *more)


def stop(place: BasePlace, settings: BaseSettings) -> None:
    """Raises BaseTrouble."""
    run(place, settings, "pg_ctl", "stop", "-D", place.data, "-w", "-m", "fast", "-s")


def run_in_front(place: BasePlace, settings: BaseSettings) -> NoReturn:
    """This process becomes PostgreSQL, which ends on Ctrl-C or when the service is stopped."""
    program = program_folder() / "postgres"
    become(settings)
    os.chdir(place.data)
    os.execve(program, [str(program), "-D", str(place.data)], dict(environment()))  # noqa: S606 - that is meant


@contextmanager
def connected(place: BasePlace, settings: BaseSettings, database: str = DATABASE) -> Iterator[psycopg.Connection]:
    """As administrator, through the socket; each statement by itself. Raises BaseTrouble when the base does not run."""
    try:
        connection = psycopg.connect(
            host=str(place.socket), port=settings.port, user=ADMIN, dbname=database, connect_timeout=5, autocommit=True
        )
    except psycopg.OperationalError:
        raise BaseTrouble(
            f"The base in {place.folder} does not answer. Start it: kiosk base run", "not_running"
        ) from None
    with connection:
        yield connection


def _make_roles(place: BasePlace, settings: BaseSettings) -> None:
    with connected(place, settings, "postgres") as db:
        for database in ("postgres", "template1"):
            db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        for role in (OWNER, DEVICE, STANDBY):
            db.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def make_database(place: BasePlace, settings: BaseSettings, name: str) -> None:
    """An empty one that devices may enter and do nothing else with."""
    database = sql.Identifier(name)
    with connected(place, settings, "postgres") as db:
        db.execute(sql.SQL("CREATE DATABASE {}").format(database))
        db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        db.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(DEVICE)))


def make_schema(place: BasePlace, settings: BaseSettings, database: str) -> None:
    """Types, tables and functions from assets/base, in the order of their numbers; their owner is nobody's log-in."""
    with connected(place, settings, database) as db, db.transaction():
        db.execute("CREATE SCHEMA sslinfo")
        db.execute("CREATE EXTENSION sslinfo SCHEMA sslinfo")
        for file in sorted(asset("base").glob("*.sql")):
            db.execute(file.read_bytes())
        _own(db)
        new_epoch(db)


def new_epoch(db: psycopg.Connection, after: str = "") -> None:
    """From now on every position that a device has read up to is void, and every earlier state of the base is old.

    ``after``: of the state that this one takes the place of, where it is another database's.
    """
    [here] = db.execute("SELECT max(epoch) FROM venue.base").fetchone() or [None]
    began_s = max(int(time.time()), 1 + epoch_began_s(here or ""), 1 + epoch_began_s(after))
    db.execute("DELETE FROM venue.base")
    db.execute("INSERT INTO venue.base (epoch) VALUES (%s)", (f"{began_s}-{secrets.token_hex(8)}",))


def _own(db: psycopg.Connection) -> None:
    """Hand the schema to its owner, whose rights are what a function has while a device executes it."""
    owner = sql.Identifier(OWNER)
    db.execute(sql.SQL("GRANT USAGE ON SCHEMA sslinfo TO {}").format(owner))
    db.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA venue TO {}").format(owner))
    kinds = (
        (
            "TABLE",
            "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'venue'::regnamespace AND relkind = 'r'",
        ),
        ("FUNCTION", "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'venue'::regnamespace"),
    )
    for kind, query in kinds:
        for (name,) in db.execute(query).fetchall():
            db.execute(f"ALTER {kind} {name} OWNER TO {OWNER}")
    db.execute(sql.SQL("ALTER SCHEMA venue OWNER TO {}").format(owner))


def hand_over(path: Path, settings: BaseSettings) -> None:
    """To PostgreSQL's user. Raises OSError."""
    account = settings.account
    if account.pw_uid != os.geteuid():
        os.chown(path, account.pw_uid, account.pw_gid)


def write_for_postgres(path: Path, text: str, settings: BaseSettings) -> None:
    """Private, and PostgreSQL's."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    hand_over(path, settings)
