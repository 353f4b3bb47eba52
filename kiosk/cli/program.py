"""The ``kiosk`` program without its commands: what it is called, what it says of itself, and how it ends."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from kiosk.cli.commands import Commands


def new_program() -> typer.Typer:
    """For commands to be hung on."""
    program = typer.Typer(
        name="kiosk",
        cls=Commands,
        help="Real-name ticket gate: reads ID documents, compares face and portrait one to one, keeps nothing.",
        epilog="Exit codes: 0 done; 1 a check failed or it could not be done; 2 bad usage; 3 not allowed: nobody is "
        "logged in, or the role may not; 130 ended by Ctrl-C.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    program.callback()(_about)
    return program


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("venue-kiosk"))
        raise typer.Exit


def _about(
    version_wanted: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Hold the options that need no command."""
