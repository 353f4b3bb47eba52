"""What the base's administrator asks it: events and tickets, devices, the report of conflicts, numbers.

Over the socket on the base's own machine. ``db`` is kiosk.base.cluster.connected's.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import psycopg
from cryptography import x509
from psycopg import sql
from psycopg.rows import dict_row

from kiosk.base.authority import DEVICE_DAYS, Authority, fingerprint, utc_now
from kiosk.base.cluster import write_revoked
from kiosk.base.enrolment import TRIES, Invitation, Request, code_digest, new_code
from kiosk.base.errors import BaseTrouble
from kiosk.base.place import BasePlace, BaseSettings
from kiosk.base.seen import Use
from kiosk.base.settings_files import ADMIN, DEVICE, STANDBY

STANDBY_KIND = "standby"
STATEMENT_LIMIT = "2s"
"""Beyond what any device waits: a call nobody waits for any more ends."""
CONNECTIONS_OF_ONE = 10
"""A machine with several stations, each of which may come back before its old connection is noticed to be gone."""
_OURS = ("venue_", "pg_", "postgres")
"""Roles that no device may be called like."""

TicketState = tuple[str, str, str, bool]
"""session, reference, gate group, revoked: all that the base knows of a ticket."""


# --- events and tickets -------------------------------------------------------------------------------


def load_tickets(db: psycopg.Connection, event: str, tickets: Iterable[TicketState]) -> int:
    """Make the event known and its tickets, all or none; those there already get their new state. Returns how many.

    Raises BaseTrouble for a line that cannot be a ticket.
    """
    try:
        with db.transaction():
            db.execute("INSERT INTO venue.events (event) VALUES (%s) ON CONFLICT DO NOTHING", (event,))
            _require_open(db, event)
            db.execute("CREATE TEMP TABLE given (LIKE venue.tickets) ON COMMIT DROP")
            with db.cursor().copy("COPY given (event, session, reference, gate_group, revoked) FROM STDIN") as copy:
                for ticket in tickets:
                    copy.write_row((event, *ticket))
            # Stations hear of tickets that were revoked, or are good again; those they never had need no word.
            db.execute(
                "INSERT INTO venue.changes (event, kind, session, reference, at) "
                "SELECT given.event, CASE WHEN given.revoked THEN 'revoked' ELSE 'restored' END, session, reference, "
                "extract(epoch FROM clock_timestamp()) "
                "FROM given JOIN venue.tickets kept USING (event, session, reference) "
                "WHERE given.revoked <> kept.revoked"
            )
            done = db.execute(
                "INSERT INTO venue.tickets SELECT * FROM given "
                "ON CONFLICT (event, session, reference) DO UPDATE "
                "SET gate_group = excluded.gate_group, revoked = excluded.revoked"
            )
            return done.rowcount
    except (psycopg.DataError, psycopg.IntegrityError):
        raise BaseTrouble("A line cannot be a ticket: session, reference and gate group are ids.") from None


def _require_open(db: psycopg.Connection, event: str) -> None:
    over = db.execute("SELECT 1 FROM venue.events WHERE event = %s AND closing_at IS NOT NULL", (event,)).fetchone()
    if over is not None:
        raise BaseTrouble(f"Event {event} is being closed, or is over: it takes no tickets any more.")


# --- devices ------------------------------------------------------------------------------------------


def invite(
    db: psycopg.Connection, place: BasePlace, settings: BaseSettings, device: str, kind: str, minutes: float
) -> Invitation:
    """A new code for ``device``; an earlier one that was not used is void. Raises BaseTrouble."""
    if device.startswith(_OURS):
        raise BaseTrouble(f"A device cannot be called {device}: the base itself uses such names.", "bad_name")
    code = new_code()
    try:
        db.execute(
            "INSERT INTO venue.enrolments VALUES (%s, %s, %s, %s, 0) ON CONFLICT (device) DO UPDATE "
            "SET kind = excluded.kind, code_digest = excluded.code_digest, until = excluded.until, tries = 0",
            (device, kind, code_digest(device, code), time.time() + 60 * minutes),
        )
    except (psycopg.DataError, psycopg.IntegrityError):
        raise BaseTrouble(
            f"A device cannot be called {device}: letters, digits, - and _, at most 40.", "bad_name"
        ) from None
    authority = Authority.load(place.ca).certificate
    hosts = [*settings.names, *(name for name in settings.standbys if name not in settings.names)]
    return Invitation(device, code, fingerprint(authority), ",".join(hosts), settings.port)


def enrol(
    db: psycopg.Connection,
    place: BasePlace,
    settings: BaseSettings,
    request: Request,
    days: float = DEVICE_DAYS,
    names: tuple[str, ...] = (),
) -> x509.Certificate:
    """The device's certificate, for a code that is right, in time and unused. Raises BaseTrouble.

    ``names``: what a standby will be reached by once it is the base.

    A device of the same name is replaced: its certificate is revoked and its connection ends.
    """
    authority = Authority.load(place.ca)
    kind = _spend_code(db, request, names)
    let_log_in(db, request.device, kind)
    if kind == STANDBY_KIND:
        certificate = authority.standby(request.public_key, request.device, names, utc_now())
    else:
        certificate = authority.device(request.public_key, request.device, utc_now(), days, kind)
    replaced = _serial_of(db, request.device)
    if replaced:
        _revoke(db, place, settings, replaced)
    db.execute(
        "INSERT INTO venue.devices VALUES (%s, %s, %s, %s, %s, NULL) ON CONFLICT (device) DO UPDATE "
        "SET kind = excluded.kind, serial = excluded.serial, enrolled_at = excluded.enrolled_at, "
        "expires_at = excluded.expires_at, revoked_at = NULL",
        (
            request.device,
            kind,
            str(certificate.serial_number),
            time.time(),
            certificate.not_valid_after_utc.timestamp(),
        ),
    )
    return certificate


def revoke(db: psycopg.Connection, place: BasePlace, settings: BaseSettings, device: str) -> None:
    """The device is nobody from now on: its certificate is revoked and its connections end. Raises BaseTrouble."""
    serial = _serial_of(db, device)
    if serial is None:
        raise BaseTrouble(f"No device {device} is enrolled.", "not_enrolled")
    db.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(device)))
    _revoke(db, place, settings, serial)


def is_enrolled(db: psycopg.Connection, device: str) -> bool:
    """Whether the device's certificate holds."""
    return _serial_of(db, device) is not None


def let_log_in(db: psycopg.Connection, device: str, kind: str) -> None:
    """A role of the device's own, with the rights of its kind and settings nobody changed."""
    role = sql.Identifier(device)
    if db.execute("SELECT FROM pg_roles WHERE rolname = %s", (device,)).fetchone() is None:
        db.execute(sql.SQL("CREATE ROLE {}").format(role))
    follows = kind == STANDBY_KIND
    mine, other = (STANDBY, DEVICE) if follows else (DEVICE, STANDBY)
    db.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(mine), role))
    db.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(other), role))
    db.execute(sql.SQL("ALTER ROLE {} {}").format(role, sql.SQL("REPLICATION" if follows else "NOREPLICATION")))
    db.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(role))
    db.execute(sql.SQL("ALTER ROLE {} SET statement_timeout = {}").format(role, sql.Literal(STATEMENT_LIMIT)))
    db.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD NULL CONNECTION LIMIT {}").format(role, CONNECTIONS_OF_ONE))


def _spend_code(db: psycopg.Connection, request: Request, names: tuple[str, ...]) -> str:
    """The kind the code was made for; used up by this. Wrong ones are counted."""
    row = db.execute(
        "UPDATE venue.enrolments SET tries = tries + 1 WHERE device = %s RETURNING kind, code_digest, until, tries",
        (request.device,),
    ).fetchone()
    if row is None:
        raise BaseTrouble(f"No code waits for {request.device}. Make one: kiosk base enrol {request.device}", "no_code")
    kind, digest, until, tries = row
    if until < time.time() or tries > TRIES:
        raise BaseTrouble(
            f"The code of {request.device} is over. Make another: kiosk base enrol {request.device}", "no_code"
        )
    if not request.proved_by(digest):
        raise BaseTrouble(f"This request was not made with the code of {request.device}.", "wrong_code")
    if (kind == STANDBY_KIND) != bool(names):
        raise BaseTrouble(f"{request.device} is a {kind}: a standby is signed with --name ADDRESS, others without.")
    db.execute("DELETE FROM venue.enrolments WHERE device = %s", (request.device,))
    return str(kind)


def _serial_of(db: psycopg.Connection, device: str) -> str | None:
    row = db.execute("SELECT serial FROM venue.devices WHERE device = %s AND revoked_at IS NULL", (device,)).fetchone()
    return None if row is None else str(row[0])


def _revoke(db: psycopg.Connection, place: BasePlace, settings: BaseSettings, serial: str) -> None:
    """First in the table, which every call asks; then in the list that TLS asks; then whoever is still connected."""
    db.execute("UPDATE venue.devices SET revoked_at = %s WHERE serial = %s", (time.time(), serial))
    db.execute("INSERT INTO venue.revoked VALUES (%s) ON CONFLICT DO NOTHING", (serial,))
    serials = [int(row[0]) for row in db.execute("SELECT serial FROM venue.revoked").fetchall()]
    write_revoked(place, settings, serials)
    db.execute("SELECT pg_reload_conf()")
    db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_ssl WHERE client_serial = %s::numeric", (serial,))


# --- looking ------------------------------------------------------------------------------------------


def conflict_report(db: psycopg.Connection, event: str) -> list[Use]:
    """Every use of every ticket with a conflict, ticket by ticket, in the order of their scans."""
    rows = db.execute("SELECT * FROM venue.uses_in_conflict(%s)", (event,)).fetchall()
    return [Use(*row) for row in rows]


def numbers(db: psycopg.Connection) -> dict[str, object]:
    """Events, devices and connections, for ``kiosk base status``."""
    events = """
        SELECT e.event,
          (SELECT count(*) FROM venue.tickets t WHERE t.event = e.event) AS tickets,
          (SELECT count(*) FROM venue.admissions a WHERE a.event = e.event AND undone_at IS NULL) AS admitted,
          (SELECT count(*) FROM venue.admissions a WHERE a.event = e.event AND undone_at IS NOT NULL) AS undone,
          (SELECT count(*) FROM venue.conflicts c WHERE c.event = e.event) AS conflicts,
          (SELECT coalesce(sum(pending), 0) FROM venue.stations s WHERE s.event = e.event) AS pending,
          CASE WHEN archived_at IS NOT NULL THEN 'archived' WHEN closing_at IS NOT NULL THEN 'closing' ELSE 'open'
            END AS state,
          (SELECT count(*) FROM venue.holders h WHERE h.event = e.event AND lost_at IS NULL
            AND verdict IS DISTINCT FROM 'pass') AS missing
        FROM venue.events e ORDER BY e.event
    """
    devices = """
        SELECT d.device, d.kind, d.enrolled_at, d.expires_at, d.revoked_at,
          max(s.seen_at) AS seen_at, max(s.version) AS version
        FROM venue.devices d LEFT JOIN venue.stations s USING (device) GROUP BY d.device ORDER BY d.device
    """
    connections = """
        SELECT (SELECT count(*) FROM pg_stat_activity
                WHERE backend_type = 'client backend' AND usename <> %s) AS devices,
          current_setting('max_connections')::integer AS most
    """
    with db.cursor(row_factory=dict_row) as cursor:
        return {
            "events": cursor.execute(events).fetchall(),
            "devices": cursor.execute(devices).fetchall(),
            "connections": cursor.execute(connections, (ADMIN,)).fetchone(),
            "server": str(db.info.parameter_status("server_version")),
        }
