"""``kiosk evaluate-capture``: what light, movement and coverings do to the face check, and what it would say then."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from kiosk.cli.measuring import refuse, write
from kiosk.cli.model_card import NO_CARD, NO_MODELS
from kiosk.cli.saying import BAD_USAGE, stop, stop_at
from kiosk.evaluate.cache import TemplateCache, default_cache
from kiosk.evaluate.capture import CaptureQuestion, evaluate_capture, spread
from kiosk.evaluate.pairs import Pair, read_pairs
from kiosk.evaluate.sweeps import AS_IS, Sweep
from kiosk.evaluate.treatment import Treatment
from kiosk.evaluate.unusable import TableUnusable
from kiosk.face.card import CardUnusable
from kiosk.face.port import EngineUnavailable

if TYPE_CHECKING:
    from kiosk.evaluate.plots import Chart

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
    write(figures, json_file, report, partial(_charts, figures), partial(_page, pairs.stem, figures))


def _mated(pairs: Path, images: Path) -> list[Pair]:
    try:
        mated = [pair for pair in read_pairs(pairs, images) if pair.same]
    except TableUnusable as unusable:
        refuse(pairs, unusable)
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


def _charts(figures: dict[str, Any]) -> dict[str, Chart]:
    from kiosk.evaluate.capture_report import chart_of

    return {sweep: chart_of(sweep, figures["as_it_is"], blocks) for sweep, blocks in figures["sweeps"].items()}


def _page(name: str, figures: dict[str, Any], charts: Mapping[str, Path]) -> str:
    from kiosk.evaluate.capture_report import page

    return page(f"Capture: {name}", figures, charts)
