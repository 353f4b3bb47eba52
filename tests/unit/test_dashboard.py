"""The live dashboard: exact numbers from the machine's own files, the running quarter included; supervisors alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.audit.catalogue import Kind
from kiosk.audit.detail import DetailLog
from kiosk.audit.record import Entry
from kiosk.audit.slots import Fact
from kiosk.closing.keys import unlock_unattended
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import ALLOWED, Action, NotAllowed, Principal, Role
from kiosk.ledger.numbers import admitted_by_quarter
from kiosk.office.dashboard import AGAIN_S, DashboardPages
from kiosk.office.dashboard_place import live
from kiosk.office.dashboard_words import board_page
from kiosk.office.live import Live
from kiosk.office.view import BarChart, BoardPage, Mark, Notes, QuarterChart
from kiosk.text import Texts, languages
from tests.helpers.evening import DOORS_S, write_evening
from tests.helpers.event_place import CANARIES, make_event
from tests.helpers.live import sample_live
from tests.helpers.office import OfficeStage

NOW_S = DOORS_S + 9 * 900.0


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    return make_event(tmp_path, people=8)


@pytest.mark.requirement("R-112")
def test_the_quarter_that_runs_is_in_it_and_no_fact_is_counted_twice(place: EventPlace) -> None:
    write_evening(DevicePlace(place.data_dir, place.key_dir), place.event_id, quarters=2)
    before = live(place, NOW_S)
    detail = DetailLog(place.detail_file, unlock_unattended(place))
    for _ in range(3):
        fields = {"station": "gate-1", "ending": "staff", "cause": "no_match"}
        detail.write(Fact(NOW_S, Entry(Kind.VISIT_ENDED, "gate-1", place.event_id, fields=fields)))
    after = live(place, NOW_S)
    assert after.running
    added = after.figures.causes - before.figures.causes
    assert added == {("no_match", "gate-1"): 3}
    counted = {"station": "gate-1", "slot": "2026-05-01T12:00Z"}
    detail.write(Fact(NOW_S, Entry(Kind.VISIT_SLOT_COUNTED, "gate-1", place.event_id, fields=counted)))
    assert live(place, NOW_S).figures.causes[("no_match", "gate-1")] >= before.figures.causes[("no_match", "gate-1")]


def test_devices_and_stations_are_as_they_were_said_to_be_last(place: EventPlace) -> None:
    write_evening(DevicePlace(place.data_dir, place.key_dir), place.event_id)
    seen = live(place, NOW_S)
    assert seen.devices == {("gate-1", "reader"): True, ("gate-2", "scanner"): False}
    assert seen.state == "draft"
    assert seen.venue is None


def test_without_the_events_key_finished_quarters_alone_are_shown(place: EventPlace) -> None:
    write_evening(DevicePlace(place.data_dir, place.key_dir), place.event_id)
    place.key_file.unlink()
    seen = live(place, NOW_S)
    assert not seen.running
    assert seen.figures.visits > 0
    assert "finished quarters" in board_page(seen, Texts("en")).lead


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("venue", [True, False])
def test_the_page_says_where_to_look_in_words_and_marks(tmp_path: Path, language: str, venue: bool) -> None:
    page = board_page(sample_live(tmp_path, venue=venue), Texts(language))
    admissions, attention, waits, devices, causes, errors = page.panels
    assert isinstance(admissions, QuarterChart)
    assert [name for name, _, _ in admissions.rows] == ["gate-north-1", "gate-north-2", "gate-south-1"]
    assert len(admissions.quarters) == 8
    assert isinstance(waits, BarChart)
    assert [bar.mark for bar in waits.bars] == ([Mark.LOOK, Mark.NONE, Mark.NONE, Mark.NONE] if venue else [])
    assert isinstance(attention, Notes)
    assert attention.lines[0][0] is Mark.BAD
    assert len(attention.lines) == (4 if venue else 2)
    assert isinstance(devices, Notes)
    assert [mark for mark, _ in devices.lines] == [Mark.BAD, Mark.GOOD]
    assert isinstance(causes, BarChart)
    assert isinstance(errors, BarChart)
    assert not [bar.words for bar in (*causes.bars, *errors.bars) if "_" in bar.words]
    assert page.numbers[0].number == ("5,516" if venue else f"{sum(n for *_, n in sample_live(tmp_path).admitted):,}")


def test_a_quiet_quarter_is_a_gap_and_nobody_yet_is_said(tmp_path: Path) -> None:
    seen = sample_live(tmp_path)
    gap = Live("draft", ((0, "gate-1", "face", 3), (2700, "gate-1", "face", 4)), seen.figures, running=True)
    page = board_page(gap, Texts("en"))
    chart = page.panels[0]
    assert isinstance(chart, QuarterChart)
    assert chart.rows[0][1] == (3.0, 0.0, 0.0, 4.0)
    assert page.told is not None
    assert page.told.mark is Mark.UNKNOWN


@pytest.mark.requirement("R-112")
def test_it_follows_by_itself_and_nothing_of_an_attendee_is_on_it(tmp_path: Path, place: EventPlace) -> None:
    write_evening(DevicePlace(place.data_dir, place.key_dir), place.event_id)
    stage = OfficeStage(tmp_path / "office")
    stage.enter(Principal(Role.SUPERVISOR, "sup"), lambda room: DashboardPages(room, lambda: live(place, NOW_S)))
    assert isinstance(stage.glass.page, BoardPage)
    assert not [canary for canary in CANARIES if canary in repr(stage.glass.page)]
    shown, (seconds, again) = len(stage.glass.pages), stage.later[-1]
    assert seconds == AGAIN_S
    again()
    assert len(stage.glass.pages) == shown + 1


def test_supervisors_alone_see_it_and_a_fault_keeps_what_was_seen(tmp_path: Path) -> None:
    assert [role for role in Role if Action.READ_VENUE in ALLOWED[role]] == [Role.SUPERVISOR]
    stage, answers = OfficeStage(tmp_path), [sample_live(tmp_path / "x")]
    refused = NotAllowed(Principal(Role.INSPECTOR, "i"), Action.READ_VENUE)

    def look() -> Live:
        if not answers:
            raise refused
        return answers.pop()

    stage.enter(Principal(Role.SUPERVISOR, "sup"), lambda room: DashboardPages(room, look))
    before = stage.glass.page
    assert isinstance(before, BoardPage)
    stage.later[-1][1]()
    after = stage.glass.page
    assert isinstance(after, BoardPage)
    assert after.told is not None
    assert after.panels == before.panels


def test_a_store_without_admissions_and_with_none_at_all(place: EventPlace) -> None:
    assert admitted_by_quarter(place.ledger_file) == []
    place.ledger_file.unlink()
    assert live(place, NOW_S).admitted == ()
