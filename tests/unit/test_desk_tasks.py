"""Tasks at a desk without a window: who may refuse, what the slip says, a used ticket, the lane closed in one touch."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from kiosk.base.answers import Answer
from kiosk.domain.access import Principal, Role
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.domain.lanes import LaneState
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck
from kiosk.domain.refusal import Again, Reason, slip_number
from kiosk.station.admitting_again import AdmittingAgain
from kiosk.station.correcting import Correcting, Mistake
from kiosk.station.desk_page import DeskPage
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.helping import Helping, help_texts
from kiosk.station.lane_stop import DONE, REOPEN, LaneStop
from kiosk.station.late_undo import UNDO, LateUndo
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.station.page_shell import PageShell
from kiosk.station.refusing import Refusing
from kiosk.station.rights import RECORD, Request, Rights, RightsTerms, due_on
from kiosk.station.slip import Slip, SlipWords, slip_block, slip_code
from kiosk.station.slips import NEXT, PRINT, Slips
from kiosk.text import Texts, languages
from tests.helpers.station import ADMISSION, HELD, TICKET, VALID, DeskLane, RecordedStore

SUPERVISOR, ATTENDANT = Principal(Role.SUPERVISOR, "s-1"), Principal(Role.ATTENDANT, "o-1")
WORDS = SlipWords("Choir", "complaints@example.org", "", {"A": "Gate North"})
USED = EarlierUse(1.0, "gate-1", "A", "face", "an-admission")


class Clock:
    def now(self) -> float:
        return 1777638900.0

    def monotonic(self) -> float:
        return 0.0


@dataclass
class Page:
    """The window's place for pages."""

    page: DeskPage | None = None
    closed: bool = False

    def show_page(self, page: DeskPage | None) -> None:
        self.page = page

    def show_lane_closed(self, closed: bool) -> None:
        self.closed = closed


@dataclass
class Printer:
    there: bool = True
    asked: list[tuple[Slip, Callable[[str], None]]] = field(default_factory=list)

    def print_slip(self, slip: Slip, done: Callable[[str], None]) -> None:
        self.asked.append((slip, done))


class Lane:
    """A desk with its pages, and somebody who works there."""

    def __init__(self, who: Principal = SUPERVISOR, printer: Printer | None = None) -> None:
        self.who, self.window, self.desk = who, Page(), DeskLane()
        self.printer = printer or Printer()
        self.recorded: list[tuple[Reason, str]] = []
        self.shell = PageShell(self.window)
        desk = self.desk.desk
        self.slips = Slips(self.shell, self.printer, lambda language: WORDS, self.texts, desk.on_next)
        self.refusing = Refusing(
            self.shell, desk, self.slips, lambda: self.who, self.texts, Clock(), "A", lambda *r: self.recorded.append(r)
        )
        self.again = AdmittingAgain(self.shell, desk, self.texts)

    @staticmethod
    def texts() -> Texts:
        return Texts("en")

    @property
    def page(self) -> DeskPage:
        assert self.window.page is not None
        return self.window.page

    def facts(self, check: TicketCheck) -> None:
        self.desk.put()
        self.desk.store.take("look_up").answer(check)


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


# --- a used ticket --------------------------------------------------------------------------------


@pytest.mark.requirement("R-35")
def test_a_used_ticket_is_admitted_in_two_taps_with_a_reason() -> None:
    lane = Lane(ATTENDANT)
    lane.facts(TicketCheck(CheckOutcome.ALREADY_USED, TICKET, USED))
    assert lane.desk.view.can_admit_again
    lane.again.on_admit_tapped()
    assert {tile.name for tile in lane.page.tiles} == set(Again)
    lane.shell.on_act(Again.NOT_PASSED)
    asked = lane.desk.store.take("hold_again")
    assert asked.given[1] == Again.NOT_PASSED
    asked.answer(HELD)
    assert lane.desk.store.count("commit") == 1
    lane.desk.desk.on_admit_again(Again.NOT_PASSED)
    assert lane.desk.store.count("hold_again") == 0, "once"


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
    assert lane.desk.store.count("hold_again") == 0


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


# --- help -----------------------------------------------------------------------------------------

TASKS = [
    "manual_check", "family", "already_used", "call_answered", "queue", "refusal", "reader_unplugged", "paper_out",
    "incident", "base_away", "hold",
]  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_help_has_every_task_with_steps(language: str) -> None:
    known = help_texts(language)
    assert [topic.name for topic in known.tasks] == TASKS
    for topic in (*known.tasks, *known.documents):
        assert 3 <= len(topic.steps) <= 6, topic.name
        assert topic.title
        assert topic.when


@pytest.mark.requirement("R-24")
def test_every_kind_of_document_has_the_same_check_list_in_every_language() -> None:
    shapes = [[(t.name, len(t.steps)) for t in help_texts(code).documents] for code in languages()]
    assert all(shape == shapes[0] for shape in shapes)
    assert {"resident", "temporary", "family_book", "travel_permit", "passport", "electronic"} <= {
        name for name, _ in shapes[0]
    }


def test_what_help_quotes_stands_on_the_screen() -> None:
    words = {text.rstrip("…").partition("（{")[0] for _, text in Texts("zh").items()}
    for topic in help_texts("zh").tasks:
        for quoted in re.findall("“([^”]+)”", "".join(topic.steps)):
            assert quoted.rstrip("…") in words, (topic.name, quoted)


def test_help_goes_back_the_way_it_came() -> None:
    page = Page()
    helping = Helping(PageShell(page), Lane.texts)
    helping.on_help_tapped()
    assert page.page is not None
    assert [tile.name for tile in page.page.tiles] == TASKS
    helping.on_act("queue")
    assert len(page.page.steps) == 5
    helping.on_back()
    assert page.page.tiles
    helping.on_back()
    assert page.page is None


def test_slip_numbers_are_drawn_by_lot() -> None:
    drawn = {slip_number() for _ in range(200)}
    assert len(drawn) == 200
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", number) for number in drawn)


def test_a_desk_at_which_nobody_stands_refuses_nobody() -> None:
    lane = Lane()
    assert lane.desk.desk.on_refused() is False
    assert lane.desk.view == DeskView(DeskState.WAITING, reader_online=True)


# --- taken back some minutes later ----------------------------------------------------------------


def test_a_supervisor_takes_an_admission_back_after_having_been_asked() -> None:
    page, store, noted = Page(), RecordedStore(), list[bool]()
    late = LateUndo(PageShell(page), store, lambda: SUPERVISOR, Lane.texts, lambda one: "12:35", noted.append)
    late.start()
    store.take("recent").answer([ADMISSION])
    assert page.page is not None
    assert [tile.words for tile in page.page.tiles] == ["12:35"]
    late.on_act(ADMISSION.admission_id)
    assert store.count("undo_late") == 0, "a tap asks first"
    late.on_act(UNDO)
    store.take("undo_late").answer(True)
    store.take("recent").answer([])
    assert page.page.told is not None
    assert page.page.told.words == Texts("en")("late.told.done")
    assert noted == [True]
    late.on_back()
    assert page.page is None


def test_an_attendant_is_not_offered_it() -> None:
    store = RecordedStore()
    late = LateUndo(PageShell(Page()), store, lambda: ATTENDANT, Lane.texts, lambda one: "", lambda done: None)
    assert not late.offered
    late.start()
    store.take("recent").answer([ADMISSION])
    late.on_act(ADMISSION.admission_id)
    late.on_act(UNDO)
    assert store.count("undo_late") == 0


# --- corrections and requests ---------------------------------------------------------------------


@pytest.mark.requirement("R-89")
@pytest.mark.parametrize(
    ("who", "outcome", "offered"),
    [
        (SUPERVISOR, CheckOutcome.NAME_DIFFERS, True),
        (SUPERVISOR, CheckOutcome.CODE_AND_CARD_DISAGREE, True),
        (SUPERVISOR, CheckOutcome.ALREADY_USED, False),
        (ATTENDANT, CheckOutcome.NAME_DIFFERS, False),
    ],
)
def test_a_supervisor_corrects_and_the_ticket_is_looked_up_again(
    who: Principal, outcome: CheckOutcome, offered: bool
) -> None:
    lane, noted = Lane(who), list[tuple[str, bool]]()
    lane.facts(TicketCheck(outcome, TICKET))
    correcting = Correcting(lane.shell, lane.desk.desk, lambda: who, Lane.texts, lambda *it: noted.append(it))
    assert correcting.offered is offered
    correcting.start()
    lane.shell.on_act(Mistake.NAME_TYPO)
    assert lane.desk.store.count("correct") == offered
    if offered:
        lane.desk.store.take("correct").answer(True)
        lane.desk.store.take("look_up").answer(VALID)
        assert lane.desk.view.can_admit
        assert noted == [(Mistake.NAME_TYPO, True)]


def rights(lane: Lane) -> tuple[Rights, list[tuple[str, str, str, bool]]]:
    noted: list[tuple[str, str, str, bool]] = []
    terms = RightsTerms("A", 1777650000.0, month=False)
    desk = lane.desk.desk
    made = Rights(
        lane.shell, desk, lane.slips, lambda: lane.who, Lane.texts, Clock(), terms, lambda *it: noted.append(it)
    )
    return made, noted


@pytest.mark.requirement("R-82", "R-87")
@pytest.mark.parametrize("kind", [kind for kind in Request if kind is not Request.ERASE])
def test_a_request_becomes_a_numbered_slip_with_a_date(kind: Request) -> None:
    lane = Lane(ATTENDANT)
    lane.facts(TicketCheck(CheckOutcome.ALREADY_USED, TICKET, USED))
    asked, noted = rights(lane)
    asked.start()
    lane.shell.on_act(kind)
    lane.shell.on_act(RECORD)
    [(recorded, code, until, done)] = noted
    assert (recorded, done) == (kind, True)
    assert until == "2026-05-22T00:00:00Z"
    assert dict(lane.page.facts)["Answer by"] == "2026-05-22"
    assert dict(lane.page.facts)["Slip number"].replace("-", "").lower() == code
    lane.shell.on_act(NEXT)
    assert lane.desk.view.state is DeskState.FACTS, "whoever asks may still come in"


@pytest.mark.requirement("R-84")
def test_what_is_held_is_said_to_the_quarter_of_an_hour() -> None:
    lane = Lane(ATTENDANT)
    lane.facts(TicketCheck(CheckOutcome.ALREADY_USED, TICKET, replace(USED, at=1777638900.0 + 61)))
    asked, _ = rights(lane)
    asked.start()
    lane.shell.on_act(Request.ACCESS)
    facts = dict(lane.page.facts)
    assert facts["Face"] == Texts("en")("rights.held.no_face")
    assert facts["Entry"].endswith(("00.", "15.", "30.", "45."))


@pytest.mark.requirement("R-83")
def test_erasing_is_a_supervisors_and_leaves_nobody_on_the_screen() -> None:
    for who, erased in ((ATTENDANT, 0), (SUPERVISOR, 1)):
        lane = Lane(who)
        lane.facts(VALID)
        asked, noted = rights(lane)
        asked.start()
        lane.shell.on_act(Request.ERASE)
        assert len(lane.page.acts) == erased
        lane.shell.on_act(RECORD)
        assert lane.desk.store.count("erase") == erased
        if erased:
            lane.desk.store.take("erase").answer(True)
            assert lane.desk.view.state is DeskState.WAITING
            assert not lane.desk.view.masked_name
            assert [(kind, done) for kind, _, _, done in noted] == [(Request.ERASE, True)]
            assert lane.page.lead == Texts("en")("rights.kind.erase.slip")


@pytest.mark.parametrize(
    ("day", "month", "due"),
    [
        (date(2026, 5, 1), False, date(2026, 5, 22)),
        (date(2026, 5, 2), False, date(2026, 5, 22)),
        (date(2026, 5, 1), True, date(2026, 5, 31)),
    ],
)
def test_when_a_request_is_due(day: date, month: bool, due: date) -> None:
    assert due_on(day, month) == due
