"""Roster files that mean harm: each gets one clear sentence and leaves nothing behind (R-92)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kiosk.ledger.numbers import count_tickets
from kiosk.roster.importer import import_roster
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.hostile_rosters import HOSTILE, Hostile
from tests.helpers.roster import EVENT

FEWEST = 40
LONGEST_S = 20.0
"""Processor time; the longest takes about 2 s."""


def test_there_are_as_many_as_were_promised() -> None:
    assert len({each.name for each in HOSTILE}) == len(HOSTILE) >= FEWEST


@pytest.mark.requirement("R-92")
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: str(each.name))
def test_each_gets_one_clear_sentence_and_leaves_nothing(tmp_path: Path, hostile: Hostile) -> None:
    file, ledger = tmp_path / "roster.bin", tmp_path / "ledger.sqlite"
    file.write_bytes(hostile.make())
    keys = FileEventKeys.create(tmp_path / "rehearsal.key", "rehearsal")
    before = time.process_time()
    report = import_roster(file, EVENT, keys, ledger, skip_bad=True)
    assert time.process_time() - before < LONGEST_S
    assert [fault.code for fault in report.faults] == [hostile.code]
    (sentence,) = map(str, report.faults)
    assert hostile.says in sentence
    assert len(sentence) < 200
    assert "Traceback" not in sentence
    assert count_tickets(ledger)["tickets"] == report.imported
    keys.forget()
