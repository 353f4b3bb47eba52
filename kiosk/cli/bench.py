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


def bench(
    transactions: Annotated[int, typer.Option(min=1, max=10_000, help="Matching visits to play.")] = 50,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Measure this machine: look-ups, computing, then whole visits on the rehearsal's devices."""
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
    text = json.dumps(result, ensure_ascii=False, indent=2)
    typer.echo(text)
    if json_file is not None:
        json_file.write_text(text + "\n", encoding="utf-8")
    if result["agree"] != transactions:
        stop(f"{transactions - result['agree']} of {transactions} visits did not end as expected.")
