"""Reader, scanner and gate output of a station, each on its own thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from drivers.gate.policy import may_open_live
from drivers.port import CodeScanned, DocumentEvent, GateOutput, ScannerEvent
from drivers.registry import open_gate, open_reader, open_scanner
from kiosk.accounts.badge import is_badge
from kiosk.config.machine import Device, Role
from kiosk.config.station import StationConfig
from kiosk.parts.common import Common
from kiosk.station.ports import Gate
from kiosk.workers.auditing_acts import audited_device
from kiosk.workers.device import DeviceThread, Pollable
from kiosk.workers.gate import GateTask, NoGate
from kiosk.workers.integrity import AttackDuty


class NotFitForService(Exception):
    """The station may not start. ``code``: gate_needs_statement."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make_devices(
    common: Common,
    on_document: Callable[[DocumentEvent], None],
    on_scanner: Callable[[ScannerEvent], None],
    attacks: AttackDuty,
) -> list[DeviceThread]:
    """Reader and scanner as configured, each on its thread, not yet started. Raises UnknownFamily."""
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


def make_gate(common: Common, stops: list[Callable[[], None]]) -> Gate:
    """The gate output behind its task, whose end is added to ``stops``. Raises NotFitForService."""
    config = common.config
    device = config.machine.gate
    if device is None:
        return NoGate(common.store.note_gate)
    output: GateOutput = open_gate(device.family, device.port, **device.settings)
    if not config.rehearsal and not may_open_live(output, device.installer_statement is not None):
        output.close()
        raise NotFitForService("gate_needs_statement")
    lanes = common.lanes
    passed = (lambda free: lanes.passed(free=free)) if lanes is not None else (lambda free: None)
    task = GateTask(output, common.store.note_gate, common.clock, passed)
    stops.append(task.stop)
    return task
