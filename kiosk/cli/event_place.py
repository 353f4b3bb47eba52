"""What the commands about an event have in common: which event, in which folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.cli.who import data_chosen, keys_chosen
from kiosk.config.places import EventPlace

DEFAULT_DATA_DIR = Path("/var/lib/venue-kiosk")
DEFAULT_KEY_DIR = Path("/var/lib/venue-kiosk-keys")

EventId = Annotated[str, typer.Argument(help="The id in the event file.", metavar="EVENT")]
DataDir = Annotated[
    Path,
    typer.Option(
        "--data", envvar="VENUE_KIOSK_DATA", help="Folder of the kiosk's data.", file_okay=False, callback=data_chosen
    ),
]
KeyDir = Annotated[
    Path,
    typer.Option(
        "--keys", envvar="VENUE_KIOSK_KEYS", help="Folder of the events' keys.", file_okay=False, callback=keys_chosen
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of sentences.")]


def place_of(event: str, data: Path, keys: Path) -> EventPlace:
    """Where the event lies; stops with a sentence where there is none."""
    place = EventPlace(data.absolute(), keys.absolute(), event)
    known_id = event and "/" not in event and not event.startswith(".")
    if not known_id or not place.folder.is_dir():
        stop(f"There is no event {event} in {data}. Another data folder is named with --data.", BAD_USAGE)
    return place
