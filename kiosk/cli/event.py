"""``kiosk event``: an event's life on this machine, without a window."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kiosk.audit.catalogue import Kind
from kiosk.cli import event_end, event_package
from kiosk.cli.approving import Approve, two_approvals
from kiosk.cli.event_archive import archive
from kiosk.cli.event_hold import hold_app
from kiosk.cli.event_key import IN_CLEAR, Protect, SecretFile, protection_chosen, unlocker, wrapping_for
from kiosk.cli.event_new import Day, Earlier, NewId, text_of_new
from kiosk.cli.event_papers import notice, papers, poster, questions
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_plan import plan
from kiosk.cli.event_publish import publish_
from kiosk.cli.event_report import report
from kiosk.cli.event_roster import import_, ticket_app
from kiosk.cli.event_saying import Steps, say_closing, say_missing, spoken, warn_if_over
from kiosk.cli.event_seal import look_at_seal
from kiosk.cli.event_statements import assessment, signs
from kiosk.cli.saying import FAILED, require_display, stop
from kiosk.cli.telling import tell_base
from kiosk.cli.trail import device_log, writable_log
from kiosk.closing import life
from kiosk.closing.bound import BoundUnusable
from kiosk.closing.close import close_event
from kiosk.closing.counts import counts_if_readable
from kiosk.closing.leftovers import Verdict
from kiosk.closing.paper_process import paper_of
from kiosk.closing.publishing import NotBoundYet, publish
from kiosk.closing.state import OVER, EventState, WrongState, read_state
from kiosk.config.event import Mode
from kiosk.config.load import load_event, parse_event
from kiosk.config.places import EventPlace, lie_apart
from kiosk.domain.access import Action
from kiosk.vault.protection import Protection

event_app = typer.Typer(help="Create, fill, open and close an event on this machine.", no_args_is_help=True)

event_app.command("import")(import_)
event_app.command("plan")(plan)
event_app.command("publish")(publish_)
event_app.command("assessment")(assessment)
event_app.command("signs")(signs)
event_app.command("notice")(notice)
event_app.command("poster")(poster)
event_app.command("questions")(questions)
event_app.command("papers")(papers)
event_app.command("report")(report)
event_app.command("archive")(archive)
event_end.add_to(event_app)
event_package.add_to(event_app)
event_app.add_typer(ticket_app, name="ticket")
event_app.add_typer(hold_app, name="hold")

__all__ = ["DEFAULT_DATA_DIR", "DEFAULT_KEY_DIR", "AsJson", "DataDir", "EventId", "KeyDir", "event_app"]


@event_app.command("new")
def new(
    event_file: Annotated[
        Path | None, typer.Argument(help="The organiser's event file (TOML).", dir_okay=False)
    ] = None,
    earlier: Earlier = "",
    new_id: NewId = "",
    day: Day = None,
    protect: Protect = None,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Create an event: check its file, make its key and an empty ticket store."""
    name = event_file.name if event_file is not None else new_id
    with spoken(name, Action.CREATE_EVENT) as who:
        text = text_of_new(event_file, earlier, new_id, day, data.absolute(), keys.absolute())
        event = parse_event(text, str(event_file or new_id))
        protection = protection_chosen(protect, secret_file, event)
        wrapping = wrapping_for(protection, secret_file)
        log = (writable_log if lie_apart(data.absolute(), keys.absolute()) else device_log)(data, keys)
        try:
            place = life.make_event(
                text, str(event_file or new_id), data.absolute(), keys.absolute(), wrapping, log, who.name
            )
        except life.EventExists as exists:
            stop(f"There is already an event {exists} on this machine; an id is never used twice.")
        log.write(Kind.EVENT_CREATED, who.name, place.event_id, protection=protection.value)
    if protection is Protection.FILE and event.mode is Mode.LIVE:
        typer.echo(IN_CLEAR, err=True)
    warn_if_over(event, time.time())
    typer.echo(f"Event {place.event_id} created in {place.folder}. Next: kiosk event import {place.event_id} ROSTER")


@event_app.command("check")
def check(
    event: EventId, as_json: AsJson = False, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR
) -> None:
    """Say what is still missing before the event can be armed; changes nothing."""
    place = place_of(event, data, keys)
    with spoken(event, Action.READ_COUNTS):
        missing = life.what_is_missing(place)
        warn_if_over(load_event(place.event_file), time.time())
    if as_json:
        found = [{"code": thing.code, "sentence": thing.sentence} for thing in missing]
        typer.echo(json.dumps({"ready": not missing, "state": read_state(place.state_file), "missing": found}))
    else:
        say_missing(missing)
        if missing:
            typer.echo(f"The event's settings on this machine: {place.event_file}", err=True)
    if missing:
        raise typer.Exit(FAILED)


@event_app.command("arm")
def arm(event: EventId, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Declare the event ready; refused with a list while anything is missing."""
    with spoken(event, Action.OPEN_EVENT) as who:
        log = writable_log(data, keys)
        place = place_of(event, data, keys)
        warn_if_over(life.arm_event(place), time.time())
        with suppress(NotBoundYet, BoundUnusable):  # it would not have been armed
            publish(place, who.name, log)
        log.write(Kind.EVENT_ARMED, who.name, event, state=EventState.ARMED.value)
    typer.echo(f"Event {event} is armed.")


@event_app.command("open")
def open_(
    event: EventId,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Open the event: its stations begin to serve."""
    with spoken(event, Action.OPEN_EVENT) as who:
        log = writable_log(data, keys)
        opened = life.open_event(place_of(event, data, keys), unlocker(secret_file, who.name, log))
        warn_if_over(opened, time.time())
        log.write(Kind.EVENT_OPENED, who.name, event, state=EventState.OPEN.value)
        look_at_seal(place_of(event, data, keys))
    typer.echo(f"Event {event} is open.")


@event_app.command("close")
def close(
    event: EventId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; closing cannot be undone.")] = False,
    as_json: AsJson = False,
    screen: Annotated[bool, typer.Option("--screen", help="Ask and show everything in a window, by touch.")] = False,
    key_lost: Annotated[
        bool,
        typer.Option(
            "--key-lost",
            help="The key's file cannot be found anywhere: end the event as UNKNOWN (--reason, --approve).",
        ),
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why the key is lost.")] = "",
    approve: Approve = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Destroy the event's key and data, look whether anything is left, and show what was checked."""
    place = place_of(event, data, keys)
    if screen:
        _close_on_screen(event, place)
    with spoken(event, Action.CLOSE_EVENT) as who:
        sure = f"Destroy all tickets and admissions of {event}? This cannot be undone."
        if not yes and not typer.confirm(sure, err=True):
            stop("Nothing was changed.")
        lost = two_approvals(event, Action.CLOSE_EVENT, reason, approve) if key_lost else None
        log, by = device_log(data, keys), who.name  # destroying does not wait for the log
        report = close_event(place, Steps(quiet=as_json), audit=log, by=by, key_lost=lost, make_paper=paper_of)
        tell_base(place)
    if as_json:
        typer.echo(json.dumps({"event": event, **report.as_dict()}))
    else:
        say_closing(event, report)
    if report.verdict is not Verdict.PASS:
        raise typer.Exit(FAILED)


def _close_on_screen(event: str, place: EventPlace) -> NoReturn:
    require_display()
    from kiosk.cli.event_window import close_on_screen  # windows are loaded only by who wants one

    with spoken(event, Action.CLOSE_EVENT) as who:
        state = read_state(place.state_file)
        if state in OVER:
            raise WrongState(state)
        settings = load_event(place.event_file)
        counts = counts_if_readable(place, state) or {}
    verdict = close_on_screen(place, settings, counts, who.name)
    if verdict is None:
        stop("The event was not closed.")
    raise typer.Exit(0 if verdict is Verdict.PASS else FAILED)
