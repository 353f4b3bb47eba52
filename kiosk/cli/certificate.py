"""``kiosk wipe certificate`` checks any certificate; ``kiosk event certificate`` finds the one of an event here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.catalogue import Kind
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import BAD_USAGE, FAILED, require_display, stop
from kiosk.cli.trail import writable_log
from kiosk.closing.certificate import device_of, paint_again
from kiosk.closing.certificate_file import (
    MAX_JSON_BYTES,
    MAX_PDF_BYTES,
    CertificateRefused,
    Signed,
    check_paper,
    read,
    sha256,
)
from kiosk.config.places import EventPlace
from kiosk.domain.access import Action
from kiosk.domain.exports import Export
from kiosk.text import Texts
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed

_SPEECH = Texts("en")
_KEY = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


def check(
    file: Annotated[Path, typer.Argument(help="The JSON twin, certificate.json.", metavar="FILE", dir_okay=False)],
    pdf: Annotated[Path | None, typer.Option("--pdf", help="The PDF twin: is it this JSON's?", dir_okay=False)] = None,
    public_key: Annotated[
        str | None,
        typer.Option("--public-key", help="The kiosk's public key, 64 hexadecimal digits, got by another way."),
    ] = None,
) -> None:
    """Check every byte of a certificate and its PDF; print a JSON object, exit 1 when anything differs."""
    if public_key is not None and not _KEY.fullmatch(public_key):
        stop("--public-key must be 64 hexadecimal digits.", BAD_USAGE)
    json_bytes = _bytes(file, MAX_JSON_BYTES)
    pdf_bytes = None if pdf is None else _bytes(pdf, MAX_PDF_BYTES)
    trusted = None if public_key is None else bytes.fromhex(public_key)
    signed, fault = _checked(json_bytes, pdf_bytes, trusted)
    found = {
        "ok": fault is None,
        "fault": fault,
        "sha256": sha256(json_bytes),
        "pdf": pdf_bytes is not None and fault is None,
        "event": signed.certificate.event.id if signed else None,
        "verdict": signed.certificate.verdict if signed else None,
        "public_key": signed.signer.public_key if signed else None,
        "public_key_trusted": trusted is not None and signed is not None,
    }
    typer.echo(json.dumps(found))
    if fault is not None:
        stop(f"This certificate does not hold: {_why(fault)}.", FAILED)
    if trusted is None:
        typer.echo(
            "It agrees with the public key it carries. Whose key that is, only --public-key can tell.",
            err=True,
        )


def _checked(json_bytes: bytes, pdf: bytes | None, trusted: bytes | None) -> tuple[Signed | None, str | None]:
    """What was signed, if it holds, and the code of the first thing that does not."""
    signed = None
    try:
        signed = read(json_bytes, trusted)
        if pdf is not None:
            check_paper(pdf, json_bytes, bytes.fromhex(signed.signer.public_key))
    except CertificateRefused as refused:
        return signed, refused.code
    return signed, None


def _bytes(file: Path, limit: int) -> bytes:
    """One byte more than allowed is enough to refuse a file."""
    try:
        with file.open("rb") as opened:
            return opened.read(limit + 1)
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.", BAD_USAGE)


def of_event(
    event: EventId,
    screen: Annotated[bool, typer.Option("--screen", help="Show it in a window.")] = False,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Say where an event's certificate lies; make its PDF again from the JSON where there is none that holds."""
    place = place_of(event, data, keys)
    with spoken(event, Action.EXPORT_DOCUMENTS) as who:
        if not place.certificate_file.is_file():
            stop(f"There is no certificate of event {event} yet: it is written when the event is closed.")
        json_bytes = _bytes(place.certificate_file, MAX_JSON_BYTES)
        try:
            own_key = _own_key(place)
            signed = read(json_bytes, own_key)
        except CertificateRefused as refused:
            if refused.code == "other_key":
                stop(f"The certificate in the place of event {event} is not this kiosk's: another key signed it.")
            stop(f"The certificate of event {event} does not hold: {_why(refused.code)}.")
        if own_key is None:
            stop(f"Whether the certificate of event {event} is this kiosk's cannot be known: {_why('no_identity')}.")
        if signed.certificate.event.id != event:
            stop(f"The certificate in the place of event {event} is another event's.")
        fault = _mend_paper(place, signed, json_bytes)
        log, digest = writable_log(data, keys), sha256(json_bytes)
        log.write(Kind.EXPORT_MADE, who.name, event, code=Export.CERTIFICATE.value, sha256=digest, recipient=who.name)
    typer.echo(f"Verdict: {signed.certificate.verdict}")
    typer.echo(f"JSON: {place.certificate_file}")
    typer.echo(f"SHA-256: {sha256(json_bytes)}")
    typer.echo(f"Signed by: {signed.signer.public_key}")
    if screen:
        _show(place)
    if fault:
        stop(f"There is no PDF: {_why(fault)}.")
    typer.echo(f"PDF: {place.certificate_paper}")


def _own_key(place: EventPlace) -> bytes | None:
    """This kiosk's public key, where it can be read."""
    try:
        return DeviceIdentity.load(device_of(place).identity_file).public_key
    except (KeyFileUnusable, KeysDestroyed):
        return None


def _mend_paper(place: EventPlace, signed: Signed, json_bytes: bytes) -> str:
    """Leave a PDF that holds as it is; else make it again. "" or the code of why there is none."""
    try:
        check_paper(place.certificate_paper.read_bytes(), json_bytes, bytes.fromhex(signed.signer.public_key))
    except (OSError, CertificateRefused):
        pass
    else:
        return ""
    return paint_again(place)


def _show(place: EventPlace) -> None:
    require_display()
    from kiosk.cli.event_window import show_certificate  # windows are loaded only by who wants one

    show_certificate(place)


def _why(code: str) -> str:
    return _SPEECH(f"certificate.fault.{code}")
