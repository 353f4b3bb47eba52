"""``kiosk event plan``: officers of the manual lane, gate group by gate group (R-12)."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import FAILED
from kiosk.closing.planning import Plan, plan_of
from kiosk.config.load import load_event
from kiosk.domain.access import Action


def plan(
    event: EventId,
    arrivals: Annotated[
        float | None,
        typer.Option("--arrivals", min=0, max=2000, help="Try it with so many people a minute at each gate group."),
    ] = None,
    as_json: AsJson = False,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Say how many officers the manual lane of each gate group needs, and has; exit 1 where it has fewer."""
    place = place_of(event, data, keys)
    with spoken(event, Action.READ_COUNTS):
        settings = load_event(place.event_file)
    if arrivals is not None:
        groups = tuple(
            group.model_copy(update={"manual": group.manual.model_copy(update={"arrivals_per_min": arrivals})})
            for group in settings.gate_groups
        )
        settings = settings.model_copy(update={"gate_groups": groups})
    found = plan_of(settings)
    if as_json:
        typer.echo(json.dumps({"event": event, **asdict(found), "below": [each.group for each in found.below]}))
    else:
        _say(replace(found), settings.planning.service_s)
    if found.below:
        raise typer.Exit(FAILED)


def _say(found: Plan, service_s: float) -> None:
    table = Table("gate group", "people a minute", "of them to staff", "officers needed", "officers planned")
    for each in found.groups:
        arrivals = f"{each.arrivals_per_min:g}" if each.arrivals_per_min else "not said"
        planned = f"{each.planned}  too few" if each.below else str(each.planned)
        table.add_row(each.group, arrivals, f"{each.share:.1%}", str(each.needed), planned)
    Console().print(table)
    typer.echo(
        f"{service_s:g} s each, officers busy 80 % of the time. Of faces that are checked {found.sent_to_staff:.1%} "
        "come to staff, too: the model card's upper limit for chip portraits, or everybody without a face lane."
    )
    if found.below and found.reason:
        typer.echo(f"Below plan, with a reason: {found.reason}")
