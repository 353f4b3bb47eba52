"""``kiosk event change``: other settings for an event that was made, by whoever may create one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.approving import Approve, Reason, two_approvals
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.cli.trail import writable_log
from kiosk.closing.changing import ChangedMeanwhile, StoreMissed, change_event, planned
from kiosk.domain.access import Action

SettingsFile = Annotated[
    Path | None,
    typer.Argument(help="The changed event file; without one, the event's own as it lies here.", dir_okay=False),
]


def change(
    event: EventId,
    event_file: SettingsFile = None,
    reason: Reason = "",
    approve: Approve = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Take changed settings and bind the event's end anew. A later end takes a reason and two people logged in."""
    place = place_of(event, data, keys)
    if not reason.strip():
        stop("Say why with --reason.", BAD_USAGE)
    with spoken(event, Action.CREATE_EVENT) as who:
        log = writable_log(data, keys)
        try:
            change_wanted = planned(place, event_file or place.event_file)
        except StoreMissed:
            stop(f"The tickets of event {event} were moved away or emptied: put {place.ledger_file} back first.")
        if change_wanted.later:
            two_approvals(event, Action.CREATE_EVENT, reason, approve)
        try:
            change_event(place, change_wanted, who.name, log, reason)
        except ChangedMeanwhile:
            stop(f"Event {event} was changed meanwhile, and this would end it later: give the command again.")
    what = ", ".join(change_wanted.codes) or "words only"
    ends = datetime.fromtimestamp(change_wanted.bound.at_s).astimezone()
    typer.echo(f"Event {event} is changed ({what}). It closes by itself on {ends:%Y-%m-%d %H:%M:%S %z}.")
    typer.echo("Stations take other settings at their next start. Then seal again: kiosk integrity seal --help")
