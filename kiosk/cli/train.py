"""``kiosk train``: staff try gate and desk with invented people, while no event is in service here (R-96)."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, KeyDir
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import require_display, stop
from kiosk.config.texts import Language
from kiosk.domain.access import Action
from kiosk.rehearsal.training_here import OVER, CannotTrain, train_here


def train(
    language: Annotated[Language | None, typer.Option(help="Of the windows; default: the machine's.")] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Train staff: gate, desk and a course of tasks, with simulated devices and invented people, then all destroyed."""
    with spoken("of the training", Action.TRAIN) as who:
        require_display()
        try:
            train_here(data.absolute(), keys.absolute(), who.name, language.value if language else None)
        except CannotTrain as cannot:
            stop(str(cannot))
    typer.echo(OVER)
