"""``kiosk base standby, follow, promote``: a second machine that follows the base and can take its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.catalogue import Kind
from kiosk.base import standby as following
from kiosk.base.place import own_user, read_settings
from kiosk.cli.base import DEFAULT_BASE_DIR, BaseDir, place_of, trouble
from kiosk.cli.base_log import base_log
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, KeyDir
from kiosk.cli.saying import stop
from kiosk.cli.who import acting
from kiosk.domain.access import Action
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.words import key_words

Listen = Annotated[str, typer.Option("--listen", help="Addresses to listen on, with commas.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands of this file on ``app``."""
    for command in (standby, follow, promote):
        app.command(command.__name__)(command)


def standby(
    code: Annotated[str, typer.Argument(help="The whole text of kiosk base enrol NAME --kind standby.")],
    to: Annotated[Path, typer.Option("--to", help="Write the request here.", dir_okay=False)],
    user: Annotated[str | None, typer.Option("--user", help="Who PostgreSQL runs as; needed by root.")] = None,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On a second machine: make the folder of a standby, its key, and the request that goes to the base."""
    acting(Action.CHANGE_CONFIGURATION)
    with trouble(base):
        try:
            text = following.begin(place_of(base), user or own_user(), code)
        except KeyFileUnusable as unusable:
            stop(f"No key could be made in {base}: {key_words(unusable)}.")
        to.write_text(text, encoding="ascii")
    typer.echo(f"At the base: kiosk base sign {to.name} --name THIS-MACHINES-ADDRESS --to answer.txt", err=True)


def follow(
    file: Annotated[Path, typer.Argument(help="The base's answer.", dir_okay=False)],
    listen: Listen = "*",
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On a second machine: copy the base, which runs, and be ready to follow it."""
    acting(Action.CHANGE_CONFIGURATION)
    with trouble(file):
        place = place_of(base)
        following.join(place, file.read_text(encoding="ascii", errors="replace"), listen)
    typer.echo(f"The base is copied to {place.folder}. Run it: kiosk base run --base {place.folder}")


def promote(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; the earlier base must never run again.")] = False,
    listen: Listen = "*",
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """On the standby, when the base is gone for good: become the base. Stations come by themselves."""
    who = acting(Action.CHANGE_CONFIGURATION)
    sure = "Is the earlier base off for good? It must never be started again."
    if not yes and not typer.confirm(sure, err=True):
        stop("Nothing was changed.")
    with trouble(base):
        place = place_of(base)
        log = base_log(data, keys)
        following.promote(place, read_settings(place), listen)
        log.write(Kind.BASE_PROMOTED, who.name)
    typer.echo("This machine is the base now. Stations tell it again what they had told.")
    typer.echo(f"To enrol or revoke devices here, put the copy of the authority into {place.ca}.", err=True)
