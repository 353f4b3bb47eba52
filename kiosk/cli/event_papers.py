"""``kiosk event notice``, ``poster``, ``questions``, ``papers``: what an organiser has in writing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.papers import InLanguage, To, hand_out, language_of, painted
from kiosk.cli.trail import writable_log
from kiosk.config.load import load_event
from kiosk.config.notice import notice_hash, words_in
from kiosk.documents.assessment import draft
from kiosk.documents.gather import known_at
from kiosk.documents.place_papers import files_for
from kiosk.documents.poster import Size, full_form, poster_of
from kiosk.documents.zip_file import zip_of
from kiosk.domain.access import Action
from kiosk.text import Texts


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


def questions(
    event: EventId,
    to: To,
    language: InLanguage = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Write the questions of the impact assessment to a file, with what the program does beside them."""
    place = place_of(event, data, keys)
    with spoken(event, Action.EXPORT_DOCUMENTS) as who:
        settings = load_event(place.event_file)
        text = draft(settings, Texts(language_of(settings, language).value))
        hand_out(place, to, text.encode(), who.name, writable_log(data, keys))
    typer.echo(f"Answer the questions in {to}, then: kiosk event assessment {event} {to}")


def papers(
    event: EventId,
    to: Annotated[
        Path | None, typer.Option("--to", help="A new zip with all of them; listed unless said.", dir_okay=False)
    ] = None,
    language: InLanguage = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """List or make every paper the rules of the place ask for: notice, posters, assessment, records, filing pack."""
    place = place_of(event, data, keys)
    with spoken(event, Action.EXPORT_DOCUMENTS) as who:
        settings = load_event(place.event_file)
        known = known_at(place, settings, Texts(language_of(settings, language).value), time.time())
        found = files_for(known)
        if to is not None:
            sheets = {name: sheet for files in found.values() for name, sheet in files.items()}
            made = {name: sheet if isinstance(sheet, bytes) else painted(sheet) for name, sheet in sheets.items()}
            hand_out(place, to, zip_of(made), who.name, writable_log(data, keys))
    for paper, files in found.items():
        typer.echo(f"{paper.value}: {', '.join(files) or 'not written yet: kiosk event questions ' + event}")
