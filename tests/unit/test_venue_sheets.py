"""A supervisor's sheets of the venue: incidents begun and ended, both lanes side by side."""

from __future__ import annotations

import pytest

from kiosk.base.answers import Answer
from kiosk.domain.access import Principal, Role
from kiosk.domain.incident import Incident, Mode
from kiosk.domain.lanes import (
    GroupWaits,
    HeadCount,
    LaneState,
    Staffing,
)
from kiosk.office.incident_page import BEGIN, CHOOSE, END
from kiosk.office.lanes_page import INCIDENTS
from kiosk.office.view import ListPage
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.venue_sheets import VenueSheets
from kiosk.text import Texts
from tests.helpers.lane_fakes import NOW, OPEN, Clock, Lanes, incident


class Sheets:
    def __init__(self) -> None:
        self.base, self.clock = Lanes(), Clock()
        self.who = Principal(Role.SUPERVISOR, "s-1")
        self.button = False
        self.page: ListPage | None = None
        self.log: list[tuple[str, str, str, str]] = []
        self.sheets = VenueSheets(
            self,
            self.base,
            self,
            lambda: self.who,
            lambda: Texts("en"),
            ("A", "B"),
            lambda group: f"Gate {group}",
            self.clock,
        )
        self.sheets.on_state(LaneState(True))

    def show_venue_button(self, on: bool) -> None:
        self.button = on

    def show_sheet(self, page: ListPage | None) -> None:
        self.page = page

    def begun(self, who: str, incident: Incident) -> None:
        self.log.append(("begun", who, incident.gate_group, incident.mode))

    def ended(self, who: str, incident: Incident) -> None:
        self.log.append(("ended", who, incident.gate_group, incident.mode))

    def to_incidents(self) -> None:
        self.sheets.on_tapped()
        self.sheets.on_act(INCIDENTS, "")

    @property
    def told(self) -> str:
        assert self.page is not None
        return self.page.told.words if self.page.told else ""


@pytest.fixture
def sheets() -> Sheets:
    return Sheets()


def test_only_a_supervisor_has_the_button_and_the_sheet(sheets: Sheets) -> None:
    sheets.who = Principal(Role.ATTENDANT, "o-1")
    sheets.sheets.on_login(OPEN)
    sheets.sheets.on_tapped()
    assert (sheets.button, sheets.page) == (False, None)
    sheets.who = Principal(Role.SUPERVISOR, "s-1")
    sheets.sheets.on_login(OPEN)
    sheets.sheets.on_tapped()
    assert sheets.button
    assert sheets.page is not None
    assert sheets.base.heads == [True], "head counts take the base work, and only while somebody looks"
    sheets.sheets.on_desk(DeskView(DeskState.READING))
    assert (sheets.page, sheets.base.heads) == (None, [True, False])


def test_an_incident_is_begun_with_who_where_why_and_until(sheets: Sheets) -> None:
    sheets.to_incidents()
    sheets.sheets.on_chosen("minutes", "30")
    sheets.sheets.on_chosen("why", "")
    sheets.sheets.on_act(CHOOSE, "medical")
    sheets.sheets.on_act(BEGIN + "lane_closed", "B")
    begun = sheets.base.asks[-1][1]
    assert (begun.gate_group, begun.mode, begun.why, begun.officer) == ("B", "lane_closed", "medical", "s-1")
    assert begun.until == NOW + 1800
    assert sheets.log == [], "not before the base has it"
    sheets.base.reply(Answer("began"))
    assert sheets.log == [("begun", "s-1", "B", "lane_closed")]
    assert "Begun" in sheets.told


def test_without_a_row_or_without_the_base_nothing_begins_and_that_is_said(sheets: Sheets) -> None:
    sheets.to_incidents()
    sheets.sheets.on_act(BEGIN + "all_manual", "")
    assert sheets.base.asks == []
    sheets.sheets.on_act(BEGIN + "all_manual", "all")
    sheets.base.reply(None)
    assert "radio" in sheets.told
    assert sheets.log == []


def test_an_incident_is_ended_where_it_was_begun(sheets: Sheets) -> None:
    running = (incident(Mode.FREE_FLOW, "all", name="i-1"), incident(Mode.LANE_CLOSED, "B", name="i-2"))
    sheets.sheets.on_state(LaneState(True, incidents=running))
    sheets.to_incidents()
    assert sheets.page is not None
    assert [row.cells[1] for row in sheets.page.rows] == ["Free flow, counted", "As always", "Closed"]
    sheets.sheets.on_act(END, "B")
    assert sheets.base.names() == [("end", "i-2", "s-1")]
    sheets.base.reply(Answer("ended"))
    assert sheets.log == [("ended", "s-1", "B", "lane_closed")]


def test_lanes_and_heads_stand_side_by_side_and_what_needs_a_look_is_marked(sheets: Sheets) -> None:
    waits = (GroupWaits("A", 3, NOW - 130, 95.0, 22, 9.0, 210), GroupWaits("B", 0, None, 20.0, 4, 8.0, 190))
    sheets.sheets.on_state(LaneState(True, waits=waits, staffing=(Staffing("A", 2, 2, NOW),)))
    sheets.sheets.on_tapped()
    sheets.sheets.on_heads((HeadCount("A", 412, 3, 1, 415, 0), HeadCount("B", 388, 0, 0, 388, 40)))
    assert sheets.page is not None
    rows = [row.cells for row in sheets.page.rows]
    assert rows[0] == ("Gate A", "2", "3", "2:10", "1:35", "0:09", "412", "415", "2", "410")
    assert rows[1] == ("Gate B", "", "0", "", "0:20", "0:08", "388", "428", "0", "428")
    assert [row.mark for row in sheets.page.rows] == ["look", "good"]
    assert "838" in sheets.page.lead
