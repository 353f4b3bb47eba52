"""``kiosk base enrol, request, sign, accept, revoke``: how a device becomes one of the base's, and is none any more."""

from __future__ import annotations

import base64
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import segno
import typer
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from kiosk.audit.catalogue import Kind
from kiosk.base import admin, device
from kiosk.base.authority import DEVICE_DAYS, Authority
from kiosk.base.cluster import connected
from kiosk.base.enrolment import CODE_MINUTES, make_answer, read_request
from kiosk.base.place import BasePlace, read_settings, write_settings
from kiosk.cli.base import DEFAULT_BASE_DIR, BaseDir, place_of, trouble
from kiosk.cli.base_log import base_log
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, KeyDir
from kiosk.cli.saying import stop
from kiosk.cli.who import acting
from kiosk.domain.access import Action
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.words import key_words


class DeviceKind(StrEnum):
    GATE = "gate"
    DESK = "desk"
    STANDBY = "standby"


def add_to(app: typer.Typer) -> None:
    """Hang the commands of this file on ``app``."""
    for command in (enrol, request, sign, accept, revoke):
        app.command(command.__name__)(command)


def enrol(
    name: Annotated[str, typer.Argument(help="What the device is called, such as gate-7.", metavar="DEVICE")],
    kind: Annotated[
        DeviceKind, typer.Option("--kind", help="A desk may do more; a standby follows.")
    ] = DeviceKind.GATE,
    minutes: Annotated[
        float, typer.Option("--minutes", min=1, max=1440, help="How long the code works.")
    ] = CODE_MINUTES,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Make a one-time code for a device and show it as a QR code. A device of that name is replaced when it is used."""
    who = acting(Action.CHANGE_CONFIGURATION)
    with trouble(base):
        place = place_of(base)
        settings = read_settings(place)
        log = base_log(data, keys)
        with connected(place, settings) as db:
            text = admin.invite(db, place, settings, name, kind.value, minutes).text()
        log.write(Kind.BASE_DEVICE_INVITED, who.name, name, role=kind.value)
    typer.echo(text)
    segno.make_qr(text, error="m").terminal(compact=True)
    typer.echo(
        f"On the device, within {minutes:.0f} minutes: kiosk base request 'THIS TEXT' --to request.txt", err=True
    )


def request(
    code: Annotated[str, typer.Argument(help="The whole text that kiosk base enrol showed.")],
    to: Annotated[Path | None, typer.Option("--to", help="Write the request here instead of showing it.")] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On the device: make its key, which stays here, and the request that goes to the base."""
    acting(Action.CHANGE_CONFIGURATION)
    with trouble(keys):
        try:
            text = device.begin(keys.absolute(), code)
        except KeyFileUnusable as unusable:
            stop(f"No key could be made in {keys}: {key_words(unusable)}.")
        _give(text, to)
    typer.echo("At the base: kiosk base sign REQUEST --to answer.txt", err=True)


def sign(
    file: Annotated[Path, typer.Argument(help="The device's request.", dir_okay=False)],
    to: Annotated[Path | None, typer.Option("--to", help="Write the answer here instead of showing it.")] = None,
    days: Annotated[
        int, typer.Option("--days", min=1, max=397, help="How long the certificate is good.")
    ] = DEVICE_DAYS,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Of a standby: address or DNS name of its machine; repeat.")
    ] = None,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """At the base: answer a request whose code is right. The earlier device of that name is cut off."""
    who = acting(Action.CHANGE_CONFIGURATION)
    with trouble(file):
        place = place_of(base)
        settings = read_settings(place)
        log = base_log(data, keys)
        asked = read_request(file.read_text(encoding="ascii", errors="replace"))
        with connected(place, settings) as db:
            certificate = admin.enrol(db, place, settings, asked, days, tuple(name or ()))
        if name:
            write_settings(place, replace(settings, standbys=tuple(dict.fromkeys((*settings.standbys, *name)))))
        log.write(Kind.BASE_DEVICE_ENROLLED, who.name, asked.device, hash=_digest(certificate))
        revoked = (place.tls / "revoked.pem").read_text(encoding="ascii") if name else ""
        _give(make_answer(certificate, _authority(place), revoked), to)
    typer.echo(f"{asked.device} is enrolled. On the device: kiosk base accept ANSWER", err=True)


def accept(
    file: Annotated[Path, typer.Argument(help="The base's answer.", dir_okay=False)],
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On the device: take the base's answer, if it is of the base that the code named."""
    acting(Action.CHANGE_CONFIGURATION)
    with trouble(file):
        way = device.finish(keys.absolute(), file.read_text(encoding="ascii", errors="replace"))
    typer.echo(f"This machine is {way.device} at the base {way.hosts}:{way.port}.")


def revoke(
    name: Annotated[str, typer.Argument(help="The device.", metavar="DEVICE")],
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Take a device's certificate back and cut it off; what it told before stays."""
    who = acting(Action.CHANGE_CONFIGURATION)
    with trouble(base):
        place = place_of(base)
        settings = read_settings(place)
        log = base_log(data, keys)
        with connected(place, settings) as db:
            admin.revoke(db, place, settings, name)
        log.write(Kind.BASE_DEVICE_REVOKED, who.name, name, reason="asked")
    typer.echo(f"{name} is cut off.")


def _digest(certificate: x509.Certificate) -> str:
    return base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode().rstrip("=")


def _give(text: str, to: Path | None) -> None:
    if to is None:
        typer.echo(text, nl=False)
    else:
        to.write_text(text, encoding="ascii")


def _authority(place: BasePlace) -> x509.Certificate:
    return Authority.load(place.ca).certificate
