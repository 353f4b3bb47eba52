"""What a station watches beside its visits: the event's time, the seal, signs of an attack."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kiosk.closing.by_itself import deadline_of, start_closing
from kiosk.integrity.check import IntegrityReport
from kiosk.integrity.clean_start import stains, with_start
from kiosk.integrity.station_check import keeps_face_lane_shut, station_look
from kiosk.parts.common import Common, audit_log, device_place, event_place, languages_of
from kiosk.station.desk import Desk
from kiosk.station.station import Station
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.staff_notice import StaffNotice
from kiosk.workers.auditing_acts import audited_service
from kiosk.workers.calling import DeskCalls, GateCalls
from kiosk.workers.deadline import DeadlineWatch
from kiosk.workers.device import DeviceThread
from kiosk.workers.integrity import AttackDuty, Guard, SealDuty
from kiosk.workers.service import ServiceWatch


def service_watch(
    common: Common,
    station: Station | Desk,
    devices: list[DeviceThread],
    calls: GateCalls | DeskCalls,
    window: KioskWindow,
    also: Callable[[bool], None] = lambda is_open: None,
) -> ServiceWatch:
    """Open, paused, or closed for good: then nothing is read any more, and the ledger is let go of.

    ``also`` hears of opening and resting, too.
    """

    def ended() -> None:
        for device in devices:
            device.halt()
        calls.stop()
        common.audit.count_now()
        station.on_service_ended()

    place = event_place(common.config)

    def changed(is_open: bool) -> None:
        station.on_service(is_open)
        also(is_open)

    opened = audited_service(common.audit.note, changed)
    texts = Texts(languages_of(common.config)[0])
    watch = DeadlineWatch(deadline_of(place, audit_log(common)), partial(start_closing, place))
    asked, warned = StaffNotice(window, texts("clock.jumped")), StaffNotice(window, texts("bound.changed"))
    return ServiceWatch(place.state_file, opened, ended, watch, asked.show_it, warned.show_it)


def attacks_watch(common: Common) -> AttackDuty:
    """Notices swapped devices, garbled answers, USB changes and debuggers."""
    machine = common.config.machine
    device = device_place(common.config)
    return AttackDuty(audit_log(common), machine.station, device.known_devices_file(machine.station))


def seal_guard(common: Common, attacks: AttackDuty, shut: Callable[[bool], None]) -> Guard:
    """Checks the seal and tells, in the window's thread, whether the face lane has to stay shut."""
    config, post = common.config, common.mailbox.post

    def told(report: IntegrityReport) -> None:
        on = keeps_face_lane_shut(report, config.event.mode)
        post(lambda: shut(on))

    of_files = station_look(config.machine_file, config.machine)
    found = [] if config.rehearsal else stains()

    def look() -> IntegrityReport:
        return with_start(of_files(), found)

    manifest_file = device_place(config).manifest_file
    return Guard([SealDuty(look, manifest_file, audit_log(common), config.machine.station, told), attacks])
