"""The ledger of a station in a venue: the contract with the base there and away, and what happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.base import admin
from kiosk.base.client import BaseClient
from kiosk.base.cluster import new_epoch
from kiosk.base.errors import BaseAway
from kiosk.base.link import BaseWay
from kiosk.base.policy import may_decide, policy_at
from kiosk.base.venue_ledger import VenueLedger
from kiosk.config.event import OfflinePolicy
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Admission, GateState, LedgerUnavailable, Place
from kiosk.ledger.tickets import TicketRow, sealed_row
from kiosk.vault.file_keys import FileEventKeys
from tests.contract.ledger_suite import LedgerSuite
from tests.helpers.base import ADDRESS, TestBase
from tests.helpers.ledger import GATE, LEASE_S, NOON, OTHER_STATION, card, new_keys, ticket
from tests.helpers.venue import Station, TimedVenueLedger, load


@pytest.fixture
def keys(tmp_path: Path) -> FileEventKeys:
    return new_keys(tmp_path)


class TestVenueLedgerOnline(LedgerSuite):
    """Every decision is the base's."""

    @pytest.fixture
    def ledger(self, base: TestBase, tmp_path: Path, keys: FileEventKeys) -> Iterator[TimedVenueLedger]:
        event = base.event([])
        client = base.client("desk-1", event, "desk")
        made = TimedVenueLedger(tmp_path / "ledger.sqlite", keys, client, OfflinePolicy.MANUAL_LANE, "A")
        yield made.over(base, event)
        assert client.connected
        made.close()
        client.close()


class TestVenueLedgerAlone(LedgerSuite):
    """The base was never there."""

    @pytest.fixture
    def ledger(self, tmp_path: Path, keys: FileEventKeys) -> Iterator[VenueLedger]:
        client = BaseClient(BaseWay(ADDRESS, 1, "gate-1", tmp_path), "event")
        made = VenueLedger(tmp_path / "ledger.sqlite", keys, client, OfflinePolicy.ADMIT_AND_REPORT, "A")
        yield made
        made.close()


# --- two stations -----------------------------------------------------------------------------------


@pytest.fixture
def rows(keys: FileEventKeys) -> list[TicketRow]:
    return [sealed_row(ticket(keys, person), keys) for person in range(1, 9)]


@pytest.fixture
def event(base: TestBase, rows: list[TicketRow]) -> str:
    event = base.event([])
    load(base, event, rows)
    return event


@pytest.fixture
def gates(
    base: TestBase, event: str, rows: list[TicketRow], tmp_path: Path, keys: FileEventKeys
) -> Iterator[tuple[Station, Station]]:
    """Both connected and up to date."""
    made = tuple(Station.of(base, event, place, tmp_path, keys) for place in (GATE, OTHER_STATION))
    for station in made:
        station.ledger.add_rows(rows)
        station.step()
        assert station.ledger.online
    yield made[0], made[1]
    for station in made:
        station.close()


def admit(station: Station, keys: FileEventKeys, person: int, now: float = NOON) -> Admission | CheckOutcome:
    nonce = f"{station.place.station}-{person}-{now}"
    held = station.ledger.hold(card(keys, person), station.place, nonce, LEASE_S, now)
    if held.hold is None:
        return held.check.outcome
    return station.ledger.commit(held.hold.hold_id, nonce, Lane.FACE, now + 1)


def outcome(station: Station, keys: FileEventKeys, person: int) -> CheckOutcome:
    return station.ledger.check(card(keys, person), station.place, NOON + 100).outcome


def away(station: Station) -> None:
    """As when the cable is pulled: found out at the next call, and only ``step`` finds it again."""
    station.client.close()


def test_what_one_gate_admitted_the_other_knows_at_once(gates: tuple[Station, Station], keys: FileEventKeys) -> None:
    one, two = gates
    assert isinstance(admit(one, keys, 1), Admission)
    check = two.ledger.check(card(keys, 1), OTHER_STATION, NOON + 60)
    assert check.outcome is CheckOutcome.ALREADY_USED
    assert check.earlier_use is not None
    assert (check.earlier_use.station, check.earlier_use.gate_group) == ("gate-1", "A")
    assert admit(two, keys, 1) is CheckOutcome.ALREADY_USED
    assert (one.ledger.pending(), two.ledger.pending()) == (0, 0)


def test_what_was_heard_before_the_base_went_away_is_known_without_it(
    gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, two = gates
    admission = admit(one, keys, 1)
    admit(one, keys, 2)
    assert isinstance(admission, Admission)
    assert one.ledger.undo(admission.admission_id, "u", "wrong person", "o-1", NOON)
    two.step()
    away(two)
    assert outcome(two, keys, 2) is CheckOutcome.ALREADY_USED
    assert outcome(two, keys, 1) is CheckOutcome.VALID


def test_decided_alone_and_told_afterwards(
    base: TestBase, event: str, gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, two = gates
    away(one)
    admission = admit(one, keys, 1, NOON + 5)
    assert isinstance(admission, Admission)
    one.ledger.note_gate(admission.admission_id, GateState.PASSED, NOON + 8)
    assert not one.ledger.online
    assert one.ledger.pending() == 2
    one.step()
    assert one.ledger.online
    assert one.ledger.pending() == 0
    assert one.ledger.conflicts() == []
    use = two.ledger.check(card(keys, 1), OTHER_STATION, NOON + 60).earlier_use
    assert use is not None
    assert use.at == admission.at, "when it was scanned, not when it was told"
    with base.admin() as db:
        row = db.execute("SELECT offline, gate_state FROM venue.admissions WHERE event = %s", (event,)).fetchone()
    assert row == (True, "passed")


def test_a_ticket_used_twice_while_the_base_was_away_is_a_conflict_on_both_sides(
    base: TestBase, event: str, gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, two = gates
    away(one)
    away(two)
    first, second = admit(one, keys, 1, NOON), admit(two, keys, 1, NOON + 30)
    assert isinstance(first, Admission)
    assert isinstance(second, Admission)
    two.step()  # the later one is told first
    one.step()
    assert (one.ledger.pending(), two.ledger.pending()) == (0, 0)
    assert two.ledger.conflicts() == []
    [conflict] = one.ledger.conflicts()
    assert (conflict.reference, conflict.other_station, conflict.other_at) == (
        first.ticket_reference,
        "gate-2",
        second.at,
    )
    with base.admin() as db:
        report = admin.conflict_report(db, event)
    assert [(use.station, use.scanned_at) for use in report] == [("gate-1", first.at), ("gate-2", second.at)]


def test_an_answer_that_was_lost_is_no_second_admission(
    base: TestBase, event: str, gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    """The base admits, the station never hears of it, decides by itself and tells: one admission, no conflict."""
    one, _ = gates
    held = one.ledger.hold(card(keys, 1), GATE, "h", LEASE_S, NOON)
    assert held.hold is not None
    deaf = _Deaf(one.client)
    one.ledger._client = deaf  # type: ignore[assignment]
    admission = one.ledger.commit(held.hold.hold_id, "c", Lane.FACE, NOON)
    assert isinstance(admission, Admission)
    assert deaf.asked == 1
    assert one.ledger.pending() == 1
    one.step()
    assert one.ledger.pending() == 0
    assert one.ledger.conflicts() == []
    with base.admin() as db:
        rows = db.execute("SELECT admission FROM venue.admissions WHERE event = %s", (event,)).fetchall()
    assert rows == [(admission.admission_id,)]


def test_an_admission_whose_gate_was_killed_before_it_heard_is_shown_to_staff(
    gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, two = gates
    held = one.ledger.hold(card(keys, 1), GATE, "h", LEASE_S, NOON)
    assert held.hold is not None
    assert one.client.commit("c", held.hold.hold_id, "lost", Lane.FACE, NOON).outcome == "admitted"
    for station in (one, two):
        station.step()
    assert [each.admission_id for each in one.ledger.unconfirmed()] == ["lost"]
    assert one.ledger.unconfirmed("gate-9") == two.ledger.unconfirmed() == []


def test_held_alone_and_committed_with_the_base_back(gates: tuple[Station, Station], keys: FileEventKeys) -> None:
    one, two = gates
    away(one)
    held = [one.ledger.hold(card(keys, person), GATE, f"h{person}", LEASE_S, NOON).hold for person in (1, 2)]
    assert isinstance(admit(two, keys, 2), Admission)
    one.step()
    assert held[0] is not None
    assert held[1] is not None
    assert isinstance(one.ledger.commit(held[0].hold_id, "c1", Lane.FACE, NOON), Admission)
    assert one.ledger.commit(held[1].hold_id, "c2", Lane.FACE, NOON) is CheckOutcome.ALREADY_USED
    assert one.ledger.pending() == 0


def test_an_undo_of_what_the_base_does_not_know_yet_follows_it(
    gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, two = gates
    away(one)
    admission = admit(one, keys, 1)
    assert isinstance(admission, Admission)
    assert one.ledger.undo(admission.admission_id, "u", "wrong person", "o-1", NOON)
    assert one.ledger.pending() == 2
    one.step()
    assert one.ledger.pending() == 0
    assert outcome(two, keys, 1) is CheckOutcome.VALID


def test_an_undo_while_the_base_is_away_frees_the_ticket_here_at_once(
    gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, _ = gates
    admission = admit(one, keys, 1)
    assert isinstance(admission, Admission)
    one.step()
    away(one)
    assert one.ledger.undo(admission.admission_id, "u", "wrong person", "o-1", NOON)
    assert outcome(one, keys, 1) is CheckOutcome.VALID


def test_a_ticket_undone_elsewhere_admits_here_again(gates: tuple[Station, Station], keys: FileEventKeys) -> None:
    one, _ = gates
    admission = admit(one, keys, 1)
    assert isinstance(admission, Admission)
    one.client.undo("from-elsewhere", admission.admission_id)
    assert isinstance(admit(one, keys, 1, NOON + 60), Admission)
    assert one.ledger.counts()["admitted"] == 1


def test_a_revoked_ticket_is_heard_of(
    base: TestBase, event: str, gates: tuple[Station, Station], rows: list[TicketRow], keys: FileEventKeys
) -> None:
    one, _ = gates
    reference = _reference(one, keys, 1)
    with base.admin() as db:
        admin.load_tickets(db, event, [("night-1", reference, "A", True)])
    assert outcome(one, keys, 1) is CheckOutcome.REVOKED
    one.step()
    away(one)
    assert outcome(one, keys, 1) is CheckOutcome.REVOKED


def test_a_base_that_was_set_back_is_told_everything_again(
    base: TestBase, event: str, gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, two = gates
    admission = admit(one, keys, 1)
    admit(one, keys, 2)
    assert isinstance(admission, Admission)
    one.ledger.undo(admission.admission_id, "u", "wrong person", "o-1", NOON)
    with base.admin() as db:  # as restored from a backup made before
        for table in ("admissions", "nonces", "changes"):
            db.execute(f"DELETE FROM venue.{table} WHERE event = %s", (event,))
        new_epoch(db)
    one.step()
    two.step()
    assert one.ledger.pending() == 0
    assert outcome(two, keys, 2) is CheckOutcome.ALREADY_USED
    assert outcome(two, keys, 1) is CheckOutcome.VALID


def test_of_what_a_base_that_was_set_back_still_has_nothing_is_told_again(
    base: TestBase, event: str, gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, _ = gates
    kept, lost = admit(one, keys, 1), admit(one, keys, 2)
    assert isinstance(kept, Admission)
    assert isinstance(lost, Admission)
    with base.admin() as db:
        for table, column in (("admissions", "admission"), ("changes", "id")):
            db.execute(f"DELETE FROM venue.{table} WHERE event = %s AND {column} = %s", (event, lost.admission_id))
        db.execute("DELETE FROM venue.nonces WHERE event = %s", (event,))
        new_epoch(db)
    one.step()
    told = one.ledger._db.execute("SELECT admission_id FROM venue_journal WHERE kind = 'upload'").fetchall()
    assert told == [(lost.admission_id,)]
    assert one.ledger.pending() == 0


def test_what_the_base_will_not_take_stays_pending(gates: tuple[Station, Station], keys: FileEventKeys) -> None:
    one, _ = gates
    away(one)
    admit(one, keys, 1)
    admit(one, keys, 2)
    one.ledger._db.execute("UPDATE venue_journal SET station = 'no station' WHERE sequence = 1")
    one.step()
    assert one.ledger.pending() == 1, "and the one behind it is told"


@pytest.mark.parametrize(
    ("policy", "own", "other"),
    [
        (OfflinePolicy.ADMIT_AND_REPORT, True, True),
        (OfflinePolicy.OWN_GROUP, True, False),
        (OfflinePolicy.MANUAL_LANE, False, False),
    ],
)
def test_what_may_be_decided_alone_is_the_events_word(
    tmp_path: Path, keys: FileEventKeys, policy: OfflinePolicy, own: bool, other: bool
) -> None:
    assert may_decide(policy, "A", "A") is own
    assert may_decide(policy, "B", "A") is other
    assert policy_at(policy, desk=False) is policy
    client = BaseClient(BaseWay(ADDRESS, 1, "gate-1", tmp_path), "event")
    ledger = VenueLedger(tmp_path / "ledger.sqlite", keys, client, policy, "A")
    ledger.add_rows([sealed_row(ticket(keys, 1), keys), sealed_row(ticket(keys, 2, gate_group="B"), keys)])
    for person, place, may in ((1, GATE, own), (2, replace(GATE, gate_group="B"), other)):
        assert ledger.check(card(keys, person), place, NOON).outcome is CheckOutcome.VALID
        if may:
            assert ledger.hold(card(keys, person), place, f"h{person}", LEASE_S, NOON).hold is not None
        else:
            with pytest.raises(LedgerUnavailable, match="base_away"):
                ledger.hold(card(keys, person), place, f"h{person}", LEASE_S, NOON)
    ledger.close()


def test_with_the_manual_lane_it_is_the_desk_that_decides() -> None:
    assert policy_at(OfflinePolicy.MANUAL_LANE, desk=True) is OfflinePolicy.ADMIT_AND_REPORT


def test_a_ticket_the_base_does_not_know_is_nobodys_fault_but_named(
    gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, _ = gates
    one.ledger.add_rows([sealed_row(ticket(keys, 50), keys)])
    with pytest.raises(LedgerUnavailable, match="not_at_base"):
        one.ledger.hold(card(keys, 50), GATE, "h", LEASE_S, NOON)


class _Deaf:
    """A client that asks, and hears no answer."""

    def __init__(self, client: BaseClient) -> None:
        self._client, self.asked = client, 0

    def commit(self, *words: object) -> None:
        self.asked += 1
        self._client.commit(*words)  # type: ignore[arg-type]
        self._client.close()
        raise BaseAway("late")


def _reference(station: Station, keys: FileEventKeys, person: int) -> str:
    found = station.ledger.check(card(keys, person), Place("x", "A", "night-1"), NOON).ticket
    assert found is not None
    return found.reference


# --- out, and in again, and together ----------------------------------------------------------------


def test_whoever_went_out_by_a_desk_comes_in_again_by_another_gate(
    gates: tuple[Station, Station],
    base: TestBase,
    event: str,
    rows: list[TicketRow],
    tmp_path: Path,
    keys: FileEventKeys,
) -> None:
    one, two = gates
    assert isinstance(admit(one, keys, 1), Admission)
    two.step()
    with pytest.raises(LedgerUnavailable, match="desk_only"):
        two.ledger.exit(card(keys, 1), two.place, "x", NOON + 50)
    desk = Station.of(base, event, replace(two.place, station="desk-1"), tmp_path, keys, kind="desk")
    desk.ledger.add_rows(rows)
    desk.step()
    assert desk.ledger.exit(card(keys, 1), desk.place, "x", NOON + 50)
    two.step()
    once = replace(two.place, entries=2)
    held = two.ledger.hold(card(keys, 1), once, "again", LEASE_S, NOON + 60).hold
    assert held is not None
    assert isinstance(two.ledger.commit(held.hold_id, "again", Lane.STAFF, NOON + 61), Admission)
    one.step()
    assert desk.ledger.exit(card(keys, 1), desk.place, "x2", NOON + 70)
    desk.close()
    one.step()
    assert (
        one.ledger.check(card(keys, 1), replace(one.place, entries=2), NOON + 80).outcome is CheckOutcome.ALREADY_USED
    )
    assert one.ledger.check(card(keys, 1), replace(one.place, entries=None), NOON + 80).outcome is CheckOutcome.VALID


def test_going_out_while_the_base_is_away_is_told_in_its_turn(
    gates: tuple[Station, Station], keys: FileEventKeys
) -> None:
    one, two = gates
    away(one)
    assert isinstance(admit(one, keys, 1), Admission)
    assert one.ledger.exit(card(keys, 1), one.place, "x", NOON + 50)
    assert one.ledger.pending() == 2
    one.step()
    assert one.ledger.pending() == 0
    assert two.ledger.check(card(keys, 1), replace(two.place, entries=None), NOON + 60).outcome is CheckOutcome.VALID
    assert not two.ledger.exit(card(keys, 1), two.place, "y", NOON + 61)


def test_of_several_the_base_takes_all_or_gives_all_back(gates: tuple[Station, Station], keys: FileEventKeys) -> None:
    one, two = gates
    holds = [one.ledger.hold(card(keys, n), one.place, f"h{n}", LEASE_S, NOON).hold for n in (1, 2)]
    ids = [hold.hold_id for hold in holds if hold is not None]
    one.client.release("gone", ids[1])
    one.client.hold("other", "gate-9", "A", "night-1", holds[1].ticket_reference, "theirs", 60.0)  # type: ignore[union-attr]
    assert isinstance(one.ledger.commit_all(ids, "c", Lane.STAFF, NOON + 1), CheckOutcome)
    assert outcome(two, keys, 1) is CheckOutcome.VALID
    assert one.ledger.counts()["admitted"] == 0
