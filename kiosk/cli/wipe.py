"""``kiosk wipe``: independent checks that nothing is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.closing.leftovers import Verdict, find_leftovers

MAX_NEEDLE_FILE_BYTES = 10_000_000

wipe_app = typer.Typer(help="Check that events left nothing behind.", no_args_is_help=True)


@wipe_app.callback()
def wipe() -> None:
    """Keep ``verify`` a sub-command although it is the only one."""


@wipe_app.command("verify")
def verify(
    data_dir: Annotated[Path, typer.Argument(help="The kiosk's data folder.", metavar="DATA_DIR")],
    keys: Annotated[Path | None, typer.Option("--keys", help="Look for keys in this folder too.")] = None,
    event: Annotated[str | None, typer.Option("--event", help="Look at this event only.")] = None,
    needles: Annotated[
        Path | None, typer.Option("--needles", help="File of known personal strings, one a line, to look for.")
    ] = None,
) -> None:
    """Look for anything personal below DATA_DIR; print a JSON verdict, exit 1 unless it is PASS."""
    if not data_dir.is_dir():
        stop(f"{data_dir} is not a folder.", BAD_USAGE)
    report = find_leftovers(
        data_dir.absolute(),
        _needles(needles),
        key_dir=keys.absolute() if keys else None,
        event_id=event,
    )
    typer.echo(json.dumps(report.as_dict()))
    if report.verdict is not Verdict.PASS:
        raise typer.Exit(FAILED)


def _needles(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        with file.open(encoding="utf-8") as lines:
            text = lines.read(MAX_NEEDLE_FILE_BYTES)
    except (OSError, UnicodeDecodeError):
        stop(f"{file} cannot be read as UTF-8 text.", BAD_USAGE)
    return [line for line in text.splitlines() if line.strip()]
