"""Every page of the office for the gallery: the office's own subjects, opened on invented facts.

One line of ``PAGES`` a page: its name, who sees it, the subject, and what was done in it before the picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from kiosk.accounts.account import Account
from kiosk.accounts.overrides import QuarterCount, compared
from kiosk.audit.alerts import Alert
from kiosk.audit.reading import Listed
from kiosk.base.receiving import Received
from kiosk.base.seen import CallSeen, GroupSeen, StationSeen, Use, VenueSeen
from kiosk.closing.planning import GroupPlan, Plan
from kiosk.closing.readiness import Missing
from kiosk.config.look import Look, NightHours
from kiosk.config.places import EventPlace
from kiosk.config.rehearsal_event import rehearsal_event
from kiosk.documents.evidence_check import Checked, Fault
from kiosk.domain.access import Principal, Role
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.domain.lanes import GroupWaits, HeadCount, Staffing
from kiosk.integrity.check import IntegrityReport, State
from kiosk.office.accounts import AccountsPages, AccountsPlace
from kiosk.office.agree import AgreePages
from kiosk.office.alerts import alerts_page
from kiosk.office.audit_filter import Wanted, choose_what, options_of
from kiosk.office.audit_words import record_groups, record_row
from kiosk.office.base import base_page
from kiosk.office.base_ends import Waited, ends_page
from kiosk.office.changes import ChangesPages
from kiosk.office.conflicts import conflicts_page
from kiosk.office.device import DevicePages, DevicePort, DoctorLine
from kiosk.office.event import EventFacts, EventPages, EventPort
from kiosk.office.evidence import EvidencePages, saved_page
from kiosk.office.evidence_check import CheckPackPages, found_page
from kiosk.office.evidence_port import EvidencePort, Saved
from kiosk.office.look import LookPages, LookPort
from kiosk.office.new_account import NewAccountPages
from kiosk.office.overrides_page import overrides_page
from kiosk.office.package import PackagePages, request_page
from kiosk.office.package_port import Asked, Brought, PackagePort, Taken
from kiosk.office.package_take import answers_page, taken_page
from kiosk.office.readiness import MissingPages, PlanPages
from kiosk.office.refusals import TakesTwoPeople
from kiosk.office.subject import Room, Subject
from kiosk.office.training import TrainingPages, TrainingPort
from kiosk.office.venue_words import venue_page
from kiosk.office.view import Act, Column, HomePage, ListPage, Mark, Page, SheetPage, Tile, Told
from kiosk.office.wizard_form import StepPages
from kiosk.office.wizard_port import Looked, WizardPort
from kiosk.office.wizard_steps import BY_NAME
from kiosk.ports import Clock
from kiosk.rehearsal.venue import today
from kiosk.text import Texts

NOW = 1_777_632_120.0
"""UTC seconds of every picture: an evening of May 2026."""

TILES = {
    "event": "calendar",
    "venue": "plan",
    "accounts": "card",
    "overrides": "desk_person",
    "audit": "clock",
    "device": "lock",
    "training": "desk_person",
    "look": "look",
}


@dataclass(frozen=True)
class _At:
    """A clock that stands."""

    def now(self) -> float:
        return NOW

    def monotonic(self) -> float:
        return 0.0


@dataclass(frozen=True)
class _AtOnce:
    def do(self, call: Callable[[], Any], answered: Any = None, failed: Any = None) -> None:
        try:
            answer = call()
        except TakesTwoPeople as refused:
            failed(refused)
            return
        if answered is not None:
            answered(answer)


@dataclass
class _Stay:
    """One person's stay in the office, with nothing behind it: the last page shown is what is wanted."""

    role: Role
    texts: Texts
    page: Page | None = None
    inside: list[Subject] = field(default_factory=list)

    def enter(self, make: Callable[[Room], Subject]) -> None:
        room = Room(
            self.texts,
            Principal(self.role, "invented"),
            _AtOnce(),
            cast(Clock, _At()),
            show=self._show,
            enter=self.enter,
            leave=lambda _told: None,
            post=lambda call: call(),
            later=lambda _seconds, _call: None,
        )
        self.inside.append(make(room))
        self.inside[-1].open()

    def _show(self, page: Page) -> None:
        self.page = page


def opened(role: Role, make: Callable[[Room], Subject], *then: Callable[[Subject], None]) -> Callable[[Texts], Page]:
    """The page a subject shows to somebody in ``role``, after each of ``then`` was done, in what had been entered."""

    def page(texts: Texts) -> Page:
        stay = _Stay(role, texts)
        stay.enter(make)
        for done in then:
            done(stay.inside[-1])
        assert stay.page is not None
        return stay.page

    return page


# --- invented facts ------------------------------------------------------------------------------

_ACCOUNTS = [
    Account("o-011", "Robin Example", frozenset({Role.ATTENDANT}), "rehearsal", NOW + 90_000, issued=True),
    Account("o-012", "欧阳示例", frozenset({Role.ATTENDANT}), "rehearsal", NOW + 90_000, True, locked_until=NOW + 600),
    Account("s-lin", "Lin Example", frozenset({Role.SUPERVISOR}), "rehearsal", NOW + 90_000, True, True),
    Account("o-013", "Maria-Theresia Beispiel", frozenset({Role.ATTENDANT}), "rehearsal", NOW + 90_000),
    Account("o-007", "Former Example", frozenset({Role.ATTENDANT}), "rehearsal", NOW - 90_000, True, revoked=True),
]


class _Book:
    def listed(self, _who: Principal, _event: str | None) -> list[Account]:
        return _ACCOUNTS

    def locked(self, _who: Principal, _event: str) -> list[Account]:
        return _ACCOUNTS[1:2]


def _accounts(room: Room) -> AccountsPages:
    return AccountsPages(room, AccountsPlace(cast(Any, _Book()), rehearsal_event(today()), ()))


def _new_account(room: Room) -> NewAccountPages:
    return NewAccountPages(room, cast(Any, _Book()), rehearsal_event(today()))


_KEY = bytes.fromhex("7c1e02aa" * 8)
_PACK = Saved(Path("/media/stick/evidence-rehearsal-20260501-233012.zip"), 19, "41d09b7f" * 8, _KEY)
_WHOLE = Checked((), "rehearsal", _KEY.hex(), 19, assessed_first=True, notice_shown=True)
_CHANGED = replace(_WHOLE, faults=(Fault("report.json", "changed"), Fault("audit.log", "link")), notice_shown=None)
_EVIDENCE = EvidencePort(
    cast(Any, None), lambda file: (file.name, b""), lambda _file, _key: _WHOLE, lambda: _KEY, folders=()
)


def _check(subject: Subject) -> None:
    subject.opened("/media/stick/evidence-rehearsal-20260501-233012.zip")


def _found(found: Checked, *, trusted: bool) -> Callable[[Texts], Page]:
    return lambda texts: found_page(found, "evidence-rehearsal-20260501-233012.zip", texts, trusted=trusted)


_TEXT = "VKH1 rehearsal gate-1 " + "Zm9yLXBpY3R1cmVz" * 14
_ASKED = Asked("rehearsal", "gate-1", "7c1e 02aa 41d0 9b7f 7c1e 02aa", _TEXT)
_BROUGHT = Brought("rehearsal", "kiosk-7c1e02aa", code_wanted=True, made=False, locked=False)
_TAKEN = Taken(
    Received(
        EventPlace(Path("data"), Path("keys"), "rehearsal"),
        "kiosk-7c1e02aa",
        made=True,
        tickets=12_400,
        written=12_400,
        groups=("A", "B"),
        shared=("B",),
    ),
    over=False,
)
_PACKAGES = PackagePort(lambda: _ASKED, cast(Any, None), lambda _file: _BROUGHT, cast(Any, None), folders=())


def _event(state: str, counts: dict[str, int] | None, *, certified: bool = False) -> Callable[[Room], Subject]:
    facts = EventFacts("Lighthouse Choir", "rehearsal", state, NOW + 9_000, counts, certified)
    gone: Any = None
    archive: Any = (lambda: None) if certified else None
    port = EventPort(
        lambda: facts, gone, gone, lambda: [], lambda: (_PLAN, 20.0), archive, evidence=_EVIDENCE, changes=_changes
    )
    return lambda room: EventPages(room, port)


def _wizard_port() -> WizardPort:
    """Of an event whose rules are published; every change would end it later."""
    event = rehearsal_event(today())
    looked = Looked(event.model_dump(mode="json"), event, "open", (), settled=True)
    nothing: Any = None

    def later(*_given: object) -> None:
        raise TakesTwoPeople

    return WizardPort(
        look=lambda: looked,
        begin=nothing,
        change=later,
        publish=nothing,
        arm=nothing,
        open=nothing,
        stand_for=nothing,
        close=nothing,
        screens=nothing,
        seen=lambda _looked: None,
        event_of=nothing,
        officers=nothing,
        roster=nothing,
        folders=(),
        agrees=lambda _given: _ACCOUNTS[2],
        change_agreed=later,
    )


def _changes(room: Room) -> ChangesPages:
    return ChangesPages(room, _wizard_port())


def _later_end(room: Room) -> Subject:
    port = _wizard_port()
    return StepPages(room, port, BY_NAME["keeping"], port.look())


def _agree(room: Room) -> AgreePages:
    return AgreePages(room, _wizard_port(), {}, {}, "the concert is put off by an hour")


def _second(subject: Subject) -> None:
    subject.submitted({})


def _wait_for_two(subject: Subject) -> None:
    subject.submitted({"retention_grace_h": "3", "hold_max_h": "12", "change_reason": "put off by an hour"})


_NUMBERS = {"tickets": 48_000, "admitted": 41_873, "held": 3}
_PLAN = Plan((GroupPlan("A", 200.0, 0.17, 15, 12), GroupPlan("B", 90.0, 0.17, 7, 8)), 0.02, "")
_MISSING = [Missing("manual_lane", "", "B"), Missing("necessity", ""), Missing("plan", "", "A")]
_DOCTOR = [
    DoctorLine("reader", "ok", "answers at /dev/serial/by-path/reader"),
    DoctorLine("camera", "warning", "is not there", "plug it in, then: kiosk doctor --config machine.toml"),
    DoctorLine("disk", "bad", "is nearly full: 210 MB are left", "remove what is not the kiosk's"),
]
ALERTS = (
    Alert(812, "2026-05-01T10:31:07Z", "device.replaced", "gate-a1", "reader"),
    Alert(790, "2026-05-01T09:02:44Z", "integrity.broken", "gate-a1", "kiosk/app.py"),
)
_RECORDS = [
    Listed(900, 41, "2026-05-01T10:40:12Z", "event.opened", "org-wu", "rehearsal", True, {"tickets": 48_000}),
    Listed(700, 40, "2026-05-01T10:31:07Z", "device.replaced", "gate-a1", "reader", False),
    Listed(500, 39, "2026-05-01T10:02:55Z", "login.refused", "desk-1", "o-012", False),
    Listed(300),
]
_COUNTS = [
    *(QuarterCount(f"o-0{n}", "admitted", 900 * q, 30 + n) for n in (11, 12, 13) for q in range(4)),
    *(QuarterCount("o-012", "override", 900 * q, 6) for q in range(4)),
    QuarterCount("o-011", "override", 900, 1),
    QuarterCount("o-013", "undone", 900, 1),
]
_USES = [
    Use(f"{n // 2:032x}", "night-1", f"gate-{n}", "A", "face", NOW + n, n % 2 == 1, n == 3, kind)
    for n, kind in enumerate(("admitted", "double_use", "revoked", "admitted"))
]


def _venue() -> VenueSeen:
    states = ("serving", "serving", "unmanned", "face_paused", "all_manual")
    stations = tuple(
        StationSeen(name, name, "AB"[n % 2], states[n % 5], n % 3, "0.1.0", 4000.0 if n == 3 else 1.5)
        for n, name in enumerate((*(f"gate-{n}" for n in range(1, 8)), "desk-1", "desk-2"))
    )
    groups = tuple(
        GroupSeen(
            name,
            GroupWaits(name, 3, NOW - 130, 95.0, 22, 9.0, 210),
            HeadCount(name, 412, 3, 1, 415, 2),
            Staffing(name, 2, 1, NOW),
            130.0,
        )
        for name in "AB"
    )
    incident = Incident("i-1", "all", Mode.DOCUMENT_ONLY, Why.WEATHER, "s-lin", NOW - 60, NOW + 800)
    return VenueSeen(stations, groups, (CallSeen("gate-3", "A", 70.0),), (incident,))


def _base() -> dict[str, Any]:
    device = {"kind": "gate", "revoked_at": None, "seen_at": NOW, "version": "0.1.0", "enrolled_at": NOW - 9_000}
    devices = [{**device, "device": f"gate-{n}", "expires_at": NOW + 9_000 * (n - 1)} for n in range(6)]
    event = {"event": "rehearsal", "tickets": 48_000, "admitted": 41_873, "undone": 2, "conflicts": 1, "pending": 5}
    event |= {"state": "open", "missing": 0}
    return {
        "server": "15.14",
        "connections": {"devices": 12, "most": 300},
        "events": [event],
        "devices": devices,
    }


# --- pages ---------------------------------------------------------------------------------------


def _home(texts: Texts) -> Page:
    tiles = tuple(
        Tile(name, icon, texts(f"office.tile.{name}"), texts(f"office.tile_line.{name}"))
        for name, icon in TILES.items()
    )
    return HomePage(texts("office.home"), texts("office.home_lead"), tiles)


def _audit(texts: Texts) -> Page:
    shares = {"number": 1.0, "at": 1.5, "kind": 2.3, "who": 2.2, "result": 0.9}
    columns = tuple(Column(texts(f"office.audit.column.{name}"), share) for name, share in shares.items())
    acts = tuple(Act(name, texts(f"office.audit.act.{name}"), on_row=name == "open") for name in ("open", "verify"))
    return ListPage(
        texts("office.audit.title"),
        columns,
        tuple(record_row(record, texts) for record in _RECORDS),
        options=options_of(Wanted(), texts),
        acts=acts,
        opens=True,
    )


def _record(texts: Texts) -> Page:
    return SheetPage(texts("office.audit.title"), record_groups(_RECORDS[0], texts))


def _base_page(texts: Texts) -> Page:
    return base_page(_base(), NOW, texts, may_change=True)


def _looking(texts: Texts) -> Page:
    return SheetPage(texts("office.device.title"), (), told=Told(Mark.NONE, texts("office.device.looking")))


def _device(seal: State) -> Callable[[Room], Subject]:
    report = IntegrityReport(seal, files=812, seal="7c1e 02aa" if seal is not State.NOT_SEALED else "")
    return lambda room: DevicePages(room, DevicePort(lambda: report, lambda: _DOCTOR, lambda: list(ALERTS)))


def _looks(room: Room) -> LookPages:
    return LookPages(room, LookPort(Look, NightHours(), lambda look: look, lambda _look: None))


def _training(events: tuple[str, ...]) -> Callable[[Room], Subject]:
    return lambda room: TrainingPages(room, TrainingPort(lambda: events, lambda _language: cast(Any, None)))


_WAITED = [
    Waited("spring-2026", "gate-7", "", 3 * 3_600.0, 90 * 3_600.0),
    Waited("spring-2026", "desk-2", "failed", 240.0, 90 * 3_600.0),
    Waited("spring-2026", "gate-11", "", None, 90 * 3_600.0),
]
_ORGANISER, _ADMIN, _SECURITY = Role.ORGANISER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN
PAGES: tuple[tuple[str, Callable[[Texts], Page]], ...] = (
    ("home", _home),
    ("event-open", opened(_ORGANISER, _event("open", _NUMBERS))),
    ("event-draft", opened(_ORGANISER, _event("draft", None))),
    ("event-wiped", opened(_ORGANISER, _event("wiped", None, certified=True))),
    ("event-archived", opened(_ORGANISER, _event("archived", None, certified=True))),
    ("evidence", opened(_ORGANISER, lambda room: EvidencePages(room, _EVIDENCE))),
    ("evidence-saved", lambda texts: saved_page(_PACK, texts)),
    ("evidence-check", opened(_ORGANISER, lambda room: CheckPackPages(room, _EVIDENCE), _check)),
    ("evidence-whole", _found(_WHOLE, trusted=True)),
    ("evidence-own-key", _found(_WHOLE, trusted=False)),
    ("evidence-changed", _found(_CHANGED, trusted=True)),
    ("package", opened(_ORGANISER, lambda room: PackagePages(room, _PACKAGES))),
    ("package-request", lambda texts: request_page(_ASKED, texts)),
    ("package-answers", lambda texts: answers_page(_BROUGHT, "secret", texts)),
    ("package-taken", lambda texts: taken_page(_TAKEN, texts)),
    ("event-missing", opened(_ORGANISER, lambda room: MissingPages(room, lambda: _MISSING))),
    ("event-ready", opened(_ORGANISER, lambda room: MissingPages(room, list))),
    ("event-changes", opened(_ORGANISER, _changes)),
    ("event-takes-two", opened(_ORGANISER, _later_end, _wait_for_two)),
    ("event-agree-first", opened(_ORGANISER, _agree)),
    ("event-agree-second", opened(_ORGANISER, _agree, _second)),
    ("event-plan", opened(_ORGANISER, lambda room: PlanPages(room, lambda: (_PLAN, 20.0)))),
    ("accounts", opened(_ORGANISER, _accounts)),
    ("accounts-locked", opened(Role.SUPERVISOR, _accounts)),
    ("accounts-revoke", opened(_ORGANISER, _accounts, lambda subject: subject.act("revoke", "o-013"))),
    (
        "accounts-new",
        opened(_SECURITY, _new_account),
    ),
    (
        "accounts-form",
        opened(_SECURITY, _new_account, lambda subject: subject.opened(Role.ATTENDANT.value)),
    ),
    ("overrides", lambda texts: overrides_page(compared(_COUNTS), texts)),
    ("overrides-none", lambda texts: overrides_page(compared([]), texts)),
    ("audit", _audit),
    ("audit-record", _record),
    ("audit-what", choose_what),
    ("venue", lambda texts: venue_page(_venue(), texts, (Act("conflicts", texts("office.venue.conflicts")),))),
    ("venue-empty", lambda texts: venue_page(VenueSeen((), (), (), ()), texts, ())),
    ("conflicts", lambda texts: conflicts_page(_USES, texts)),
    ("base", _base_page),
    ("base-ends", lambda texts: ends_page(_WAITED, texts)),
    ("device", opened(_ADMIN, _device(State.SOUND))),
    ("device-broken", opened(_SECURITY, _device(State.BROKEN))),
    ("device-looking", _looking),
    ("alerts", lambda texts: alerts_page(ALERTS, texts)),
    ("look", opened(_ORGANISER, _looks)),
    ("training", opened(_ORGANISER, _training(()))),
    ("training-busy", opened(Role.SUPERVISOR, _training(("spring-2026",)))),
)
