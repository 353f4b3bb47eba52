"""``kiosk integrity``: seal what lies on this machine, and see whether it is still that."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import AuditUnavailable
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, KeyDir
from kiosk.cli.saying import BAD_USAGE, FAILED, stop, stop_at
from kiosk.cli.trail import device_log, sentence
from kiosk.cli.who import acting, data_chosen, keys_chosen
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_machine
from kiosk.config.placeholders import machine_placeholders
from kiosk.config.places import DevicePlace, lie_apart
from kiosk.domain.access import Action
from kiosk.integrity.check import IntegrityReport, State
from kiosk.integrity.seal import CannotSeal
from kiosk.integrity.station_check import check_all, seal_machine
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.words import key_words
from kiosk.workers.integrity import write_report

SHOWN = 10
COMMAND = "command"

integrity_app = typer.Typer(help="Seal code, models and settings, and check them.", no_args_is_help=True)

MachineFiles = Annotated[
    list[Path] | None,
    typer.Option("--config", help="A station's machine file; repeat for several stations.", dir_okay=False),
]


@integrity_app.command("seal")
def seal(
    by: Annotated[str, typer.Option("--by", help="Who answers for what lies here now.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is sealed now, for the audit log.")],
    config: MachineFiles = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Sign what lies here: from now on any other byte in it shuts the face lanes of this machine."""
    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        stop("--by and --reason must not be empty.", BAD_USAGE)
    files = [file.absolute() for file in config or ()]
    place = _place(files, data, keys)
    data_chosen(place.data_dir), keys_chosen(place.key_dir)  # of the machine file, whose accounts are asked
    who = acting(Action.SIGN_MANIFEST)
    try:
        manifest = seal_machine(place, files, by, reason, datetime.now().astimezone())
    except ConfigFaults as faults:
        stop("\n".join(str(fault) for fault in faults.faults), BAD_USAGE)
    except CannotSeal as cannot:
        stop(f"Nothing was sealed: {cannot.name} is {cannot.why.replace('_', ' ')}.")
    except KeyFileUnusable as unusable:
        stop(f"The signing key {place.identity_file} cannot be used: {key_words(unusable)}.")
    except OSError as error:
        stop_at(error, place.manifest_file)
    try:
        device_log(place.data_dir, place.key_dir).write(
            Kind.INTEGRITY_SEALED, who.name, fingerprint=manifest.seal, files=manifest.files, reason=reason
        )
    except AuditUnavailable as unavailable:
        place.manifest_file.unlink(missing_ok=True)
        stop(f"Nothing was sealed. {sentence(unavailable)}")
    _say_placeholders(files)
    typer.echo(f"{manifest.files} files sealed as {manifest.seal}. Note this number; kiosk integrity check shows it.")
    if not files:
        typer.echo("No machine file was named: stations keep their face lanes shut until theirs is sealed too.")


def _say_placeholders(files: list[Path]) -> None:
    for file in files:
        for path in machine_placeholders(load_machine(file)):
            typer.echo(f"Beware: {path} in {file} still holds the example's word CHANGE.", err=True)


@integrity_app.command("check")
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of sentences.")] = False,
    expect: Annotated[
        str | None, typer.Option("--expect", help="The number noted at sealing; any other seal fails.")
    ] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Compare every sealed file with the seal; exit 1 unless nothing differs."""
    place = _place([], data, keys)
    report = check_all(place)
    resealed = expect is not None and report.seal != expect
    if place.folder.is_dir():
        write_report(device_log(place.data_dir, place.key_dir), report, COMMAND)
    if as_json:
        found = [asdict(each) for each in report.differences]
        told = {"state": report.state, "seal": report.seal, "files": report.files, "took_s": round(report.took_s, 3)}
        typer.echo(json.dumps({**told, "expected": not resealed, "differences": found}))
    else:
        _say(report, place)
        if resealed:
            typer.echo(f"The seal is not {expect}: somebody sealed again.", err=True)
    if report.state is not State.SOUND or resealed:
        raise typer.Exit(FAILED)


def _say(report: IntegrityReport, place: DevicePlace) -> None:
    if report.state is State.NOT_SEALED:
        typer.echo(f"Nothing is sealed in {place.data_dir}: kiosk integrity seal --by NAME --reason WHY", err=True)
        return
    for difference in report.differences[:SHOWN]:
        typer.echo(str(difference), err=True)
    if len(report.differences) > SHOWN:
        typer.echo(f"... and {len(report.differences) - SHOWN} more.", err=True)
    if report.state is State.SOUND:
        typer.echo(f"{report.files} files are as sealed ({report.seal}), checked in {report.took_s:.2f} s.")


def _place(files: list[Path], data: Path, keys: Path) -> DevicePlace:
    """The folders the machine files name; they must agree. Without machine files those of the options."""
    try:
        machines = [load_machine(file) for file in files]
    except ConfigFaults as faults:
        stop("\n".join(str(fault) for fault in faults.faults), BAD_USAGE)
    folders = {(machine.data_dir, machine.key_dir) for machine in machines} or {(data.absolute(), keys.absolute())}
    if len(folders) > 1:
        stop("The machine files name different data or key folders: seal them one by one.", BAD_USAGE)
    data_dir, key_dir = folders.pop()
    if not lie_apart(data_dir, key_dir):
        stop(f"{key_dir} must lie outside the data folder {data_dir}.", BAD_USAGE)
    return DevicePlace(data_dir, key_dir)
