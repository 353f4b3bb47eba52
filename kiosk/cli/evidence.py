"""``kiosk evidence make`` and ``verify``: one file for an inspection, and its check anywhere without a kiosk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kiosk.base.certificate import for_evidence
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.papers import To, hand_out, painted
from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.cli.trail import writable_log
from kiosk.closing.archived import CertificateMissing
from kiosk.closing.certificate_file import CertificateRefused
from kiosk.closing.state import WrongState
from kiosk.documents.evidence_check import KEY, Checked, check_file
from kiosk.documents.evidence_making import made_pack
from kiosk.documents.evidence_words import fault_words
from kiosk.domain.access import Action
from kiosk.domain.exports import Export
from kiosk.text import Texts

evidence_app = typer.Typer(help="Everything an inspection asks for of one event, as one file.", no_args_is_help=True)
_SPEECH = Texts("en")

Certificates = Annotated[
    list[Path] | None,
    typer.Option("--certificate", help="archived-EVENT.json of the venue's base, where there is one.", dir_okay=False),
]


@evidence_app.command("make")
def make(
    event: EventId,
    to: To,
    certificate: Certificates = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """After the end: certificates, report, assessment, notice, log with its anchor, seal and model card in one file."""
    place = place_of(event, data, keys)
    with spoken(event, Action.EXPORT_EVIDENCE) as who:
        of_the_base = _of_the_base(event, certificate or [])
        log = writable_log(data, keys)
        try:
            pack = made_pack(place, log, who.name, painted, of_the_base)
        except (WrongState, CertificateMissing):
            stop(f"Event {event} is not over, or has no certificate: close it first, with kiosk event close {event}")
        digest = hand_out(place, to, pack.content, who.name, log, Export.EVIDENCE)
    typer.echo(f"{pack.files} files and their list in {to}. SHA-256: {digest}")
    typer.echo(f"Anybody can check it: kiosk evidence verify FILE --public-key {pack.public_key.hex()}")


@evidence_app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The evidence pack.", metavar="FILE", dir_okay=False)],
    public_key: Annotated[
        str | None, typer.Option("--public-key", help="The kiosk's public key, 64 hexadecimal digits.")
    ] = None,
) -> None:
    """Check every byte of an evidence pack, its signatures, its log and its sums; exit 1 when anything differs."""
    if public_key is not None and not KEY.fullmatch(public_key):
        stop("--public-key must be 64 hexadecimal digits.", BAD_USAGE)
    try:
        found = check_file(file, None if public_key is None else bytes.fromhex(public_key))
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.", BAD_USAGE)
    typer.echo(json.dumps(_said(found, trusted=public_key is not None)))
    for fault in found.faults:
        typer.echo(f"{fault.file or file.name}: {fault_words(fault.code, _SPEECH)}", err=True)
    if found.faults:
        raise typer.Exit(FAILED)
    if public_key is None:
        typer.echo("It agrees with the public key it carries. Whose key that is, only --public-key can tell.", err=True)


def _said(found: Checked, *, trusted: bool) -> dict[str, object]:
    return {
        "ok": found.ok,
        "event": found.event or None,
        "files": found.files,
        "faults": [{"file": fault.file, "code": fault.code} for fault in found.faults],
        "assessed_before_first_capture": found.assessed_first,
        "notice_shown_at_every_choice": found.notice_shown,
        "public_key": found.public_key or None,
        "public_key_trusted": trusted and bool(found.public_key),
    }


def _of_the_base(event: str, certificates: list[Path]) -> dict[str, bytes]:
    """Certificates of the venue's base; each has to hold, and to be this event's."""
    files = {}
    for path in certificates:
        try:
            name, content = for_evidence(event, path.read_bytes())
        except CertificateRefused as refused:
            stop(f"{path} cannot go into the pack: {fault_words(refused.code, _SPEECH)}.", FAILED)
        files[name] = content
    return files
