"""Tasks at a desk without a window: who may refuse, what the slip says, a used ticket, the lane closed in one touch."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Type, checked
from kiosk.base.answers import Answer
from kiosk.domain.access import Principal, Role
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.domain.lanes import LaneState
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.domain.refusal import Again, Reason, slip_number
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.lane_stop import DONE, REOPEN, LaneStop
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.station.page_shell import PageShell
from kiosk.station.slip import Slip, slip_block, slip_code
from kiosk.station.slips import NEXT, PRINT
from kiosk.text import Texts, languages
from kiosk.workers.auditing_acts import AuditedDesk
from tests.helpers.desk_tasks import ATTENDANT, USED, WORDS, Clock, Lane, Page, Printer
from tests.helpers.station import ADMISSION, TICKET, SetClock


@pytest.fixture
def refused() -> Lane:
    lane = Lane()
    lane.facts(TicketCheck(CheckOutcome.NO_TICKET))
    lane.refusing.on_supervisor_tapped()
    lane.shell.on_act(Reason.NO_TICKET)
    return lane


@pytest.mark.requirement("R-33", "R-88")
def test_an_officer_alone_cannot_refuse() -> None:
    lane = Lane(ATTENDANT)
    lane.facts(TicketCheck(CheckOutcome.NO_TICKET))
    lane.refusing.on_supervisor_tapped()
    assert lane.desk.view.state is DeskState.TO_SUPERVISOR
    assert lane.window.page is None
    lane.refusing.on_act(Reason.NO_TICKET)
    assert not lane.recorded
    assert lane.slips.last is None


def test_a_supervisor_who_went_meanwhile_refuses_nobody() -> None:
    lane = Lane()
    lane.facts(TicketCheck(CheckOutcome.NO_TICKET))
    lane.refusing.on_supervisor_tapped()
    lane.who = ATTENDANT
    lane.shell.on_act(Reason.NO_TICKET)
    assert not lane.recorded


@pytest.mark.requirement("R-88")
def test_a_refusal_is_two_taps_with_a_reason_a_record_and_a_slip(refused: Lane) -> None:
    assert refused.desk.view.state is DeskState.REFUSED
    assert not refused.desk.view.masked_name
    [(reason, code)] = refused.recorded
    assert reason is Reason.NO_TICKET
    assert refused.slips.last is not None
    assert refused.slips.last.code == code
    assert re.fullmatch(r"[a-z2-9]{8}", code)
    labels = dict(refused.page.facts)
    assert labels["Complaints"] == "complaints@example.org"
    assert labels["Money back"]
    assert labels["Gate"] == "Gate North"
    assert refused.page.lead == Texts("en")("refuse.reason.no_ticket.slip")
    assert refused.desk.store.count("hold_by_staff") == 0, "the ticket is not used"


def test_paper_that_is_out_leaves_the_slip_on_the_screen(refused: Lane) -> None:
    [(first, done)] = refused.printer.asked
    done("paper_out")
    assert refused.page.told is not None
    assert refused.page.told.words == Texts("en")("slip.told.paper_out")
    assert refused.page.code
    refused.shell.on_act(PRINT)
    refused.shell.on_act(PRINT)  # a second tap while it prints is none
    assert [slip for slip, _ in refused.printer.asked] == [first, first]
    refused.printer.asked[-1][1]("")
    assert refused.page.told.words == Texts("en")("slip.told.printed")
    refused.shell.on_act(NEXT)
    assert refused.window.page is None
    assert refused.desk.view.state is DeskState.WAITING
    refused.slips.show()
    assert refused.page.facts, "the last slip can be had again"


def test_an_answer_of_the_printer_brings_no_page_back(refused: Lane) -> None:
    refused.shell.on_act(NEXT)
    refused.printer.asked[0][1]("offline")
    assert refused.window.page is None


def test_a_desk_without_a_printer_shows_the_slip_alone() -> None:
    lane = Lane(printer=Printer(there=False))
    lane.facts(TicketCheck(CheckOutcome.NO_TICKET))
    lane.refusing.on_supervisor_tapped()
    lane.shell.on_act(Reason.SAFETY)
    assert [act.name for act in lane.page.acts] == [NEXT]
    assert lane.page.told is None
    assert not lane.printer.asked


@pytest.mark.requirement("R-88")
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_sentence_on_a_slip_that_names_nobody(language: str, reason: Reason) -> None:
    slip = Slip(slip_number(), 0.0, "A", "slip.refused", f"refuse.reason.{reason}.slip")
    block = slip_block(slip, WORDS, Texts(language))
    said = slip_code(block)
    assert block.sentence in said
    assert slip.number in said
    assert "complaints@example.org" in said
    assert len({label for label, _ in block.facts}) == 6


def test_a_new_document_or_a_lock_takes_a_page_away() -> None:
    for end in ("document", "lock"):
        lane = Lane()
        lane.facts(TicketCheck(CheckOutcome.NO_TICKET))
        lane.refusing.on_supervisor_tapped()
        if end == "document":
            lane.shell.on_desk(replace(lane.desk.view, state=DeskState.ADMITTED))
        else:
            lane.shell.on_login(LoginView(LoginStep.UNLOCK, "Ben"))
        assert lane.window.page is None
        assert not lane.shell.is_open


def test_slip_numbers_are_drawn_by_lot() -> None:
    drawn = {slip_number() for _ in range(200)}
    assert len(drawn) == 200
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", number) for number in drawn)
    codes = [Slip(number, 0.0, "A", "slip.refused").code for number in drawn]
    assert [checked("code", code, Type.CODE) for code in codes] == codes, "the log takes every one"


def test_a_desk_at_which_nobody_stands_refuses_nobody() -> None:
    lane = Lane()
    assert lane.desk.desk.on_refused() is False
    assert lane.desk.view == DeskView(DeskState.WAITING, reader_online=True)


# --- a used ticket --------------------------------------------------------------------------------


@pytest.mark.requirement("R-35")
def test_a_used_ticket_is_admitted_in_two_taps_with_a_reason() -> None:
    lane = Lane(ATTENDANT)
    lane.facts(TicketCheck(CheckOutcome.ALREADY_USED, TICKET, USED))
    assert lane.desk.view.can_admit_again
    lane.again.on_admit_tapped()
    assert {tile.name for tile in lane.page.tiles} == set(Again)
    lane.shell.on_act(Again.NOT_PASSED)
    asked = lane.desk.store.take("admit_again")
    assert asked.given[1] == Again.NOT_PASSED
    asked.answer(ADMISSION)
    assert lane.desk.gate.opened == [ADMISSION.admission_id]
    assert not lane.desk.view.can_undo, "it would free a ticket on which somebody may be inside"
    lane.desk.desk.on_admit_again(Again.NOT_PASSED)
    assert lane.desk.store.count("admit_again") == 0, "once"


@pytest.mark.requirement("R-35", "R-63")
def test_an_impatient_tap_after_admitting_all_the_same_frees_no_used_ticket() -> None:
    lane, log = Lane(ATTENDANT), list[tuple[str, bool]]()

    def note(kind: Kind, by: str = "", about: str = "", *, success: bool = True, **fields: object) -> None:
        log.append((kind, success))

    noted = AuditedDesk(note, lambda: "officer-1", SetClock())
    lane.facts(TicketCheck(CheckOutcome.ALREADY_USED, TICKET, USED))
    noted.shown(lane.desk.view)
    noted.admitting_again(Again.NOT_PASSED)
    lane.desk.desk.on_admit_again(Again.NOT_PASSED)
    lane.desk.desk.on_next()
    noted.shown(lane.desk.view)
    lane.desk.store.take("admit_again").answer(ADMISSION)
    assert (lane.desk.store.count("undo"), lane.desk.store.count("release")) == (0, 0)
    assert lane.desk.gate.opened == []
    assert (Kind.STAFF_ADMITTED_AGAIN, False) in log


@pytest.mark.parametrize(
    "check",
    [
        TicketCheck(CheckOutcome.REVOKED, TICKET, USED),
        TicketCheck(CheckOutcome.ALREADY_USED, TICKET, replace(USED, admission_id="")),
        TicketCheck(CheckOutcome.NO_TICKET),
    ],
)
def test_nothing_else_is_admitted_all_the_same(check: TicketCheck) -> None:
    lane = Lane()
    lane.facts(check)
    lane.again.on_admit_tapped()
    lane.desk.desk.on_admit_again(Again.SAME_PERSON)
    assert lane.window.page is None
    assert lane.desk.store.count("admit_again") == 0


# --- the lane closed in one touch -----------------------------------------------------------------


class Venue:
    """The base, which answers when told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, Callable[[Answer | None], None]]] = []
        self.log: list[tuple[str, str, Incident]] = []

    def begin(self, incident: Incident, answered: Callable[[Answer | None], None], within_s: float) -> None:
        self.asked.append((incident, answered))

    def end(self, incident: str, who: str, answered: Callable[[Answer | None], None], within_s: float) -> None:
        self.asked.append((incident, answered))

    def begun(self, who: str, incident: Incident) -> None:
        self.log.append(("begun", who, incident))

    def ended(self, who: str, incident: Incident) -> None:
        self.log.append(("ended", who, incident))


def lane_stop(who: Principal = ATTENDANT) -> tuple[LaneStop, Page, Venue]:
    page, venue = Page(), Venue()
    made: Any = venue  # the part of the venue's lanes that is used
    return LaneStop(PageShell(page), page, made, venue, lambda: who, Lane.texts, "A", Clock()), page, venue


def test_one_touch_closes_the_lane_and_the_way_back_opens_it() -> None:
    stop, page, venue = lane_stop()
    stop.on_tapped()
    [(incident, answered)] = venue.asked
    assert (incident.gate_group, incident.mode, incident.why) == ("A", Mode.LANE_CLOSED, Why.MEDICAL)
    answered(Answer("begun"))
    assert page.closed
    assert page.page is not None
    assert [act.name for act in page.page.acts] == [REOPEN, DONE]
    stop.on_act(REOPEN)
    venue.asked[-1][1](Answer("ended"))
    assert not page.closed
    assert [what for what, _, _ in venue.log] == ["begun", "ended"]
    stop.on_act(DONE)
    assert page.page is None


def test_a_base_that_is_away_closes_nothing_and_says_so() -> None:
    stop, page, venue = lane_stop()
    stop.on_tapped()
    venue.asked[0][1](None)
    assert not page.closed
    assert page.page is not None
    assert page.page.told is not None
    assert page.page.told.words == Texts("en")("venue.told.away")
    assert not venue.log


def test_a_lane_closed_elsewhere_is_shown_and_can_be_opened() -> None:
    stop, page, venue = lane_stop()
    closed = Incident("i", "A", Mode.LANE_CLOSED, Why.CROWD, "s-1", 0.0, 9e9)
    stop.on_state(LaneState(incidents=(closed, replace(closed, gate_group="B"))))
    assert page.closed
    stop.on_tapped()
    assert not venue.asked, "a touch on a closed lane closes nothing twice"
    stop.on_act(REOPEN)
    assert [asked for asked, _ in venue.asked] == ["i"]


def test_nobody_logged_in_closes_nothing() -> None:
    stop, page, venue = lane_stop(Principal(Role.UNATTENDED, "desk"))
    stop.on_tapped()
    assert not venue.asked
    assert page.page is None
