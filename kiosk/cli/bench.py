"""``kiosk bench``: latencies, computing, memory and the window's figures, against a named baseline in the same run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.cli.saying import stop
from kiosk.rehearsal import bench as figures
from kiosk.rehearsal.peers import PeerLost
from kiosk.rehearsal.photos import PhotosUnavailable

PROCESSES = 4
"""That play a venue's gates: one would measure Python's lock."""
OFFERED_PER_S = 50.0
"""100 gates with a person every two seconds."""


def bench(
    transactions: Annotated[int, typer.Option(min=1, max=10_000, help="Matching visits to play.")] = 50,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
    venue: Annotated[
        bool, typer.Option("--venue", help="Measure a venue's base instead: many clients at one PostgreSQL.")
    ] = False,
    clients: Annotated[int, typer.Option("--clients", min=4, max=200, help="With --venue: gates at the base.")] = 100,
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=600, help="With --venue: each of three runs.")] = 20,
) -> None:
    """Measure this machine: look-ups, computing, then whole visits on the rehearsal's devices."""
    if venue:
        _venue(clients, seconds, json_file)
        return
    result: dict[str, Any] = {}
    try:
        typer.echo("Look-ups ...", err=True)
        result.update(figures.lookups())
        typer.echo("Computing ...", err=True)
        result.update(figures.computing())
        typer.echo(f"{transactions} visits ...", err=True)
        result.update(figures.transactions(transactions, lambda visit: typer.echo(visit.actual, err=True)))
    except (PeerLost, PhotosUnavailable) as trouble:
        stop(f"The benchmark could not go on: {trouble}")
    _give(result, json_file)
    if result["agree"] != transactions:
        stop(f"{transactions - result['agree']} of {transactions} visits did not end as expected.")


def _venue(clients: int, seconds: float, json_file: Path | None) -> None:
    from kiosk.base.errors import BaseTrouble
    from kiosk.rehearsal.venue_bench import Load, venue

    loads = Load(clients, PROCESSES, seconds), Load(clients, PROCESSES, seconds, OFFERED_PER_S)
    try:
        result = venue(loads, lambda sentence: typer.echo(sentence, err=True))
    except BaseTrouble as trouble:
        stop(f"The benchmark could not go on: {trouble}")
    _give(result, json_file)
    if result["doubled"] or result["lost"]:
        stop(f"{result['doubled']} tickets were admitted twice, {result['lost']} admissions were lost.")


def _give(result: dict[str, Any], json_file: Path | None) -> None:
    text = json.dumps(result, ensure_ascii=False, indent=2)
    typer.echo(text)
    if json_file is not None:
        json_file.write_text(text + "\n", encoding="utf-8")
