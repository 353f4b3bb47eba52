"""``kiosk trust``: whose signature under a passport or identity card this machine believes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from drivers.emrtd.errors import EmrtdError
from drivers.emrtd.trust_files import MOST_FILE_BYTES, Content, contents
from drivers.emrtd.trust_folder import Installed, TrustFolder, TrustUnusable
from drivers.emrtd.trust_import import Outcome, bring_in
from kiosk.audit.catalogue import Kind
from kiosk.audit.port import AuditUnavailable
from kiosk.cli.doctor_trust import OLD_AFTER_DAYS
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, KeyDir
from kiosk.cli.machine_place import MachineFile, machine_of
from kiosk.cli.saying import BAD_USAGE, FAILED, stop, stop_at
from kiosk.cli.trail import sentence, writable_log
from kiosk.cli.trust_document import DocumentFiles, judged_files
from kiosk.cli.trust_words import SENTENCES, VERDICTS
from kiosk.cli.who import acting
from kiosk.config.faults import ConfigFaults
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Action

_FINGERPRINT_DIGITS = 64

trust_app = typer.Typer(help="Issuers of passports and identity cards that are believed.", no_args_is_help=True)


@trust_app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Certificates, master lists, revocation lists, LDIF, ZIP.")],
    pin: Annotated[
        list[str] | None,
        typer.Option("--pin", help="SHA-256 of the certificate whose master lists you believe; 64 digits, repeatable."),
    ] = None,
    config: MachineFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Believe the issuers in these files from now on. Master lists count only under a pin; exit 1 if any is refused."""
    place = _place(config, data, keys)
    who = acting(Action.IMPORT_TRUST)
    pins = frozenset(_digits(each) for each in pin or ())
    found = [_read(file) for file in files]
    folder = TrustFolder(place.trust_folder)
    refused = False
    try:
        log = writable_log(place.data_dir, place.key_dir)
        now = datetime.now().astimezone()
        for file, content in zip(files, found, strict=True):
            for outcome in bring_in(folder, content, pins, now):
                _say_outcome(file, outcome)
                refused = refused or not outcome.accepted
                if outcome.accepted:
                    log.write(Kind.TRUST_ADDED, who.name, sha256=outcome.sha256)
            if content.unreadable:
                typer.echo(f"{file.name}: {content.unreadable} pieces could not be read and were left out.", err=True)
    except TrustUnusable as unusable:
        stop(_unusable(folder, unusable))
    except AuditUnavailable as unavailable:
        stop(sentence(unavailable))
    except OSError as error:
        stop_at(error, folder.folder)
    if place.manifest_file.exists():
        typer.echo("This machine is sealed: face lanes stay shut until kiosk integrity seal seals the new list, too.")
    if refused:
        raise typer.Exit(FAILED)


@trust_app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="As kiosk trust list shows it: list-0123456789abcdef.")],
    config: MachineFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Stop believing one imported file; without the newest master list the one before it counts again."""
    place = _place(config, data, keys)
    who = acting(Action.IMPORT_TRUST)
    folder = TrustFolder(place.trust_folder)
    try:
        log = writable_log(place.data_dir, place.key_dir)
        gone = folder.remove(name)
        if gone is None:
            stop(f"There is no {name}: kiosk trust list shows what there is.", BAD_USAGE)
        log.write(Kind.TRUST_REMOVED, who.name, sha256=gone.sha256)
    except TrustUnusable as unusable:
        stop(_unusable(folder, unusable))
    except AuditUnavailable as unavailable:
        stop(sentence(unavailable))
    except OSError as error:
        stop_at(error, folder.folder)
    typer.echo(f"{name} is gone.")


@trust_app.command("list")
def list_(
    as_json: AsJson = False,
    config: MachineFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Show the lists, certificates and revocation lists that count here, and their age."""
    installed = _loaded(TrustFolder(_place(config, data, keys).trust_folder))
    now = datetime.now().astimezone()
    if as_json:
        typer.echo(json.dumps(_facts(installed, now)))
        return
    _show(installed, now)


@trust_app.command("check")
def check(
    document: DocumentFiles = None,
    as_json: AsJson = False,
    config: MachineFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Check everything imported anew; with --document judge files read from a chip. Exit 1 unless all is well."""
    installed = _loaded(TrustFolder(_place(config, data, keys).trust_folder))
    now = datetime.now().astimezone()
    if document is not None:
        _check_document(document, installed, now, as_json)
        return
    facts = _facts(installed, now)
    if as_json:
        typer.echo(json.dumps(facts))
    else:
        _show(installed, now)
    if installed.faults or not facts["issuers"]:
        raise typer.Exit(FAILED)


def _check_document(folder: Path, installed: Installed, now: datetime, as_json: bool) -> None:
    result = judged_files(folder, installed.trust(), now)
    if as_json:
        told = {"verdict": result.verdict, "findings": list(result.findings), "signer_country": result.signer_country}
        typer.echo(json.dumps(told))
    else:
        typer.echo(VERDICTS[result.verdict])
        for finding in result.findings:
            typer.echo(f"- {SENTENCES[finding]}")
        if result.unsupported:
            typer.echo(f"  ({result.unsupported})")
    if not result.passes:
        raise typer.Exit(FAILED)


def _facts(installed: Installed, now: datetime) -> dict[str, object]:
    trust = installed.trust()
    return {
        "issuers": len(trust),
        "countries": sorted({each.country for each in trust.issuers if each.country}),
        "lists": [
            {
                "name": used.entry.name,
                "signer": used.signer.country,
                "pin": used.entry.pin,
                "signed": used.signed_at.isoformat(),
                "age_days": (now - used.signed_at).days,
                "certificates": len(used.content.certificates),
                "unreadable": used.content.unreadable,
            }
            for used in installed.lists
        ],
        "earlier_lists": [used.entry.name for used in installed.earlier],
        "certificates": [
            {"name": entry.name, "country": each.country, "fingerprint": each.fingerprint}
            for entry, each in installed.certificates
        ],
        "revocation_lists": [
            {"name": entry.name, "this_update": each.this_update.isoformat(), "revoked": len(each.revoked)}
            for entry, each in installed.revocations
        ],
        "faults": [{"name": name, "reason": reason} for name, reason in installed.faults],
    }


def _show(installed: Installed, now: datetime) -> None:
    trust = installed.trust()
    if not len(trust):
        typer.echo("No issuer is believed here: every passport and identity card will be of an unknown issuer.")
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "what", "from", "dated"):
        table.add_column(heading)
    for used in installed.lists:
        what = f"master list, {len(used.content.certificates)} issuers, {len(used.content.countries)} countries"
        table.add_row(used.entry.name, what, used.signer.country, f"{used.signed_at:%Y-%m-%d}")
    for used in installed.earlier:
        table.add_row(used.entry.name, "earlier master list, kept", used.signer.country, f"{used.signed_at:%Y-%m-%d}")
    for entry, certificate in installed.certificates:
        table.add_row(entry.name, "one issuer", certificate.country, f"{certificate.not_before:%Y-%m-%d}")
    for entry, revocations in installed.revocations:
        country = dict(revocations.issuer).get("2.5.4.6", "").upper()
        what = f"revocation list, {len(revocations.revoked)} numbers"
        table.add_row(entry.name, what, country, f"{revocations.this_update:%Y-%m-%d}")
    if table.row_count:
        Console().print(table)
        typer.echo(f"{len(trust)} issuers of {len({each.country for each in trust.issuers})} countries.")
    for used in installed.lists:
        age_days = (now - used.signed_at).days
        if age_days > OLD_AFTER_DAYS:
            typer.echo(f"{used.entry.name} is {age_days} days old: import a newer one.", err=True)
    for name, reason in installed.faults:
        typer.echo(f"{name} does not count: {reason}.", err=True)


def _say_outcome(file: Path, outcome: Outcome) -> None:
    if outcome.accepted:
        typer.echo(f"{file.name}: {outcome.what} is believed from now on (SHA-256 {outcome.sha256}).")
        return
    typer.echo(f"{file.name}: {outcome.what} was refused: {outcome.reason}.", err=True)
    for fingerprint, called in outcome.roots:
        typer.echo(
            f"  It can be pinned by {called}, whose fingerprint you have from elsewhere: {fingerprint}", err=True
        )


def _read(file: Path) -> Content:
    try:
        if file.stat().st_size > MOST_FILE_BYTES:
            stop(f"{file} is larger than {MOST_FILE_BYTES // 1024 // 1024} MB.", BAD_USAGE)
        return contents(file.read_bytes())
    except EmrtdError as error:
        stop(f"{file}: {error.step}.", BAD_USAGE)
    except OSError as error:
        stop_at(error, file)


def _digits(pin: str) -> str:
    digits = "".join(pin.split()).replace(":", "").lower()
    if len(digits) != _FINGERPRINT_DIGITS or any(digit not in "0123456789abcdef" for digit in digits):
        stop("--pin takes the 64 hexadecimal digits of a SHA-256 fingerprint.", BAD_USAGE)
    return digits


def _loaded(folder: TrustFolder) -> Installed:
    try:
        return folder.load()
    except TrustUnusable as unusable:
        stop(_unusable(folder, unusable))
    except OSError as error:
        stop_at(error, folder.folder)


def _unusable(folder: TrustFolder, unusable: TrustUnusable) -> str:
    return f"{folder.index_file}: {unusable.step}."


def _place(config: Path | None, data: Path, keys: Path) -> DevicePlace:
    try:
        return machine_of(config, data, keys)
    except ConfigFaults as faults:
        stop("\n".join(str(fault) for fault in faults.faults), BAD_USAGE)
