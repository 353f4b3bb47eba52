"""A station that lets nobody look into it is still seen to hold its ledger: by the locks SQLite keeps."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path

from kiosk.closing.destroying import remove_files
from kiosk.closing.open_files import _locking, held_open


def test_a_folder_of_many_levels_is_looked_through_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "event"
    deepest = folder.joinpath(*["d"] * 1200)
    for level in reversed((deepest, *deepest.parents)):
        if level.is_relative_to(folder):
            level.mkdir()
    (deepest / "ledger.sqlite").write_bytes(b"names")
    (folder / "report.json").write_bytes(b"numbers")
    with (deepest / "ledger.sqlite").open("rb") as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        assert _locking(folder) == {os.getpid()}
    assert remove_files(folder, frozenset({"report.json"})) == 1
    assert [path.name for path in folder.iterdir()] == ["report.json"]


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
