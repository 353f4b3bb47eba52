"""``kiosk evaluate``: how often the face check errs, measured on pictures that are labelled."""

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
from kiosk.cli.model_card import NO_CARD, NO_MODELS, TARGET_FMR, write_card
from kiosk.cli.saying import stop, stop_at
from kiosk.evaluate.cache import TemplateCache, default_cache
from kiosk.evaluate.evaluation import Answer, Question, evaluate
from kiosk.evaluate.pairs import read_label_errors, read_labels, read_pairs
from kiosk.evaluate.treatment import Treatment
from kiosk.evaluate.unusable import TableUnusable
from kiosk.face.card import CardUnusable
from kiosk.face.port import EngineUnavailable

if TYPE_CHECKING:
    from kiosk.evaluate.plots import Chart

LABEL_ERRORS = "label_errors.csv"
"""Beside the pairs it is taken without being named."""


def evaluate_(
    pairs: Annotated[Path, typer.Argument(help="CSV file with the columns a, b, same, group.")],
    images: Annotated[Path, typer.Option("--images", help="Folder the pictures' paths begin in.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write page and charts into this folder.")] = None,
    degrade: Annotated[
        Treatment, typer.Option("--degrade", help="What is done to the first picture of each pair.")
    ] = Treatment.NONE,
    frames: Annotated[int, typer.Option("--frames", min=1, max=10, help="Live pictures joined, where there are.")] = 1,
    all_vs_all: Annotated[bool, typer.Option("--all-vs-all", help="Compare all pictures with all, too.")] = False,
    threshold: Annotated[float | None, typer.Option("--threshold", help="Instead of the shipped one.")] = None,
    label_errors: Annotated[Path | None, typer.Option("--label-errors", help="Pairs known as wrong.")] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="CSV file of labels others gave to people: identity, and one more.")
    ] = None,
    label_column: Annotated[
        str, typer.Option("--label-column", help="Which column of --labels to count by.")
    ] = "label",
    cache: Annotated[Path | None, typer.Option("--cache", help="Where templates of these pictures are kept.")] = None,
    card: Annotated[
        Path | None,
        typer.Option("--card", help="Write the model card to this file: both kinds of portrait, all against all."),
    ] = None,
    card_data: Annotated[str, typer.Option("--card-data", help="What the pictures are, for the card.")] = "",
    target_fmr: Annotated[
        float, typer.Option("--target-fmr", min=1e-6, max=0.1, help="False matches of look-alikes the card allows.")
    ] = TARGET_FMR,
) -> None:
    """Measure false matches and false non-matches on pairs of pictures, with their uncertainty."""
    errors_file = label_errors or pairs.with_name(LABEL_ERRORS)
    try:
        question = Question(
            pairs=read_pairs(pairs, images),
            images=images,
            treatment=degrade,
            frames=frames,
            all_vs_all=all_vs_all,
            threshold=threshold,
            label_errors=read_label_errors(errors_file) if label_errors or errors_file.is_file() else frozenset(),
            labels=read_labels(labels, label_column) if labels else {},
        )
    except TableUnusable as unusable:
        refuse(pairs, unusable)
    if card is not None:
        write_card(card, question, card_data, target_fmr, partial(_answered, cache=cache))
        return
    answer = _answered(question, cache)
    _show(answer.figures)
    write(answer.figures, json_file, report, partial(_charts, answer), partial(_page, pairs.stem, answer.figures))


def _answered(question: Question, cache: Path | None) -> Answer:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Templates", total=None)
        try:
            with closing(TemplateCache(cache or default_cache())) as kept:
                return evaluate(question, kept, lambda done, of: bar.update(task, completed=done, total=of))
        except CardUnusable:
            stop(f"{NO_CARD} Or name a --threshold.")
        except EngineUnavailable:
            stop(NO_MODELS)
        except OSError as error:
            stop_at(error, question.images)


def _show(figures: dict[str, Any]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("group", "mated", "non-mated", "TAR, 1 false match", "false matches", "FNMR"):
        table.add_column(heading, justify="left" if heading == "group" else "right")
    for name, block in {"all pairs": figures["overall"], **figures["groups"]}.items():
        one, at = block["tar_at_one_false_match"], block["at_threshold"]
        table.add_row(
            name,
            str(block["mated"]),
            str(block["nonmated"]),
            f"{one['tar']:.4f}" if one else "-",
            "-" if at["false_matches"] is None else str(at["false_matches"]),
            "-" if at["fnmr"] is None else f"{at['fnmr']:.4f}",
        )
    console = Console()
    console.print(table)
    console.print(f"False matches and FNMR at the threshold {figures['overall']['at_threshold']['threshold']:.3f}.")
    for fmr, point in figures.get("all_vs_all", {}).get("tar_at_fmr", {}).items():
        if point:
            console.print(
                f"All against all, FMR {fmr}: TAR {point['tar']:.4f} "
                f"({point['low']:.4f} to {point['high']:.4f}) from {point['threshold']:.3f} on."
            )


def _charts(answer: Answer) -> dict[str, Chart]:
    from kiosk.evaluate.plots import distributions, trade_off

    data = [("pairs", answer.mated, answer.nonmated)]
    if answer.everybody is not None:
        data.append(("all against all", answer.everybody.mated.scores, answer.everybody.nonmated.scores))
    mated, nonmated = data[-1][1:]
    limit = answer.figures["overall"]["at_threshold"]["threshold"]
    return {"errors": trade_off(data), "scores": distributions(mated, nonmated, limit)}


def _page(name: str, figures: dict[str, Any], charts: Mapping[str, Path]) -> str:
    from kiosk.evaluate.report import page

    return page(f"Evaluation: {name}", figures, list(charts.values()))
