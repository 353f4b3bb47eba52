"""Telling the venue's base that an event is closed on this machine, for commands that close."""

from __future__ import annotations

import typer

from kiosk.config.places import EventPlace

TELL_S = 1.0


def tell_base(place: EventPlace) -> None:
    """Where this machine is enrolled at a base; says so where the base was not to be told. Never stops a closing."""
    if not (place.key_dir / "device.base.way.json").exists():
        return
    from kiosk.base.closing_here import NothingToTell, tell_closed  # a machine without a base loads nothing of it
    from kiosk.base.device import way_of
    from kiosk.base.errors import BaseAway, BaseRefused, BaseTrouble

    try:
        tell_closed(place, way_of(place.key_dir, TELL_S, TELL_S))
    except (BaseAway, BaseRefused, BaseTrouble):
        typer.echo(f"The venue's base was not told. When it answers: kiosk base tell {place.event_id}", err=True)
    except NothingToTell:
        return
