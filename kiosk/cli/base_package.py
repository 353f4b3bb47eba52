"""``kiosk base ask, pack, receive``: one roster for several machines, each ticket under one reference everywhere."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import segno
import typer

from kiosk.audit.catalogue import Kind
from kiosk.base.client import BaseClient
from kiosk.base.closing_here import NOT_AT_BASE
from kiosk.base.device import way_of
from kiosk.base.errors import BaseAway, BaseRefused
from kiosk.base.link import BaseWay
from kiosk.base.package_key import DeviceKey, PackageRequest, ask, read_request
from kiosk.base.packing import pack
from kiosk.base.receiving import Received, Taking, receive
from kiosk.cli.base import trouble
from kiosk.cli.event_key import Protect, SecretFile, protection_chosen, unlocker, wrapping_for
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken, warn_if_over
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.cli.trail import writable_log
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.domain.access import Action


def add_to(app: typer.Typer) -> None:
    """Hang the commands of this file on ``app``."""
    app.command("ask")(ask_)
    app.command("pack")(pack_)
    app.command("receive")(receive_)


def ask_(
    event: EventId,
    to: Annotated[Path | None, typer.Option("--to", help="Write the request here instead of showing it.")] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On a device: ask for an event's roster. The key it will be sealed to is made here and never leaves."""
    with spoken(event, Action.CREATE_EVENT), trouble(keys):
        place = EventPlace(data.absolute(), keys.absolute(), event)
        text = ask(place, DeviceKey.of(_way(keys)))
    if to is None:
        typer.echo(text, nl=False)
        segno.make_qr(text, error="l").terminal(compact=True)
    else:
        with trouble(to):
            to.write_text(text, encoding="ascii")
    typer.echo(f"On the machine with the roster: kiosk base pack {event} REQUEST --roster FILE --to PACKAGE", err=True)


def pack_(
    event: EventId,
    requests: Annotated[list[Path], typer.Argument(help="Requests of kiosk base ask.", dir_okay=False)],
    rosters: Annotated[
        list[Path], typer.Option("--roster", help="The roster as it was imported; repeat for more.", dir_okay=False)
    ],
    to: Annotated[Path, typer.Option("--to", help="The package to write.", dir_okay=False)],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out rows that are bad.")] = False,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On the machine with the roster: event file and tickets in one file that only the devices that asked can open."""
    with spoken(event, Action.IMPORT_ROSTER) as who, trouble(to):
        place = place_of(event, data, keys)
        log = writable_log(data, keys)
        ours_way = _way(keys)
        ours = DeviceKey.of(ours_way)
        asked = [_read(file, ours) for file in requests]
        unlock = unlocker(secret_file, who.name, log)
        packed = pack(place, rosters, asked, ours, to, unlock, time.time, skip_bad=skip_bad)
        for each in asked:
            log.write(
                Kind.ROSTER_PACKED,
                who.name,
                event,
                tickets=packed.tickets,
                sha256=packed.sha256,
                recipient=each.device,
            )
        _tell_who_has_it(event, asked, ours_way)
    left_out = f" {packed.bad_rows} bad rows were left out." if packed.bad_rows else ""
    typer.echo(f"{to}: {packed.tickets} tickets of {event} for {len(asked)} devices.{left_out}")
    typer.echo(f"On each of them: kiosk base receive {to.name}", err=True)


def receive_(
    file: Annotated[Path, typer.Argument(help="The package.", dir_okay=False)],
    protect: Protect = None,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On a device: take a package. The event is made here under a key of its own, or later tickets are added to it."""
    with spoken(file.name, Action.CREATE_EVENT) as who, trouble(file):
        if not file.is_file():
            stop(f"{file} is not there.", BAD_USAGE)
        log = writable_log(data, keys)
        way = _way(keys)
        taking = Taking(
            data.absolute(),
            keys.absolute(),
            lambda event: wrapping_for(protection_chosen(protect, secret_file, event), secret_file),
            unlocker(secret_file, who.name, log),
            log,
            who.name,
        )
        received = receive(file, way.device, DeviceKey.of(way), taking, time.time())
        event = received.place.event_id
        if received.made:
            log.write(Kind.EVENT_CREATED, who.name, event)
        log.write(Kind.ROSTER_IMPORTED, who.name, event, tickets=received.written, rows=received.tickets, bad_rows=0)
        warn_if_over(load_event(received.place.event_file), time.time())
    _say(received)


def _tell_who_has_it(event: str, asked: list[PackageRequest], way: BaseWay) -> None:
    """So that each of them is asked for its certificate at the end, even one that is never heard of."""
    client = BaseClient(way, event)
    client.reconnect()
    try:
        for each in asked:
            client.expect(f"expect.{each.device}.{each.public.hex()[:16]}", each.device)
    except (BaseAway, BaseRefused) as why:
        known = "does not know the event yet: kiosk base load" if why.code == NOT_AT_BASE else "does not answer"
        typer.echo(f"The base {known}. It counts these devices once they come to it, or when you pack again.", err=True)
    finally:
        client.close()


def _say(received: Received) -> None:
    event = received.place.event_id
    if received.made:
        typer.echo(f"Event {event} is made here with {received.tickets} tickets, packed by {received.maker}.")
    else:
        typer.echo(
            f"{received.written} of {received.tickets} tickets of {event} were new or changed, packed by "
            f"{received.maker}."
        )
    if received.settings_differ:
        typer.echo(f"The package has other settings: they are taken with kiosk event change {event}", err=True)
    typer.echo(f"Next: kiosk event arm {event}", err=True)


def _read(file: Path, ours: DeviceKey) -> PackageRequest:
    with trouble(file):
        return read_request(file.read_text(encoding="ascii", errors="replace"), ours.authority, time.time())


def _way(keys: Path) -> BaseWay:
    return way_of(keys.absolute(), 1.0, 1.0)
