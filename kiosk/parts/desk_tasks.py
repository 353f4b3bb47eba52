"""The desk's pages of tasks, put together: help, refusal and slip, a used ticket, the lane closed in one touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.registry import open_printer
from kiosk.closing.schedule import deadline_s
from kiosk.config.event import EventConfig
from kiosk.config.texts import Language
from kiosk.domain.access import Action, Principal
from kiosk.domain.lanes import LaneState
from kiosk.domain.place_rules import PlaceProfile
from kiosk.ledger.port import Admission
from kiosk.parts.common import Common
from kiosk.parts.lanes import incident_log
from kiosk.station.admitting_again import AdmittingAgain
from kiosk.station.correcting import Correcting
from kiosk.station.desk import Desk
from kiosk.station.desk_view import DeskView
from kiosk.station.helping import Helping
from kiosk.station.lane_stop import LaneStop
from kiosk.station.late_undo import LateUndo
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.station.page_shell import PageShell
from kiosk.station.person_tasks import Entry, TaskTiles
from kiosk.station.refusing import Refusing
from kiosk.station.rights import Rights, RightsTerms
from kiosk.station.slip import Slip, SlipWords, slip_block
from kiosk.station.slips import Slips
from kiosk.text import Texts
from kiosk.ui.desk_tools import CLOSE_LANE, HELP, RECORDS
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.slip_picture import slip_dots
from kiosk.workers.auditing_acts import AuditedDesk
from kiosk.workers.printing import NoPrinter, SlipPrinting
from kiosk.workers.queue import WorkQueue


@dataclass
class DeskTasks:
    """``on_state``: hears of the venue's lanes. ``behind``: whoever hears the buttons; signals keep nobody alive."""

    shell: PageShell
    on_state: Callable[[LaneState], None]
    printing: SlipPrinting | NoPrinter
    behind: tuple[object, ...]

    def stop(self) -> None:
        """End the printer's thread."""
        self.printing.stop()


def slip_words(event: EventConfig, language: str) -> SlipWords:
    """What the event says on slips; its notice's contact answers where nothing else is named."""
    code = Language(language)
    complaint = event.slips.complaint.get(code) or event.notice.contact[code]
    gates = {group.id: group.name[code] for group in event.gate_groups}
    return SlipWords(event.name[code], complaint, event.slips.refund.get(code, ""), gates)


def make_printing(common: Common) -> SlipPrinting | NoPrinter:
    """The desk's printer on a thread of its own. Raises UnknownFamily, BadSettings."""
    device, event = common.config.machine.printer, common.config.event
    if device is None:
        return NoPrinter()
    first = common.config.machine.language
    languages = [first, *(language for language in event.languages if language is not first)]

    def draw(slip: Slip, width_dots: int) -> bytes:
        blocks = [slip_block(slip, slip_words(event, code.value), Texts(code.value)) for code in languages]
        return slip_dots(blocks, width_dots)

    printer = open_printer(device.family, device.port, **device.settings)
    return SlipPrinting(printer, WorkQueue("printer", common.mailbox.post), draw)


def desk_tasks(
    common: Common,
    window: DeskWindow,
    desk: Desk,
    acts: AuditedDesk,
    principal: Callable[[], Principal],
    describe: Callable[[Admission], str],
) -> DeskTasks:
    """All of them behind the window's buttons. ``describe``: an admission in words that name nobody."""
    event, group, clock = common.config.event, common.config.machine.gate_group, common.clock

    def texts() -> Texts:
        return Texts(window.language)

    shell, printing = PageShell(window), make_printing(common)
    slips = Slips(shell, printing, lambda language: slip_words(event, language), texts, desk.on_next)
    refusing = Refusing(shell, desk, slips, principal, texts, clock, group, acts.refused)
    again = AdmittingAgain(shell, _AgainOnRecord(desk, acts), texts)
    helping = Helping(shell, texts)
    rights = Rights(shell, desk, slips, principal, texts, clock, rights_terms(event, group), acts.rights_request)
    correcting = Correcting(shell, desk, principal, texts, acts.corrected)
    about = (
        Entry("person.check", helping.on_check_list),
        Entry("person.correct", correcting.start, lambda: correcting.offered),
        Entry("person.rights", rights.start, lambda: rights.offered),
    )
    person = TaskTiles(shell, texts, "person", about, at_a_person=True)
    undo = LateUndo(shell, common.store, principal, texts, describe, acts.undone_late)
    done = (
        Entry("records.undo", undo.start, lambda: undo.offered),
        Entry("records.slip", slips.show, lambda: slips.last is not None),
    )
    records = TaskTiles(shell, texts, "records", done, at_a_person=False)
    stop = lane_stop(common, window, shell, principal, texts)

    def look(*_: object) -> None:
        """Who works here decides what is offered."""
        who = principal()
        window.show_refusing(who.may(Action.REFUSE_ENTRY))
        window.tools.offer(RECORDS, records.offered)
        window.tools.offer(CLOSE_LANE, stop is not None and who.may(Action.CLOSE_LANE))

    def on_login(view: LoginView) -> None:
        shell.on_login(view)
        if view.step is LoginStep.BADGE:  # whoever works here next did not give it
            slips.forget()
        look()

    def on_tool(name: str) -> None:
        tools = {HELP: helping.on_help_tapped, RECORDS: records.on_tapped}
        if stop is not None:
            tools[CLOSE_LANE] = stop.on_tapped
        tools[name]()

    window.admit_tapped.connect(again.on_admit_tapped)
    window.supervisor_tapped.connect(refusing.on_supervisor_tapped)
    window.more_tapped.connect(person.on_tapped)
    window.tools.tapped.connect(on_tool)
    window.page.acted.connect(shell.on_act)
    window.page.acted.connect(look)
    window.page.went_back.connect(shell.on_back)
    window.language_chosen.connect(shell.close)
    window.login_shown.connect(on_login)
    look()
    behind = (refusing, again, person)
    return DeskTasks(shell, stop.on_state if stop is not None else _ignore, printing, behind)


def rights_terms(event: EventConfig, gate_group: str) -> RightsTerms:
    """Until when what is held is held, and how long an answer may take."""
    return RightsTerms(gate_group, deadline_s(event), PlaceProfile.EU_STRICT in event.profiles)


def lane_stop(
    common: Common,
    window: DeskWindow,
    shell: PageShell,
    principal: Callable[[], Principal],
    texts: Callable[[], Texts],
) -> LaneStop | None:
    """Where the machine belongs to a venue: without one a desk reaches no gate."""
    if common.lanes is None:
        return None
    group, log = common.config.machine.gate_group, incident_log(common)
    return LaneStop(shell, window, common.lanes, log, principal, texts, group, common.clock)


class _AgainOnRecord:
    """The desk, with an admission on a used ticket put on record."""

    def __init__(self, desk: Desk, acts: AuditedDesk) -> None:
        self._desk, self._acts = desk, acts
        self.on_admit = desk.on_admit

    @property
    def view(self) -> DeskView:
        return self._desk.view

    def on_admit_again(self, reason: str) -> None:
        self._acts.admitting_again(reason)
        self._desk.on_admit_again(reason)


def _ignore(state: LaneState) -> None:
    """A desk of no venue hears of no lanes."""
