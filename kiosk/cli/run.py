"""``kiosk run``: the real kiosk, from its machine file."""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import AuditUnavailable
from kiosk.cli.saying import BAD_USAGE, require_display, stop
from kiosk.cli.trail import device_log
from kiosk.config.faults import ConfigFaults
from kiosk.config.machine import Role
from kiosk.config.station import StationConfig
from kiosk.service import Refused, close_what_is_over, load_station, serve


class StationKind(StrEnum):
    GATE = "gate"
    DESK = "desk"


def run(
    config: Annotated[Path, typer.Option("--config", help="The machine file (TOML).")],
    station: Annotated[
        StationKind | None, typer.Option(help="Insist on this kind of station; else the file says.")
    ] = None,
) -> None:
    """Run a gate or a desk with its real serial ports and its real camera."""
    try:
        loaded = load_station(config)
    except ConfigFaults as faults:
        with suppress(ConfigFaults, AuditUnavailable, OSError):
            close_what_is_over(config)
        stop("\n".join(str(fault) for fault in faults.faults), BAD_USAGE)
    if station is not None and Role(station.value) is not loaded.machine.role:
        stop(f"{config} describes a {loaded.machine.role.value}, not a {station.value}.", BAD_USAGE)
    require_display()
    try:
        raise typer.Exit(serve(loaded))
    except Refused as refused:
        _note_refused(loaded)
        stop(str(refused))


def _note_refused(loaded: StationConfig) -> None:
    """A station that may not start writes so, where it can."""
    machine = loaded.machine
    with suppress(AuditUnavailable):
        log = device_log(machine.data_dir, machine.key_dir)
        log.write(Kind.STATION_REFUSED, machine.station, machine.event, success=False, code="cannot_start")
