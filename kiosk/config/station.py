"""An event and a machine that go together: what the event allows, and what live mode refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.discovery import AUTO
from kiosk.config.event import DecoderKind, EventConfig, Mode
from kiosk.config.faults import ConfigFault, ConfigFaults
from kiosk.config.machine import CameraKind, MachineConfig, Role

SELF_TIMED_GATES = frozenset({"modbus", "controller"})
"""Families whose board ends the pulse by itself; every other needs the installer's statement in live mode."""

_DEVICES, _TERMINALS = "/dev/", "/dev/pts/"

_ALWAYS_ALLOWED = frozenset({DecoderKind.NONE})


@dataclass(frozen=True)
class StationConfig:
    """Both files, checked against each other. ``machine_file``: where the machine's was read from, if from a file."""

    event: EventConfig
    machine: MachineConfig
    machine_file: Path | None = None

    @property
    def rehearsal(self) -> bool:
        return self.event.mode is Mode.REHEARSAL

    @property
    def accounts_required(self) -> bool:
        """Whether somebody has to be logged in before the desk works."""
        asked = self.machine.accounts.required
        return not self.rehearsal if asked is None else asked


def combine(event: EventConfig, machine: MachineConfig, machine_file: str = "machine") -> StationConfig:
    """Both together. Raises ConfigFaults with everything in the machine's file that this event does not take."""
    faults = [ConfigFault(machine_file, key, problem) for key, problem in _mismatches(event, machine)]
    if event.mode is Mode.LIVE:
        faults += [ConfigFault(machine_file, key, problem) for key, problem in _not_live(machine)]
    if faults:
        raise ConfigFaults(faults)
    return StationConfig(event, machine)


def _wired(port: str) -> bool:
    """Whether this can be a device at this machine. Addresses are not: some lead elsewhere, or write down all bytes."""
    return port == AUTO or (port.startswith(_DEVICES) and not port.startswith(_TERMINALS) and ".." not in port)


def _mismatches(event: EventConfig, machine: MachineConfig) -> Iterator[tuple[str, str]]:
    if machine.event != event.id:
        yield "event", "names another event"
    if event.gate_group(machine.gate_group) is None:
        yield "gate_group", "is not a gate group of this event"
    if machine.base is not None:
        if machine.base.serves and machine.role is not Role.DESK:
            yield "base.serves", "is for a desk"
        if any(event.gate_group(group) is None for group in machine.base.serves):
            yield "base.serves", "names a gate group that is not of this event"
    if machine.language not in event.languages:
        yield "language", "is not a language of this event"
    allowed = event.allowed
    for key, device, families in (
        ("reader", machine.reader, allowed.readers),
        ("passport_reader", machine.passport_reader, allowed.readers),
        ("scanner", machine.scanner, allowed.scanners),
        ("gate", machine.gate, allowed.gates),
        ("printer", machine.printer, allowed.printers),
    ):
        if device is not None and device.family not in families:
            yield f"{key}.family", "is not allowed by this event"
    if machine.portrait.decoder not in {*allowed.decoders, *_ALWAYS_ALLOWED}:
        yield "portrait.decoder", "is not allowed by this event"
    if event.ticket_code.needed and machine.scanner is None and machine.code_camera is None:
        yield "scanner", "is needed: this event checks ticket codes"


def _not_live(machine: MachineConfig) -> Iterator[tuple[str, str]]:
    if machine.camera is not None and machine.camera.kind is CameraKind.FILM:
        yield "camera.kind", "must not be a film in live mode"
    if machine.code_camera is not None and machine.code_camera.kind is CameraKind.FILM:
        yield "code_camera.kind", "must not be a film in live mode"
    if machine.training:
        yield "training", "must not be set in live mode: a training has an event of its own"
    if machine.accounts.required is False:
        yield "accounts.required", "must not be false in live mode: every admission is somebody's"
    if machine.portrait.decoder is DecoderKind.REHEARSAL:
        yield "portrait.decoder", "must not be the rehearsal decoder in live mode"
    for key, device in (
        ("reader", machine.reader),
        ("passport_reader", machine.passport_reader),
        ("scanner", machine.scanner),
        ("gate", machine.gate),
        ("printer", machine.printer),
    ):
        if device is not None and not _wired(device.port):
            yield f"{key}.port", "must be a device below /dev in live mode, not a simulator or an address"
    swipe_port = machine.passport_reader and machine.passport_reader.settings.get("swipe_port")
    if swipe_port and not _wired(str(swipe_port)):
        yield "passport_reader.settings.swipe_port", "must be a device below /dev in live mode, not a simulator"
    gate = machine.gate
    if gate is not None and gate.family not in SELF_TIMED_GATES and gate.installer_statement is None:
        yield "gate.installer_statement", "is needed in live mode: this board does not end the pulse by itself"
