"""The ledger contract, kept by the SQLite ledger and by the one in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.ledger.memory import MemoryLedger
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.vault.file_keys import FileEventKeys
from tests.contract.ledger_suite import LedgerSuite
from tests.helpers.ledger import new_keys


@pytest.fixture
def keys(tmp_path: Path) -> FileEventKeys:
    return new_keys(tmp_path)


class TestSqliteLedger(LedgerSuite):
    @pytest.fixture
    def ledger(self, tmp_path: Path, keys: FileEventKeys) -> Iterator[SqliteLedger]:
        ledger = SqliteLedger(tmp_path / "ledger.sqlite", keys)
        yield ledger
        ledger.close()


class TestMemoryLedger(LedgerSuite):
    @pytest.fixture
    def ledger(self, keys: FileEventKeys) -> MemoryLedger:
        return MemoryLedger(keys)
