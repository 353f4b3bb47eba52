"""Pages of tasks at a desk, made by the tasks themselves; nobody is at the desk, and nothing is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiosk.domain.access import Principal, Role
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.domain.refusal import Reason
from kiosk.ledger.port import Admission, GateState
from kiosk.ports import Clock
from kiosk.rehearsal.venue import GATE_GROUP
from kiosk.station.admitting_again import AdmittingAgain
from kiosk.station.correcting import Correcting
from kiosk.station.desk_page import DeskPage
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.helping import Helping
from kiosk.station.late_undo import UNDO, LateUndo
from kiosk.station.page_shell import PageShell
from kiosk.station.person_tasks import Entry, TaskTiles
from kiosk.station.refusing import Refusing
from kiosk.station.rights import Request, Rights, RightsTerms
from kiosk.station.slip import Slip, SlipWords
from kiosk.station.slips import Slips
from kiosk.text import Texts

_SUPERVISOR = Principal(Role.SUPERVISOR, "sup-1")
_AT_SOMEBODY = DeskView(DeskState.FACTS, outcome=CheckOutcome.NAME_DIFFERS, can_admit_again=True, document_read=True)
_GATES = {"zh": "A 入口", "en": "Gate A"}


class _Shown:
    """Keeps the last page."""

    def __init__(self) -> None:
        self.page = DeskPage("")

    def show_page(self, page: DeskPage | None) -> None:
        self.page = page or self.page


class _Nobody:
    """A desk at which nothing is done, and a printer without paper."""

    view = _AT_SOMEBODY
    there = True

    def on_admit(self) -> None: ...
    def on_supervisor(self) -> None: ...
    def on_next(self) -> None: ...
    def on_admit_again(self, reason: str) -> None: ...
    def on_correct(self, reason: str, done: Callable[[bool], None]) -> None: ...

    def on_withdrawn(self) -> None: ...

    def on_refused(self) -> bool:
        return True

    def on_erase(self, done: Callable[[bool], None]) -> None:
        done(True)

    def print_slip(self, slip: Slip, done: Callable[[str], None]) -> None:
        done("paper_out")


class _Late:
    """Three admissions of the last minutes; one can be taken back, for the others it is too late by then."""

    def __init__(self, now: float) -> None:
        lanes = enumerate((Lane.FACE, Lane.STAFF, Lane.FACE), start=1)
        opened = GateState.OPENED
        self._recent = [Admission(f"a-{n}", f"{n:04d}", now - 130.0 * n, "desk-1", lane, opened) for n, lane in lanes]
        self._in_time = True

    def recent(self, answered: Callable[[list[Admission]], None], failed: Callable[[str], None]) -> None:
        answered(self._recent)

    def undo_late(self, admission_id: str, answered: Callable[[bool], None], failed: Callable[[str], None]) -> None:
        in_time, self._in_time = self._in_time, False
        if in_time:
            self._recent = [one for one in self._recent if one.admission_id != admission_id]
        answered(in_time)


def _described(one: Admission) -> str:
    at = datetime.fromtimestamp(one.at).astimezone()
    return f"{at:%H:%M}  {one.station}  …{one.ticket_reference}"


def task_pages(texts: Texts, clock: Clock) -> dict[str, DeskPage]:
    """By name: help, check-lists, a refusal and its slip, a used ticket, a correction, requests about personal data,
    an admission taken back late."""
    shown, desk, pages = _Shown(), _Nobody(), dict[str, DeskPage]()
    shell = PageShell(shown)
    gates = {GATE_GROUP: _GATES.get(texts.language, _GATES["en"])}
    words = SlipWords("Lighthouse Choir", "complaints@lighthouse-choir.example", "", gates)
    slips = Slips(shell, desk, lambda language: words, lambda: texts, desk.on_next)
    refusing = Refusing(
        shell, desk, slips, lambda: _SUPERVISOR, lambda: texts, clock, GATE_GROUP, lambda reason, code: None
    )
    helping = Helping(shell, lambda: texts)
    correcting = Correcting(shell, desk, lambda: _SUPERVISOR, lambda: texts, lambda reason, done: None)
    terms = RightsTerms(GATE_GROUP, clock.now() + 86_400, month=False)
    rights = Rights(
        shell, desk, slips, lambda: _SUPERVISOR, lambda: texts, clock, terms, lambda kind, code, due, done: None
    )
    undo = LateUndo(shell, _Late(clock.now()), lambda: _SUPERVISOR, lambda: texts, _described, lambda done: None)
    about = (
        Entry("person.check", helping.on_check_list),
        Entry("person.correct", correcting.start),
        Entry("person.rights", rights.start),
    )
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("help", helping.on_help_tapped),
        ("help-family", lambda: shell.on_act("family")),
        ("check-lists", helping.on_check_list),
        ("check-list", lambda: shell.on_act("resident")),
        ("person", TaskTiles(shell, lambda: texts, "person", about, at_a_person=True).on_tapped),
        ("correct", correcting.start),
        ("rights", rights.start),
        ("rights-access", lambda: shell.on_act(Request.ACCESS)),
        ("again", AdmittingAgain(shell, desk, lambda: texts).on_admit_tapped),
        ("refuse", refusing.on_supervisor_tapped),
        ("slip", lambda: shell.on_act(Reason.NO_TICKET)),
        ("undo", undo.start),
        ("undo-sure", lambda: shell.on_act("a-1")),
        ("undo-done", lambda: shell.on_act(UNDO)),
        ("undo-sure-again", lambda: shell.on_act("a-2")),
        ("undo-late", lambda: shell.on_act(UNDO)),
    )
    for name, step in steps:
        step()
        pages[name] = shown.page
    return pages
