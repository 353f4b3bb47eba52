"""Every way a supervisor, an officer or circumstances put gates into: how it begins, what everybody sees, how it ends.

================  ===========================================================  =========================================
what              a gate then                                                  begun and ended by
================  ===========================================================  =========================================
all to staff      reads nothing, points to staff, opens for whom a desk admits  a supervisor, at *Incidents*
document alone    checks the ticket by the document; no camera at all           a supervisor
free flow         lets everybody through and counts them                        a supervisor
closed            opens for nobody                                              a supervisor
lane closed       the same, in one touch, because somebody needs help           whoever works at the desk
a leak of data    all to staff, for all gates at once, face lanes included      a supervisor (the reason is *data leak*)
nobody at a desk  face checks rest; everything else goes on                     by itself, ten seconds after, and back
base away         the last incident holds until its time is over                by itself; the desk names the radio
clock in doubt    serves nobody until staff have looked at the time             by itself, and back
================  ===========================================================  =========================================

What is not a mode of this product: evacuation (the fire alarm and the emergency button act past it, on the turnstile
itself); the event's end, which is no incident (``tests/unit/test_closing_by_itself.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kiosk.audit.catalogue import Kind
from kiosk.closing.schedule import Due
from kiosk.domain.incident import ALL_GROUPS, Mode, Why
from kiosk.station.desk_view import DeskState
from kiosk.visit.states import Cause
from kiosk.visit.view import Screen
from tests.flows.devices import Face
from tests.flows.hall import Hall


@dataclass(frozen=True)
class Incident:
    """``screen`` and ``says``: what is on the gate's glass. ``opens``: for somebody whom a desk admits meanwhile."""

    screen: Screen
    says: tuple[str, ...]
    opens: bool = True


INCIDENTS = {
    Mode.ALL_MANUAL: Incident(Screen.OUT_OF_SERVICE, ("verdict.see_staff", "incident.all_manual_line")),
    Mode.DOCUMENT_ONLY: Incident(Screen.PRESENT_DOCUMENT, ("document.title", "incident.document_only_line")),
    Mode.FREE_FLOW: Incident(Screen.OUT_OF_SERVICE, ("incident.free_flow_title", "incident.free_flow_line")),
    Mode.LANE_CLOSED: Incident(
        Screen.OUT_OF_SERVICE, ("verdict.out_of_service", "incident.lane_closed_line"), opens=False
    ),
}


def test_this_is_every_mode() -> None:
    assert set(INCIDENTS) == set(Mode) - {Mode.NONE}


@pytest.mark.requirement("R-41")
@pytest.mark.parametrize("mode", INCIDENTS)
def test_a_supervisor_begins_an_incident_and_ends_it(hall: Hall, mode: Mode) -> None:
    """Somebody is looking into the camera when it begins: they go to staff at once. And everything comes back."""
    before, incident = hall.counts(), INCIDENTS[mode]
    sent = hall.person()
    hall.engine.face = Face.NOBODY
    hall.touch("choice_face")
    hall.puts(sent)
    hall.sees(Screen.LOOK_HERE)

    begin(hall, mode)
    hall.sees(Screen.SEE_STAFF, "verdict.see_staff")
    hall.until(lambda: not hall.camera.is_open, "nobody's face is looked at any more")
    assert hall.counts() == before
    opened = hall.board.opened
    hall.pass_time(8.0)
    hall.sees(incident.screen, *incident.says, "common.call_staff")

    hall.desk_touch("office_back")
    hall.comes_to_the_desk(sent)
    hall.desk_touch("desk_admit")
    hall.desk_is(DeskState.ADMITTED)
    if incident.opens:
        hall.until(lambda: hall.board.opened > opened, "the manual lane goes on")
        hall.pass_time(3.0)
    else:
        hall.pass_time(6.0)
        assert hall.board.opened == opened
    hall.sees(incident.screen, *incident.says)
    hall.desk_touch("desk_next")

    finish(hall)
    hall.sees(Screen.CHOICE, "choice.title", "choice.face")
    hall.until(lambda: hall.recorded(Kind.INCIDENT_ENDED, state=mode.value), "the supervisor's record")
    assert hall.recorded(Kind.INCIDENT_BEGUN, state=mode.value, reason=Why.FAULT.value)
    assert hall.recorded(Kind.INCIDENT_FOLLOWED, state=mode.value)
    assert hall.recorded(Kind.VISIT_ENDED, cause=Cause.INCIDENT)


def test_document_alone_admits_without_a_camera(hall: Hall) -> None:
    before, camera, opened = hall.counts(), hall.camera.opened_count, hall.board.opened
    begin(hall, Mode.DOCUMENT_ONLY)
    hall.sees(Screen.PRESENT_DOCUMENT, "incident.document_only_line")
    someone = hall.person()
    hall.puts(someone)
    hall.sees(Screen.WELCOME, "verdict.welcome", "verdict.walk_through")
    hall.until(lambda: hall.board.opened == opened + 1, "the gate opens")
    assert hall.counts()["admitted"] == before["admitted"] + 1
    assert hall.camera.opened_count == camera
    hall.until(lambda: hall.recorded(Kind.VISIT_ENDED, ending="admitted", cause="document"), "the lane in the record")
    hall.pass_time(3.0)
    finish(hall)


def test_free_flow_counts_everybody_apart(hall: Hall) -> None:
    before, opened = hall.counts(), hall.board.opened
    freely = hall.base.stations[0].passed_in["free"]
    begin(hall, Mode.FREE_FLOW)
    hall.sees(Screen.OUT_OF_SERVICE, "incident.free_flow_title")
    for heads in (1, 2):
        hall.until(lambda heads=heads: hall.board.opened == opened + heads, "open for the next one")  # type: ignore[misc]
        hall.board.walk_through()
        hall.until(lambda heads=heads: hall.base.stations[0].passed_in["free"] == freely + heads, "counted")  # type: ignore[misc]
    assert hall.counts() == before, "nobody's ticket"
    finish(hall)
    hall.sees(Screen.CHOICE)


def test_of_several_incidents_the_strictest_holds(hall: Hall) -> None:
    begin(hall, Mode.FREE_FLOW, ALL_GROUPS)
    hall.sees(Screen.OUT_OF_SERVICE, "incident.free_flow_title")
    begin_here(hall, Mode.ALL_MANUAL, "A")
    hall.sees(Screen.OUT_OF_SERVICE, "verdict.see_staff")
    end_here(hall, "A")
    hall.sees(Screen.OUT_OF_SERVICE, "incident.free_flow_title")
    end_here(hall, ALL_GROUPS)
    hall.sees(Screen.CHOICE)
    hall.desk_touch("office_back")


def test_an_incident_nobody_ends_is_over_by_itself(hall: Hall) -> None:
    begin(hall, Mode.ALL_MANUAL)
    hall.sees(Screen.OUT_OF_SERVICE, "verdict.see_staff")
    hall.pass_time(15 * 60.0 - 60.0, answering=False)
    hall.reads("verdict.see_staff")
    hall.pass_time(61.0)
    hall.sees(Screen.CHOICE, "choice.title")
    hall.base.incidents.clear()
    hall.base.tell()


@pytest.mark.requirement("R-80")
def test_a_leak_of_data_puts_every_gate_into_manual_mode(hall: Hall) -> None:
    begin(hall, Mode.ALL_MANUAL, ALL_GROUPS, Why.LEAK)
    hall.sees(Screen.OUT_OF_SERVICE, "verdict.see_staff", "incident.all_manual_line")
    hall.until(lambda: hall.recorded(Kind.INCIDENT_BEGUN, gate_group=ALL_GROUPS, reason=Why.LEAK.value), "the record")
    finish(hall, ALL_GROUPS)


@pytest.mark.requirement("R-108")
def test_the_lane_is_closed_in_one_touch_and_opened_again(hall: Hall) -> None:
    """Somebody needs help: whoever works there closes the lane, and looks for no supervisor first."""
    hall.until(lambda: hall.at_the_desk == "anna")
    hall.desk_touch("desk_close_lane")
    hall.desk_says("lane_stop.closed_title", "lane_stop.lead", "venue.told.begun")
    hall.sees(Screen.OUT_OF_SERVICE, "verdict.out_of_service", "incident.lane_closed_line")
    hall.desk_touch("office_done")
    hall.desk_says("tools.open_lane")
    hall.desk_touch("desk_close_lane")
    hall.desk_touch("office_reopen")
    hall.desk_says("lane_stop.open_title", "venue.told.ended")
    hall.sees(Screen.CHOICE, "choice.title")
    hall.desk_touch("office_done")
    hall.until(lambda: hall.recorded(Kind.INCIDENT_BEGUN, reason=Why.MEDICAL.value), "the record")


@pytest.mark.requirement("R-03")
def test_nobody_at_the_desks(hall: Hall) -> None:
    """The last officer logs out: within ten seconds no face check begins, and the desk calls for somebody."""
    hall.leaves()
    hall.pass_time(10.0)
    hall.until(lambda: hall.attendee.view.face_paused, "face checks rest")
    hall.reads("choice.face_paused", "choice.staff")
    hall.desk_says("venue.notice.unstaffed", where=hall.event.gate_groups[0].name[hall.code])
    hall.until(lambda: hall.recorded(Kind.FACE_LANE_PAUSED, holds="unstaffed"), "the record")
    hall.works("anna")
    hall.until(lambda: not hall.attendee.view.face_paused, "and back by itself")
    hall.reads("choice.face", "choice.face_line")


def test_the_base_is_away(hall: Hall) -> None:
    """Gates and desk go on; the last incident holds; none can be begun, and the desk says what to do instead."""
    begin(hall, Mode.ALL_MANUAL)
    hall.sees(Screen.OUT_OF_SERVICE, "verdict.see_staff")
    with hall.base_away():
        hall.desk_says("venue.told.away")
        hold(hall, Mode.FREE_FLOW, "A")
        hall.desk_says("venue.told.away")
        hall.reads("verdict.see_staff")
        hall.desk_touch("office_back")
        hall.desk_says("queue.away_title", "queue.away_line")
        hall.admits(hall.person())
        hall.desk_touch("desk_next")
    finish(hall)
    hall.sees(Screen.CHOICE)


@pytest.mark.requirement("R-41", "R-95")
def test_the_clock_is_in_doubt(hall: Hall) -> None:
    """Nobody knows when the event is over: nothing is read, staff are asked; once they have looked, all goes on."""
    hall.deadline.due = Due.ASK
    try:
        hall.sees(Screen.OUT_OF_SERVICE, "verdict.out_of_service", "verdict.out_of_service_line", "clock.jumped")
        hall.desk_is(DeskState.TROUBLE, "desk.trouble_service_title", "clock.jumped")
    finally:
        hall.deadline.due = Due.NOT_YET
    hall.sees(Screen.CHOICE, "choice.title")
    hall.desk_is(DeskState.WAITING)
    hall.until(lambda: hall.recorded(Kind.STATION_PAUSED), "the record")


# --- a supervisor's fingers -------------------------------------------------------------------------------


def begin(hall: Hall, mode: Mode, group: str = "A", why: Why = Why.FAULT) -> None:
    """Log in, open *Incidents*, choose why and where, and hold the button."""
    hall.works("sven")
    open_incidents(hall)
    if why is not Why.FAULT:
        hall.desk_touch("office_why_")
        hall.desk_row(why.value)
        hall.desk_touch("office_incident_why")
    begin_here(hall, mode, group)


def open_incidents(hall: Hall) -> None:
    hall.desk_touch("desk_venue")
    hall.desk_touch("office_venue_incidents")
    hall.desk_says("venue.incidents", "venue.incident_lead")


def hold(hall: Hall, mode: Mode, group: str) -> None:
    hall.desk_row(group)
    hall.desk_hold(f"office_incident_begin.{mode.value}")


def begin_here(hall: Hall, mode: Mode, group: str) -> None:
    hold(hall, mode, group)
    hall.desk_says("venue.told.begun")


def end_here(hall: Hall, group: str) -> None:
    hall.desk_row(group)
    hall.desk_touch("office_incident_end")
    hall.desk_says("venue.told.ended")


def finish(hall: Hall, group: str = "A") -> None:
    """The way back, from wherever the desk is."""
    if not hall.officer.sheet.isVisible():
        open_incidents(hall)
    end_here(hall, group)
    hall.desk_touch("office_back")
