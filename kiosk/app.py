"""The composition root: puts a gate or a desk together from the parts that ``kiosk.parts`` makes.

A visit, from here: the reader's thread posts document events to ``Station``; the station steps the visit machine
(``kiosk.visit.machine``) and carries its effects out through window, capture, ledger and gate; their answers come
back as events. Nothing below this module knows more than its ports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from drivers.port import Tokenise
from drivers.sdt.id_number import normalise_number
from kiosk.audit.alerts import AlertTail
from kiosk.config.event import AttackSignals, UnknownIssuer
from kiosk.config.machine import Role
from kiosk.config.notice import notice_hash
from kiosk.config.station import StationConfig
from kiosk.face.decision import Attempt
from kiosk.ledger.port import Admission
from kiosk.login import DeskOfficers, open_accounts
from kiosk.observer import Observer
from kiosk.parts.capture import make_capturing
from kiosk.parts.code_camera import DeskCodes
from kiosk.parts.common import Common, common_parts, device_place, languages_of
from kiosk.parts.desk_portraits import desk_portraits
from kiosk.parts.desk_tasks import desk_tasks
from kiosk.parts.devices import make_devices, make_gate, typed_keys
from kiosk.parts.duties import attacks_watch, seal_guard, service_watch
from kiosk.parts.holding import hold_terms, make_holds, make_sweep
from kiosk.parts.lanes import (
    desk_calls,
    desk_presence,
    desk_queue,
    follow_at_desk,
    follow_at_gate,
    gate_lanes,
    venue_sheets,
    wire_queue,
)
from kiosk.parts.looks import follow_look, look_sheet
from kiosk.parts.party import wire_party
from kiosk.parts.sound import make_sounding
from kiosk.parts.waits import waited_visits, watch_waits
from kiosk.scene import event_scene
from kiosk.station.desk import Desk
from kiosk.station.desk_login import DeskLogin
from kiosk.station.desk_sheets import DeskSheets
from kiosk.station.desk_view import DeskView
from kiosk.station.door import Door, LockedDoor
from kiosk.station.login_view import LoginView
from kiosk.station.station import Hands, Station
from kiosk.station.venue_sheets import VenueSheets
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.station_window import StationWindow
from kiosk.vault.file_keys import FileEventKeys
from kiosk.visit.states import Rules
from kiosk.workers.alerting import AlertWatch
from kiosk.workers.attendee_window import AttendeeWindow
from kiosk.workers.auditing_acts import AuditedDesk, AuditedGate, AuditedVisits
from kiosk.workers.calling import GateCalls, WatchedVisits
from kiosk.workers.face_lane import FaceLane, Hold
from kiosk.workers.gate_lanes import GateActs, QueuedVisits
from kiosk.workers.lit_buttons import button_desk
from kiosk.workers.mailbox import Mailbox
from kiosk.workers.pulse import Pulse
from kiosk.workers.queue import WorkQueue
from kiosk.workers.timers import QtTimers


@dataclass
class Assembled:
    """A running station: its window, and everything that has to be stopped, in order."""

    window: KioskWindow
    mailbox: Mailbox
    pulse: Pulse
    stops: list[Callable[[], None]] = field(default_factory=list)

    def stop(self) -> None:
        for stop in self.stops:
            stop()
        self.mailbox.close()
        self.window.allow_close()
        self.window.close()


def assemble(
    config: StationConfig, observer: Observer, rules: Rules | None = None, keys: FileEventKeys | None = None
) -> Assembled:
    """Build the station the machine file describes. Needs a QApplication; starts nothing until shown.

    ``rules`` replaces the event's patience (rehearsals do). ``keys``: where they had to be unlocked by somebody. Raises
    KeysDestroyed, KeyFileUnusable, KeyLocked, TpmUnavailable, LedgerUnavailable, UnknownFamily, NotFitForService.
    """
    common = common_parts(config, keys)
    if config.machine.role is Role.DESK:
        return _desk(common, observer)
    return _gate(common, observer, rules or rules_of(config))


def rules_of(config: StationConfig) -> Rules:
    """What the event's file says about patience, attempts and codes."""
    event = config.event
    return Rules(
        code_needed=event.ticket_code.needed,
        face_lane=event.face.enabled and config.machine.camera is not None,
        max_attempts=event.face.attempts,
        attempt_s=event.face.attempt_s,
        challenge=event.face.attack_signals is AttackSignals.CHALLENGE,
        idle_s=event.times.idle_s,
        idle_warning_s=event.times.idle_warning_s,
        documents=frozenset(event.allowed.documents),
        unknown_issuer_ok=event.passports.unknown_issuer is UnknownIssuer.FACE,
    )


def _gate(common: Common, observer: Observer, rules: Rules) -> Assembled:
    config, mailbox = common.config, common.mailbox
    languages = languages_of(config)
    terms = hold_terms(common)
    window = StationWindow(
        Texts,
        event_scene(config.event, config.machine.gate_group, terms),
        languages,
        rehearsal=config.rehearsal,
        face_offered=rules.face_lane,
        challenge=rules.challenge,
        passports=config.machine.passport_reader is not None,
        buttons=config.machine.buttons is not None,
    )
    rules = replace(rules, hold_offered=rules.face_lane and terms is not None)
    pulse = Pulse(common.clock)
    sounds = make_sounding(config.machine.sound, common.clock)
    shown = AttendeeWindow(window, observer, pulse, sounds)
    app = Assembled(window, mailbox, pulse)
    look = follow_look(common, window)
    hold_key = terms.public if terms is not None else None
    capturing = make_capturing(config, mailbox, shown, lambda ready: lane.hold(Hold.ENGINE, on=not ready), hold_key)
    held, sweep = make_holds(common, terms), make_sweep(common)
    gate = make_gate(common, app.stops, button_desk(window, common.audit.note))
    timers = QtTimers(lambda name: station.on_timer(name))
    machine = config.machine
    calls = GateCalls(common.calls, machine.station, machine.gate_group, shown.show_staff_called, common.lanes)
    lanes = gate_lanes(common, GateActs(lambda: station, lambda: lane, common.audit.note, machine.gate_group))
    watched = waited_visits(common, WatchedVisits(calls, observer))
    visits = AuditedVisits(common.audit.note, QueuedVisits(lambda: lanes, watched))
    hands = Hands(
        shown,
        capturing,
        common.store,
        gate,
        held,
        timers,
        visits,
        common.clock,
        lambda: made.forget_key(),
        lambda lane: audited.lane_chosen(lane),
    )
    station = Station(hands, rules, Attempt)
    audited = AuditedGate(common.audit.note, notice_hash(config.event), lambda: window.language)
    holds = {Hold.ENGINE, Hold.INTEGRITY} if config.machine.camera is not None else set()
    lane = FaceLane(holds, audited.face_lane(lambda: lane, station.on_face_lane))
    common.audit.hindered = lambda on: lane.hold(Hold.AUDIT, on=on)
    capturing.deliver = audited.capture(station.on_capture)
    window.choice_made.connect(audited.lane_chosen)
    window.choice_made.connect(station.on_choice)
    window.stop_tapped.connect(station.on_stop)
    window.dispute_tapped.connect(station.on_dispute)
    window.hold_answered.connect(station.on_hold_answer)
    window.more_time_tapped.connect(station.on_more_time)
    window.activity.connect(station.on_activity)
    window.painted.connect(station.on_painted)
    window.painted.connect(observer.painted)
    window.call_staff_tapped.connect(calls.call)
    window.call_staff_tapped.connect(audited.staff_called)
    attacks = attacks_watch(common)
    made = make_devices(common, station.on_document, station.on_scanner, attacks)
    devices = made.threads
    opened = lanes.on_service if lanes is not None else _ignore
    service = service_watch(common, station, devices, calls, window, opened)
    guard = seal_guard(common, attacks, lambda shut: lane.hold(Hold.INTEGRITY, on=shut))
    app.stops = [
        *(device.stop for device in devices),
        guard.stop,
        service.stop,
        calls.stop,
        sounds.stop,
        follow_at_gate(common, lanes, calls),
        timers.cancel_all,
        capturing.stop,
        held.stop,
        sweep.stop,
        look.stop,
        *app.stops,
        common.audit.stop,
        common.store.let_go,
        common.store.queue.stop,
    ]
    common.audit.start(Role.GATE)
    lane.start()
    guard.start()
    service.start()
    for device in devices:
        device.start()
    return app


def _desk(common: Common, observer: Observer) -> Assembled:
    config, mailbox = common.config, common.mailbox
    window = DeskWindow(
        Texts,
        event_scene(config.event, config.machine.gate_group),
        languages_of(config),
        rehearsal=config.rehearsal,
        login=config.accounts_required,
        passports=config.machine.passport_reader is not None,
    )
    app = Assembled(window, mailbox, Pulse(common.clock))
    gate = make_gate(common, app.stops)
    timers = QtTimers(lambda name: desk.on_timer(name))
    acts = AuditedDesk(common.audit.note, lambda: common.store.principal().name, common.clock)
    heard = _Heard(window, observer, acts)
    queue = desk_queue(common, lambda view: desk.on_queue(view))
    portraits = desk_portraits(common, window)
    desk = Desk(
        heard,
        common.store,
        gate,
        timers,
        _token_of_typed(common.keys),
        _describe,
        queue,
        config.event.reentry.entries,
        portraits,
    )
    wire_queue(window, desk, queue)
    wire_party(window, desk)
    window.next_tapped.connect(desk.on_next)
    window.portrait_tapped.connect(desk.on_portrait)
    window.undo_tapped.connect(acts.undo_tapped)
    window.undo_tapped.connect(desk.on_undo)
    window.number_typed.connect(lambda *_: acts.searched("typed_number"))
    window.number_typed.connect(desk.on_number)
    window.code_typed.connect(lambda *_: acts.searched("typed_code"))
    window.code_typed.connect(desk.on_typed)
    window.found_panel.chosen.connect(desk.on_found_chosen)
    login, door = None, Door(desk)
    if config.accounts_required:
        login, door = _door(common, window, heard, desk, app)
    tasks = desk_tasks(common, window, desk, acts, common.acting.principal, _describe)
    heard.also.append(tasks.shell.on_desk)
    presence, venue = desk_presence(common, login), _venue_sheets(common, window, heard, login)
    look = follow_look(common, window)
    heard.also.append(look_sheet(window, look, common.acting.principal).on_desk)
    calls = desk_calls(common, door.on_calls)
    window.call_answered.connect(calls.answer)
    window.call_answered.connect(lambda *_: acts.call_answered())
    attacks = attacks_watch(common)
    made = make_devices(common, door.on_document, door.on_scanner, attacks)
    codes = DeskCodes(common, window, door.on_scanner)
    heard.also.append(codes.on_desk)
    devices = made.threads
    window.key_typed.connect(lambda *_: acts.searched("typed_key"))
    window.key_typed.connect(typed_keys(made, desk.on_key_refused))
    opened = presence.on_service if presence is not None else _ignore
    service = service_watch(common, desk, devices, calls, window, opened)
    sweep = make_sweep(common)
    guard = seal_guard(common, attacks, lambda shut: None)
    app.stops = [
        *(device.stop for device in devices),
        codes.stop,
        *((portraits.stop,) if portraits is not None else ()),
        guard.stop,
        service.stop,
        calls.stop,
        follow_at_desk(common, queue, calls, presence, venue, tasks.on_state),
        tasks.stop,
        watch_waits(common, calls, heard.also),
        timers.cancel_all,
        sweep.stop,
        look.stop,
        *app.stops,
        common.audit.stop,
        common.store.let_go,
        common.store.queue.stop,
    ]
    common.audit.start(Role.DESK)
    desk.start()
    calls.start()
    guard.start()
    service.start()
    for device in devices:
        device.start()
    return app


def _door(
    common: Common, window: DeskWindow, heard: _Heard, desk: Desk, app: Assembled
) -> tuple[DeskLogin, LockedDoor]:
    """The log-in before the desk: its accounts on a thread of their own, its clock and its place in the window."""
    machine = common.config.machine
    queue = WorkQueue("accounts", common.mailbox.post)
    officers = DeskOfficers(open_accounts(device_place(common.config)), queue, machine.station, machine.event)
    timers = QtTimers(lambda name: login.on_timer(name))
    sheets = DeskSheets(window, officers, lambda: login.principal, lambda: Texts(window.language))
    login = DeskLogin(_Covered(window, sheets), officers, timers, common.clock, machine.station, desk.on_left)
    alerts = AlertWatch(AlertTail(device_place(common.config).audit_file, common.clock), queue, sheets.on_alerts)
    acting = common.acting
    acting.ask, acting.count, acting.refused = lambda: login.principal, officers.count, officers.refused
    window.cover.entered.connect(login.on_entered)
    window.cover.other_tapped.connect(login.on_other)
    window.lock_tapped.connect(login.on_lock)
    window.touched.connect(login.on_activity)
    window.alert_tapped.connect(sheets.on_alert_tapped)
    window.overrides_tapped.connect(sheets.on_overrides_tapped)
    window.sheet.acted.connect(sheets.on_act)
    window.sheet.went_back.connect(sheets.on_back)
    window.language_chosen.connect(sheets.on_language)
    heard.also.append(sheets.on_desk)
    app.stops += [alerts.stop, login.stop, officers.close]
    login.start()
    alerts.start()
    return login, LockedDoor(desk, login)


def _venue_sheets(common: Common, window: DeskWindow, heard: _Heard, login: DeskLogin | None) -> VenueSheets | None:
    """At a desk with a log-in: begun incidents have to be somebody's."""
    venue = venue_sheets(common, window, lambda: login.principal if login is not None else common.acting.principal())
    if venue is None:
        return None
    heard.also.append(venue.on_desk)
    window.venue_tapped.connect(venue.on_tapped)
    window.alert_tapped.connect(venue.on_covered)
    window.overrides_tapped.connect(venue.on_covered)
    window.sheet_acted.connect(venue.on_act)
    window.sheet.chosen.connect(venue.on_chosen)
    window.sheet.opened.connect(venue.on_opened)
    window.sheet.went_back.connect(venue.on_back)
    window.language_chosen.connect(venue.on_back)
    window.login_shown.connect(venue.on_login)
    return venue


class _Heard:
    """The desk's window with the observer listening in."""

    def __init__(self, window: DeskWindow, observer: Observer, acts: AuditedDesk) -> None:
        self._window, self._observer, self._acts = window, observer, acts
        self.also: list[Callable[[DeskView], None]] = []

    def show_view(self, view: Any) -> None:
        for hear in self.also:
            hear(view)
        self._window.show_view(view)
        self._acts.shown(view)
        self._observer.desk_shown(view)


class _Covered:
    """The log-in's window with the supervisor's sheets listening in."""

    def __init__(self, window: DeskWindow, sheets: DeskSheets) -> None:
        self._window, self._sheets = window, sheets

    def show_login(self, view: LoginView) -> None:
        self._window.show_login(view)
        self._sheets.on_login(view)


def _ignore(is_open: bool) -> None:
    """A station of no venue tells nobody that it opens."""


def _token_of_typed(keys: FileEventKeys) -> Tokenise:
    """A typed number is spelt as people spell; tokens are made from the one spelling."""
    return lambda kind, state, number: keys.token(kind, state, normalise_number(kind, number))


def _describe(admission: Admission) -> str:
    at = datetime.fromtimestamp(admission.at).astimezone()
    return f"{at:%H:%M}  {admission.station}  …{admission.ticket_reference[-4:]}"
