"""Searching a store opens few of its tickets, and never by a word a ticket had before it was changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.ledger import tickets
from kiosk.ledger.buckets import FEW, MANY, bucket_of, plain
from kiosk.ledger.corrections import transfer
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import TicketDetails, open_details, sealed_row
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.ledger import GATE, NOON, card, new_keys, ticket

PEOPLE = 650


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> FileEventKeys:
    return new_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path, keys: FileEventKeys) -> Iterator[SqliteLedger]:
    ledger = SqliteLedger(path, keys)
    ledger.add_rows(sealed_row(ticket(keys, person), keys) for person in range(PEOPLE))
    yield ledger
    ledger.close()


@pytest.mark.requirement("R-66")
def test_a_search_opens_a_small_share_of_the_tickets(
    ledger: SqliteLedger, keys: FileEventKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def counted(reference: str, sealed: bytes, by: FileEventKeys) -> TicketDetails:
        opened.append(reference)
        return open_details(reference, sealed, by)

    monkeypatch.setattr(tickets, "open_details", counted)
    [hit] = ledger.search("测试7", GATE).hits
    assert hit.code == "T-7"
    expected = PEOPLE * (2 / FEW + 1 / MANY)
    assert len(opened) < 3 * expected


def test_a_ticket_stored_before_there_were_buckets_is_found(ledger: SqliteLedger, path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("UPDATE tickets SET search_buckets = NULL")
    assert [hit.code for hit in ledger.search("Block 7", GATE).hits] == ["T-7"]


def test_what_a_ticket_was_found_by_before_it_was_changed_finds_it_no_more(
    ledger: SqliteLedger, keys: FileEventKeys, path: Path
) -> None:
    transfer(path, keys, replace(ticket(keys, 7), details=TicketDetails("T-7", "Jo Example", "Box 1")))
    assert [len(ledger.search(text, GATE).hits) for text in ("测试7", "Block 7", "jo example", "Box-1")] == [0, 0, 1, 1]
    assert ledger.erase(card(keys, 8), GATE, "e", "officer", NOON)
    assert ledger.search("测试8", GATE).hits == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(word=st.text(), session=st.text(min_size=1))
def test_a_word_is_in_one_of_few_buckets_however_it_is_typed(keys: FileEventKeys, word: str, session: str) -> None:
    bucket = bucket_of(word, session, keys)
    assert bucket in range(MANY)
    assert bucket == bucket_of(f" -{plain(word)}. ", session, keys) or not plain(word)


@given(st.text())
def test_a_plain_word_stays_as_it_is(word: str) -> None:
    assert all(one.isalnum() for one in plain(word))
    assert plain(f"{plain(word)}·") == plain(plain(word))


def test_one_word_is_elsewhere_in_another_session(keys: FileEventKeys) -> None:
    moved = [n for n in range(100) if bucket_of(f"Row {n}", "night-1", keys) != bucket_of(f"Row {n}", "night-2", keys)]
    assert len(moved) > 80
