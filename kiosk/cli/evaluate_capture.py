"""``kiosk evaluate-capture``: what light, movement and coverings do to the face check, and what it would say then."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from kiosk.cli.model_card import NO_CARD, NO_MODELS
from kiosk.cli.saying import BAD_USAGE, stop, stop_at
from kiosk.evaluate.cache import TemplateCache, default_cache
from kiosk.evaluate.capture import CaptureQuestion, evaluate_capture, spread
from kiosk.evaluate.pairs import Pair, PairsUnusable, read_pairs
from kiosk.evaluate.sweeps import AS_IS, Sweep
from kiosk.evaluate.treatment import Treatment
from kiosk.face.card import CardUnusable
from kiosk.face.port import EngineUnavailable

LIMIT = 300


def evaluate_capture_(
    pairs: Annotated[Path, typer.Argument(help="CSV file with the columns a, b, same, group; b is the live side.")],
    images: Annotated[Path, typer.Option("--images", help="Folder the pictures' paths begin in.")],
    sweep: Annotated[str, typer.Option("--sweep", help="Some of them, with commas between.")] = ",".join(Sweep),
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many mated pairs, spread evenly.")] = LIMIT,
    portrait: Annotated[
        Treatment, typer.Option("--portrait", help="What is done to the reference first.")
    ] = Treatment.ID_CHIP,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write page and charts into this folder.")] = None,
    cache: Annotated[Path | None, typer.Option("--cache", help="Where templates of these pictures are kept.")] = None,
) -> None:
    """Degrade the live side of mated pairs step by step (simulated) and count matches, failures to acquire, advice."""
    question = CaptureQuestion(spread(_mated(pairs, images), limit), images, _sweeps(sweep), portrait)
    figures = _answered(question, cache or default_cache())
    _show(figures)
    try:
        if json_file is not None:
            json_file.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        if report is not None:
            _write_report(report, pairs.stem, figures)
    except OSError as error:
        stop_at(error, json_file or report)


def _mated(pairs: Path, images: Path) -> list[Pair]:
    try:
        mated = [pair for pair in read_pairs(pairs, images) if pair.same]
    except PairsUnusable as unusable:
        for fault in unusable.faults:
            typer.echo(f"{pairs.name}: {fault}", err=True)
        stop("Nothing was measured.", BAD_USAGE)
    if not mated:
        stop(f"{pairs.name} has no mated pair (same = 1): nothing was measured.", BAD_USAGE)
    return mated


def _sweeps(words: str) -> list[Sweep]:
    names = [word.strip() for word in words.split(",") if word.strip()]
    unknown = [name for name in names if name not in list(Sweep)]
    if unknown or not names:
        what = f"no sweep is called {', '.join(unknown)}" if unknown else "no sweep is named"
        stop(f"--sweep: {what}. There are {', '.join(Sweep)}.", BAD_USAGE)
    return [Sweep(name) for name in dict.fromkeys(names)]


def _answered(question: CaptureQuestion, cache: Path) -> dict[str, Any]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Pictures", total=None)
        try:
            with closing(TemplateCache(cache)) as kept:
                return evaluate_capture(question, kept, lambda done, of: bar.update(task, completed=done, total=of))
        except CardUnusable:
            stop(NO_CARD)
        except EngineUnavailable:
            stop(NO_MODELS)
        except OSError as error:
            stop_at(error, question.images)


def _show(figures: dict[str, Any]) -> None:
    from kiosk.evaluate.capture_report import most_frequent

    shown = Table(box=None, pad_edge=False)
    for heading in ("step (simulated)", "trials", "no face", "failure to acquire", "match", "non-match", "advice"):
        shown.add_column(heading, justify="left" if heading in {"step (simulated)", "advice"} else "right")
    blocks = [(AS_IS, figures["as_it_is"])]
    blocks += [(f"{name} {block['amount']:g}", block) for name, steps in figures["sweeps"].items() for block in steps]
    for name, block in blocks:
        shown.add_row(
            name,
            str(block["trials"]),
            str(block["no_face"]),
            _percent(block["failure_to_acquire"]),
            _percent(block["match"]),
            _percent(block["nonmatch_of_acquired"]),
            most_frequent(block),
        )
    console = Console()
    console.print(shown)
    console.print(
        f"Match from {figures['made_by']['threshold']:.2f} on, of all trials; non-match: of frames that were usable. "
        "One still picture is one frame; at a gate people follow the advice and give many."
    )


def _percent(rate: dict[str, float] | None) -> str:
    return "-" if rate is None else f"{rate['rate']:.1%}"


def _write_report(folder: Path, name: str, figures: dict[str, Any]) -> None:
    from PySide6.QtGui import QGuiApplication  # windows are not needed for figures alone

    from kiosk.evaluate.capture_report import chart_of, page

    application = QGuiApplication.instance() or QGuiApplication(["kiosk", "-platform", "offscreen"])
    folder.mkdir(parents=True, exist_ok=True)
    charts = {
        sweep: chart_of(sweep, figures["as_it_is"], blocks).write(folder, sweep)[0]
        for sweep, blocks in figures["sweeps"].items()
    }
    del application
    (folder / "report.html").write_text(page(f"Capture: {name}", figures, charts), encoding="utf-8")
    typer.echo(f"{folder / 'report.html'}")
