"""``kiosk mrz``: setting up a swipe reader for passports and identity cards."""

from __future__ import annotations

from typing import Annotated

import typer

from drivers.deadline import Deadline
from drivers.errors import DriverError
from drivers.mrz.framing import MAX_SWIPE_BYTES
from drivers.mrz.learning import Learned, learn
from drivers.mrz.reader import DEFAULT_BAUD
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort
from kiosk.cli.saying import stop

QUIET_S = 0.8
"""A swipe is over when nothing came for so long."""

mrz_app = typer.Typer(help="Swipe readers of passports and identity cards.", no_args_is_help=True)


@mrz_app.callback()
def _swipe_readers() -> None:
    """Swipe readers of passports and identity cards."""


@mrz_app.command("learn")
def learn_(
    port: Annotated[str, typer.Argument(help="The swipe reader's serial port.")],
    baud: Annotated[int, typer.Option(help="Its rate in bits/s.")] = DEFAULT_BAUD,
    wait_s: Annotated[float, typer.Option("--wait", min=1, max=300, help="Seconds to wait for the swipe.")] = 30.0,
) -> None:
    """Learn from one swipe how this reader frames its lines, and say what to write into the machine file.

    Nothing of the document is shown or kept.
    """
    try:
        line = SerialPort(port, baud)
    except DriverError as error:
        stop(f"The swipe reader cannot be opened: {error.step}.")
    typer.echo("Draw a passport or an identity card through the slot now.")
    try:
        swiped = _one_swipe(line, wait_s)
    except DriverError:
        stop("The swipe reader was pulled out.")
    finally:
        line.close()
    if not swiped:
        stop(f"Nothing came in {wait_s:g} s: is this the reader's port, and {baud} its rate?")
    learned = learn(swiped)
    if learned is None:
        stop(f"{len(swiped)} bytes came, and no zone that checks: draw it through evenly, or try another rate.")
    _say(learned, port, baud)


def _one_swipe(line: Transport, wait_s: float) -> bytes:
    """Everything one swipe sends; b"" when none came."""
    deadline = Deadline.after(wait_s)
    swiped = line.read(deadline.remaining_s())
    while swiped and len(swiped) <= MAX_SWIPE_BYTES:
        more = line.read(QUIET_S)
        if not more:
            break
        swiped += more
    return swiped


def _say(learned: Learned, port: str, baud: int) -> None:
    framing = learned.framing
    typer.echo(f"A zone of size {learned.format}. Write this into the machine file, into [passport_reader.settings]:")
    typer.echo(f'swipe_port = "{port}"')
    typer.echo(f"swipe_baud = {baud}")
    if framing.begin:
        typer.echo(f'swipe_begin = "{framing.begin.hex()}"')
    if framing.end:
        typer.echo(f'swipe_end = "{framing.end.hex()}"')
