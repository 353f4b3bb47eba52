"""What only the SQLite ledger promises: sealed columns, whole transactions, bounded waiting, survival."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import IdToken
from drivers.secret import SecretText
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck, TicketFacts
from kiosk.ledger import answers
from kiosk.ledger.lease_clock import JITTER_S, LeaseClock
from kiosk.ledger.port import Admission, GateState, Held, Hold, LedgerUnavailable, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.store import MIGRATIONS, open_store
from kiosk.ledger.tickets import sealed_row
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.port import KeysDestroyed, SealBroken
from tests.helpers import ledger_crash
from tests.helpers.ledger import GATE, LEASE_S, NOON, OTHER_STATION, card, new_keys, ticket


@pytest.fixture
def keys(tmp_path: Path) -> FileEventKeys:
    return new_keys(tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path, keys: FileEventKeys) -> Iterator[SqliteLedger]:
    ledger = SqliteLedger(path, keys)
    ledger.add_rows(sealed_row(ticket(keys, person), keys) for person in range(50))
    yield ledger
    ledger.close()


def held(ledger: SqliteLedger, keys: FileEventKeys, person: int, nonce: str) -> Hold:
    answer = ledger.hold(card(keys, person), GATE, nonce, LEASE_S, NOON)
    assert answer.hold is not None
    return answer.hold


# --- what is in the file ------------------------------------------------------------------------------


def test_nothing_personal_is_in_any_file_while_the_event_runs(
    ledger: SqliteLedger, keys: FileEventKeys, path: Path
) -> None:
    hold = held(ledger, keys, 7, "h")
    admission = ledger.commit(hold.hold_id, "c", Lane.FACE, NOON)
    assert isinstance(admission, Admission)
    ledger.undo(admission.admission_id, "u", "canary-reason", "canary-officer", NOON)
    files = [path, *path.parent.glob("ledger.sqlite-*")]
    assert len(files) == 3, "write-ahead log and index belong to it"
    everything = b"".join(file.read_bytes() for file in files)
    for canary in ("测试7", "T-7", "Block 7", "person-7", "canary-reason", "canary-officer"):
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert canary.encode(encoding) not in everything


def test_the_files_are_private(ledger: SqliteLedger, keys: FileEventKeys, path: Path) -> None:
    held(ledger, keys, 1, "h")
    for file in path.parent.glob("ledger.sqlite*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_ticket_moved_onto_another_row_is_noticed(ledger: SqliteLedger, keys: FileEventKeys, path: Path) -> None:
    with sqlite3.connect(path) as other:
        stolen = other.execute("SELECT details_sealed FROM tickets LIMIT 1").fetchone()[0]
        other.execute("UPDATE tickets SET details_sealed = ?", (stolen,))
    broken = 0
    for person in range(50):
        try:
            ledger.check(card(keys, person), GATE, NOON)
        except SealBroken:
            broken += 1
    assert broken == 49, "all but the one it belongs to"


def test_without_the_key_the_file_says_nothing(ledger: SqliteLedger, keys: FileEventKeys) -> None:
    shown = card(keys, 1)
    keys.destroy()
    with pytest.raises(KeysDestroyed):
        ledger.check(shown, GATE, NOON)


def test_the_schema_has_no_place_for_a_person_or_a_picture(path: Path, ledger: SqliteLedger) -> None:
    columns = {
        (table.name, column.name)
        for table in open_store(path).tables
        for column in table.columns
        if column.type == "BLOB"
    }
    assert columns == {
        ("tickets", "token"),
        ("tickets", "code_token"),
        ("tickets", "details_sealed"),
        ("records", "details_sealed"),
        ("nonces", "answer_sealed"),
    }


# --- transactions and faults ----------------------------------------------------------------------------


def test_migrations_run_once_and_two_processes_may_open_a_new_store(path: Path, keys: FileEventKeys) -> None:
    script = (
        "import sys; from pathlib import Path; from kiosk.ledger.store import open_store;"
        "open_store(Path(sys.argv[1]), 10).close()"
    )
    openers = [subprocess.Popen([sys.executable, "-c", script, str(path)]) for _ in range(3)]
    assert [opener.wait(60) for opener in openers] == [0, 0, 0]
    db = open_store(path)
    assert [migration.name for migration in MIGRATIONS.applied(db)] == [
        "first_tables",
        "shared_with_a_venue",
        "in_and_out",
        "searched_by_buckets",
    ]
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    db.close()


def test_the_store_itself_refuses_a_second_admission(ledger: SqliteLedger, keys: FileEventKeys, path: Path) -> None:
    hold = held(ledger, keys, 1, "h")
    with sqlite3.connect(path) as other:
        other.execute(
            "INSERT INTO admissions VALUES ('x', ?, 1.0, 'gate-2', 'A', 'face', 'opened', 0, 1, NULL)",
            (hold.ticket_reference,),
        )
    assert ledger.commit(hold.hold_id, "c", Lane.FACE, NOON) is CheckOutcome.ALREADY_USED
    assert ledger.counts()["admitted"] == 1


def test_a_locked_store_is_said_so_in_time(ledger: SqliteLedger, keys: FileEventKeys, path: Path) -> None:
    hold = held(ledger, keys, 1, "h")
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    began_s = time.monotonic()
    with pytest.raises(LedgerUnavailable, match="locked"):
        ledger.commit(hold.hold_id, "c", Lane.FACE, NOON)
    assert time.monotonic() - began_s <= 2.0
    assert ledger.check(card(keys, 2), GATE, NOON).outcome is CheckOutcome.VALID, "looking up needs no lock"
    blocker.execute("ROLLBACK")
    blocker.close()
    assert isinstance(ledger.commit(hold.hold_id, "c", Lane.FACE, NOON), Admission)


def test_a_full_disk_leaves_nothing_half_written(path: Path, keys: FileEventKeys) -> None:
    ledger = SqliteLedger(path, keys)
    ledger.add_rows(sealed_row(ticket(keys, person), keys) for person in range(50))
    before = ledger.counts()
    pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
    ledger._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(LedgerUnavailable, match="disk_full"):
        ledger.add_rows(sealed_row(ticket(keys, person), keys) for person in range(100, 900))
    assert ledger.counts() == before
    assert ledger.check(card(keys, 1), GATE, NOON).outcome is CheckOutcome.VALID
    ledger.close()


def test_a_write_the_system_refuses_leaves_nothing_half_written(path: Path, keys: FileEventKeys) -> None:
    """The same with a real limit of the operating system, in a process of its own."""
    SqliteLedger(path, keys).close()
    script = """
import resource, signal, sys
from pathlib import Path
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import sealed_row
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.ledger import EVENT, ticket
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
keys = FileEventKeys.load(Path(sys.argv[2]), EVENT)
ledger = SqliteLedger(Path(sys.argv[1]), keys)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    ledger.add_rows(sealed_row(ticket(keys, n), keys) for n in range(2000))
except LedgerUnavailable as error:
    print(error.code, ledger.counts()["tickets"])
"""
    key_file = path.parent / "concert.key"
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(key_file)], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() in (["io_error", "0"], ["disk_full", "0"]), done.stderr


def test_nothing_is_written_into_a_store_that_was_moved_away(
    ledger: SqliteLedger, keys: FileEventKeys, path: Path
) -> None:
    hold = held(ledger, keys, 1, "first")
    elsewhere = path.with_name("elsewhere.sqlite")
    path.rename(elsewhere)
    with pytest.raises(LedgerUnavailable, match="moved"):
        ledger.commit(hold.hold_id, "commit", Lane.FACE, NOON)
    path.write_bytes(b"")  # somebody put another file in its place
    with pytest.raises(LedgerUnavailable, match="moved"):
        ledger.commit(hold.hold_id, "commit", Lane.FACE, NOON)
    elsewhere.rename(path)
    assert isinstance(ledger.commit(hold.hold_id, "commit", Lane.FACE, NOON), Admission)


def test_a_folder_that_is_gone_or_no_database_is_said_so(tmp_path: Path, keys: FileEventKeys) -> None:
    with pytest.raises(LedgerUnavailable, match="cannot_open"):
        SqliteLedger(tmp_path / "nowhere" / "ledger.sqlite", keys)
    text = tmp_path / "text.sqlite"
    text.write_text("not a database " * 200)
    with pytest.raises(LedgerUnavailable, match="corrupt"):
        SqliteLedger(text, keys)


def test_a_closed_ledger_is_unavailable(path: Path, keys: FileEventKeys) -> None:
    ledger = SqliteLedger(path, keys)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerUnavailable, match="closed"):
        ledger.counts()


def test_gate_and_desk_see_one_another(ledger: SqliteLedger, keys: FileEventKeys, path: Path) -> None:
    desk = SqliteLedger(path, keys)
    hold = held(ledger, keys, 1, "h")
    assert desk.check(card(keys, 1), OTHER_STATION, NOON).outcome is CheckOutcome.IN_USE_ELSEWHERE
    ledger.commit(hold.hold_id, "c", Lane.FACE, NOON)
    assert desk.check(card(keys, 1), OTHER_STATION, NOON).outcome is CheckOutcome.ALREADY_USED
    desk.close()


def test_a_lease_survives_the_process_and_ends_in_time(path: Path, keys: FileEventKeys) -> None:
    first = SqliteLedger(path, keys)
    first.add_rows([sealed_row(ticket(keys, 1), keys)])
    hold = held(first, keys, 1, "h")
    first._db.conn.close()  # as after a crash: nothing said goodbye
    second = SqliteLedger(path, keys)
    assert second.check(card(keys, 1), OTHER_STATION, NOON + 1).outcome is CheckOutcome.IN_USE_ELSEWHERE
    assert second.check(card(keys, 1), OTHER_STATION, hold.expires_at).outcome is CheckOutcome.VALID
    second.close()


def test_killed_at_random_moments_the_ledger_keeps_its_promises(tmp_path: Path) -> None:
    ledger_crash.prepare(tmp_path, tickets=400)
    report = ledger_crash.run(tmp_path, tickets=400, kills=4, seed=20260501, longest_life_s=0.3)
    assert report.faults == []
    assert report.reported > 0
    assert report.committed >= report.reported


def test_looking_up_among_many_uses_the_indexes(ledger: SqliteLedger) -> None:
    plan = ledger._db.execute(
        "EXPLAIN QUERY PLAN SELECT reference FROM tickets WHERE token = ?1 OR code_token = ?2", (b"", b"")
    ).fetchall()
    text = " ".join(str(row[3]) for row in plan)
    assert "ticket_by_token" in text
    assert "ticket_by_code" in text
    assert "SCAN tickets" not in text


# --- pure parts -----------------------------------------------------------------------------------------

times = st.floats(0, 1e6)


@given(st.lists(times, min_size=1, max_size=30))
def test_the_lease_clock_never_goes_back(moments: list[float]) -> None:
    clock = LeaseClock()
    for moment in moments:
        after = clock.advance(moment)
        assert after.highest >= clock.highest
        clock = after


@given(times, st.floats(0, 1e6), st.lists(st.floats(0, 1000), max_size=5))
def test_after_a_step_back_the_lease_clock_goes_on_at_its_usual_pace(
    start: float, step_s: float, pauses_s: list[float]
) -> None:
    clock = LeaseClock().advance(start).advance(start - step_s)
    passed_s = 0.0
    for pause_s in pauses_s:
        passed_s += pause_s
        clock = clock.advance(start - step_s + passed_s)
    slip_s = start + passed_s - clock.highest
    assert -0.001 <= slip_s <= JITTER_S + 0.001


text = st.text(max_size=20)
checks = st.builds(
    TicketCheck,
    st.sampled_from(CheckOutcome),
    st.none() | st.builds(TicketFacts, text, text, text, text),
    st.none() | st.builds(EarlierUse, times, text, text, text),
    st.none() | st.booleans(),
)
every_answer = (
    st.builds(Held, checks, st.none() | st.builds(Hold, text, text, times))
    | st.builds(Admission, text, text, times, text, st.sampled_from(Lane), st.sampled_from(GateState))
    | st.sampled_from(CheckOutcome)
    | st.booleans()
    | st.none()
)


@given(every_answer)
def test_answers_come_back_as_they_were(answer: answers.Answer) -> None:
    assert answers.decode(answers.encode(answer)) == answer


def test_what_was_presented_does_not_print_itself() -> None:
    shown = repr(Presented(IdToken(b"TOKEN"), SecretText("NAME"), "CODE"))
    assert not any(secret in shown for secret in ("TOKEN", "NAME", "CODE"))
