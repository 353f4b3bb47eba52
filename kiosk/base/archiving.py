"""The end of an event at the base: its rows removed, PostgreSQL's files rewritten without them, and looked through.

1. the ids to look for are listed in the base's folder, so that a run cut short can go on;
2. every row of the event is deleted, and what PostgreSQL had noted about values (statistics);
3. tables are written anew (VACUUM FULL), the log is switched and its old files are removed: they are not used again;
4. an independent look (kiosk.base.look) for each id in every file of the base's folder;
5. the certificate, whatever was found; only where nothing was is the event archived and the list removed.

Other events at the base wait meanwhile: their stations decide alone for these moments, and tell afterwards.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from kiosk.base.cluster import connected
from kiosk.base.ending import EventEnd, end_of
from kiosk.base.errors import BaseTrouble
from kiosk.base.look import LIST_SUFFIX, Seen, find_references
from kiosk.base.place import BasePlace, BaseSettings
from kiosk.vault.key_file import overwrite_and_remove, read_private, write_private

ROWS_OF_AN_EVENT = (
    "tickets",
    "holds",
    "admissions",
    "conflicts",
    "nonces",
    "changes",
    "stations",
    "passages",
    "queue",
    "calls",
    "incidents",
)
"""Tables of which nothing of an archived event stays. Who had its tickets stays: no ticket and no person is in it."""
_IDS = """
    SELECT reference FROM venue.tickets WHERE event = %(event)s
    UNION SELECT reference FROM venue.holds WHERE event = %(event)s
    UNION SELECT hold FROM venue.holds WHERE event = %(event)s
    UNION SELECT reference FROM venue.admissions WHERE event = %(event)s
    UNION SELECT admission FROM venue.admissions WHERE event = %(event)s
    UNION SELECT reference FROM venue.conflicts WHERE event = %(event)s
    UNION SELECT admission FROM venue.conflicts WHERE event = %(event)s
    UNION SELECT reference FROM venue.changes WHERE event = %(event)s AND reference IS NOT NULL
    UNION SELECT entry FROM venue.queue WHERE event = %(event)s
    UNION SELECT call FROM venue.calls WHERE event = %(event)s
"""
MOST_LIST_BYTES = 200_000_000
STANDBY_WAIT_S = 60.0
RELOAD_S = 10.0


class NotAllIn(BaseTrouble):
    """Devices have not told how the event ended there. ``end`` names them."""

    def __init__(self, end: EventEnd) -> None:
        super().__init__(f"{len(end.missing)} devices have not told that event {end.event} is closed there.")
        self.end = end


@dataclass(frozen=True)
class Archived:
    """What was done and seen. ``counts``: rows of the event by table. Times in UTC seconds."""

    end: EventEnd
    counts: dict[str, int]
    ids: int
    seen: Seen
    standbys: tuple[str, ...]
    server: str
    began_s: float
    ended_s: float

    @property
    def passed(self) -> bool:
        return not self.seen.found and not self.seen.unread


def archive(place: BasePlace, settings: BaseSettings, event: str) -> Archived:
    """Remove the event and look whether anything of it is left. Raises NotAllIn, BaseTrouble, OSError."""
    began_s = time.time()
    with connected(place, settings) as db:
        end = end_of(db, event)
        if end.archived_at_s is not None:
            raise BaseTrouble(f"Event {event} is archived already: its certificate is {certificate_of(place, event)}")
        if end.closing_at_s is None:
            raise BaseTrouble(f"Event {event} is not being closed: kiosk base close {event}")
        if end.missing:
            raise NotAllIn(end)
        ids = _list_ids(place, db, event)
        counts = _remove(db, event)
        standbys = _rewrite(db)
        server = str(db.info.parameter_status("server_version"))
    seen = find_references(place.folder, ids)
    seen.found.pop(_list(place, event), None)  # our own list of what is looked for
    return Archived(end, counts, len(ids), seen, standbys, server, began_s, time.time())


def finish(place: BasePlace, settings: BaseSettings, event: str) -> None:
    """Call the event archived, and forget what was looked for. Raises BaseTrouble, KeyFileUnusable."""
    with connected(place, settings) as db:
        db.execute("UPDATE venue.events SET archived_at = %s WHERE event = %s", (time.time(), event))
    overwrite_and_remove(_list(place, event))


def certificate_of(place: BasePlace, event: str) -> Path:
    return place.folder / f"archived-{event}.json"


def _list(place: BasePlace, event: str) -> Path:
    return place.folder / f"archiving-{event}{LIST_SUFFIX}"


def _list_ids(place: BasePlace, db: psycopg.Connection, event: str) -> set[bytes]:
    """Every id of the event, those of a run that was cut short included."""
    ids = {row[0].encode() for row in db.execute(_IDS, {"event": event}).fetchall()}
    file = _list(place, event)
    if file.exists():
        ids |= set(read_private(file, MOST_LIST_BYTES).split())
    beside = file.with_name(f"next-{file.name}")
    overwrite_and_remove(beside)
    write_private(beside, b"\n".join(sorted(ids)) + b"\n")
    beside.replace(file)
    return ids


def _remove(db: psycopg.Connection, event: str) -> dict[str, int]:
    with db.transaction():
        return {
            table: db.execute(
                sql.SQL("DELETE FROM {} WHERE event = %s").format(sql.Identifier("venue", table)), (event,)
            ).rowcount
            for table in ROWS_OF_AN_EVENT
        }


def _rewrite(db: psycopg.Connection) -> tuple[str, ...]:
    """Tables and statistics without what was deleted, old files of the log removed; names of the standbys that follow.

    The first checkpoint ends what the log is needed for, the second removes the files before it.
    """
    tables = [sql.Identifier("venue", table) for table in ROWS_OF_AN_EVENT]
    for table in tables:
        db.execute(sql.SQL("VACUUM FULL {}").format(table))
    db.execute(
        "DELETE FROM pg_statistic WHERE starelid IN "
        "(SELECT oid FROM pg_class WHERE relnamespace = 'venue'::regnamespace)"
    )
    for table in tables:  # of the other events
        db.execute(sql.SQL("ANALYZE {}").format(table))
    db.execute("VACUUM FULL pg_statistic")
    standbys = _wait_for_standbys(db)
    _set_kept_log(db, "0")
    try:
        db.execute("CHECKPOINT")
        db.execute("SELECT pg_switch_wal()")
        db.execute("CHECKPOINT")
    finally:
        _set_kept_log(db, None)
    return standbys


def _set_kept_log(db: psycopg.Connection, kept: str | None) -> None:
    """How much of the log is kept for standbys that are behind; None: as the settings file says."""
    if kept is None:
        db.execute("ALTER SYSTEM RESET wal_keep_size")
    else:
        db.execute(sql.SQL("ALTER SYSTEM SET wal_keep_size = {}").format(sql.Literal(kept)))
    db.execute("SELECT pg_reload_conf()")
    until_s = time.monotonic() + RELOAD_S
    while kept is not None and time.monotonic() < until_s:
        if db.execute("SELECT setting FROM pg_settings WHERE name = 'wal_keep_size'").fetchone() == (kept,):
            return
        time.sleep(0.05)


def _wait_for_standbys(db: psycopg.Connection) -> tuple[str, ...]:
    """Until each has all that was done here. Raises BaseTrouble."""
    [done] = db.execute("SELECT pg_current_wal_lsn()").fetchone() or [None]
    until_s = time.monotonic() + STANDBY_WAIT_S
    while True:
        rows = db.execute(
            "SELECT usename, coalesce(replay_lsn >= %s::pg_lsn, false) FROM pg_stat_replication", (done,)
        ).fetchall()
        behind = sorted(name for name, there in rows if not there)
        if not behind:
            return tuple(sorted(name for name, _ in rows))
        if time.monotonic() >= until_s:
            raise BaseTrouble(f"{', '.join(behind)} is behind: archive again once it follows, or cut it off.")
        time.sleep(0.2)
