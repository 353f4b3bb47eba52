"""``kiosk event ask, pack, unpack``: an event for machines that only a stick connects, each with tickets of its own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import segno
import typer

from kiosk.audit.catalogue import Kind
from kiosk.base.by_hand import (
    HandMaker,
    ask_by_hand,
    code_of,
    offered_in,
    read_request_file,
    receive_by_hand,
    require_apart,
)
from kiosk.base.package_key import PackageRequest
from kiosk.base.package_notes import note_package_taken, refusal_noted
from kiosk.base.packing import pack
from kiosk.base.receiving import Received, Taking
from kiosk.cli.asking import ask
from kiosk.cli.base import trouble
from kiosk.cli.event_key import Protect, SecretFile, protection_chosen, unlocker, wrapping_for
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken, warn_if_over
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.cli.trail import writable_log
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Action
from kiosk.vault.identity import DeviceIdentity


def add_to(app: typer.Typer) -> None:
    """Hang the commands of this file on ``app``."""
    app.command("ask")(ask_)
    app.command("pack")(pack_)
    app.command("unpack")(unpack)


def ask_(
    event: EventId,
    name: Annotated[str, typer.Option("--name", help="What this machine is called, as in gate-1.")] = "",
    to: Annotated[Path | None, typer.Option("--to", help="Write the request here instead of showing it.")] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On a kiosk without a base: ask for an event. The key it will be sealed to is made here and never leaves."""
    with spoken(event, Action.CREATE_EVENT) as who, trouble(event):
        log, place = writable_log(data, keys), EventPlace(data.absolute(), keys.absolute(), event)
        identity = _identity(place)
        text = ask_by_hand(place, identity, name)
        log.write(Kind.PACKAGE_ASKED, who.name, event, recipient=text.split()[2])
    if to is None:
        typer.echo(text, nl=False)
        segno.make_qr(text, error="l").terminal(compact=True)
    else:
        with trouble(to):
            to.write_text(text, encoding="ascii")
    typer.echo(f"Code of this machine: {code_of(identity.public_key)}", err=True)
    typer.echo(
        f"It is typed where the roster is: kiosk event pack {event} --for REQUEST --roster FILE --to PACKAGE", err=True
    )


def pack_(
    event: EventId,
    wanted: Annotated[
        list[str],
        typer.Option("--for", metavar="REQUEST[=GROUPS]", help="A request of kiosk event ask, and its gate groups."),
    ],
    rosters: Annotated[
        list[Path], typer.Option("--roster", help="The roster as it was imported; repeat for more.", dir_okay=False)
    ],
    to: Annotated[Path, typer.Option("--to", help="The package to write.", dir_okay=False)],
    code: Annotated[
        list[str] | None, typer.Option("--code", help="Code of each machine, in the order of --for; else asked.")
    ] = None,
    used_twice: Annotated[
        bool, typer.Option("--used-twice", help="Several machines may have the same tickets: each can be used at each.")
    ] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out rows that are bad.")] = False,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On the machine with the roster: event and tickets in one file that only the kiosks that asked can open."""
    if code and len(code) != len(wanted):
        stop("Give --code as often as --for, in the same order, or not at all.", BAD_USAGE)
    with spoken(event, Action.IMPORT_ROSTER) as who, trouble(to):
        place = place_of(event, data, keys)
        log, settings = writable_log(data, keys), load_event(place.event_file)
        asked = [_checked(each, code[at] if code else None) for at, each in enumerate(wanted)]
        shared = require_apart(settings, asked, used_twice=used_twice)
        identity = _identity(place)
        maker = HandMaker(identity, f"kiosk-{identity.fingerprint[:8]}")
        unlock = unlocker(secret_file, who.name, log)
        packed = pack(place, rosters, asked, maker, to, unlock, time.time, skip_bad=skip_bad)
        for each in asked:
            how = "used_twice" if any(each.device in names for names in shared.values()) else "apart"
            log.write(
                Kind.ROSTER_PACKED,
                who.name,
                event,
                tickets=packed.tickets,
                sha256=packed.sha256,
                recipient=each.device,
                code=how,
            )
    left_out = f" {packed.bad_rows} bad rows were left out." if packed.bad_rows else ""
    typer.echo(f"{to}: {packed.tickets} tickets of {event} for {len(asked)} machines.{left_out}")
    typer.echo(f"Code of this machine, typed at each of them: {code_of(identity.public_key)}", err=True)
    typer.echo(f"On each of them: kiosk event unpack {to.name}", err=True)
    if shared:
        typer.echo(
            f"Beware: a ticket of {', '.join(sorted(shared))} can be used once at each of them, unseen.", err=True
        )
    typer.echo("This machine has all tickets itself: open the event here for none of these gate groups.", err=True)


def unpack(
    file: Annotated[Path, typer.Argument(help="The package.", dir_okay=False)],
    code: Annotated[str, typer.Option("--from", help="Code of the machine that packed it; else asked.")] = "",
    protect: Protect = None,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On a kiosk: take a package. The event is made here under a key of its own, or later tickets are added to it."""
    with spoken(file.name, Action.CREATE_EVENT) as who, trouble(file):
        if not file.is_file():
            stop(f"{file} is not there.", BAD_USAGE)
        log = writable_log(data, keys)
        with refusal_noted(log, who.name, file):
            offered = offered_in(file, data.absolute(), keys.absolute())
            if not code and not offered.maker_known:
                code = ask(f"Code that {offered.maker} shows, which packed {offered.place.event_id}")
            taking = Taking(
                data.absolute(),
                keys.absolute(),
                lambda event: wrapping_for(protection_chosen(protect, secret_file, event), secret_file),
                unlocker(secret_file, who.name, log),
                log,
                who.name,
            )
            received = receive_by_hand(file, code, taking, time.time())
        note_package_taken(log, who.name, received, file, offered.code)
        warn_if_over(load_event(received.place.event_file), time.time())
    _say(received)


def _checked(wanted: str, code: str | None) -> PackageRequest:
    """A request's file, its gate groups behind an equals sign, and the code of its machine, asked for if not given."""
    name, _, groups = wanted.partition("=")
    with trouble(name):
        request = read_request_file(Path(name))
        typed = code if code is not None else ask(f"Code that {request.request.device} shows")
        return request.checked(typed, [group.strip() for group in groups.split(",") if group.strip()])


def _identity(place: EventPlace) -> DeviceIdentity:
    return DeviceIdentity.load_or_create(DevicePlace(place.data_dir, place.key_dir).identity_file)


def _say(received: Received) -> None:
    event, groups = received.place.event_id, ", ".join(received.groups)
    of_groups = f" of gate group {groups}" if groups else ""
    if received.made:
        typer.echo(
            f"Event {event} is made here with {received.tickets} tickets{of_groups}, packed by {received.maker}."
        )
    else:
        typer.echo(f"{received.written} of {received.tickets} tickets{of_groups} of {event} were new or changed.")
    if received.shared:
        both = ", ".join(received.shared)
        typer.echo(
            f"Beware: other machines have the tickets of {both}, too; each can be used here and there.", err=True
        )
    if received.settings_differ:
        typer.echo(f"The package has other settings: they are taken with kiosk event change {event}", err=True)
    typer.echo(f"Next: kiosk event check {event}", err=True)
