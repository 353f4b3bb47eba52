"""``kiosk base close, tell, lost, archive, certificate``: an event's end over the whole venue (R-52)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import actor_id
from kiosk.base import archiving, ending
from kiosk.base import certificate as base_certificate
from kiosk.base.closing_here import NothingToTell, tell_closed
from kiosk.base.cluster import connected
from kiosk.base.device import way_of
from kiosk.base.ending import EventEnd, Holder, Lost, LostWhy
from kiosk.base.errors import BaseAway, BaseRefused
from kiosk.base.place import read_settings
from kiosk.cli.approving import Approve, Reason, two_approvals
from kiosk.cli.base import DEFAULT_BASE_DIR, BaseDir, place_of, trouble
from kiosk.cli.base_log import base_log
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, EventId, KeyDir
from kiosk.cli.event_place import place_of as event_place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.cli.who import acting
from kiosk.closing.certificate_file import CertificateRefused, sha256
from kiosk.closing.leftovers import Verdict
from kiosk.closing.state import write_whole
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Action
from kiosk.text import Texts
from kiosk.vault.identity import DeviceIdentity

TELL_S = 2.0
_SPEECH = Texts("en")


def add_to(app: typer.Typer) -> None:
    """Hang the commands of this file on ``app``."""
    for command in (close, tell, lost, archive, certificate):
        app.command(command.__name__)(command)


def close(
    event: EventId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; closing cannot be undone.")] = False,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """At the base: let every device close the event as its own close does, and tell when it is done."""
    who = acting(Action.CLOSE_EVENT, event)
    sure = f"Destroy all tickets and admissions of {event} on every device? This cannot be undone."
    if not yes and not typer.confirm(sure, err=True):
        stop("Nothing was changed.")
    with trouble(base):
        place = place_of(base)
        log = base_log(data, keys)
        with connected(place, read_settings(place)) as db:
            ending.end_of(db, event)
            log.write(Kind.BASE_EVENT_CLOSING, who.name, event)
            end = ending.say_closing(db, event)
    typer.echo(f"{len(end.holders)} devices are told. Once each has answered: kiosk base archive {event}")


def tell(event: EventId, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """On a device that closed an event while the base was away: tell the base its certificate's SHA-256."""
    with spoken(event, Action.CLOSE_EVENT), trouble(keys):
        place = event_place_of(event, data, keys)
        way = way_of(keys.absolute(), TELL_S, TELL_S)
        try:
            known = tell_closed(place, way)
        except NothingToTell:
            stop(f"Event {event} has no certificate here yet: close it first, with kiosk event close {event}")
        except BaseAway:
            stop(f"The base at {way.hosts} does not answer: give the command again when it does.")
        except BaseRefused as refused:
            stop(f"The base does not take it ({refused.code}): is this machine still enrolled?")
    typer.echo(f"The base knows that {event} is closed here." if known else f"The base has no event {event} any more.")


def lost(
    event: EventId,
    device: Annotated[str, typer.Argument(help="The device that cannot tell.", metavar="DEVICE")],
    why: Annotated[LostWhy, typer.Option("--why", help="What became of it.")],
    incident: Annotated[str, typer.Option("--incident", help="Id under which the incident is recorded.")],
    reason: Reason = "",
    approve: Approve = None,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """At the base: two people say that a device is lost. It is cut off, and named on the certificate."""
    with spoken(event, Action.CLOSE_EVENT) as who, trouble(base):
        agreed = two_approvals(event, Action.CLOSE_EVENT, reason, approve)
        place = place_of(base)
        settings = read_settings(place)
        log = base_log(data, keys)
        with connected(place, settings) as db:
            ending.end_of(db, event)
            log.write(
                Kind.BASE_DEVICE_LOST,
                who.name,
                event,
                recipient=device,
                reason=why.value,
                approved_by=",".join(map(actor_id, agreed.approved_by)),
            )
            ending.say_lost(db, place, settings, event, device, Lost(why, incident, agreed.approved_by))
    typer.echo(f"{device} is cut off and not waited for any more. It stands on the certificate of {event}.")


def archive(
    event: EventId,
    as_json: AsJson = False,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """At the base, once every device has told: remove the event's rows, look for what is left, sign a certificate."""
    with spoken(event, Action.CLOSE_EVENT) as who, trouble(base):
        place = place_of(base)
        settings = read_settings(place)
        log = base_log(data, keys)
        try:
            done = archiving.archive(place, settings, event)
        except archiving.NotAllIn as not_all:
            _say_missing(not_all.end, as_json=as_json)
            raise typer.Exit(FAILED) from None
        identity = DeviceIdentity.load_or_create(DevicePlace(data.absolute(), keys.absolute()).identity_file)
        said = base_certificate.certificate_of(done, settings, who.name)
        signed = base_certificate.sign(said, identity)
        file = archiving.certificate_of(place, event)
        write_whole(file, signed.decode("utf-8"))
        log.write(Kind.BASE_EVENT_ARCHIVED, who.name, event, verdict=said.verdict.value.lower(), sha256=sha256(signed))
        if done.passed:
            archiving.finish(place, settings, event)
    if as_json:
        typer.echo(json.dumps(said.model_dump(mode="json")))
    else:
        _say_done(event, said, file, sha256(signed))
    for path in (*done.seen.found, *done.seen.unread):
        typer.echo(f"  LEFT or not read: {path}", err=True)
    if said.verdict is not Verdict.PASS:
        raise typer.Exit(FAILED)


def certificate(
    file: Annotated[Path, typer.Argument(help="archived-EVENT.json of a base.", metavar="FILE", dir_okay=False)],
    public_key: Annotated[
        str | None, typer.Option("--public-key", help="The base machine's public key, 64 hexadecimal digits.")
    ] = None,
) -> None:
    """Check every byte of a base's certificate; print a JSON object, exit 1 when anything differs."""
    try:
        trusted = None if public_key is None else bytes.fromhex(public_key)
        content = file.read_bytes()
    except ValueError:
        stop("--public-key must be 64 hexadecimal digits.", BAD_USAGE)
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.", BAD_USAGE)
    try:
        signed = base_certificate.read(content, trusted)
    except CertificateRefused as refused:
        typer.echo(json.dumps({"ok": False, "fault": refused.code}))
        stop(f"This certificate does not hold: {_SPEECH(f'certificate.fault.{refused.code}')}.", FAILED)
    said = signed.certificate
    found = {
        "ok": True,
        "fault": None,
        "event": said.event,
        "verdict": said.verdict.value,
        "devices": len(said.devices),
        "lost": [each.device for each in said.lost],
        "sha256": sha256(content),
        "public_key": signed.signer.public_key,
        "public_key_trusted": trusted is not None,
    }
    typer.echo(json.dumps(found))


def _say_missing(end: EventEnd, *, as_json: bool) -> None:
    """Who has not told, since when the event closes, when it was last seen."""
    missing = [_missing(holder, end) for holder in end.missing]
    if as_json:
        typer.echo(json.dumps({"event": end.event, "state": "closing", "missing": missing}))
    for each in missing:
        typer.echo(f"[missing] {each['device']}: {each['why']}", err=True)
    typer.echo(
        f"{len(missing)} of {len(end.holders)} devices have not told that {end.event} is closed there. A device that "
        f"will never tell: kiosk base lost {end.event} DEVICE --help",
        err=True,
    )


def _missing(holder: Holder, end: EventEnd) -> dict[str, object]:
    since_s = time.time() - (end.closing_at_s or time.time())
    if holder.verdict:
        why = f"told {holder.verdict.upper()}: close it there again"
    elif holder.seen_at_s is None:
        why = "was given the tickets and never seen"
    else:
        why = f"last seen {_span(time.time() - holder.seen_at_s)} ago"
    return {"device": holder.device, "since_s": round(since_s), "why": f"{why}, {_span(since_s)} after the close"}


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _say_done(event: str, said: base_certificate.BaseCertificate, file: Path, digest: str) -> None:
    typer.echo(f"Event {event} at the base: {said.verdict.value}")
    typer.echo(f"  {sum(said.removed.values())} rows removed; {len(said.devices)} devices told, {len(said.lost)} lost")
    typer.echo(f"  looked for {said.look.looked_for} ids in {said.look.files_read} files, {said.look.bytes_read} bytes")
    for thing in said.look.not_looked_at:
        typer.echo(f"  not looked at: {thing}")
    typer.echo(f"  certificate: {file}, SHA-256 {digest}")
