"""Templates once made are kept in one file, so that a second evaluation takes seconds.

For pictures of evaluation data only: nothing of a visit comes here, and no kiosk loads this package. A template is kept
under the SHA-256 of its picture and of everything that made it, so a changed model or picture is computed anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from pathlib import Path

import numpy as np

from kiosk.face.comparator import Features

NO_FACE = np.zeros(0, dtype=np.float32)
"""Kept for a picture that gave no template, so that it is not searched again."""
_TABLE = "CREATE TABLE IF NOT EXISTS templates (key TEXT PRIMARY KEY, numbers BLOB NOT NULL) WITHOUT ROWID"


def default_cache() -> Path:
    """In the user's cache folder, as the XDG base directory specification has it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "venue-kiosk" / "evaluation.sqlite"


class TemplateCache:
    """Templates by key, each stored as soon as it is put. A file that is no cache of ours is made anew."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._store = _opened(file)
        except sqlite3.DatabaseError:
            file.unlink()
            self._store = _opened(file)

    def get(self, key: str) -> Features | None:
        row = self._store.execute("SELECT numbers FROM templates WHERE key = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], dtype=np.float32)

    def put(self, key: str, template: Features) -> None:
        self._store.execute("INSERT OR REPLACE INTO templates VALUES (?, ?)", (key, template.tobytes()))

    def close(self) -> None:
        self._store.close()


def key_of(picture: bytes, *made_by: str) -> str:
    digest = hashlib.sha256(picture)
    for part in made_by:
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()


def _opened(file: Path) -> sqlite3.Connection:
    store = sqlite3.connect(file, isolation_level=None)
    try:
        store.execute("PRAGMA synchronous = OFF")  # what a power cut takes can be made again
        store.execute(_TABLE)
    except sqlite3.DatabaseError:
        store.close()
        raise
    return store
