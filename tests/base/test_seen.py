"""What the office sees of a venue, on a real base: stations, groups, conflicts page by page, letting a device in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.base import device
from kiosk.base.client import BaseClient
from kiosk.base.errors import BaseAway, BaseRefused, BaseTrouble
from kiosk.base.following import CLOCK_MOST_S, CLOCK_WRONG, BaseFollower, Reported
from kiosk.base.seen import all_conflicts, look
from kiosk.domain.access import Action, NotAllowed, Principal, Role
from kiosk.ledger.store import open_store
from kiosk.office.base_place import base_port
from kiosk.office.venue_place import VenuePlace
from tests.helpers.accounts import SetClock
from tests.helpers.base import TestBase

NIGHT = "night-1"


@contextmanager
def connected(base: TestBase, name: str, event: str, kind: str = "gate") -> Iterator[BaseClient]:
    client = base.client(name, event, kind)
    try:
        yield client
    finally:
        client.close()


def test_stations_groups_calls_and_incidents_are_seen_with_how_long_ago(base: TestBase) -> None:
    event = base.event([(NIGHT, f"t{n}", "A", False) for n in range(3)])
    with connected(base, "gate-1", event) as gate, connected(base, "desk-1", event, "desk") as desk:
        assert look(desk).stations == ()
        gate.beat("gate-1", "A", "serving", 2, "0.1.0")
        desk.beat("desk-1", "B", "serving", 0, "0.1.0")
        gate.upload("n1", "gate-1", "A", NIGHT, "t0", "a0", "face", time.time())
        gate.count_passages("n2", "gate-1", "A", 3, 1)
        gate.queue_join("n3", "gate-1", "A", "q1")
        gate.call_staff("n4", "gate-1", "A", "c1")
        desk.incident_begin("n5", "desk-1", "all", "i1", "all_manual", "crowd", "s-1", time.time() + 600)
        seen = look(desk)
    assert [(each.station, each.gate_group, each.pending) for each in seen.stations] == [
        ("desk-1", "B", 0),
        ("gate-1", "A", 2),
    ]
    assert all(0 <= each.quiet_s < 60 for each in seen.stations)
    [a, b] = seen.groups
    assert a.waits is not None
    assert a.heads is not None
    assert a.longest_s is not None
    assert (a.gate_group, a.waits.waiting, a.heads.admitted, a.heads.passed_in) == ("A", 1, 1, 3)
    assert 0 <= a.longest_s < 60
    assert (b.gate_group, b.waits, b.heads, b.longest_s) == ("B", None, None, None)
    assert [(call.station, call.waits_s < 60) for call in seen.calls] == [("gate-1", True)]
    assert [(each.gate_group, each.mode, each.why) for each in seen.incidents] == [("all", "all_manual", "crowd")]


def test_conflicts_come_ticket_by_ticket_however_many_there_are(base: TestBase) -> None:
    """More than one page of 50 tickets, in two sessions; and the same list as the command's."""
    tickets = [(f"night-{1 + n % 2}", f"t{n:03d}", "A", False) for n in range(120)]
    event = base.event(tickets)
    with connected(base, "gate-1", event) as one, connected(base, "gate-2", event) as other:
        for session, reference, _, _ in tickets:
            one.upload(f"1{reference}", "gate-1", "A", session, reference, f"a{reference}", "face", 1000.0)
            other.upload(f"2{reference}", "gate-2", "A", session, reference, f"b{reference}", "face", 2000.0)
        with pytest.raises(BaseRefused, match="VE003"):
            all_conflicts(one)
    with connected(base, "desk-1", event, "desk") as desk:
        uses = all_conflicts(desk)
    assert len(uses) == 240
    pairs = [(use.session, use.reference) for use in uses[::2]]
    assert pairs == sorted((session, reference) for session, reference, _, _ in tickets)
    assert {(first.kind, second.kind) for first, second in zip(uses[::2], uses[1::2], strict=True)} == {
        ("admitted", "double_use")
    }
    from kiosk.base.admin import conflict_report

    with base.admin() as db:
        assert conflict_report(db, event) == uses


def test_a_station_whose_clock_is_wrong_says_so_and_then_no_more(base: TestBase, tmp_path: Path) -> None:
    event = base.event([])
    off_s = [CLOCK_MOST_S + 30]
    reported = Reported("gate-1", "A", "0.1.0", now=lambda: time.time() + off_s[0])
    hours = iter(range(0, 10**6, 3600))  # everything is due at each step
    client = base.client("gate-1", event)
    follower = BaseFollower(tmp_path / "s.sqlite", client, reported, monotonic=lambda: float(next(hours)))
    db = open_store(tmp_path / "s.sqlite")

    def state() -> str:
        follower.step(db)
        [station] = look(client).stations
        return station.state

    assert [state(), state()] == ["serving", CLOCK_WRONG]
    off_s[0] = CLOCK_MOST_S - 30
    assert [state(), state()] == [CLOCK_WRONG, "serving"]
    db.close()
    client.close()


# --- the office's ways to it ------------------------------------------------------------------------------


def anything(action: Action) -> None:
    assert action in {Action.READ_CONFIGURATION, Action.CHANGE_CONFIGURATION, Action.READ_COUNTS}


def nothing(action: Action) -> None:
    raise NotAllowed(Principal(Role.ATTENDANT, "o-1"), action)


def test_a_device_is_let_in_through_the_office_and_cut_off_again(base: TestBase, tmp_path: Path) -> None:
    port = base_port(base.place, anything, ())
    event = base.event([])
    keys = tmp_path / "keys"
    request = tmp_path / "request.txt"
    request.write_text(device.begin(keys, port.invite("desk-90", "desk")))
    name, answer = port.sign(request, tmp_path)
    assert name == "desk-90"
    device.finish(keys, (tmp_path / answer).read_text())
    place = VenuePlace(keys, event, SetClock())
    try:
        assert place.port(anything, ()).look().stations == ()
        assert place.port(anything, ()).conflicts() == []
        [row] = [row for row in port.look()["devices"] if row["device"] == "desk-90"]
        assert row["kind"] == "desk"
        port.revoke("desk-90")
        with pytest.raises((BaseAway, BaseRefused)):
            place.port(anything, ()).look()
    finally:
        place.close()


def test_every_way_asks_the_role_table_first(base: TestBase, tmp_path: Path) -> None:
    port = base_port(base.place, nothing, ())
    place = VenuePlace(tmp_path, "event", SetClock())
    venue = place.port(nothing, ())
    for ask in (
        port.look,
        lambda: port.invite("gate-91", "gate"),
        lambda: port.sign(tmp_path / "request.txt", tmp_path),
        lambda: port.revoke("gate-1"),
        venue.look,
        venue.conflicts,
        lambda: venue.paper([], "en"),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_a_machine_that_is_not_enrolled_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(BaseTrouble, match="not enrolled"):
        VenuePlace(tmp_path, "event", SetClock()).port(anything, ()).look()
