"""``kiosk base lanes``: waits of both lanes, head counts, incidents of an event."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from kiosk.base.cluster import connected
from kiosk.base.lane_report import lane_report
from kiosk.base.place import read_settings
from kiosk.cli.base import DEFAULT_BASE_DIR, BaseDir, place_of, trouble
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, KeyDir
from kiosk.cli.tables import show_table
from kiosk.cli.who import acting
from kiosk.domain.access import Action


def add_to(base_app: typer.Typer) -> None:
    base_app.command("lanes")(lanes)


def lanes(
    event: Annotated[str, typer.Argument(help="The event's id.", metavar="EVENT")],
    as_json: AsJson = False,
    base: BaseDir = DEFAULT_BASE_DIR,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Waits of both lanes over the whole event, who went in and passed, and every incident with who and why."""
    acting(Action.READ_COUNTS, event)
    with trouble(base):
        place = place_of(base)
        with connected(place, read_settings(place)) as db:
            found: dict[str, Any] = lane_report(db, event)
    if as_json:
        typer.echo(json.dumps(found))
        return
    waits = ("sent", "staff_p50_s", "staff_p90_s", "face_checks", "face_p50_s", "face_p90_s")
    heads = ("admitted", "exited", "doubled", "passed", "free")
    rows = ([row["gate_group"], *(_number(row[name]) for name in (*waits, *heads))] for row in found["groups"])
    titles = ("group", "to staff", "p50 s", "p90 s", "face", "p50 s", "p90 s", *heads)
    show_table(titles, rows, right=frozenset(range(1, len(titles))))
    calls = found["calls"]
    typer.echo(f"Staff called {calls['calls']} times, {calls['answered']} answered; p90 {_number(calls['p90_s'])} s.")
    for one in found["incidents"]:
        ended = f"ended {_moment(one['ended_at'])} by {one['ended_by']}" if one["ended_at"] else "not ended by anybody"
        typer.echo(
            f"{_moment(one['began_at'])}  {one['gate_group']}: {one['mode']}, {one['why']}, by {one['officer']}, "
            f"until {_moment(one['until'])}, {ended}"
        )


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"
