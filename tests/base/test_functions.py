"""The base's functions as a device calls them, over TLS with its certificate."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from kiosk.base import admin
from kiosk.base.client import BaseClient, Position
from kiosk.base.errors import BaseRefused
from kiosk.base.link import conninfo
from tests.helpers.base import TestBase

SESSION, LEASE_S = "night-1", 60.0
AT = 1_777_600_000.0


@pytest.fixture
def event(base: TestBase) -> str:
    tickets = [(SESSION, f"t{number}", "A", False) for number in range(20)]
    return base.event([*tickets, (SESSION, "revoked", "A", True)])


@pytest.fixture
def gate(base: TestBase, event: str) -> Iterator[BaseClient]:
    client = base.client("gate-1", event)
    yield client
    client.close()


@pytest.fixture
def other(base: TestBase, event: str) -> Iterator[BaseClient]:
    client = base.client("gate-2", event)
    yield client
    client.close()


@pytest.fixture
def desk(base: TestBase, event: str) -> Iterator[BaseClient]:
    client = base.client("desk-1", event, "desk")
    yield client
    client.close()


def fresh() -> str:
    return secrets.token_hex(16)


def admit(client: BaseClient, reference: str, station: str = "gate-1") -> str:
    """The id of the admission."""
    hold, admission = fresh(), fresh()
    assert client.hold(fresh(), station, "A", SESSION, reference, hold, LEASE_S).outcome == "held"
    assert client.commit(fresh(), hold, admission, "face", AT).outcome == "admitted"
    return admission


def test_one_ticket_admits_once(gate: BaseClient, other: BaseClient) -> None:
    admission = admit(gate, "t1")
    again = other.hold(fresh(), "gate-2", "A", SESSION, "t1", fresh(), LEASE_S)
    assert (again.outcome, again.id, again.at, again.station, again.gate_group, again.lane) == (
        "already_used",
        admission,
        AT,
        "gate-1",
        "A",
        "face",
    )
    assert other.look("gate-2", SESSION, "t1").outcome == "already_used"


def test_a_lease_keeps_other_stations_out_until_it_is_given_back(gate: BaseClient, other: BaseClient) -> None:
    hold = fresh()
    gate.hold(fresh(), "gate-1", "A", SESSION, "t1", hold, LEASE_S)
    assert gate.look("gate-1", SESSION, "t1").outcome == "free"
    for station in ("gate-2", "gate-1"):  # a device of another name is another station, whatever it calls itself
        assert other.look(station, SESSION, "t1").outcome == "in_use"
        refused = other.hold(fresh(), station, "A", SESSION, "t1", fresh(), LEASE_S)
        assert (refused.outcome, refused.station) == ("in_use", "gate-1")
    assert other.release(fresh(), hold).outcome == "nothing", "only its own device gives a lease back"
    assert gate.release(fresh(), hold).outcome == "released"
    assert gate.commit(fresh(), hold, fresh(), "face", AT).outcome == "lease_lost"
    admit(other, "t1", "gate-2")


@pytest.mark.parametrize(("reference", "outcome"), [("revoked", "revoked"), ("t99", "no_ticket")])
def test_what_cannot_be_held(gate: BaseClient, reference: str, outcome: str) -> None:
    assert gate.hold(fresh(), "gate-1", "A", SESSION, reference, fresh(), LEASE_S).outcome == outcome
    assert gate.look("gate-1", SESSION, reference).outcome == outcome


def test_a_repeated_nonce_gets_the_first_answer_and_changes_nothing(gate: BaseClient, other: BaseClient) -> None:
    hold, admission, nonce = fresh(), fresh(), fresh()
    held = gate.hold(nonce, "gate-1", "A", SESSION, "t1", hold, LEASE_S)
    assert gate.hold(nonce, "gate-1", "A", SESSION, "t1", fresh(), LEASE_S) == held
    admitted = gate.commit(nonce, hold, admission, "face", AT)
    assert gate.commit(nonce, hold, fresh(), "staff", AT + 9) == admitted
    assert other.commit(nonce, hold, fresh(), "face", AT).outcome == "lease_lost", "a nonce is its device's"
    assert gate.undo(nonce, admission).outcome == "undone"
    assert gate.undo(nonce, admission).outcome == "undone"
    assert gate.undo(fresh(), admission).outcome == "nothing"
    assert gate.commit(nonce, hold, admission, "face", AT) == admitted
    assert other.look("gate-2", SESSION, "t1").outcome == "free"


def test_a_ticket_admits_again_after_undo_and_after_exit(gate: BaseClient, other: BaseClient, desk: BaseClient) -> None:
    first = admit(gate, "t1")
    with pytest.raises(BaseRefused, match="VE003"):
        other.undo(fresh(), first)
    assert desk.undo(fresh(), first).outcome == "undone"
    second = admit(other, "t1", "gate-2")
    with pytest.raises(BaseRefused, match="VE003"):
        gate.exit(fresh(), "gate-1", "A", SESSION, "t1")
    out = desk.exit(fresh(), "desk-1", "A", SESSION, "t1")
    assert (out.outcome, out.id) == ("exited", second)
    assert gate.exit(fresh(), "gate-1", "A", SESSION, "t1").outcome == "not_inside"
    admit(gate, "t1")
    assert other.look("gate-2", SESSION, "t1").outcome == "already_used"


def test_taking_back_an_entry_that_is_over_lets_nobody_in_twice(
    gate: BaseClient, other: BaseClient, desk: BaseClient
) -> None:
    """An earlier entry is taken back while the holder is inside on the next one, and a gate tells late of a third."""
    first = admit(gate, "t1")
    assert gate.exit(fresh(), "gate-1", "A", SESSION, "t1").outcome == "exited"
    second = admit(gate, "t1")
    assert desk.undo(fresh(), first).outcome == "undone"
    late = other.upload(fresh(), "gate-2", "A", SESSION, "t1", fresh(), "face", AT)
    assert (late.outcome, late.id) == ("conflict", second)
    [heads] = desk.head_count()
    assert (heads["admitted"], heads["exited"], heads["doubled"]) == (1, 0, 1)


def test_a_gate_that_lies_keeps_no_ticket_from_others_for_long(gate: BaseClient, other: BaseClient) -> None:
    held = gate.hold(fresh(), "gate-1", "A", SESSION, "t1", fresh(), 1_000_000.0)
    assert held.until is not None
    assert held.until <= time.time() + 300
    assert other.look("gate-2", SESSION, "t1").outcome == "in_use"


def test_a_gate_that_lies_sends_nobody_away_who_waits_elsewhere(
    gate: BaseClient, other: BaseClient, desk: BaseClient
) -> None:
    entry = fresh()
    gate.queue_join(fresh(), "gate-1", "A", entry)
    with pytest.raises(BaseRefused, match="VE003"):
        other.queue_finish(fresh(), entry, "left")
    assert desk.queue_take(fresh(), "desk-1", "A").id == entry


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("hold", ("n", "gate-1", "A", SESSION, "t1", "h", -1)),
        ("hold", ("n", "gate-1", "A", SESSION, "t1", "h", 10**30)),
        ("hold", ("n", "gate-1", "A", SESSION, "t1", "h", "soon")),
        ("hold", ("n" * 65, "gate-1", "A", SESSION, "t1", "h", 60)),
        ("hold", ("n", "gate-1' OR true --", "A", SESSION, "t1", "h", 60)),
        ("commit", ("n", "h", "a" * 100_000, "face", AT)),
        ("commit", ("n", "h", "a", "face", "NaN")),
        ("commit", ("n", "h", "a", "face", "-Infinity")),
        ("upload", ("n", "gate-1", "A", SESSION, "t1", "a", "balcony", AT)),
        ("upload", ("n", "gate-1", "{A,B}", SESSION, "t1", "a", "face", AT)),
        ("note_gate", ("n", "a", "张三")),
        ("count_passages", ("n", "gate-1", "A", -5, 0, "checked")),
        ("beat", ("gate-1", "A", "serving", -1, "1.0")),
    ],
)
def test_words_out_of_their_bounds_are_refused_and_change_nothing(
    base: TestBase, event: str, gate: BaseClient, function: str, words: tuple[object, ...]
) -> None:
    """As a gate sends that has a good certificate and lies."""
    with psycopg.connect(conninfo(base.way("gate-1")).decode(), autocommit=True) as db:
        marks = ", ".join(["%s"] * (len(words) + 1))
        with pytest.raises((psycopg.DataError, psycopg.IntegrityError)):
            db.execute(f"SELECT venue.{function}({marks})", (event, *map(str, words)))
    assert gate.look("gate-9", SESSION, "t1").outcome == "free"
    assert gate.head_count() == []


def test_raced_for_by_many_a_ticket_admits_once(base: TestBase, event: str) -> None:
    clients = [base.client(f"gate-{number}", event) for number in range(1, 7)]

    def attempt(client: BaseClient, reference: str) -> bool:
        hold = fresh()
        if client.hold(fresh(), "s", "A", SESSION, reference, hold, LEASE_S).outcome != "held":
            return False
        return client.commit(fresh(), hold, fresh(), "face", AT).outcome == "admitted"

    with ThreadPoolExecutor(len(clients)) as pool:
        for number in range(20):
            reference = f"t{number}"
            assert sum(pool.map(lambda client, r=reference: attempt(client, r), clients)) == 1
    for client in clients:
        client.close()


def test_what_was_decided_without_the_base_is_recorded_and_a_double_use_reported(
    base: TestBase, event: str, gate: BaseClient, other: BaseClient
) -> None:
    def upload(client: BaseClient, station: str, reference: str, admission: str, at: float) -> str:
        return client.upload(fresh(), station, "A", SESSION, reference, admission, "face", at).outcome

    online, offline = admit(gate, "t1"), fresh()
    assert upload(other, "gate-2", "t1", offline, AT - 60) == "conflict"
    assert upload(gate, "gate-1", "t1", online, AT) == "admitted", "its answer was lost, the admission was not"
    assert upload(other, "gate-2", "t2", fresh(), AT) == "admitted"
    assert upload(other, "gate-2", "revoked", fresh(), AT) == "conflict"
    assert upload(other, "gate-2", "t99", fresh(), AT) == "conflict"
    with base.admin() as db:
        report = admin.conflict_report(db, event)
    assert [(use.reference, use.station, use.offline, use.kind) for use in report] == [
        ("revoked", "gate-2", True, "revoked"),
        ("t1", "gate-2", True, "double_use"),
        ("t1", "gate-1", False, "admitted"),
        ("t99", "gate-2", True, "unknown_ticket"),
    ], "each ticket's uses in the order of their scans"
    [count] = gate.head_count()
    assert (count["admitted"], count["doubled"]) == (4, 1)
    assert other.undo(fresh(), offline).outcome == "undone"
    assert gate.head_count()[0]["doubled"] == 0


def test_the_queue_is_served_in_order_and_the_gate_hears_of_it(gate: BaseClient, desk: BaseClient) -> None:
    first, second = fresh(), fresh()
    for entry in (first, second):
        assert gate.queue_join(fresh(), "gate-1", "A", entry).outcome == "joined"
    with pytest.raises(BaseRefused, match="VE003"):
        gate.queue_take(fresh(), "gate-1", "A")
    nonce = fresh()
    taken = desk.queue_take(nonce, "desk-1", "A")
    assert (taken.outcome, taken.id, taken.station) == ("taken", first, "gate-1")
    assert desk.queue_take(nonce, "desk-1", "A") == taken, "asked again after a time-out: not the next one"
    assert desk.queue_finish(fresh(), first, "admitted").outcome == "finished"
    assert gate.queue_finish(fresh(), second, "left").outcome == "finished"
    assert desk.queue_take(fresh(), "desk-1", "A").outcome == "empty"
    seen = [(change.kind, change.id, change.word) for change in gate.changes_since(Position())]
    assert ("queue_finished", first, "admitted") in seen
    assert gate.woken()


def test_a_call_is_answered_once(gate: BaseClient, desk: BaseClient) -> None:
    call = fresh()
    assert gate.call_staff(fresh(), "gate-1", "A", call).outcome == "called"
    assert gate.call_staff(fresh(), "gate-1", "A", fresh()).id == call
    answered = desk.answer_call(fresh(), "desk-1", call)
    assert (answered.outcome, answered.station) == ("answered", "gate-1")
    assert desk.answer_call(fresh(), "desk-1", call).outcome == "nothing"
    assert gate.call_staff(fresh(), "gate-1", "A", fresh()).outcome == "called"


def test_an_incident_has_a_beginning_an_end_and_somebody_who_answers(gate: BaseClient, desk: BaseClient) -> None:
    incident = fresh()
    began = desk.incident_begin(fresh(), "desk-1", "all", incident, "lane_closed", "medical", "o-017", AT * 2)
    assert began.outcome == "began"
    with pytest.raises(BaseRefused, match="VE003"):
        gate.incident_end(fresh(), "gate-1", incident, "o-017")
    with pytest.raises(BaseRefused, match="23514"):
        desk.incident_begin(fresh(), "desk-1", "all", fresh(), "lane_closed", "lunch", "o-017", AT * 2)
    assert desk.incident_end(fresh(), "desk-1", incident, "o-018").outcome == "ended"
    assert desk.incident_end(fresh(), "desk-1", incident, "o-018").outcome == "nothing"


def test_passages_add_up_and_a_retry_adds_nothing(gate: BaseClient, other: BaseClient) -> None:
    nonce = fresh()
    for _ in range(2):
        gate.count_passages(nonce, "gate-1", "A", 3, 1)
    gate.count_passages(fresh(), "gate-1", "A", 2, 0)
    other.count_passages(fresh(), "gate-2", "A", 1, 0)
    assert [(count["passed_in"], count["passed_out"]) for count in gate.head_count()] == [(6, 1)]


def test_changes_come_in_order_each_once_whatever_was_missed(gate: BaseClient, other: BaseClient) -> None:
    for number in range(5):
        admit(gate, f"t{number}")
    first = other.changes_since(Position())
    for number in range(5, 10):
        admit(gate, f"t{number}")
    rest = other.changes_since(first[-1].position)
    assert [change.reference for change in (*first, *rest)] == [f"t{number}" for number in range(10)]
    assert other.changes_since(rest[-1].position) == []


def test_a_change_is_kept_back_while_an_older_transaction_may_still_come(
    base: TestBase, event: str, gate: BaseClient
) -> None:
    with base.admin() as db:
        with db.transaction():
            db.execute("SELECT pg_current_xact_id()")
            admit(gate, "t1")
            assert gate.changes_since(Position()) == []
        assert [change.reference for change in gate.changes_since(Position())] == ["t1"]


def test_an_unknown_event_is_refused(base: TestBase) -> None:
    client = base.client("gate-1", "nowhere")
    with pytest.raises(BaseRefused, match="VE002"):
        client.hold(fresh(), "gate-1", "A", SESSION, "t1", fresh(), LEASE_S)
    client.close()


def test_a_beat_is_seen(base: TestBase, event: str, gate: BaseClient) -> None:
    answer = gate.beat("gate-1", "A", "serving", 3, "0.1.0")
    assert answer.outcome == "noted"
    with base.admin() as db:
        [(station, pending)] = db.execute(
            "SELECT station, pending FROM venue.stations WHERE event = %s", (event,)
        ).fetchall()
        assert (station, pending) == ("gate-1", 3)
        assert answer.id == db.execute("SELECT epoch FROM venue.base").fetchone()[0]  # type: ignore[index]
