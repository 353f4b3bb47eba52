"""What an organiser sees before and during an event, for the gallery: the wizard, the roster, the live board."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kiosk.audit.alerts import Alert
from kiosk.audit.slots import SLOT_S, slot_name
from kiosk.base.seen import CallSeen, GroupSeen, VenueSeen
from kiosk.closing.readiness import Missing
from kiosk.config.assets import asset
from kiosk.config.load import parse_event
from kiosk.documents.figures import Figures, Waits
from kiosk.domain.access import Role
from kiosk.domain.lanes import GroupWaits, HeadCount
from kiosk.ledger.port import Found, Hit
from kiosk.office.dashboard_words import board_page
from kiosk.office.live import Live
from kiosk.office.roster import RosterPages
from kiosk.office.roster_port import RosterLook, RosterPort
from kiosk.office.subject import Room, Subject
from kiosk.office.view import BoardPage, Page
from kiosk.office.wizard import WizardPages
from kiosk.office.wizard_port import Looked, WizardPort
from kiosk.office.wizard_steps import STEPS
from kiosk.parts.attendee_screens import attendee_screens
from kiosk.rehearsal.gallery_office import NOW, opened
from kiosk.roster.faults import ImportReport, RosterFault
from kiosk.roster.importer import Shown
from kiosk.roster.mapping import Wish, layout_of
from kiosk.text import Texts

_FILE = asset("events", "example-event.toml").read_text("utf-8")
_EVENT = parse_event(_FILE, "example-event.toml")
_STICK = (Path("/media/stick"),)
_ROSTER = "/media/stick/roster.csv"
_MISSING = tuple(Missing(code, "") for code in ("necessity", "rule", "manual_lane", "plan"))
_SKIPPED = frozenset({"officers", "roster"})
"""Steps whose pages are elsewhere: of accounts, and of the roster below."""


def _never(*_: object) -> Any:
    raise AssertionError("nothing is done in a gallery")


def _act(name: str, row: str = "") -> Callable[[Subject], None]:
    return lambda subject: subject.act(name, row)


def _row(row: str) -> Callable[[Subject], None]:
    return lambda subject: subject.opened(row)


def _given(**lines: str) -> Callable[[Subject], None]:
    return lambda subject: subject.submitted(lines)


# --- the wizard ----------------------------------------------------------------------------------


def _wizard(state: str, missing: tuple[Missing, ...] = (), *, locked: bool = False) -> Callable[[Room], Subject]:
    looked = Looked(tomllib.loads(_FILE), _EVENT, state, missing, locked=locked)
    gate = _EVENT.gate_groups[0].id
    port = WizardPort(
        look=lambda: looked,
        begin=_never,
        change=_never,
        publish=_never,
        arm=_never,
        open=_never,
        stand_for=_never,
        close=_never,
        screens=lambda event: attendee_screens(event, gate),
        seen=lambda looked: None,
        event_of=lambda values: _EVENT,
        officers=_never,
        roster=lambda room: RosterPages(room, _roster_port()),
        folders=_STICK,
        agrees=_never,
        change_agreed=_never,
    )
    return lambda room: WizardPages(room, port)


def _wizard_page(make: Callable[[Room], Subject], *then: Callable[[Subject], None]) -> Callable[[Texts], Page]:
    return opened(Role.ORGANISER, make, *then)


def _steps() -> Iterator[tuple[str, Callable[[Texts], Page]]]:
    draft = _wizard("draft", _MISSING)
    for step in STEPS:
        if step.name in _SKIPPED:
            continue
        yield f"wizard-{step.name}", _wizard_page(draft, _row(step.name))
        if step.entries or step.parts:
            first = step.parts[0].words if step.parts else "0"
            yield f"wizard-{step.name}-one", _wizard_page(draft, _row(step.name), _row(first))


def _answer_why(subject: Subject) -> None:
    subject.chosen("reason_duty", "law")
    subject.submitted({"reason_necessity": "Tickets are bound to people.", "reason_rule": "permit 7"})


# --- the roster ----------------------------------------------------------------------------------

_HEADER = ("票号", "证件类型", "国家", "证件号码", "姓名", "入口", "场次", "座位")
_FAULTS = [
    RosterFault(3, "document_number", "bad_check_digit", ""),
    RosterFault(17, "issuing_state", "wrong_state", ""),
    RosterFault(240, "document_kind", "kind_not_allowed", ""),
    RosterFault(1_871, "ticket", "bad_code", ""),
]
_HITS = (Hit("K7M2", "甲**", "看台 3", "A"), Hit("P4QX", "M*** E******", "Stand 12, row 4, seat 108", "B"))
_FOUND = Found(_HITS, more=True)


def _report(_file: Path, _wish: Wish, skip_bad: bool, *_: object) -> ImportReport:
    report = ImportReport(rows=48_000, imported=47_996 if skip_bad else 0)
    for fault in _FAULTS:
        report.add([fault])
    return report


def _clean(*_: object) -> ImportReport:
    return ImportReport(rows=48_000, imported=48_000)


def _columns(_file: Path, wish: Wish) -> Shown:
    return Shown(_HEADER, layout_of(_HEADER, _EVENT, wish), "")


def _roster_port(
    *,
    tickets: bool = True,
    locked: bool = False,
    take: Callable[..., ImportReport] = _report,
    hits: Found = _FOUND,
) -> RosterPort:
    places = [(session.id, group.id) for session in _EVENT.sessions for group in _EVENT.gate_groups]
    counts = {place: 0 if n == 1 else 11_999 + n for n, place in enumerate(places)}
    look = RosterLook(_EVENT, "draft", counts if tickets else None, locked)
    return RosterPort(
        look=lambda: look,
        header=lambda file: _HEADER,
        columns=_columns,
        rows_in=lambda file: 48_001,
        take=take,
        add=_never,
        transfer=_never,
        revoke=_never,
        find=lambda text, session, secret: hits,
        keep_report=_never,
        folders=_STICK,
    )


def _roster(*then: Callable[[Subject], None], **how: Any) -> Callable[[Texts], Page]:
    return opened(Role.ORGANISER, lambda room: RosterPages(room, _roster_port(**how)), *then)


_CHOSEN = (_act("import"), _row(_ROSTER))
_FIND = (_act("find"), _given(text="somebody"))

# --- the live board ------------------------------------------------------------------------------

_GATES = ("gate-north-1", "gate-north-2", "gate-south-1")


def _live(*, venue: bool = True) -> Live:
    first = int((NOW - 8 * SLOT_S) // SLOT_S * SLOT_S)
    admitted = tuple(
        (first + quarter * int(SLOT_S), gate, "face", (37 * quarter + 53 * place) % 90 + 4)
        for quarter in range(8)
        for place, gate in enumerate(_GATES)
    )
    slots = [slot_name(first + quarter * int(SLOT_S)) for quarter in range(8)]
    figures = Figures(
        by_face=Counter({(slot, gate): 40 for slot in slots for gate in _GATES}),
        causes=Counter({("chose_staff", _GATES[0]): 91, ("not_acquired", _GATES[1]): 44, ("no_match", _GATES[2]): 23}),
        choices=Counter({"face": 1_027, "staff": 91}),
        acts=Counter({("attendant", "staff.admitted"): 149, ("supervisor", "staff.override"): 6}),
        waits={(slot, "A"): Waits(slot, "A", 31.0 + 9 * n, 24, 12.0, 80) for n, slot in enumerate(slots)},
    )
    groups = (
        GroupSeen("A", GroupWaits("A", 6, NOW, 184.0, 41, 31.0, 260), HeadCount("A", 3120, 12, 0, 3110, 0)),
        GroupSeen("B", GroupWaits("B", 1, NOW, 28.0, 17, 24.0, 190), HeadCount("B", 2411, 3, 0, 2400, 0)),
    )
    seen = VenueSeen((), groups, (CallSeen("gate-north-2", "A", 47.0),), ())
    alerts = (Alert(812, "2026-05-01T11:02:00Z", "device.replaced", "gate-south-1", "camera"),)
    devices = {("gate-north-1", "reader"): True, ("gate-south-1", "scanner"): False}
    stations = {"gate-north-1": "open", "gate-south-1": "face_paused"}
    return Live("open", admitted, figures, True, devices, stations, alerts, seen if venue else None)


def _board(live: Callable[[], Live]) -> Callable[[Texts], BoardPage]:
    return lambda texts: board_page(live(), texts)


ORGANISER_PAGES: tuple[tuple[str, Callable[[Texts], Page]], ...] = (
    ("wizard-nothing", _wizard_page(_wizard(""))),
    ("wizard-begin", _wizard_page(_wizard(""), _act("begin"))),
    ("wizard-key", _wizard_page(_wizard(""), _act("begin"), _answer_why)),
    ("wizard-steps", _wizard_page(_wizard("draft", _MISSING))),
    ("wizard-ready", _wizard_page(_wizard("draft"))),
    ("wizard-armed", _wizard_page(_wizard("armed"))),
    ("wizard-secret", _wizard_page(_wizard("armed", locked=True), _act("open"))),
    ("wizard-over", _wizard_page(_wizard("wiped"))),
    ("wizard-missing", _wizard_page(_wizard("draft", _MISSING), _act("missing"))),
    ("wizard-screens", _wizard_page(_wizard("draft"), _act("screens"))),
    *_steps(),
    ("roster", _roster()),
    ("roster-unreadable", _roster(tickets=False)),
    ("roster-files", _roster(_act("import"))),
    ("roster-columns", _roster(*_CHOSEN)),
    ("roster-column", _roster(*_CHOSEN, _row("session"))),
    ("roster-secret", _roster(*_CHOSEN, _act("take"), locked=True)),
    ("roster-report", _roster(*_CHOSEN, _act("take"))),
    ("roster-skipped", _roster(*_CHOSEN, _act("skip"))),
    ("roster-taken", _roster(*_CHOSEN, _act("take"), take=_clean)),
    ("roster-find", _roster(_act("find"))),
    ("roster-found", _roster(*_FIND)),
    ("roster-nobody", _roster(*_FIND, hits=Found())),
    *((f"roster-{name}", _roster(_act(name))) for name in ("add", "revoke", "transfer")),
    ("live", _board(_live)),
    ("live-alone", _board(lambda: _live(venue=False))),
    ("live-begun", _board(lambda: Live("open", (), Figures(), True))),
)
