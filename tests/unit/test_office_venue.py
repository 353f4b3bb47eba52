"""The venue in the office without a window: what stands out, conflicts in order, letting a device in."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.base.errors import BaseAway, BaseTrouble
from kiosk.base.seen import CallSeen, GroupSeen, StationSeen, Use, VenueSeen
from kiosk.domain.access import Principal, Role
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.domain.lanes import GroupWaits, HeadCount, Staffing
from kiosk.office.base import BasePages, BasePort
from kiosk.office.venue import AGAIN_S, VenuePages, VenuePort
from kiosk.office.venue_words import QUIET_S, duration, venue_page
from kiosk.office.view import Mark, PlanPage, PlanTile, Weight
from kiosk.text import Texts
from tests.helpers.office import OfficeStage

SUPERVISOR = Principal(Role.SUPERVISOR, "s-1")
SYSTEM = Principal(Role.SYSTEM_ADMIN, "sys")
INSPECTOR = Principal(Role.INSPECTOR, "ins")
CODE = "VKE1 gate-7 ABCDEFGH 00ff 10.0.0.5 5433"
GOOD = StationSeen("gate-1", "gate-1", "A", "serving", 0, "0.1.0", 1.0)


def station(**changes: Any) -> StationSeen:
    return StationSeen(**{**vars(GOOD), **changes})


def seen(*stations: StationSeen, **more: Any) -> VenueSeen:
    groups = tuple(GroupSeen(name) for name in sorted({each.gate_group for each in stations}))
    return VenueSeen(**{"stations": stations, "groups": groups, "calls": (), "incidents": (), **more})


def tile(one: StationSeen, **more: Any) -> PlanTile:
    [group] = venue_page(seen(one, **more), Texts("en"), ()).groups
    [shown] = group.tiles
    return shown


def use(reference: str, station: str, at: float, kind: str = "admitted", *, offline: bool = False) -> Use:
    return Use(reference, "night-1", station, "A", "face", at, offline, False, kind)


USES = [
    use("0" * 26 + "aaaaaa", "gate-1", 1000.0),
    use("0" * 26 + "aaaaaa", "gate-2", 1010.0, "double_use", offline=True),
    use("0" * 26 + "bbbbbb", "gate-3", 900.0, "revoked", offline=True),
]


@pytest.fixture
def stage(tmp_path: Path) -> OfficeStage:
    return OfficeStage(tmp_path)


# --- the plan -------------------------------------------------------------------------------------------


def test_a_station_that_serves_is_calm_and_everything_else_stands_out() -> None:
    assert tile(GOOD).mark is Mark.GOOD
    assert tile(station(state="manned")).mark is Mark.GOOD
    assert tile(station(state="unmanned")).mark is Mark.LOOK
    assert tile(station(state="of_a_later_version")).state == "of a later version"
    assert tile(station(pending=3)).mark is Mark.LOOK
    assert tile(station(state="all_manual")) == PlanTile("gate-1", "Staff check everybody", Mark.LOOK, tile(GOOD).lines)
    assert tile(station(state="clock_wrong")).mark is Mark.BAD
    assert tile(station(quiet_s=QUIET_S)).mark is Mark.GOOD
    quiet = tile(station(quiet_s=QUIET_S + 0.1, pending=2))
    assert (quiet.mark, quiet.state) == (Mark.BAD, "not heard of")
    assert quiet.lines == ("not yet told: 2", "last seen 0:10 ago")
    calling = tile(GOOD, calls=(CallSeen("gate-1", "A", 75.0),))
    assert (calling.mark, calling.state) == (Mark.LOOK, "calls staff, 1:15")


def test_a_group_says_who_waits_and_whether_more_passed_than_were_let_in() -> None:
    waits, heads = GroupWaits("A", 3, 10.0, 95.4, 20, 40.0, 60), HeadCount("A", 50, 4, 1, 53, 2)
    group = GroupSeen("A", waits, heads, Staffing("A", 2, 1, 0.0), 200.0)
    [shown] = venue_page(seen(GOOD, groups=(group,)), Texts("en"), ()).groups
    for part in ("officers: 1", "staff: 3", "longest: 3:20", "lane: 1:35", "lane: 0:40", "inside: 49", "2 more passed"):
        assert part in shown.line
    even = GroupSeen("A", heads=HeadCount("A", 5, 0, 0, 5, 0))
    assert "more passed" not in venue_page(seen(GOOD, groups=(even,)), Texts("en"), ()).groups[0].line


def test_a_staff_lane_that_is_slower_is_said() -> None:
    group = GroupSeen("B", GroupWaits("B", 3, 10.0, 200.0, 20, 40.0, 60))
    told = venue_page(seen(GOOD, groups=(group,)), Texts("en"), ()).told
    assert told is not None
    assert told.words == Texts("en")("office.venue.staff_lane_worse", groups="B")


def test_an_incident_stands_above_a_silent_gate_and_that_above_a_call() -> None:
    texts = Texts("en")
    call, silent = CallSeen("gate-1", "A", 5.0), station(quiet_s=60.0)
    incident = Incident("i1", "all", Mode.ALL_MANUAL, Why.CROWD, "s-1", 0.0, time.time() + 600)
    everything = seen(silent, calls=(call,), incidents=(incident,))
    told = venue_page(everything, texts, ()).told
    assert told is not None
    assert "All gates: Staff check everybody (Crowd), until" in told.words
    told = venue_page(seen(silent, calls=(call,)), texts, ()).told
    assert told is not None
    assert told.mark is Mark.BAD
    told = venue_page(seen(GOOD, calls=(call,)), texts, ()).told
    assert told is not None
    assert told.mark is Mark.LOOK
    assert venue_page(seen(GOOD), texts, ()).told is None


def test_durations() -> None:
    assert [duration(each) for each in (0, 59.4, 60, 3599, 3661)] == ["0:00", "0:59", "1:00", "59:59", "1:01:01"]


def test_the_plan_is_looked_at_again_and_keeps_what_was_seen_when_the_base_goes(stage: OfficeStage) -> None:
    looks: list[VenueSeen | Exception] = [seen(GOOD), BaseAway("late"), seen(GOOD, station(station="gate-2"))]

    def look() -> VenueSeen:
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    enter_venue(stage, look)
    assert tiles(stage) == ["gate-1"]
    again(stage)
    page = stage.glass.page
    assert isinstance(page, PlanPage)
    assert page.told is not None
    assert "does not answer" in page.told.words
    assert tiles(stage) == ["gate-1"]
    again(stage)
    assert tiles(stage) == ["gate-1", "gate-2"]


def test_nobody_looks_for_a_page_that_was_left(stage: OfficeStage) -> None:
    looks = []
    enter_venue(stage, lambda: looks.append(1) or seen(GOOD))  # type: ignore[func-returns-value]
    assert stage.office is not None
    stage.office.on_back()
    again(stage)
    assert len(looks) == 1


def enter_venue(stage: OfficeStage, look: Callable[[], VenueSeen], uses: list[Use] | None = None) -> None:
    def paper(given: list[Use], language: str) -> bytes:
        return f"%PDF {language} {len(given)}".encode()

    port = VenuePort(look, lambda: USES if uses is None else uses, paper, (stage.folder,))
    stage.enter(SUPERVISOR, lambda room: VenuePages(room, port))


def tiles(stage: OfficeStage) -> list[str]:
    page = stage.glass.page
    assert isinstance(page, PlanPage)
    return [shown.name for group in page.groups for shown in group.tiles]


def again(stage: OfficeStage) -> None:
    seconds, call = stage.later.pop()
    assert seconds == AGAIN_S
    call()


# --- conflicts ------------------------------------------------------------------------------------------


def test_conflicts_are_listed_use_by_use_and_saved_as_a_paper(stage: OfficeStage) -> None:
    enter_venue(stage, lambda: seen(GOOD))
    assert stage.office is not None
    stage.office.on_act("conflicts", "")
    rows = stage.glass.list.rows
    assert [(row.cells[0], row.cells[1], row.cells[3], row.mark) for row in rows] == [
        ("aaaaaa", "1", "gate-1", Mark.NONE),
        ("aaaaaa", "2", "gate-2", Mark.LOOK),
        ("bbbbbb", "1", "gate-3", Mark.LOOK),
    ]
    assert "2" in stage.glass.list.lead
    stage.office.on_act("paper", "")
    folder = stage.folder / "stick"
    folder.mkdir()
    stage.office.on_opened(str(stage.folder))
    stage.office.on_opened(str(folder))
    stage.office.on_act("here", "")
    [paper] = folder.glob("*.pdf")
    assert paper.read_bytes() == b"%PDF en 3"
    assert stage.glass.list.told is not None
    assert paper.name in stage.glass.list.told.words


def test_without_conflicts_there_is_nothing_to_print(stage: OfficeStage) -> None:
    enter_venue(stage, lambda: seen(GOOD), [])
    assert stage.office is not None
    stage.office.on_act("conflicts", "")
    assert [act.name for act in stage.glass.list.acts] == ["again"]
    assert stage.glass.list.empty


# --- the base -------------------------------------------------------------------------------------------


def numbers(**more: Any) -> dict[str, Any]:
    device = {"device": "gate-1", "kind": "gate", "enrolled_at": 0.0, "expires_at": 9e9, "revoked_at": None}
    event = {"event": "night", "tickets": 10, "admitted": 4, "undone": 1, "conflicts": 0, "pending": 0}
    event |= {"state": "open", "missing": 0}
    value = {"server": "15.6", "connections": {"devices": 2, "most": 300}, "events": [event]}
    return {**value, "devices": [{**device, "seen_at": None, "version": None}], **more}


def enter_base(stage: OfficeStage, who: Principal = SYSTEM, **more: Any) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []

    def invite(device: str, kind: str) -> str:
        asked.append((device, kind))
        if device == "postgres":
            raise BaseTrouble("English", "bad_name")
        return CODE

    def sign(request: Path, folder: Path) -> tuple[str, str]:
        asked.append((request.name, str(folder)))
        return "gate-7", "answer-gate-7.txt"

    port = BasePort(lambda: numbers(**more), invite, sign, lambda name: asked.append((name,)), list, (stage.folder,))
    stage.enter(who, lambda room: BasePages(room, port))
    return asked


def test_a_device_is_let_in_by_a_code_that_is_shown_once(stage: OfficeStage) -> None:
    asked = enter_base(stage)
    assert stage.office is not None
    stage.office.on_act("desk", "")
    stage.office.on_submit({"device": "postgres"})
    assert stage.glass.form.told is not None
    assert stage.glass.form.told.words == stage.texts("office.base.fault.bad_name")
    stage.office.on_submit({"device": "desk-7"})
    assert stage.glass.sheet.code == CODE
    assert asked == [("postgres", "desk"), ("desk-7", "desk")]
    stage.office.on_act("seen", "")
    assert stage.glass.list.rows[0].key == "gate-1"


def test_a_request_is_answered_beside_its_file(stage: OfficeStage) -> None:
    asked = enter_base(stage)
    request = stage.folder / "request.txt"
    request.write_text("VKR1")
    assert stage.office is not None
    stage.office.on_act("answer", "")
    stage.office.on_opened(str(stage.folder))
    stage.office.on_opened(str(request))
    assert asked == [("request.txt", str(stage.folder))]
    assert stage.glass.list.told is not None
    assert "answer-gate-7.txt" in stage.glass.list.told.words


def test_who_only_looks_is_offered_nothing_else(stage: OfficeStage) -> None:
    enter_base(stage, INSPECTOR)
    assert [act.name for act in stage.glass.list.acts] == ["again"]


def test_certificates_and_what_is_not_told_stand_out(stage: OfficeStage) -> None:
    base = numbers()
    devices = [
        {**base["devices"][0], "device": name, "expires_at": until, "revoked_at": revoked}
        for name, until, revoked in (("a", 9e9, None), ("b", 1.0, None), ("c", 9e9, 5.0))
    ]
    asked = enter_base(stage, devices=devices, events=[{**base["events"][0], "pending": 7}])
    assert [row.mark for row in stage.glass.list.rows] == [Mark.GOOD, Mark.BAD, Mark.BAD]
    assert stage.glass.list.told is not None
    assert "7" in stage.glass.list.told.words
    assert stage.office is not None
    stage.office.on_opened("c")
    assert not stage.glass.sheet.acts
    stage.office.on_back()
    stage.office.on_opened("a")
    assert [(act.name, act.weight) for act in stage.glass.sheet.acts] == [("revoke", Weight.DANGER)]
    stage.office.on_act("revoke", "")
    assert asked == [("a",)]
    assert stage.glass.list.told is not None
    assert stage.glass.list.told.words == stage.texts("office.base.revoked", device="a")
