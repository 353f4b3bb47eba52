"""``kiosk evidence make`` and ``verify``: one file for an inspection, and its check anywhere without a kiosk."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.log import AuditLog
from kiosk.base import certificate as base_certificate
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.papers import To, hand_out, painted
from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.cli.trail import writable_log
from kiosk.closing.certificate_file import CertificateRefused, sha256
from kiosk.closing.state import OVER, state_at
from kiosk.config.assets import asset
from kiosk.config.event import EventConfig
from kiosk.config.load import load_event
from kiosk.config.notice import notice_bytes, notice_of
from kiosk.config.places import EventPlace
from kiosk.documents import evidence
from kiosk.documents.assessment import Assessment
from kiosk.documents.assessment import as_paper as assessment_paper
from kiosk.documents.common import made_words
from kiosk.documents.evidence import About, pack_of
from kiosk.documents.evidence_check import MAX_BYTES, Checked, check
from kiosk.documents.gather import device_at, known_at, report_at
from kiosk.documents.poster import full_form
from kiosk.documents.record import record_paper, retention_paper
from kiosk.documents.report import as_csv, as_json, as_paper
from kiosk.domain.access import Action
from kiosk.domain.exports import Export
from kiosk.face.card import CARD
from kiosk.text import Texts
from kiosk.vault.identity import DeviceIdentity

evidence_app = typer.Typer(help="Everything an inspection asks for of one event, as one file.", no_args_is_help=True)
_KEY = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
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
        if state_at(place) not in OVER or not place.certificate_file.is_file():
            stop(f"Event {event} is not over, or has no certificate: close it first, with kiosk event close {event}")
        log, settings = writable_log(data, keys), load_event(place.event_file)
        log.checkpoint(who.name)
        files = {**_kept(place, settings, log), **_made(place, settings), **_of_the_base(event, certificate or [])}
        made_at = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
        about = About(event, made_at, who.name, version("venue-kiosk"), _head(files[evidence.AUDIT]))
        device = DeviceIdentity.load(device_at(place).identity_file)
        pack = pack_of(files, about, device)
        digest = hand_out(place, to, pack, who.name, log, Export.EVIDENCE)
    typer.echo(f"{len(files)} files and their list in {to}. SHA-256: {digest}")
    typer.echo(f"Anybody can check it: kiosk evidence verify FILE --public-key {device.public_key.hex()}")


@evidence_app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The evidence pack.", metavar="FILE", dir_okay=False)],
    public_key: Annotated[
        str | None, typer.Option("--public-key", help="The kiosk's public key, 64 hexadecimal digits.")
    ] = None,
) -> None:
    """Check every byte of an evidence pack, its signatures, its log and its sums; exit 1 when anything differs."""
    if public_key is not None and not _KEY.fullmatch(public_key):
        stop("--public-key must be 64 hexadecimal digits.", BAD_USAGE)
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.", BAD_USAGE)
    found = check(content, None if public_key is None else bytes.fromhex(public_key))
    typer.echo(json.dumps(_said(found, trusted=public_key is not None)))
    for fault in found.faults:
        words = _SPEECH(f"evidence.fault.{fault.code}") if _SPEECH.has(f"evidence.fault.{fault.code}") else fault.code
        typer.echo(f"{fault.file or file.name}: {words}", err=True)
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


def _kept(place: EventPlace, event: EventConfig, log: AuditLog) -> dict[str, bytes]:
    """What lies on the machine as it is."""
    there = {
        evidence.EVENT: place.event_file,
        evidence.ASSESSMENT: place.assessment_file,
        evidence.CERTIFICATE: place.certificate_file,
        evidence.CERTIFICATE_PDF: place.certificate_paper,
        evidence.AUDIT: log.file,
        evidence.SEAL: device_at(place).manifest_file,
        evidence.CARD: asset(*CARD),
    }
    files = {name: path.read_bytes() for name, path in there.items() if path.is_file()}
    return {**files, evidence.NOTICE: notice_bytes(notice_of(event))}


def _made(place: EventPlace, event: EventConfig) -> dict[str, bytes]:
    """Report and papers, in every language of the event."""
    report = report_at(place)
    files = {evidence.REPORT: as_json(report), "report.csv": as_csv(report)}
    for language in event.languages:
        texts = Texts(language.value)
        made = made_words(time.time(), version("venue-kiosk"), texts)
        known = known_at(place, event, texts, time.time())
        sheets = {
            "report": as_paper(report, event, texts, made),
            "record": record_paper(event, known.counts, known.figures, texts, made),
            "retention": retention_paper(event, texts, made),
        }
        if known.assessment is not None:
            signed, digest = Assessment.model_validate_json(known.assessment), sha256(known.assessment)
            sheets["assessment"] = assessment_paper(signed, event, texts, digest)
        files |= {f"{name}-{language.value}.pdf": painted(sheet) for name, sheet in sheets.items()}
        files[f"notice-{language.value}.txt"] = f"{full_form(event, language)}\n".encode()
    return files


def _of_the_base(event: str, certificates: list[Path]) -> dict[str, bytes]:
    """Certificates of the venue's base; each has to hold, and to be this event's."""
    files = {}
    for path in certificates:
        content = path.read_bytes()
        try:
            signed = base_certificate.read(content)
        except CertificateRefused as refused:
            stop(f"{path} does not hold: {_SPEECH(f'certificate.fault.{refused.code}')}.", FAILED)
        if signed.certificate.event != event:
            stop(f"{path} is the certificate of another event.", FAILED)
        files[f"certificates/{sha256(content)[:16]}.json"] = content
    return files


def _head(log: bytes) -> str:
    last = json.loads(log.splitlines()[-1])
    return f"{last['seq']}:{last['hash']}"
