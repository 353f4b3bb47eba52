"""``kiosk event publish``: from now on no rule of privacy of the event is loosened (R-15)."""

from __future__ import annotations

import typer

from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import FAILED, stop
from kiosk.cli.trail import writable_log
from kiosk.closing.bound import BoundUnusable
from kiosk.closing.publishing import NotBoundYet, WouldLoosen, publish
from kiosk.domain.access import Action


def publish_(event: EventId, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Fix the event's rules of privacy when tickets are sold: they can be made stricter afterwards, never looser."""
    place = place_of(event, data, keys)
    with spoken(event, Action.OPEN_EVENT) as who:
        try:
            policy = publish(place, who.name, writable_log(data, keys))
        except WouldLoosen as looser:
            stop("\n".join(looser.sentences), FAILED)
        except (NotBoundYet, BoundUnusable):
            stop(f"Nothing signed says what event {event} is: run kiosk event change {event} --reason WHY first.")
    lanes = ", ".join(policy.manual_lanes) or "no gate group"
    face = "on" if policy.face else "off"
    typer.echo(f"Event {event} is published: profiles {', '.join(policy.profiles)}; face lane {face};")
    typer.echo(f"manual lanes at {lanes}; data goes {policy.grace_h:g} h after its end.")
