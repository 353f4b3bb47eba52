"""``kiosk doctor``: what is missing or wrong on this machine, and the command that mends it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli import doctor_checks as checks
from kiosk.cli.doctor_buttons import tried_buttons, wired_buttons
from kiosk.cli.doctor_checks import Finding, Level
from kiosk.cli.doctor_sound import sounds
from kiosk.cli.doctor_trust import trusted_issuers
from kiosk.cli.event import DEFAULT_DATA_DIR
from kiosk.cli.saying import FAILED
from kiosk.config.event import Mode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event, load_machine
from kiosk.config.machine import MachineConfig
from kiosk.config.placeholders import machine_placeholders
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.config.station import combine
from kiosk.face.carded import carded_models
from kiosk.integrity.station_check import station_look

_SIGNS = {Level.OK: "[ok]     ", Level.WARNING: "[warning]", Level.BAD: "[missing]"}


def doctor(
    config: Annotated[
        Path | None, typer.Option("--config", help="Also look for what this machine file names.", dir_okay=False)
    ] = None,
    press: Annotated[
        bool,
        typer.Option("--press", help="Also try the lit buttons beside the screen; you press them. Stop the kiosk."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")] = False,
) -> None:
    """List what this machine lacks, and the command that mends it. Exit 1 when something will not work."""
    findings = [*examine(config), *(_pressed(config) if press else ())]
    bad = any(finding.level is Level.BAD for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": not bad, "findings": [asdict(each) for each in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(f"{_SIGNS[finding.level]} {finding.what}: {finding.sentence}")
            if finding.mend:
                typer.echo(f"          mend: {finding.mend}")
    if bad:
        raise typer.Exit(FAILED)


def examine(config: Path | None) -> Iterator[Finding]:
    """Every finding, in the order of the list; with ``config`` also those about its devices and event."""
    machine: MachineConfig | None = None
    yield from checks.libraries()
    yield checks.chinese_fonts()
    yield checks.models(carded_models)
    if config is None:
        yield checks.no_machine_file()
    else:
        machine, findings = _settings(config)
        yield from findings
    yield checks.attack_model(machine)
    yield from checks.serial_ports(machine)
    yield checks.camera(machine)
    if machine is not None and machine.code_camera is not None:
        yield checks.code_camera(machine)
    yield checks.printer(machine)
    yield sounds(machine)
    yield wired_buttons(machine)
    if config is not None and machine is not None:
        yield trusted_issuers(machine)
        place = EventPlace(machine.data_dir, machine.key_dir, machine.event)
        yield checks.key_file(place)
        if os.access(place.event_file, os.R_OK):
            yield checks.event_state(place)
        device = DevicePlace(machine.data_dir, machine.key_dir)
        yield checks.accounts(device, _is_live(place))
        yield checks.seal(device, station_look(config.absolute(), machine)(), _is_live(place))
    yield checks.disk(machine.data_dir if machine else DEFAULT_DATA_DIR)
    yield checks.clock()
    yield checks.swap()
    yield checks.freed_memory()


def _pressed(config: Path | None) -> list[Finding]:
    """What comes of trying the buttons; faults of the file are among the other findings."""
    try:
        machine = None if config is None else load_machine(config)
    except ConfigFaults:
        return []
    return tried_buttons(machine, lambda words: typer.echo(words, err=True))


def _settings(config: Path) -> tuple[MachineConfig | None, list[Finding]]:
    """The machine file, and whether it and its event's file fit each other."""
    machine = None
    try:
        machine = load_machine(config)
        unchanged = [_placeholder(path, config) for path in machine_placeholders(machine)]
        place = EventPlace(machine.data_dir, machine.key_dir, machine.event)
        if _absent(place.event_file):
            return machine, [*unchanged, _no_event(place)]
        combine(load_event(place.event_file), machine, str(config))
    except ConfigFaults as faults:
        mend = "correct the file; see the commented examples in assets/events"
        return machine, [Finding("settings", Level.BAD, f"{fault}.", mend) for fault in faults.faults]
    if unchanged:
        return machine, unchanged
    return machine, [Finding("settings", Level.OK, "Machine and event file are good and fit each other.")]


def _placeholder(path: str, config: Path) -> Finding:
    sentence = f"{path} still holds the example's word CHANGE."
    return Finding("settings", Level.BAD, sentence, f"write this machine's own into {config}")


def _is_live(place: EventPlace) -> bool:
    """An event file that cannot be read counts as live: nothing is waved through."""
    try:
        return load_event(place.event_file).mode is Mode.LIVE
    except ConfigFaults:
        return True


def _absent(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False  # it is there or may be; opening it says what is wrong
    return False


def _no_event(place: EventPlace) -> Finding:
    sentence = f"There is no event {place.event_id} in {place.data_dir}."
    mend = f"kiosk event new EVENT.toml --data {place.data_dir} --keys {place.key_dir}"
    return Finding("settings", Level.BAD, sentence, mend)
