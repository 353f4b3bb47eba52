"""``kiosk rehearse``: the same program on simulated readers and a film camera."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.config.event import AttackSignals
from kiosk.config.texts import Language
from kiosk.rehearsal.casting import cast
from kiosk.rehearsal.conductor import Conductor
from kiosk.rehearsal.kinds import challenge_programme, prior_programme, programme
from kiosk.rehearsal.passport_kinds import passport_programme
from kiosk.rehearsal.peers import PeerLost
from kiosk.rehearsal.performance import Performance, Setting, curtain
from kiosk.rehearsal.photos import PhotosUnavailable, people
from kiosk.rehearsal.report import Report, open_report

DEFAULT_VISITS = 48


def rehearse(
    headless: Annotated[bool, typer.Option("--headless", help="Play visits by themselves, without a display.")] = False,
    visits: Annotated[int, typer.Option(min=1, max=10_000, help="How many visits to play.")] = DEFAULT_VISITS,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write one JSON object per visit.")] = None,
    screens: Annotated[Path | None, typer.Option(help="Save a picture of every screen into this folder.")] = None,
    faults: Annotated[
        list[str] | None, typer.Option(help="Only these faults (repeat the option), or 'none'; default: all.")
    ] = None,
    with_photos: Annotated[
        bool, typer.Option("--with-photos", help="Pictures show the film instead of a drawn head.")
    ] = False,
    challenge: Annotated[
        bool, typer.Option("--challenge", help="An event that asks for a challenge; headless, its own kinds of visits.")
    ] = False,
    passports: Annotated[
        bool, typer.Option("--passports", help="Headless: visitors with passports and cards that carry a chip.")
    ] = False,
    prior_choices: Annotated[
        bool, typer.Option("--prior-choices", help="Headless: visitors who chose a lane with their ticket.")
    ] = False,
    buttons: Annotated[
        bool,
        typer.Option("--buttons", help="Headless: visitors press the lit buttons beside the screen, not the glass."),
    ] = False,
    language: Annotated[
        Language | None, typer.Option(help="Of the windows you play with; default: the machine's.")
    ] = None,
    venue: Annotated[
        int | None,
        typer.Option("--venue", min=1, max=100, help="A venue instead: so many gates at a base, without windows."),
    ] = None,
    desks: Annotated[int, typer.Option("--desks", min=0, max=30, help="With --venue: desks beside the gates.")] = 1,
    windows: Annotated[
        bool,
        typer.Option("--windows", help="Two gates, a desk and a base with windows, which play a story by themselves."),
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, max=3600, help="With --venue: how long each fault lasts.")
    ] = 5.0,
) -> None:
    """Rehearse: with a display, you play attendee and attendant; headless, a programme of visits plays itself."""
    if windows:
        from kiosk.cli.rehearse_venue import rehearse_windows

        rehearse_windows(language.value if language is not None else Language.ENGLISH.value, json_file, screens)
        return
    if venue is not None:
        from kiosk.cli.rehearse_venue import rehearse_venue

        rehearse_venue(venue, desks, seconds, faults, json_file)
        return
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if not headless and has_display:
        from kiosk.rehearsal.hands_on import CannotRehearse, open_rehearsal

        try:
            raise typer.Exit(open_rehearsal(None if language is None else language.value))
        except CannotRehearse as cannot:
            stop(str(cannot))
    try:
        wanted = None if faults is None else [name for name in faults if name != "none"]
        plan = challenge_programme(visits) if challenge else programme(visits, wanted)
        plan = passport_programme(visits) if passports else prior_programme(visits) if prior_choices else plan
    except KeyError as unknown:
        stop(f"There is no such fault: {unknown.args[0]}.", BAD_USAGE)
    try:
        signals = AttackSignals.CHALLENGE if challenge else AttackSignals.SIGNALS
        spoken = (language or Language.CHINESE).value
        setting = Setting([], language=spoken, attack_signals=signals, buttons=buttons)
        agreed = _play(plan, json_file, screens, with_photos, setting)
    except (PeerLost, PhotosUnavailable) as trouble:
        stop(f"The rehearsal could not go on: {trouble}")
    raise typer.Exit(0 if agreed else 1)


def _play(plan: list[Any], json_file: Path | None, screens: Path | None, with_photos: bool, setting: Setting) -> bool:
    parts = cast(plan, people())
    out = open_report(json_file)
    report = Report(out)
    with curtain(replace(setting, rows=parts.rows)) as performance:
        conductor = Conductor(performance.world, report)
        performance.gate.send({"figures": "reset"})
        for part in parts.parts:
            result = conductor.play(part)
            typer.echo(
                f"{len(report.results):4d}  {'ok ' if result.agrees else 'BAD'}  {result.kind:24s} {result.actual}"
            )
        summary = report.finish(_figures(performance))
    if out is not None:
        out.close()
    if screens is not None:
        from kiosk.rehearsal.pictures import save_all

        typer.echo(f"{save_all(screens, with_photos)} pictures in {screens}")
    _print(summary, report)
    return bool(summary["agree"] == summary["visits"])


def _figures(performance: Performance) -> dict[str, Any]:
    performance.gate.send({"figures": "send"})
    figures: dict[str, Any] = performance.gate.wait(lambda m: "figures" in m, 10.0, "figures")["figures"]
    figures["startup_s"] = performance.gate.hello.get("startup_s")
    told = performance.world.stage.ask({"tell": True})
    figures["gate_openings"], figures["forbidden_commands"] = told["openings"], sum(told["forbidden"])
    return figures


def _print(summary: dict[str, Any], report: Report) -> None:
    typer.echo(f"{summary['agree']} of {summary['visits']} visits as expected, {summary['kinds']} kinds")
    if summary["agree"] == summary["visits"]:
        return
    table = Table(title="not as expected")
    for heading in ("kind", "expected", "actual", "score"):
        table.add_column(heading)
    for result in report.results:
        if not result.agrees:
            table.add_row(result.kind, result.expected, result.actual, str(result.score))
    Console().print(table)
