"""Tasks at a desk about people who are there or were: help, admissions taken back, corrections, requests about data."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from drivers.port import DocumentJudged, DocumentProof
from kiosk.domain.access import Principal
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.station.correcting import Correcting, Mistake
from kiosk.station.desk_view import DeskState
from kiosk.station.helping import Helping, help_texts
from kiosk.station.late_undo import UNDO, LateUndo
from kiosk.station.page_shell import PageShell
from kiosk.station.rights import RECORD, Request, Rights, RightsTerms, due_on
from kiosk.station.slips import NEXT
from kiosk.text import Texts, languages
from tests.helpers.desk_tasks import ATTENDANT, SUPERVISOR, USED, Clock, Lane, Page
from tests.helpers.station import ADMISSION, TICKET, VALID, RecordedStore

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


def test_a_row_that_is_gone_by_now_is_not_asked_about() -> None:
    lane, done = Lane(SUPERVISOR), list[bool]()
    late = LateUndo(lane.shell, lane.desk.store, lambda: SUPERVISOR, Lane.texts, lambda it: "12:00", done.append)
    late.start()
    other = replace(ADMISSION, admission_id="other")
    lane.desk.store.take("recent").answer([ADMISSION, other])
    lane.shell.on_act(ADMISSION.admission_id)
    lane.shell.on_act(UNDO)
    lane.desk.store.take("undo_late").answer(True)
    lane.shell.on_act(other.admission_id)
    lane.desk.store.take("recent").answer([])
    assert lane.page.tiles == ()
    lane.shell.on_act(UNDO)
    assert lane.desk.store.count("undo_late") == 0


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


@pytest.mark.requirement("R-10", "R-82", "R-87")
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
    assert lane.desk.store.voided == ([TICKET.reference] if kind is Request.WITHDRAW else [])
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


@pytest.mark.requirement("R-63", "R-83")
@pytest.mark.parametrize("then", ["a second tap", "back", "the next person", "a code"])
def test_an_erasure_is_on_record_once_whatever_is_tapped_meanwhile(then: str) -> None:
    lane = Lane(SUPERVISOR)
    lane.facts(VALID)
    asked, noted = rights(lane)
    asked.start()
    lane.shell.on_act(Request.ERASE)
    lane.shell.on_act(RECORD)
    match then:
        case "a second tap":
            lane.shell.on_act(RECORD)
        case "back":
            lane.shell.on_back()
        case "the next person":
            lane.desk.put(2)
        case "a code":
            lane.desk.desk.on_code("T-9")
    lane.desk.store.take("erase").answer(True)
    assert lane.desk.store.count("erase") == 0
    assert [(kind, done) for kind, _, _, done in noted] == [(Request.ERASE, True)]


@pytest.mark.requirement("R-63", "R-89")
def test_a_correction_is_on_record_though_the_next_person_came_meanwhile() -> None:
    lane, noted = Lane(SUPERVISOR), list[bool]()
    lane.facts(TicketCheck(CheckOutcome.NAME_DIFFERS, TICKET))
    lane.desk.desk.on_correct(Mistake.NAME_TYPO, noted.append)
    lane.desk.put(2)
    asked = lane.desk.store.count("look_up")
    lane.desk.store.take("correct").answer(True)
    assert (noted, lane.desk.store.count("look_up")) == ([True], asked), "of the next person nothing is asked again"


@pytest.mark.requirement("R-83", "R-89")
def test_a_number_that_was_typed_changes_nobodys_ticket() -> None:
    """Anybody's number can be typed: nothing is bound to it, and nothing of its ticket is erased."""
    lane, done = Lane(SUPERVISOR), list[bool]()
    lane.desk.desk.on_number("cn-resident", "11010519491231002X")
    lane.desk.store.take("look_up").answer(TicketCheck(CheckOutcome.CODE_AND_CARD_DISAGREE, TICKET))
    correcting = Correcting(lane.shell, lane.desk.desk, lambda: SUPERVISOR, Lane.texts, lambda *it: None)
    assert not correcting.offered
    lane.desk.desk.on_correct(Mistake.NEW_DOCUMENT, done.append)
    lane.desk.desk.on_erase(done.append)
    assert (lane.desk.store.count("correct"), lane.desk.store.count("erase"), done) == (0, 0, [False])


@pytest.mark.parametrize("proof", [DocumentProof.TAMPERED, DocumentProof.CLONE_SUSPECTED])
def test_no_ticket_is_bound_to_a_document_with_which_something_is_amiss(proof: DocumentProof) -> None:
    lane = Lane(SUPERVISOR)
    lane.facts(TicketCheck(CheckOutcome.NAME_DIFFERS, TICKET))
    lane.desk.desk.on_document(DocumentJudged(proof, 0.0))
    lane.desk.desk.on_correct(Mistake.NAME_TYPO, lambda done: None)
    assert lane.desk.store.count("correct") == 0


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
