"""``kiosk base``: the venue's PostgreSQL, made, run, looked at, backed up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.audit.catalogue import Kind
from kiosk.base import admin
from kiosk.base.backup import back_up
from kiosk.base.backup import restore as restore_backup
from kiosk.base.cluster import connected, run_in_front
from kiosk.base.cluster import init as make_base
from kiosk.base.errors import BaseTrouble
from kiosk.base.place import DEFAULT_PORT, BasePlace, BaseSettings, own_user, read_settings
from kiosk.cli.base_log import base_log
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, KeyDir
from kiosk.cli.saying import stop, stop_at
from kiosk.cli.tables import show_table
from kiosk.cli.who import acting
from kiosk.domain.access import Action

DEFAULT_BASE_DIR = Path("/var/lib/venue-kiosk-base")

base_app = typer.Typer(help="The venue's base: one set of tickets for many gates and desks.", no_args_is_help=True)

BaseDir = Annotated[
    Path, typer.Option("--base", envvar="VENUE_KIOSK_BASE", help="Folder of the base.", file_okay=False)
]


@contextmanager
def trouble(subject: object) -> Iterator[None]:
    """What can go wrong with a base as one sentence."""
    try:
        yield
    except BaseTrouble as sentence:
        stop(str(sentence))
    except OSError as error:
        stop_at(error, subject)


def place_of(base: Path) -> BasePlace:
    return BasePlace(base.absolute())


@base_app.command("init")
def init(
    name: Annotated[list[str], typer.Option("--name", help="Address or DNS name of this machine; repeat for more.")],
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="Where the base listens.")] = DEFAULT_PORT,
    listen: Annotated[str, typer.Option("--listen", help="Addresses to listen on, with commas.")] = "*",
    user: Annotated[str | None, typer.Option("--user", help="Who PostgreSQL runs as; needed by root.")] = None,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Make a base: PostgreSQL's files, an authority of its own, the schema. Password log-ins do not exist in it."""
    who = acting(Action.CHANGE_CONFIGURATION)
    place, settings = place_of(base), BaseSettings(tuple(name), port, user or own_user())
    with trouble(base):
        log = base_log(data, keys)
        make_base(place, settings, listen)
        log.write(Kind.BASE_MADE, who.name, version=version("venue-kiosk"))
    typer.echo(f"The base is made in {place.folder}. Start it: kiosk base run --base {place.folder}")
    typer.echo(f"Keep a copy of {place.ca} apart: without it every device has to be enrolled anew.")


@base_app.command("run")
def run(base: BaseDir = DEFAULT_BASE_DIR) -> None:
    """Run the base until Ctrl-C, or as a service."""
    with trouble(base):
        place = place_of(base)
        run_in_front(place, read_settings(place))


@base_app.command("status")
def status(
    as_json: AsJson = False,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """What the base holds, who is enrolled and was last seen when; exit 1 where it does not answer."""
    acting(Action.READ_CONFIGURATION)
    with trouble(base):
        place = place_of(base)
        with connected(place, read_settings(place)) as db:
            found: dict[str, Any] = admin.numbers(db)
    if as_json:
        typer.echo(json.dumps(found))
        return
    typer.echo(
        f"PostgreSQL {found['server']}, {found['connections']['devices']} of "
        f"{found['connections']['most']} connections taken by devices."
    )
    events = ("event", "tickets", "admitted", "undone", "conflicts", "pending", "state", "missing")
    show_table(events, ([row[name] for name in events] for row in found["events"]), right=frozenset({1, 2, 3, 4, 5, 7}))
    rows = (
        [row["device"], row["kind"], _state(row), _moment(row["seen_at"]), row["version"] or "-"]
        for row in found["devices"]
    )
    show_table(("device", "kind", "certificate", "last seen", "version"), rows)


@base_app.command("load")
def load(
    event: Annotated[str, typer.Argument(help="The event's id.", metavar="EVENT")],
    file: Annotated[Path, typer.Argument(help="CSV from kiosk base tickets.", dir_okay=False)],
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Give the base an event's tickets: random references, sessions, gate groups, revoked or not."""
    from kiosk.base.ticket_file import read_tickets

    who = acting(Action.IMPORT_ROSTER, event)
    with trouble(file):
        tickets = list(read_tickets(file))
        place = place_of(base)
        log = base_log(data, keys)
        with connected(place, read_settings(place)) as db:
            count = admin.load_tickets(db, event, tickets)
        log.write(Kind.BASE_TICKETS_LOADED, who.name, event, tickets=count)
    typer.echo(f"The base knows {count} tickets of {event} from this file.")


@base_app.command("tickets")
def tickets(
    event: Annotated[str, typer.Argument(help="The event's id.", metavar="EVENT")],
    to: Annotated[Path, typer.Option("--to", help="The CSV file to write.", dir_okay=False)],
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Write what the base may know of this machine's tickets. No code, name or number is in it."""
    from kiosk.base.ticket_file import write_tickets
    from kiosk.cli.event_place import place_of as event_place_of

    acting(Action.IMPORT_ROSTER, event)
    place = event_place_of(event, data, keys)
    with trouble(to):
        count = write_tickets(place.ledger_file, to)
    typer.echo(f"{count} tickets written to {to}. At the base: kiosk base load {event} {to.name}")


@base_app.command("conflicts")
def conflicts(
    event: Annotated[str, typer.Argument(help="The event's id.", metavar="EVENT")],
    as_json: AsJson = False,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Every use of every ticket that was let in twice, or wrongly, while the base was away; in the order of scans."""
    acting(Action.READ_COUNTS, event)
    with trouble(base):
        place = place_of(base)
        with connected(place, read_settings(place)) as db:
            uses = admin.conflict_report(db, event)
    if as_json:
        typer.echo(json.dumps([vars(use) for use in uses]))
        return
    rows = (
        [
            use.reference[-6:],
            use.session,
            _moment(use.scanned_at),
            use.station,
            use.gate_group,
            use.lane,
            "undone" if use.undone else use.kind.replace("_", " "),
            "alone" if use.offline else "with the base",
        ]
        for use in uses
    )
    show_table(("ticket", "session", "scanned", "station", "group", "lane", "what", "decided"), rows)
    typer.echo(f"{len({(use.session, use.reference) for use in uses})} tickets with a conflict.")


@base_app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.", dir_okay=False)],
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Write the base's rows into one file while it runs. The authority's key is not in it."""
    who = acting(Action.CHANGE_CONFIGURATION)
    with trouble(file):
        place = place_of(base)
        log = base_log(data, keys)
        size = back_up(place, read_settings(place), file.absolute())
        log.write(Kind.BASE_BACKED_UP, who.name, bytes=size, sha256=sha256_of(file))
    typer.echo(f"{file}: {size} bytes.")


@base_app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="The backup.", dir_okay=False)],
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Put a backup in the place of what the base holds; stations then tell again what they had told since."""
    who = acting(Action.CHANGE_CONFIGURATION)
    with trouble(file):
        place = place_of(base)
        log = base_log(data, keys)
        digest = sha256_of(file)
        restore_backup(place, read_settings(place), file.absolute())
        log.write(Kind.BASE_RESTORED, who.name, sha256=digest)
    typer.echo("Restored. Stations connect again by themselves.")


def sha256_of(file: Path) -> str:
    """64 hexadecimal digits. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _state(row: dict[str, Any]) -> str:
    return f"revoked {_moment(row['revoked_at'])}" if row["revoked_at"] else f"until {_moment(row['expires_at'])}"


def _moment(at: float | None) -> str:
    return "-" if at is None else f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"
