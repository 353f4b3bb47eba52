"""What a new event begins with: a file, or an earlier event's rules and layout (``--from``)."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.event_place import place_of
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.config.earlier_event import from_earlier
from kiosk.config.load import load_event, read_text
from kiosk.config.toml_text import as_toml

Earlier = Annotated[
    str,
    typer.Option(
        "--from",
        help="Instead of a file: an event of this machine, or its event file. Its rules and layout are taken, "
        "never its people. Needs --id and --day.",
        metavar="EVENT",
    ),
]
NewId = Annotated[str, typer.Option("--id", help="With --from: the new event's id.")]
Day = Annotated[
    datetime | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="With --from: the day of the first session; the others follow."),
]


def text_of_new(
    event_file: Path | None, earlier: str, new_id: str, day: datetime | None, data: Path, keys: Path
) -> str:
    """The new event's file. Raises ConfigFaults where it, or the earlier one, is none."""
    if event_file is not None:
        if earlier or new_id or day:
            stop("Name an event file, or an earlier event with --from, --id and --day.", BAD_USAGE)
        return read_text(event_file)
    if not (earlier and new_id and day):
        stop("Name an event file, or an earlier event with --from, --id and --day.", BAD_USAGE)
    file = Path(earlier) if earlier.endswith(".toml") else place_of(earlier, data, keys).event_file
    load_event(file)
    return as_toml(from_earlier(tomllib.loads(read_text(file)), new_id, day.date()))
