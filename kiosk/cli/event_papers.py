"""``kiosk event notice`` and ``poster``: what people are told, in every form, from the event's settings alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.papers import InLanguage, To, hand_out, language_of, painted
from kiosk.cli.trail import writable_log
from kiosk.config.load import load_event
from kiosk.config.notice import notice_hash, words_in
from kiosk.documents.poster import Size, full_form, poster_of
from kiosk.domain.access import Action


def notice(
    event: EventId,
    language: InLanguage = None,
    short: Annotated[bool, typer.Option("--short", help="The short form, as on the choice screen.")] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="A new text file, for the web; printed unless said.", dir_okay=False)
    ] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Show what people are told before any capture, in its short or its full form, and its hash."""
    place = place_of(event, data, keys)
    with spoken(event, Action.EXPORT_DOCUMENTS) as who:
        settings = load_event(place.event_file)
        chosen = language_of(settings, language)
        text = words_in(settings, chosen)["short"] if short else full_form(settings, chosen)
        if to is not None:
            hand_out(place, to, f"{text}\n".encode(), who.name, writable_log(data, keys))
    if to is None:
        typer.echo(text)
    typer.echo(f"SHA-256 of the notice: {notice_hash(settings)}", err=to is None)


def poster(
    event: EventId,
    to: To,
    size: Annotated[Size, typer.Option("--size", help="Of the paper.", case_sensitive=False)] = Size.A3,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Make the poster for cameras and entrances: the choice, the whole notice in each language, a code, its hash."""
    place = place_of(event, data, keys)
    with spoken(event, Action.EXPORT_DOCUMENTS) as who:
        settings = load_event(place.event_file)
        digest = hand_out(place, to, painted(poster_of(settings, size)), who.name, writable_log(data, keys))
    typer.echo(f"Poster written to {to}. SHA-256: {digest}")
    typer.echo(f"SHA-256 of the notice on it: {notice_hash(settings)}. Once they are up: kiosk event signs {event}")
