"""Reader, camera, engine, disk, gate board, printer and scanner fail at every step: the manual lane goes on (R-41).

Never a closed gate, never an open one, never a dead end: whoever is in front of a gate is sent to staff within three
seconds, tickets are still looked up at the desk, and everything comes back by itself.
"""

from __future__ import annotations

import threading

import pytest

from drivers.port import OpeningResult
from kiosk.audit.catalogue import Kind
from kiosk.station.desk_view import DeskState
from kiosk.visit.states import Cause
from kiosk.visit.view import Screen
from tests.flows.devices import Face
from tests.flows.hall import Hall
from tests.flows.place import NO_TICKET
from tests.helpers.audit import disk_full_at
from tests.helpers.printer import qr_text

AT_MOST_S = 3.0
SOME_BYTES = 64
"""No file of the stations is as small, so none of them takes another byte."""


def the_next_one_passes(hall: Hall) -> None:
    """Everything came back by itself: somebody is admitted by their face."""
    opened = hall.board.opened
    hall.until(lambda: hall.attendee.view.screen is Screen.CHOICE and not hall.attendee.view.face_paused, "the choice")
    hall.engine.face = Face.HOLDER
    hall.touch("choice_face")
    hall.puts(hall.person())
    hall.sees(Screen.WELCOME, "verdict.welcome")
    hall.until(lambda: hall.board.opened == opened + 1, "the gate opens")
    hall.pass_time(AT_MOST_S)


def the_desk_serves(hall: Hall) -> None:
    """The manual lane is as it was: a document, the facts of the ticket, a tap."""
    hall.admits(hall.person())
    hall.desk_touch("desk_next")


def to_staff(hall: Hall, began_s: float, cause: Cause) -> None:
    """The one screen for every fault, in time; and the record that says which."""
    hall.sees(Screen.SEE_STAFF, "verdict.see_staff", "verdict.see_staff_line", "verdict.where_desk")
    assert hall.clock.s - began_s <= AT_MOST_S
    hall.until(lambda: not hall.camera.is_open, "the camera is closed")
    hall.until(lambda: hall.recorded(Kind.VISIT_ENDED, ending="staff", cause=cause), "the record")
    hall.serve_queue()


# --- the camera -------------------------------------------------------------------------------------------


@pytest.mark.requirement("R-41")
def test_a_camera_that_does_not_open(hall: Hall) -> None:
    began_s, hall.camera.refuses = hall.clock.s, "not_found"
    hall.touch("choice_face")
    to_staff(hall, began_s, Cause.CAMERA_FAULT)
    hall.until(lambda: hall.recorded(Kind.CAMERA_FAULT, code="not_found"), "which fault")
    hall.camera.refuses = ""
    hall.pass_time(8.0)
    the_next_one_passes(hall)


@pytest.mark.requirement("R-41")
def test_a_camera_whose_cable_is_pulled_while_somebody_looks(hall: Hall) -> None:
    before = hall.counts()
    hall.engine.face = Face.NOBODY
    hall.touch("choice_face")
    hall.puts(hall.person())
    hall.sees(Screen.LOOK_HERE)
    began_s = hall.clock.s
    hall.camera.lost.set()
    to_staff(hall, began_s, Cause.CAMERA_FAULT)
    assert hall.counts() == before, "the ticket is not used"
    the_desk_serves(hall)
    hall.camera.lost.clear()
    hall.pass_time(8.0)
    the_next_one_passes(hall)


# --- the engine -------------------------------------------------------------------------------------------


@pytest.mark.requirement("R-41")
def test_an_engine_that_dies_while_somebody_looks(hall: Hall) -> None:
    """Face checks rest until it is warm again; the choice says so and keeps both buttons where they are."""
    hall.engine.face = Face.NOBODY
    hall.touch("choice_face")
    hall.puts(hall.person())
    hall.sees(Screen.LOOK_HERE)
    began_s = hall.clock.s
    hall.engine.told(False)
    hall.engine.begun[-1].lose("crashed")
    to_staff(hall, began_s, Cause.ENGINE_FAULT)
    hall.pass_time(8.0)
    hall.sees(Screen.CHOICE, "choice.face_paused", "choice.staff")
    the_desk_serves(hall)
    hall.engine.told(True)
    the_next_one_passes(hall)


# --- the reader -------------------------------------------------------------------------------------------


@pytest.mark.requirement("R-41")
def test_a_reader_unplugged_before_anybody_came(hall: Hall) -> None:
    hall.reader.unplug()
    hall.sees(Screen.OUT_OF_SERVICE, "verdict.out_of_service", "verdict.out_of_service_line", "verdict.where_desk")
    hall.until(lambda: hall.recorded(Kind.DEVICE_LOST, device="reader"), "the record")
    the_desk_serves(hall)
    hall.reader.plug_in()
    hall.sees(Screen.CHOICE, "choice.title")
    the_next_one_passes(hall)


@pytest.mark.requirement("R-41")
def test_a_reader_unplugged_while_it_reads(hall: Hall) -> None:
    hall.touch("choice_face")
    hall.reader.put_unread()
    hall.sees(Screen.READING, "document.reading_title")
    began_s = hall.clock.s
    hall.reader.unplug()
    to_staff(hall, began_s, Cause.READER_LOST)
    hall.pass_time(8.0)
    hall.sees(Screen.OUT_OF_SERVICE, "verdict.out_of_service")
    hall.reader.plug_in()
    the_next_one_passes(hall)


@pytest.mark.requirement("R-41")
def test_a_reader_that_falls_silent(hall: Hall) -> None:
    """A card takes about a second; three seconds later nobody waits any longer."""
    hall.touch("choice_face")
    hall.reader.put_unread()
    hall.sees(Screen.READING)
    hall.pass_time(1.0)
    began_s = hall.clock.s
    hall.pass_time(AT_MOST_S)
    to_staff(hall, began_s, Cause.DOCUMENT_UNREADABLE)
    hall.pass_time(8.0)
    the_next_one_passes(hall)


@pytest.mark.requirement("R-24", "R-41")
def test_the_desks_own_reader_is_gone_and_numbers_are_typed(hall: Hall) -> None:
    hall.desk_reader.unplug()
    hall.desk_says("desk.reader_offline")
    hall.types_number(hall.person().number)
    hall.desk_is(DeskState.FACTS, "desk.outcome.valid.title")
    hall.desk_touch("desk_admit")
    hall.desk_is(DeskState.ADMITTED)
    hall.desk_touch("desk_next")
    hall.desk_reader.plug_in()
    hall.desk_says("desk.reader_online")


# --- the disk ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("R-41", "R-64")
def test_a_full_disk(hall: Hall) -> None:
    """Nobody is admitted whose admission could not be kept; nothing that happened goes unrecorded in the end."""
    before, opened = hall.counts(), (hall.board.opened, hall.desk_board.opened)
    hall.engine.face = Face.NOBODY
    hall.touch("choice_face")
    hall.sees(Screen.PRESENT_DOCUMENT)
    with disk_full_at(SOME_BYTES):
        began_s = hall.clock.s
        hall.puts(hall.person())
        hall.sees(Screen.SEE_STAFF, "verdict.see_staff", "verdict.see_staff_line")
        assert hall.clock.s - began_s <= AT_MOST_S
        hall.pass_time(8.0)
        hall.sees(Screen.CHOICE, "choice.face_paused", "choice.staff")

        hall.desk_reads(hall.person())
        hall.desk_says("desk.outcome.valid.title", "desk.admit")  # looked up all the same
        hall.desk_touch("desk_admit")
        hall.desk_is(DeskState.TROUBLE, "desk.trouble_title", "desk.trouble_line")
    hall.desk_touch("desk_next")
    assert hall.counts() == before
    assert (hall.board.opened, hall.desk_board.opened) == opened, "no gate opened for anybody"
    hall.serve_queue()
    the_next_one_passes(hall)
    the_desk_serves(hall)
    for kind in (Kind.STORE_FAULT, Kind.FACE_LANE_PAUSED):
        hall.until(lambda kind=kind: hall.recorded(kind), f"{kind}, written afterwards")  # type: ignore[misc]


@pytest.mark.requirement("R-41")
def test_a_disk_that_does_not_answer(hall: Hall) -> None:
    """What is asked of the ledger comes back too late: by then the person is on the way to staff, and it is undone."""
    before, go_on = hall.counts(), threading.Event()
    hall.engine.face = Face.HOLDER
    hall.touch("choice_face")
    hall.sees(Screen.PRESENT_DOCUMENT)
    hall.stations["gate"].store.queue.do(lambda: go_on.wait(20.0))
    try:
        began_s = hall.clock.s
        hall.puts(hall.person())
        hall.sees(Screen.READING)
        hall.pass_time(AT_MOST_S, answering=False)
        to_staff(hall, began_s, Cause.STORE_FAULT)
    finally:
        go_on.set()
    hall.pass_time(8.0)
    assert hall.counts() == before
    the_next_one_passes(hall)


# --- the turnstile ----------------------------------------------------------------------------------------


@pytest.mark.requirement("R-41")
def test_a_gate_board_that_does_not_answer(hall: Hall) -> None:
    """The ticket is used and the gate did not open: every desk says so until somebody has looked."""
    hall.board.answers = OpeningResult.FAILED
    hall.engine.face = Face.HOLDER
    hall.touch("choice_face")
    hall.puts(hall.person())
    hall.sees(Screen.WELCOME)
    hall.pass_time(16.0)
    hall.desk_says("desk.unconfirmed_title", "desk.unconfirmed_line")
    hall.until(lambda: hall.recorded(Kind.GATE_NOT_CONFIRMED), "the record")
    hall.board.answers = OpeningResult.REQUESTED
    the_next_one_passes(hall)


# --- the printer ------------------------------------------------------------------------------------------


@pytest.mark.requirement("R-88")
def test_a_printer_without_paper(hall: Hall) -> None:
    """The slip stays on the screen with its code; paper in, *Print again*, and it is the same slip."""
    printed = len(hall.printer.printer.slips)
    hall.printer.set_paper(0)
    try:
        refuse(hall)
        hall.desk_says("slip.told.paper_out", "slip.print_again", "slip.scan")
        assert hall.officer.page.qr.isVisible()
    finally:
        hall.printer.set_paper(None)
    hall.desk_touch("office_print")
    hall.desk_says("slip.told.printed")
    assert len(hall.printer.printer.slips) == printed + 1
    assert hall.texts("refuse.reason.no_ticket.slip") in qr_text(hall.printer.printer.slips[-1])
    hall.desk_touch("office_next")


@pytest.mark.requirement("R-88")
def test_a_printer_that_is_gone(hall: Hall) -> None:
    """The code on the screen is the slip; nothing waits for the printer."""
    with hall.printer_gone():
        refuse(hall)
        hall.desk_says("slip.told.no_answer", "slip.scan")
        assert hall.officer.page.qr.isVisible()
        hall.desk_touch("office_next")
        the_desk_serves(hall)
    hall.desk_touch("desk_records")
    hall.desk_touch("tile_records.slip")
    hall.desk_touch("office_print")
    hall.desk_says("slip.told.printed")
    hall.desk_touch("office_next")


def refuse(hall: Hall) -> None:
    """A supervisor refuses somebody who has no ticket."""
    hall.works("sven")
    hall.desk_reads(hall.person(NO_TICKET))
    hall.desk_touch("desk_supervisor")
    hall.desk_touch("tile_no_ticket")
    hall.desk_is(DeskState.REFUSED, "slip.refused_title")
