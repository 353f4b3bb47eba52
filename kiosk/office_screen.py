"""The office put together: its window, the accounts on a thread of their own, what each subject asks for."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from kiosk.accounts.two_people import TwoPeople
from kiosk.audit.alerts import Alert, recent
from kiosk.audit.log import AuditLog
from kiosk.audit.reading import newest_first
from kiosk.base.place import BasePlace
from kiosk.certificate_screen import certificate_view
from kiosk.closing.archived import archive_event
from kiosk.closing.by_itself import deadline_of
from kiosk.closing.close import close_event
from kiosk.closing.counts import counts_if_readable
from kiosk.closing.deadline import NobodyKnows
from kiosk.closing.life import what_is_missing
from kiosk.closing.paper_process import paper_of
from kiosk.closing.planning import Plan, plan_of
from kiosk.closing.readiness import Missing
from kiosk.closing.state import OVER, state_at
from kiosk.closing_screen import ClosingScreen
from kiosk.config.event import EventConfig, Mode
from kiosk.config.load import load_event
from kiosk.config.look import Look
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.config.station import StationConfig
from kiosk.domain.access import Action, Principal
from kiosk.integrity.check import IntegrityReport
from kiosk.integrity.station_check import station_look
from kiosk.login import Accounts, DeskOfficers
from kiosk.office.account_words import role_words
from kiosk.office.accounts import AccountsPages, AccountsPlace
from kiosk.office.audit import AuditPages
from kiosk.office.audit_place import AuditPlace
from kiosk.office.base import BasePages
from kiosk.office.base_place import base_port
from kiosk.office.changes import ChangesPages
from kiosk.office.dashboard import DashboardPages
from kiosk.office.dashboard_place import live
from kiosk.office.device import DevicePages, DevicePort, DoctorLine
from kiosk.office.event import EventFacts, EventPages, EventPort
from kiosk.office.files import beginnings
from kiosk.office.live import Live
from kiosk.office.login import OfficeLogin
from kiosk.office.look import LookPages, LookPort
from kiosk.office.office import Offer, Office
from kiosk.office.overrides import OverridesPages
from kiosk.office.package import PackagePages
from kiosk.office.roster import RosterPages
from kiosk.office.subject import Room
from kiosk.office.training import TrainingPages
from kiosk.office.venue import VenuePages
from kiosk.office.venue_place import VenuePlace
from kiosk.office.wizard import WizardPages
from kiosk.office.wizard_port import Looked, WizardPort
from kiosk.parts.event_office import EventOffice, event_here
from kiosk.parts.evidence_office import EvidenceOffice
from kiosk.parts.package_office import PackageOffice
from kiosk.parts.roster_office import RosterOffice
from kiosk.parts.training_office import training_port
from kiosk.ports import Clock
from kiosk.text import Texts
from kiosk.ui.certificate_window import CertificateWindow
from kiosk.ui.close_view import CloseFacts
from kiosk.ui.close_window import CloseWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.office_window import OfficeWindow
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed
from kiosk.workers.looks import LookWatch
from kiosk.workers.mailbox import Mailbox
from kiosk.workers.queue import WorkQueue
from kiosk.workers.timers import QtTimers

Doctor = Callable[[], list[DoctorLine]]


class OfficeScreen(QObject):
    """One office, from ``show`` to ``close``. ``doctor`` says what is wrong with the machine.

    No device is opened: a station that runs on this machine has them. A badge's number is typed, by hand or by a
    scanner.
    """

    def __init__(
        self,
        config: StationConfig,
        accounts: Accounts,
        log: AuditLog,
        doctor: Doctor,
        clock: Clock,
        folders: tuple[Path, ...] | None = None,
        base: BasePlace | None = None,
    ) -> None:
        """``base``: where a venue's base would lie on this machine; there need not be one."""
        super().__init__()
        machine, event = config.machine, config.event
        self._config, self._accounts, self._log, self._doctor, self._clock = config, accounts, log, doctor, clock
        self._folders = beginnings(Path.home()) if folders is None else folders
        self._place = EventPlace(machine.data_dir, machine.key_dir, machine.event)
        self._device = DevicePlace(machine.data_dir, machine.key_dir)
        self._base = base
        self._venue_place = VenuePlace(machine.key_dir, machine.event, clock)
        languages = [machine.language.value, *(each.value for each in event.languages if each is not machine.language)]
        title = _title(event, made=self._place.event_file.is_file())
        self.window = OfficeWindow(Texts, languages, title, rehearsal=config.rehearsal, now=clock.now)
        self._mailbox = Mailbox()
        self._queue = WorkQueue("office", self._mailbox.post)
        self._look = LookWatch.of(self._device, machine.window, self._queue, clock.now)
        self._look.follow(self.window)
        self.office = Office(self.window, self._offers(), self._queue, clock, self._mailbox.post, self._later)
        station = self._station = f"{machine.station}-office"
        officers = DeskOfficers(accounts, self._queue, station, machine.event)
        self._timers = QtTimers(lambda name: self.login.on_timer(name))
        self.login = OfficeLogin(self.window, officers, self._timers, clock, station, self._cover, self._enter)
        self._officers = officers
        self.windows = _Windows(self._place, config, log, self._look.dress)
        self._connect()
        self._look.start()
        self.login.start()

    def close(self) -> None:
        """Log out, end what runs, and let the window go."""
        self.login.stop()
        self._look.stop()
        self.windows.close()
        self._officers.close()
        self._queue.do(self._venue_place.close)
        self._mailbox.close()
        self.window.allow_close()
        self.window.close()

    def _enter(self) -> None:
        who = self.login.principal
        self.window.show_role(partial(role_words, frozenset({who.role, *who.more})))
        self.office.enter(who, Texts(self.window.language))

    def _cover(self) -> None:
        self.office.leave()
        self.windows.leave()

    def _connect(self) -> None:
        window, pages = self.window, self.window.pages
        window.cover.entered.connect(self.login.on_entered)
        window.cover.other_tapped.connect(self.login.on_other)
        window.cover.way_tapped.connect(self.login.on_way)
        window.left.connect(self.login.on_lock)
        window.touched.connect(self.login.on_activity)
        pages.entered.connect(self.office.on_tile)
        pages.acted.connect(self.office.on_act)
        pages.chosen.connect(self.office.on_chosen)
        pages.searched.connect(self.office.on_search)
        pages.opened.connect(self.office.on_opened)
        pages.turned.connect(self.office.on_turned)
        pages.submitted.connect(self.office.on_submit)
        pages.filled.connect(self.office.on_form_act)
        pages.went_back.connect(self.office.on_back)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        """Not after the office has gone."""
        QTimer.singleShot(round(1000 * seconds), self, call)

    # --- what is offered -------------------------------------------------------------------------

    def _offers(self) -> tuple[Offer, ...]:
        """A venue's where the machine belongs to one, its base's where that is on this machine."""
        counts, reads = frozenset({Action.READ_COUNTS}), frozenset({Action.READ_CONFIGURATION})
        venue = (Offer("venue", "plan", counts, self._venue),) if self._config.machine.base is not None else ()
        has_base = self._base is not None and self._base.settings_file.is_file()
        made = self._place.event_file.is_file
        return (
            Offer("wizard", "check", frozenset({Action.CREATE_EVENT}), self._wizard),
            Offer("event", "calendar", counts, self._event, made),
            Offer("roster", "code", frozenset({Action.IMPORT_ROSTER}), self._roster, made),
            *venue,
            Offer("dashboard", "plan", frozenset({Action.READ_VENUE}), self._dashboard),
            Offer("accounts", "card", frozenset({Action.READ_ACCOUNTS, Action.UNLOCK_ACCOUNT}), self._people),
            Offer("overrides", "desk_person", frozenset({Action.READ_OVERRIDES}), self._overrides),
            Offer("audit", "clock", frozenset({Action.READ_AUDIT}), self._audit),
            Offer(
                "device",
                "lock",
                frozenset({Action.CHECK_INTEGRITY, Action.READ_CONFIGURATION, Action.READ_ALERTS}),
                self._machine,
            ),
            Offer("training", "desk_person", frozenset({Action.TRAIN}), self._training),
            Offer("look", "look", frozenset({Action.SET_LOOK}), self._looks),
            *((Offer("base", "base", reads, self._at_base),) if has_base else ()),
        )

    def _venue(self, room: Room) -> VenuePages:
        return VenuePages(room, self._venue_place.port(partial(self._accounts.require, room.who), self._folders))

    def _dashboard(self, room: Room) -> DashboardPages:
        require = partial(self._accounts.require, room.who)
        has_base = self._config.machine.base is not None
        seen = self._venue_place.port(require, self._folders).look if has_base else None

        def look() -> Live:
            require(Action.READ_VENUE)
            return live(self._place, self._clock.now(), seen)

        return DashboardPages(room, look)

    def _at_base(self, room: Room) -> BasePages:
        if self._base is None:
            raise AssertionError("this was not offered")
        return BasePages(room, base_port(self._base, partial(self._accounts.require, room.who), self._folders))

    def _people(self, room: Room) -> AccountsPages:
        return AccountsPages(room, AccountsPlace(self._accounts.book, event_here(self._config.machine), self._folders))

    def _wizard(self, room: Room) -> WizardPages:
        return WizardPages(room, self._wizard_port(room))

    def _wizard_port(self, room: Room) -> WizardPort:
        require, accounts, event = partial(self._accounts.require, room.who), self._accounts, self._place.event_id
        two = TwoPeople(accounts.logins, accounts.book, accounts.audit, event, self._station)
        office = EventOffice(self._config.machine, self._log, self._clock, room.who, require, self._folders, two)

        def close(left: Callable[[], None]) -> None:
            look, close_it = self._event_looks(room)
            room.work.do(look, lambda facts: close_it(facts, left))

        def seen(looked: Looked) -> None:
            event, made = looked.event, bool(looked.state)
            self.window.show_event(_title(event, made=made), rehearsal=made and event.mode is Mode.REHEARSAL)

        return office.port(seen, close, self._people, self._roster, self._packages())

    def _roster(self, room: Room) -> RosterPages:
        require = partial(self._accounts.require, room.who)
        office = RosterOffice(self._place, self._log, self._clock, room.who, require, self._folders)
        return RosterPages(room, office.port())

    def _overrides(self, room: Room) -> OverridesPages:
        book, event = self._accounts.book, self._config.event.id
        return OverridesPages(room, lambda: book.overrides(room.who, event))

    def _audit(self, room: Room) -> AuditPages:
        place = AuditPlace(self._log, self._public_key, self._folders, partial(self._accounts.require, room.who))
        return AuditPages(room, place)

    def _public_key(self) -> bytes | None:
        try:
            return DeviceIdentity.load(self._device.identity_file).public_key
        except (KeysDestroyed, KeyFileUnusable):
            return None

    def _machine(self, room: Room) -> DevicePages:
        require = partial(self._accounts.require, room.who)

        def seal() -> IntegrityReport:
            require(Action.CHECK_INTEGRITY)
            return station_look(self._config.machine_file, self._config.machine)()

        def doctor() -> list[DoctorLine]:
            require(Action.READ_CONFIGURATION)
            return self._doctor()

        def alerts() -> list[Alert]:
            require(Action.READ_ALERTS)
            return recent(newest_first(self._device.audit_file), self._clock.now())

        return DevicePages(room, DevicePort(seal, doctor, alerts))

    def _training(self, room: Room) -> TrainingPages:
        machine, require = self._config.machine, partial(self._accounts.require, room.who)
        return TrainingPages(room, training_port(machine.data_dir, machine.key_dir, room.who, require))

    def _looks(self, room: Room) -> LookPages:
        watch = self._look

        def choose(look: Look) -> Look:
            self._accounts.require(room.who, Action.SET_LOOK)
            return watch.keep(look)

        return LookPages(room, LookPort(lambda: watch.look, watch.hours, choose, watch.apply))

    def _event_looks(
        self, room: Room
    ) -> tuple[Callable[[], EventFacts], Callable[[EventFacts, Callable[[], None]], None]]:
        """Looking at the event, and closing it in a window of its own."""
        place = self._place

        def look() -> EventFacts:
            self._accounts.require(room.who, Action.READ_COUNTS)
            state, event = state_at(place), event_here(self._config.machine)
            name = event.name[event.languages[0]]
            try:
                closes_at = None if state in OVER else deadline_of(place, self._log).at_s
            except (NobodyKnows, OSError):
                closes_at = None
            counts = counts_if_readable(place, state)
            return EventFacts(name, place.event_id, state.value, closes_at, counts, place.certificate_file.is_file())

        def close(facts: EventFacts, left: Callable[[], None]) -> None:
            room.work.do(
                lambda: self._accounts.require(room.who, Action.CLOSE_EVENT),
                lambda _: self.windows.close_event(facts, room.who, room.texts, left),
            )

        return look, close

    def _event(self, room: Room) -> EventPages:
        place = self._place
        look, close = self._event_looks(room)

        def certificate(left: Callable[[], None]) -> None:
            room.work.do(
                lambda: self._accounts.require(room.who, Action.EXPORT_DOCUMENTS),
                lambda _: self.windows.certificate(room.texts, left),
            )

        def missing() -> list[Missing]:
            self._accounts.require(room.who, Action.READ_COUNTS)
            return what_is_missing(place)

        def plan() -> tuple[Plan, float]:
            self._accounts.require(room.who, Action.READ_COUNTS)
            event = load_event(place.event_file)
            return plan_of(event), event.planning.service_s

        def archive() -> None:
            self._accounts.require(room.who, Action.CLOSE_EVENT)
            archive_event(place, self._public_key() or b"", room.who.name, self._log)

        alone = self._config.machine.base is None
        require = partial(self._accounts.require, room.who)
        evidence = EvidenceOffice(
            place, self._log, self._clock, room.who, require, self._public_key, not alone, self._folders
        )

        def changes(inside: Room) -> ChangesPages:
            return ChangesPages(inside, self._wizard_port(inside))

        port = EventPort(
            look,
            close,
            certificate,
            missing,
            plan,
            archive=archive if alone else None,
            evidence=evidence.port(),
            package=self._packages(),
            changes=changes,
        )
        return EventPages(room, port)

    def _packages(self) -> Callable[[Room], PackagePages] | None:
        """Packages by hand, where no base brings them."""
        machine = self._config.machine

        def pages(room: Room) -> PackagePages:
            require = partial(self._accounts.require, room.who)
            office = PackageOffice(machine, self._log, self._clock, room.who, require, self._folders)
            return PackagePages(room, office.port())

        return pages if machine.base is None else None


def _title(event: EventConfig, *, made: bool) -> str:
    """Before the event is made it has no name, only an id."""
    return event.name[event.languages[0]] if made else event.id


class _Windows:
    """The close and certificate windows over the office; a closing that began is waited for, whoever leaves."""

    def __init__(
        self, place: EventPlace, config: StationConfig, log: AuditLog, dress: Callable[[KioskWindow], None]
    ) -> None:
        self._place, self._config, self._log, self._dress = place, config, log, dress
        self.open: list[KioskWindow] = []
        self._closing: tuple[CloseWindow, ClosingScreen] | None = None

    def close_event(self, facts: EventFacts, who: Principal, texts: Texts, left: Callable[[], None]) -> None:
        counts = facts.counts or {}
        window = CloseWindow(Texts, texts.language, time.time, rehearsal=self._config.rehearsal)
        closer = partial(close_event, audit=self._log, by=who.name, make_paper=paper_of)
        shown = CloseFacts(facts.name, counts.get("tickets"), counts.get("admitted"))
        screen = ClosingScreen(window, self._place, shown, texts, closer)
        self._closing = window, screen
        window.certificate_wanted.connect(lambda: self.certificate(texts, lambda: None))
        screen.left.connect(lambda: self._end(window, left))
        self._show(window)

    def certificate(self, texts: Texts, left: Callable[[], None]) -> None:
        window = CertificateWindow(Texts, texts.language, time.time, rehearsal=self._config.rehearsal)
        window.finished.connect(lambda: self._end(window, left))
        event = self._config.event
        window.show_certificate(certificate_view(self._place, texts), event.name[event.languages[0]])
        self._show(window)

    def leave(self) -> None:
        """The person is gone: what they opened goes, but for a closing that has begun."""
        stays = self._closing[0] if self._closing is not None and self._closing[1].began else None
        for window in tuple(self.open):
            if window is not stays:
                self._end(window, lambda: None)

    def close(self) -> None:
        if self._closing is not None:
            self._closing[1].wait()
        for window in tuple(self.open):
            self._end(window, lambda: None)

    def _show(self, window: KioskWindow) -> None:
        self.open.append(window)
        self._dress(window)
        size = self._config.machine.window
        if size.fullscreen:
            window.show_full_screen()
        else:
            window.show_as_window(size.width_px, size.height_px)

    def _end(self, window: KioskWindow, left: Callable[[], None]) -> None:
        if window in self.open:
            self.open.remove(window)
            window.allow_close()
            window.close()
            window.deleteLater()
            left()
