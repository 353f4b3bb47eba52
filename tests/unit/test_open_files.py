"""A station that lets nobody look into it is still seen to hold its ledger: by the locks SQLite keeps."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from kiosk.closing.open_files import _locking, held_open


def test_an_open_ledger_shows_in_the_list_of_locks(tmp_path: Path) -> None:
    folder = tmp_path / "event"
    folder.mkdir()
    ledger = sqlite3.connect(folder / "ledger.sqlite")
    ledger.execute("pragma journal_mode=wal")
    ledger.execute("create table facts (number integer)")
    assert _locking(folder) == {os.getpid()}
    assert held_open(folder) == set()  # we are not in our own way
    ledger.close()
    assert _locking(folder) == set()
