"""``kiosk wipe``: finish what was cut short or is overdue, and an independent check that nothing is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kiosk.base.look import find_base_leftovers, is_base
from kiosk.cli.event_place import DEFAULT_KEY_DIR, KeyDir
from kiosk.cli.event_saying import Steps, say_closing, spoken
from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.cli.who import data_chosen
from kiosk.closing.leftovers import LeftoverReport, Verdict, find_leftovers
from kiosk.domain.access import Action

MAX_NEEDLE_FILE_BYTES = 10_000_000
MOST_LINES = 40
WHEN_NOBODY_KNOWS = "neither its event.toml nor its bound end can be used; when it is over nobody knows"

wipe_app = typer.Typer(help="Finish a wipe; check that events left nothing behind.", no_args_is_help=True)

DataDir = Annotated[Path, typer.Argument(help="The kiosk's data folder.", metavar="DATA_DIR", callback=data_chosen)]


@wipe_app.command("verify")
def verify(
    data_dir: DataDir,
    keys: Annotated[Path | None, typer.Option("--keys", help="Look for keys in this folder too.")] = None,
    event: Annotated[str | None, typer.Option("--event", help="Look at this event only.")] = None,
    needles: Annotated[
        Path | None, typer.Option("--needles", help="File of known personal strings, one a line, to look for.")
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option("--also", help="Look through this folder too, of logs or temporary files; may be repeated."),
    ] = None,
) -> None:
    """Look for anything personal below DATA_DIR; print a JSON verdict, exit 1 unless it is PASS.

    DATA_DIR may be the folder of a venue's base: then references of tickets are looked for.
    """
    if not data_dir.is_dir():
        stop(f"{data_dir} is not a folder.", BAD_USAGE)
    if is_base(data_dir):
        report = find_base_leftovers(data_dir.absolute(), _needles(needles))
    else:
        report = find_leftovers(
            data_dir.absolute(),
            _needles(needles),
            key_dir=keys.absolute() if keys else None,
            event_id=event,
            also=also or (),
        )
    if not report.files_read and not report.events_seen:
        report.unread.append(f"{data_dir} (holds no file and no event: nothing was looked at)")
    typer.echo(json.dumps(report.as_dict()))
    _say(report)
    if report.verdict is not Verdict.PASS:
        raise typer.Exit(FAILED)


@wipe_app.command("resume")
def resume(data_dir: DataDir, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Finish every closing below DATA_DIR that was cut short or is overdue; exit 1 unless each ends with PASS."""
    # Here, because checking shares nothing with the code that destroys, not even a module that is loaded.
    from kiosk.closing.resume import resume_all

    if not data_dir.is_dir():
        stop(f"{data_dir} is not a folder.", BAD_USAGE)
    reports = {}
    with spoken(data_dir.name, Action.CLOSE_EVENT) as who:
        for event, report in resume_all(data_dir.absolute(), keys.absolute(), Steps(), who.name):
            if report is None:
                typer.echo(f"Event {event}: {WHEN_NOBODY_KNOWS}.", err=True)
                reports[event] = Verdict.UNKNOWN
                continue
            say_closing(event, report)
            reports[event] = report.verdict
    if not reports:
        typer.echo("There was nothing to finish.")
    if any(verdict is not Verdict.PASS for verdict in reports.values()):
        raise typer.Exit(FAILED)


def _say(report: LeftoverReport) -> None:
    """For people, beside the JSON on standard output."""
    typer.echo(
        f"{report.verdict.value}: {report.files_read} files, {report.bytes_read} bytes, {report.events_seen} events",
        err=True,
    )
    found = [f"LEFT: {leftover.where} ({leftover.what})" for leftover in report.leftovers]
    found += [f"could not be looked at: {where}" for where in report.all_unread]
    for line in found[:MOST_LINES]:
        typer.echo(f"  {_printable(line)}", err=True)
    if len(found) > MOST_LINES:
        typer.echo(f"  ... and {len(found) - MOST_LINES} more", err=True)


def _printable(line: str) -> str:
    """Names of files may hold what moves a terminal's cursor or turns the direction of its text."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in line)


def _needles(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        with file.open(encoding="utf-8") as lines:
            text = lines.read(MAX_NEEDLE_FILE_BYTES)
    except (OSError, UnicodeDecodeError):
        stop(f"{file} cannot be read as UTF-8 text.", BAD_USAGE)
    return [line for line in text.splitlines() if line.strip()]
