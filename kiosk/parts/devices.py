"""Reader, scanner and gate output of a station, each on its own thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from drivers.emrtd.access_keys import AccessKey
from drivers.emrtd.trust_folder import TrustFolder
from drivers.gate.policy import may_open_live
from drivers.mrz.entry import EntryRejected, typed_line
from drivers.passport.keys import access_key
from drivers.port import ButtonBoard, CodeScanned, DocumentEvent, DocumentReader, GateEvent, GateOutput, ScannerEvent
from drivers.registry import open_gate, open_reader, open_scanner
from kiosk.accounts.badge import is_badge
from kiosk.config.machine import Device, Role
from kiosk.config.station import StationConfig
from kiosk.parts.common import Common, device_place
from kiosk.parts.trusting import InstalledTrust
from kiosk.station.ports import Gate
from kiosk.station.readers import ReaderGroup
from kiosk.workers.auditing_acts import audited_device
from kiosk.workers.device import DeviceThread, Pollable
from kiosk.workers.gate import Buttons, GateTask, NoGate
from kiosk.workers.integrity import AttackDuty

PASSPORT_READER = "passport_reader"


class KeyTaker(Protocol):
    """A reader of documents that open with a key, which somebody may type."""

    def offer_key(self, key: AccessKey) -> None: ...

    def forget_key(self) -> None: ...


@dataclass(frozen=True)
class Devices:
    """Threads of the station's devices, not yet started, and its passport reader where it has one."""

    threads: list[DeviceThread]
    passports: object | None

    def offer_key(self, key: AccessKey) -> None:
        """Give a typed key to the passport reader. Any thread."""
        if self.passports is not None:
            cast(KeyTaker, self.passports).offer_key(key)

    def forget_key(self) -> None:
        """The visit is over: a key that was swiped for it opens nothing more. Any thread."""
        if self.passports is not None:
            cast(KeyTaker, self.passports).forget_key()


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
) -> Devices:
    """Reader and scanner as configured, each on its thread, not yet started. Raises UnknownFamily."""
    machine, post = common.config.machine, common.mailbox.post
    threads: list[DeviceThread] = []
    readers = _readers(common)
    group = ReaderGroup(readers, on_document)
    for name, reader in readers.items():
        heard = audited_device(common.audit.note, name, cast(Any, group.from_reader(name)))
        deliver = _watched(attacks.watch(name), heard)
        threads.append(DeviceThread(name, _pollable(reader), post, deliver))
    if machine.scanner is not None:
        heard = audited_device(common.audit.note, "scanner", cast(Any, on_scanner))
        watched = _watched(attacks.watch("scanner"), heard)
        threads.append(_scanner_thread(common, machine.scanner, watched))
    return Devices(threads, readers.get(PASSPORT_READER))


def _readers(common: Common) -> dict[str, DocumentReader]:
    """The document readers of the station by name, not yet opened. Raises UnknownFamily, BadSettings."""
    machine, readers = common.config.machine, dict[str, DocumentReader]()
    if machine.reader is not None:
        settings = reader_settings(common.config)
        readers["reader"] = open_reader(
            machine.reader.family, machine.reader.port, rules=common.reading_rules, **settings
        )
    if machine.passport_reader is not None:
        device = machine.passport_reader
        trust = InstalledTrust(TrustFolder(device_place(common.config).trust_folder))
        readers[PASSPORT_READER] = open_reader(
            device.family, device.port, rules=common.reading_rules, trust=trust, **device.settings
        )
    return readers


def typed_keys(devices: Devices, refused: Callable[[], None]) -> Callable[[str], None]:
    """What to do with a line that staff typed to open a chip; ``refused``: it cannot be a key."""

    def typed(line: str) -> None:
        try:
            devices.offer_key(access_key(typed_line(line)))
        except EntryRejected:
            refused()

    return typed


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
    devices = (machine.passport_reader, machine.scanner, machine.gate, machine.printer)
    others = [device.port for device in devices if device is not None]
    if machine.passport_reader is not None and (swipe_port := machine.passport_reader.settings.get("swipe_port")):
        others.append(str(swipe_port))
    return {"search": True, "exclude": tuple(others), **given}


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


class PressedBoard(Buttons, Protocol):
    """Where the board's presses and faults go."""

    def on_board(self, event: GateEvent) -> None:
        """Window's thread."""


def make_gate(common: Common, stops: list[Callable[[], None]], pressed: PressedBoard | None = None) -> Gate:
    """The gate output behind its task, whose end is added to ``stops``. ``pressed``: the buttons on its board, where
    the machine has them. Raises NotFitForService.
    """
    config = common.config
    device = config.machine.gate
    if device is None:
        return NoGate(common.store.note_gate)
    wired = config.machine.buttons.gate_settings if config.machine.buttons is not None else {}
    output: GateOutput = open_gate(device.family, device.port, **device.settings, **wired)
    if not config.rehearsal and not may_open_live(output, device.installer_statement is not None):
        output.close()
        raise NotFitForService("gate_needs_statement")
    lanes = common.lanes
    passed = (lambda free: lanes.passed(free=free)) if lanes is not None else (lambda free: None)
    hear = audited_device(common.audit.note, "gate", cast(Any, pressed.on_board if pressed is not None else _nothing))
    post = common.mailbox.post

    def heard(event: GateEvent) -> None:
        post(lambda: hear(event))

    buttons = (cast(ButtonBoard, output), pressed) if pressed is not None else None
    task = GateTask(output, common.store.note_gate, common.clock, passed, heard, buttons)
    stops.append(task.stop)
    return task


def _nothing(event: object) -> None:
    """Losses and returns are recorded; nobody else asks."""
