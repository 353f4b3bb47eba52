"""The composition root: the one module that knows all the others, and puts a gate or a desk together.

A visit, from here: the reader's thread posts document events to ``Station``; the station steps the visit machine
(``kiosk.visit.machine``) and carries its effects out through window, capture, ledger and gate; their answers come
back as events. Nothing below this module knows more than its ports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast

from drivers.gate.policy import may_open_live
from drivers.port import CodeScanned, DocumentEvent, GateOutput, ReadingRules, ScannerEvent, Tokenise
from drivers.registry import open_gate, open_reader, open_scanner
from drivers.sdt.id_number import normalise_number
from kiosk.accounts.badge import is_badge
from kiosk.audit.detail import DetailLog
from kiosk.audit.log import AuditLog
from kiosk.camera.port import Camera
from kiosk.camera.zone import eye_distance_floor_px
from kiosk.closing.by_itself import audit_of, deadline_of, start_closing
from kiosk.closing.keys import unlock_unattended
from kiosk.config.event import Session
from kiosk.config.machine import CameraConfig, CameraKind, Device, Role
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.config.station import StationConfig
from kiosk.domain import access
from kiosk.domain.access import Principal
from kiosk.face.client import WarmEngine
from kiosk.face.decision import Attempt
from kiosk.face.settings import EngineSettings
from kiosk.integrity.check import IntegrityReport
from kiosk.integrity.station_check import keeps_face_lane_shut, station_look
from kiosk.ledger.port import Admission, GateState, Place
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.login import Acting, DeskOfficers, open_accounts
from kiosk.observer import Observer
from kiosk.ports import SystemClock, SystemTokens
from kiosk.scene import event_scene
from kiosk.station.calls import StaffCalls
from kiosk.station.desk import Desk
from kiosk.station.desk_login import DeskLogin
from kiosk.station.door import Door, LockedDoor
from kiosk.station.ports import Gate
from kiosk.station.station import Hands, Station
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.staff_notice import StaffNotice
from kiosk.ui.station_window import StationWindow
from kiosk.vault.file_keys import FileEventKeys
from kiosk.visit.states import Rules
from kiosk.workers.attendee_window import AttendeeWindow
from kiosk.workers.auditing import Scribe, StationAudit
from kiosk.workers.auditing_acts import AuditedDesk, AuditedGate, AuditedVisits, audited_device, audited_service
from kiosk.workers.calling import DeskCalls, GateCalls
from kiosk.workers.capture import CaptureSettings
from kiosk.workers.capturing import Capturing
from kiosk.workers.deadline import DeadlineWatch
from kiosk.workers.device import DeviceThread, Pollable
from kiosk.workers.face_lane import FaceLane, Hold
from kiosk.workers.gate import GateTask, NoGate
from kiosk.workers.integrity import AttackDuty, Guard, SealDuty
from kiosk.workers.mailbox import Mailbox
from kiosk.workers.pulse import Pulse
from kiosk.workers.queue import WorkQueue
from kiosk.workers.service import ServiceWatch
from kiosk.workers.store import LedgerStore
from kiosk.workers.timers import QtTimers

ACTS_AS = {Role.GATE: access.Role.STATION, Role.DESK: access.Role.ATTENDANT}


class NotFitForService(Exception):
    """The station may not start. ``code``: gate_needs_statement."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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


@dataclass(frozen=True)
class Common:
    """What a gate and a desk both stand on."""

    config: StationConfig
    session: Session
    keys: FileEventKeys
    clock: SystemClock
    mailbox: Mailbox
    store: LedgerStore
    calls: StaffCalls
    acting: Acting
    audit: StationAudit

    def reading_rules(self) -> ReadingRules:
        return ReadingRules(self.session.date, self.keys.token, self.config.event.minimum_age_years)


def assemble(
    config: StationConfig, observer: Observer, rules: Rules | None = None, keys: FileEventKeys | None = None
) -> Assembled:
    """Build the station the machine file describes. Needs a QApplication; starts nothing until shown.

    ``rules`` replaces the event's patience (rehearsals do). ``keys``: where they had to be unlocked by somebody. Raises
    KeysDestroyed, KeyFileUnusable, KeyLocked, TpmUnavailable, LedgerUnavailable, UnknownFamily, NotFitForService.
    """
    common = _common(config, keys)
    if config.machine.role is Role.DESK:
        return _desk(common, observer)
    return _gate(common, observer, rules or rules_of(config))


def session_of(config: StationConfig, now: datetime) -> Session:
    """The session this station admits to, decided once, when it starts."""
    return config.event.session_at(now)


def rules_of(config: StationConfig) -> Rules:
    """What the event's file says about patience, attempts and codes."""
    event = config.event
    return Rules(
        code_needed=event.ticket_code.needed,
        face_lane=event.face.enabled and config.machine.camera is not None,
        max_attempts=event.face.attempts,
        attempt_s=event.face.attempt_s,
        idle_s=event.times.idle_s,
        idle_warning_s=event.times.idle_warning_s,
    )


def _common(config: StationConfig, keys: FileEventKeys | None) -> Common:
    machine = config.machine
    places = EventPlace(machine.data_dir, machine.key_dir, machine.event)
    clock, tokens, mailbox = SystemClock(), SystemTokens(), Mailbox()
    keys = keys or unlock_unattended(places, audit_of(places), machine.station)
    session = session_of(config, datetime.now().astimezone())
    place = Place(machine.station, machine.gate_group, session.id, config.event.ticket_code.needed)
    queue = WorkQueue("ledger", mailbox.post)
    acting = Acting(Principal(ACTS_AS[machine.role], machine.station))
    store = LedgerStore(
        SqliteLedger(places.ledger_file, keys),
        queue,
        place,
        clock,
        tokens,
        acting.principal,
        config.event.times.hold_lease_s,
        keys.forget,
        acting.noted,
        acting.note_refusal,
    )
    calls = StaffCalls(places.calls_folder, clock)
    calls.prepare()
    return Common(config, session, keys, clock, mailbox, store, calls, acting, _records(config, keys, clock, mailbox))


def _records(config: StationConfig, keys: FileEventKeys, clock: SystemClock, mailbox: Mailbox) -> StationAudit:
    machine = config.machine
    chain, detail = AuditLog.at(_device(config), clock), DetailLog(_places(config).detail_file, keys)
    scribe = Scribe(machine.station, chain, detail, clock, machine.audit.copy_to)
    return StationAudit(machine.station, machine.event, scribe, clock, mailbox.post)


# --- the gate -------------------------------------------------------------------------------------


def _gate(common: Common, observer: Observer, rules: Rules) -> Assembled:
    config, mailbox = common.config, common.mailbox
    languages = _languages(config)
    window = StationWindow(
        Texts,
        event_scene(config.event, config.machine.gate_group),
        languages,
        rehearsal=config.rehearsal,
        face_offered=rules.face_lane,
    )
    pulse = Pulse(common.clock)
    shown = AttendeeWindow(window, observer, pulse)
    app = Assembled(window, mailbox, pulse)
    capturing = _capturing(config, mailbox, shown, lambda ready: lane.hold(Hold.ENGINE, on=not ready))
    gate = _gate_task(config, common, app)
    timers = QtTimers(lambda name: station.on_timer(name))
    visits = AuditedVisits(common.audit.note, observer)
    hands = Hands(shown, capturing, common.store, gate, timers, visits, common.clock)
    station = Station(hands, rules, Attempt)
    audited = AuditedGate(common.audit.note)
    holds = {Hold.ENGINE, Hold.INTEGRITY} if config.machine.camera is not None else set()
    lane = FaceLane(holds, audited.face_lane(lambda: lane, station.on_face_lane))
    common.audit.hindered = lambda on: lane.hold(Hold.AUDIT, on=on)
    capturing.deliver = audited.capture(station.on_capture)
    window.choice_made.connect(audited.lane_chosen)
    window.choice_made.connect(station.on_choice)
    window.stop_tapped.connect(station.on_stop)
    window.more_time_tapped.connect(station.on_more_time)
    window.activity.connect(station.on_activity)
    window.painted.connect(station.on_painted)
    window.painted.connect(observer.painted)
    calls = GateCalls(common.calls, config.machine.station, config.machine.gate_group, window.show_staff_called)
    window.call_staff_tapped.connect(calls.call)
    window.call_staff_tapped.connect(audited.staff_called)
    attacks = _attacks(common)
    devices = _devices(common, station.on_document, station.on_scanner, attacks)
    service = _service(common, station, devices, calls, app)
    guard = _guard(common, attacks, lambda shut: lane.hold(Hold.INTEGRITY, on=shut))
    app.stops = [
        *(device.stop for device in devices),
        guard.stop,
        service.stop,
        calls.stop,
        capturing.stop,
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


def _capturing(
    config: StationConfig, mailbox: Mailbox, shown: AttendeeWindow, engine_ready: Callable[[bool], None]
) -> Capturing:
    camera_config = config.machine.camera
    if camera_config is None:
        return Capturing.without_camera(mailbox.post)
    zone = camera_config.zone.as_zone()
    settings = CaptureSettings(zone, camera_config.width_px, camera_config.height_px)
    width_px, height_px = settings.zone_size()
    floor_px = eye_distance_floor_px(camera_config.width_px, camera_config.horizontal_fov_deg, camera_config.reach_m)
    engine = WarmEngine(
        decoder_settings(config),
        EngineSettings(floor_px, camera_config.width_px, width_px, height_px),
        told=lambda ready: mailbox.post(lambda: engine_ready(ready)),
    )
    return Capturing(_camera(camera_config, config.rehearsal), engine, settings, mailbox.post, shown.show_preview)


def decoder_settings(config: StationConfig) -> dict[str, object]:
    """The portrait decoder as its factory wants it: plain values that cross to the engine process."""
    portrait = config.machine.portrait
    given = portrait.model_dump(mode="json", exclude_none=True)
    return {"kind": given.pop("decoder"), **given, "rehearsal": config.rehearsal}


def _camera(camera: CameraConfig, rehearsal: bool) -> Camera:
    # Imported where needed: the real camera brings OpenCV along, the film must not be loaded in service.
    if camera.kind is CameraKind.FILM:
        from kiosk.camera.film import FilmCamera

        return FilmCamera(camera.device, rehearsal=rehearsal)
    from kiosk.camera.v4l2 import V4l2Camera

    return V4l2Camera(camera.device, camera.width_px, camera.height_px)


def _gate_task(config: StationConfig, common: Common, app: Assembled) -> Gate:
    device = config.machine.gate
    if device is None:
        return NoGate(common.store.note_gate)
    output: GateOutput = open_gate(device.family, device.port, **device.settings)
    if not config.rehearsal and not may_open_live(output, device.installer_statement is not None):
        output.close()
        raise NotFitForService("gate_needs_statement")
    task = GateTask(output, common.store.note_gate, common.clock)
    app.stops.append(task.stop)
    return task


# --- the desk -------------------------------------------------------------------------------------


def _desk(common: Common, observer: Observer) -> Assembled:
    config, mailbox = common.config, common.mailbox
    window = DeskWindow(
        Texts,
        event_scene(config.event, config.machine.gate_group),
        _languages(config),
        rehearsal=config.rehearsal,
        login=config.accounts_required,
    )
    app = Assembled(window, mailbox, Pulse(common.clock))
    gate = _gate_task(config, common, app)
    timers = QtTimers(lambda name: desk.on_timer(name))
    acts = AuditedDesk(common.audit.note, lambda: common.store.principal().name, common.clock)
    desk = Desk(_Heard(window, observer, acts), common.store, gate, timers, _token_of_typed(common.keys), _describe)
    window.admit_tapped.connect(desk.on_admit)
    window.supervisor_tapped.connect(desk.on_supervisor)
    window.next_tapped.connect(desk.on_next)
    window.undo_tapped.connect(acts.undo_tapped)
    window.undo_tapped.connect(desk.on_undo)
    window.number_typed.connect(lambda *_: acts.searched("typed_number"))
    window.number_typed.connect(desk.on_number)
    window.code_typed.connect(lambda *_: acts.searched("typed_code"))
    window.code_typed.connect(desk.on_code)
    door = _door(common, window, desk, app) if config.accounts_required else Door(desk)
    calls = DeskCalls(common.calls, door.on_calls)
    window.call_answered.connect(calls.answer)
    window.call_answered.connect(lambda *_: acts.call_answered())
    attacks = _attacks(common)
    devices = _devices(common, door.on_document, door.on_scanner, attacks)
    service = _service(common, desk, devices, calls, app)
    guard = _guard(common, attacks, lambda shut: None)
    app.stops = [
        *(device.stop for device in devices),
        guard.stop,
        service.stop,
        calls.stop,
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


def _door(common: Common, window: DeskWindow, desk: Desk, app: Assembled) -> Door:
    """The log-in before the desk: its accounts on a thread of their own, its clock and its place in the window."""
    machine = common.config.machine
    queue = WorkQueue("accounts", common.mailbox.post)
    officers = DeskOfficers(open_accounts(_device(common.config)), queue, machine.station, machine.event)
    timers = QtTimers(lambda name: login.on_timer(name))
    login = DeskLogin(window, officers, timers, common.clock, machine.station, desk.on_next)
    acting = common.acting
    acting.ask, acting.count, acting.refused = lambda: login.principal, officers.count, officers.refused
    window.cover.entered.connect(login.on_entered)
    window.cover.other_tapped.connect(login.on_other)
    window.lock_tapped.connect(login.on_lock)
    window.touched.connect(login.on_activity)
    app.stops += [login.stop, officers.close]
    login.start()
    return LockedDoor(desk, login)


class _Heard:
    """The desk's window with the observer listening in."""

    def __init__(self, window: DeskWindow, observer: Observer, acts: AuditedDesk) -> None:
        self._window, self._observer, self._acts = window, observer, acts

    def show_view(self, view: Any) -> None:
        self._window.show_view(view)
        self._acts.shown(view)
        self._observer.desk_shown(view)


def _token_of_typed(keys: FileEventKeys) -> Tokenise:
    """A typed number is spelt as people spell; tokens are made from the one spelling."""
    return lambda kind, state, number: keys.token(kind, state, normalise_number(kind, number))


def _describe(admission: Admission) -> str:
    at = datetime.fromtimestamp(admission.at).astimezone()
    return f"{at:%H:%M}  {admission.station}  …{admission.ticket_reference[-4:]}"


# --- shared ---------------------------------------------------------------------------------------


def _languages(config: StationConfig) -> list[str]:
    """The machine's language first, then the event's others."""
    first = config.machine.language
    return [first.value, *(language.value for language in config.event.languages if language is not first)]


def _places(config: StationConfig) -> EventPlace:
    return EventPlace(config.machine.data_dir, config.machine.key_dir, config.machine.event)


def _service(
    common: Common, station: Station | Desk, devices: list[DeviceThread], calls: GateCalls | DeskCalls, app: Assembled
) -> ServiceWatch:
    """Open, paused, or closed for good: then nothing is read any more, and the ledger is let go of."""

    def ended() -> None:
        for device in devices:
            device.halt()
        calls.stop()
        common.audit.count_now()
        station.on_service_ended()

    place = _places(common.config)
    opened = audited_service(common.audit.note, station.on_service)
    deadline = deadline_of(place, common.config.event, _audit(common))
    notice = StaffNotice(app.window, Texts(_languages(common.config)[0])("clock.jumped"))
    return ServiceWatch(
        place.state_file, opened, ended, DeadlineWatch(deadline, partial(start_closing, place)), notice.show_it
    )


def _devices(
    common: Common,
    on_document: Callable[[DocumentEvent], None],
    on_scanner: Callable[[ScannerEvent], None],
    attacks: AttackDuty,
) -> list[DeviceThread]:
    machine, post = common.config.machine, common.mailbox.post
    threads = []
    if machine.reader is not None:
        reader = open_reader(
            machine.reader.family, machine.reader.port, rules=common.reading_rules, **reader_settings(common.config)
        )
        heard = audited_device(common.audit.note, "reader", cast(Any, on_document))
        deliver = _watched(attacks.watch("reader"), heard)
        threads.append(DeviceThread("reader", _pollable(reader), post, deliver))
    if machine.scanner is not None:
        heard = audited_device(common.audit.note, "scanner", cast(Any, on_scanner))
        watched = _watched(attacks.watch("scanner"), heard)
        threads.append(_scanner_thread(common, machine.scanner, watched))
    return threads


def _watched(saw: Callable[[object], None], deliver: Callable[[object], None]) -> Callable[[object], None]:
    """``deliver``, after ``saw`` had a look at the event."""

    def both(event: object) -> None:
        saw(event)
        deliver(event)

    return both


def _attacks(common: Common) -> AttackDuty:
    machine = common.config.machine
    device = _device(common.config)
    return AttackDuty(_audit(common), machine.station, device.known_devices_file(machine.station))


def _guard(common: Common, attacks: AttackDuty, shut: Callable[[bool], None]) -> Guard:
    """Checks the seal and tells, in the window's thread, whether the face lane has to stay shut."""
    config, post = common.config, common.mailbox.post

    def told(report: IntegrityReport) -> None:
        on = keeps_face_lane_shut(report, config.event.mode)
        post(lambda: shut(on))

    look = station_look(config.machine_file, config.machine)
    manifest_file = _device(config).manifest_file
    return Guard([SealDuty(look, manifest_file, _audit(common), config.machine.station, told), attacks])


def _audit(common: Common) -> AuditLog:
    return AuditLog.at(_device(common.config), common.clock)


def _device(config: StationConfig) -> DevicePlace:
    return DevicePlace(config.machine.data_dir, config.machine.key_dir)


def reader_settings(config: StationConfig) -> dict[str, object]:
    """In service a replaced reader is looked for on the other free ports; the machine file may say otherwise."""
    machine = config.machine
    assert machine.reader is not None
    given: dict[str, object] = dict(machine.reader.settings)
    if config.rehearsal:
        return given
    others = tuple(device.port for device in (machine.scanner, machine.gate) if device is not None)
    return {"search": True, "exclude": others, **given}


def _scanner_thread(common: Common, device: Device, on_scanner: Callable[[ScannerEvent], None]) -> DeviceThread:
    scanner = open_scanner(device.family, device.port, **device.settings)
    event_fits, at_desk = common.config.event.ticket_code.fits, common.config.machine.role is Role.DESK

    def fits(untrusted_code: str) -> bool:
        return event_fits(untrusted_code) or (at_desk and is_badge(untrusted_code))

    def deliver(event: ScannerEvent) -> None:
        # Not one of this event's codes: somebody's boarding pass. It never reaches the visit.
        if not isinstance(event, CodeScanned) or fits(event.untrusted_code):
            on_scanner(event)

    return DeviceThread("scanner", _pollable(scanner), common.mailbox.post, cast(Any, deliver))


def _pollable(device: object) -> Pollable:
    return cast(Pollable, device)


__all__ = ["Assembled", "GateState", "NotFitForService", "assemble", "decoder_settings", "rules_of", "session_of"]
