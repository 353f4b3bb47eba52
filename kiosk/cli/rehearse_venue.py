"""``kiosk rehearse --venue``: a whole venue without windows, and what goes wrong in it, one fault after the other."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typer

from kiosk.base.errors import BaseTrouble
from kiosk.cli.saying import BAD_USAGE, require_display, stop
from kiosk.rehearsal.fleet import Size, fleet
from kiosk.rehearsal.fleet_faults import FAULTS
from kiosk.rehearsal.fleet_rehearsal import FaultResult, FleetRehearsal, Times
from kiosk.rehearsal.peers import PeerLost
from kiosk.rehearsal.report import open_report

MOST_PER_S = 60.0
"""Of all stations together: two cores play the people, the stations and the base."""
PACE_PER_S = 4.0
PEOPLE_A_SECOND = 1.5
"""Tickets for each visit there is time for."""
SPARE_S = 20.0


def rehearse_venue(gates: int, desks: int, seconds: float, wanted: list[str] | None, json_file: Path | None) -> None:
    """Plays the wanted faults, or all; ends with 1 unless each came out as it has to."""
    unknown = [name for name in wanted or () if name not in FAULTS]
    if unknown:
        stop(f"There is no such fault: {unknown[0]}. There are {', '.join(FAULTS)}.", BAD_USAGE)
    faults = [fault for name, fault in FAULTS.items() if wanted is None or name in wanted]
    times = Times(fault_s=seconds)
    pace = min(PACE_PER_S, MOST_PER_S / (gates + desks))
    visits = pace * (gates + desks) * len(faults) * (seconds + 2 * times.calm_s + SPARE_S)
    size = Size(gates, desks, pace, int(PEOPLE_A_SECOND * visits))
    typer.echo(f"A base, {gates} gates and {desks} desks are set up ...", err=True)
    try:
        out = open_report(json_file)
        with fleet(size) as venue:
            summary = FleetRehearsal(venue, times, out).play(faults, _say)
        if out is not None:
            out.close()
    except (BaseTrouble, PeerLost) as trouble:
        stop(f"The rehearsal could not go on: {trouble}")
    typer.echo(
        f"{summary['agree']} of {summary['faults']} faults as expected; {summary['admitted']} admissions, "
        f"{summary['decided_alone']} of them decided alone, {summary['double_uses']} double uses, all of them reported."
        if summary["agree"] == summary["faults"]
        else f"{summary['agree']} of {summary['faults']} faults as expected."
    )
    raise typer.Exit(0 if summary["agree"] == summary["faults"] else 1)


def rehearse_windows(language: str, json_file: Path | None, screens: Path | None) -> None:
    """Plays the story of two gates and a desk on this display; ends with 1 unless each step came out as it has to."""
    from kiosk.rehearsal.venue_story import Step, Story
    from kiosk.rehearsal.venue_windows import venue_windows

    require_display()
    if screens is not None:
        screens.mkdir(parents=True, exist_ok=True)
    out = open_report(json_file)

    def told(step: Step) -> None:
        took = "did not happen" if step.took_s is None else f"{step.took_s:.2f} s"
        typer.echo(f"{'ok ' if step.agrees else 'BAD'}  {step.what}: {took}")
        if out is not None:
            out.write(json.dumps({**asdict(step), "agrees": step.agrees}) + "\n")

    try:
        with venue_windows(language) as venue:
            story = Story(venue, None if screens is None else screens.absolute(), told)
            agreed = story.play()
    except (BaseTrouble, PeerLost, TimeoutError) as trouble:
        stop(f"The rehearsal could not go on: {trouble}")
    finally:
        if out is not None:
            out.close()
    typer.echo(f"{sum(step.agrees for step in story.steps)} of {len(story.steps)} steps as expected.")
    raise typer.Exit(0 if agreed else 1)


def _say(result: FaultResult) -> None:
    figures = result.figures
    typer.echo(
        f"{'ok ' if result.agrees else 'BAD'}  {result.fault:15s} {figures['attempts']:5d} attempts, "
        f"{figures['decided_alone']:4d} alone, {figures['double_uses']:3d} double uses, "
        f"answers at most {figures['answer_s_max']} s, all told after {figures['all_told_s']} s"
    )
    for name, expected in result.expected.items():
        if result.actual.get(name) != expected:
            typer.echo(f"     {name}: {result.actual.get(name)}, expected {expected}")
