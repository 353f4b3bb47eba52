"""Every command of ``kiosk``; kiosk.cli.start calls them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from kiosk.cli import certificate
from kiosk.cli.account import account_app
from kiosk.cli.audit import audit_app
from kiosk.cli.bench import bench
from kiosk.cli.commands import Commands
from kiosk.cli.decommission import decommission
from kiosk.cli.doctor import doctor
from kiosk.cli.evaluate import evaluate_
from kiosk.cli.evaluate_capture import evaluate_capture_
from kiosk.cli.event import event_app
from kiosk.cli.examples import give_examples
from kiosk.cli.integrity import integrity_app
from kiosk.cli.office import office
from kiosk.cli.rehearse import rehearse
from kiosk.cli.run import run
from kiosk.cli.wipe import wipe_app

app = typer.Typer(
    name="kiosk",
    cls=Commands,
    help="Real-name ticket gate: reads ID documents, compares face and portrait one to one, keeps nothing.",
    epilog="Exit codes: 0 done; 1 a check failed or it could not be done; 2 bad usage; 3 not allowed: nobody is logged "
    "in, or the role may not; 130 ended by Ctrl-C.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("venue-kiosk"))
        raise typer.Exit


@app.callback()
def about(
    version_wanted: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Hold the options that need no command."""


app.command("run")(run)
app.command("office")(office)
app.command("rehearse")(rehearse)
app.command("bench")(bench)
app.command("evaluate")(evaluate_)
app.command("evaluate-capture")(evaluate_capture_)
app.command("doctor")(doctor)
app.command("decommission")(decommission)
app.add_typer(event_app, name="event")
app.add_typer(account_app, name="account")
app.add_typer(wipe_app, name="wipe")
app.add_typer(integrity_app, name="integrity")
app.add_typer(audit_app, name="audit")
wipe_app.command("certificate")(certificate.check)
event_app.command("certificate")(certificate.of_event)
give_examples(app)
