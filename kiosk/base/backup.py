"""The base's rows in one file, and back from it: PostgreSQL's own dump of the one database.

The authority's key is not in it: who has the backup can look at references and times, and make no device. A restored
base has a new epoch, upon which every station tells again what it had told since the backup.
"""

from __future__ import annotations

import os
from pathlib import Path

from psycopg import sql

from kiosk.base.admin import let_log_in
from kiosk.base.cluster import connected, make_database, new_epoch
from kiosk.base.errors import BaseTrouble
from kiosk.base.place import BasePlace, BaseSettings
from kiosk.base.programs import run
from kiosk.base.settings_files import ADMIN, DATABASE

_BESIDE = "venue_restored"


def back_up(place: BasePlace, settings: BaseSettings, file: Path) -> int:
    """Write the backup, whole or not at all; its size in bytes. Raises BaseTrouble, OSError."""
    inside = place.log / "backup.part"  # a folder that PostgreSQL's user may write in
    try:
        run(place, settings, "pg_dump", *_where(place, settings), "-Fc", "-f", inside, DATABASE)
        beside = file.with_name(f"{file.name}.part")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(inside.read_bytes())
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        inside.unlink(missing_ok=True)
    return file.stat().st_size


def restore(place: BasePlace, settings: BaseSettings, file: Path) -> None:
    """Put the backup in the place of what there is, which stays until the backup is in whole. Raises BaseTrouble."""
    inside = place.log / "restore.part"
    inside.write_bytes(file.read_bytes())
    inside.chmod(0o644)
    try:
        with connected(place, settings, "postgres") as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(_BESIDE)))
        make_database(place, settings, _BESIDE)
        run(place, settings, "pg_restore", *_where(place, settings), "-d", _BESIDE, "--exit-on-error", inside)
    finally:
        inside.unlink(missing_ok=True)
    _check_and_renew(place, settings, _epoch(place, settings))
    with connected(place, settings, "postgres") as db:
        old, new = sql.Identifier(DATABASE), sql.Identifier(_BESIDE)
        db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(old))
        db.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(new, old))


def _epoch(place: BasePlace, settings: BaseSettings) -> str:
    with connected(place, settings) as db:
        [epoch] = db.execute("SELECT epoch FROM venue.base").fetchone() or [""]
    return str(epoch)


def _check_and_renew(place: BasePlace, settings: BaseSettings, before: str) -> None:
    with connected(place, settings, _BESIDE) as db:
        if db.execute("SELECT to_regclass('venue.admissions')").fetchone() == (None,):
            raise BaseTrouble("This file is no backup of a base.")
        new_epoch(db, before)
        # Numbers of transactions of another cluster, or of later ones of this, mean nothing here: all are long over.
        db.execute("UPDATE venue.changes SET xact = '3'")
        for device, kind in db.execute("SELECT device, kind FROM venue.devices WHERE revoked_at IS NULL").fetchall():
            let_log_in(db, device, kind)


def _where(place: BasePlace, settings: BaseSettings) -> tuple[str | Path, ...]:
    return ("-h", place.socket, "-p", str(settings.port), "-U", ADMIN)
