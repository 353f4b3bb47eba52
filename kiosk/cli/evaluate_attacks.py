"""``kiosk evaluate-attacks``: what the passive signs find of attacks, and whom they suspect, on labelled pictures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from kiosk.cli.measuring import refuse, write
from kiosk.cli.model_card import NO_MODELS
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.evaluate.attack_report import row_of
from kiosk.evaluate.presentations import folder_of, read_presentations
from kiosk.evaluate.presenting import Answer, judge_all
from kiosk.evaluate.unusable import TableUnusable
from kiosk.face.attack.operator_card import OperatorModelUnusable
from kiosk.face.attack.operator_model import OperatorModel
from kiosk.face.port import EngineUnavailable

if TYPE_CHECKING:
    from kiosk.evaluate.plots import Chart


def evaluate_attacks(
    presentations: Annotated[Path, typer.Argument(help="CSV file with the columns file, label, source, subject.")],
    images: Annotated[
        Path | None,
        typer.Option("--images", help="Folder the pictures' paths begin in; else the CSV file's, or the one above."),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write page and chart into this folder.")] = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="Card of a model of your own, to be measured beside the signs.")
    ] = None,
) -> None:
    """Measure how many attacks of each kind pass the passive signs, and how many people are suspected.

    The label is real for a person, else the kind of instrument: print, replay, mask, film ...
    """
    try:
        folder = images or folder_of(presentations)
        answer = _judged(presentations, folder, None if model is None else OperatorModel(model))
    except TableUnusable as unusable:
        refuse(presentations, unusable)
    except OperatorModelUnusable as unusable:
        stop(str(unusable), BAD_USAGE)
    _show(answer)
    write(
        answer.figures, json_file, report, partial(_charts, answer), partial(_page, presentations.stem, answer.figures)
    )


def _judged(presentations: Path, images: Path, model: OperatorModel | None) -> Answer:
    rows = read_presentations(presentations, images)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Pictures", total=None)
        try:
            return judge_all(rows, images, lambda done, of: bar.update(task, completed=done, total=of), model)
        except EngineUnavailable:
            stop(NO_MODELS)


def _show(answer: Answer) -> None:
    figures = answer.figures
    headings = ("kind", "judged", "no face", "subjects", "error rate", "by subject", "suspected by")
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in {"judged", "no face", "subjects"} else "left")
    for kind, block in figures["apcer"].items():
        table.add_row(*row_of(f"{kind} (APCER)", block))
    table.add_row(*row_of("people (BPCER)", figures["bpcer"]))
    console = Console()
    console.print(table)
    if figures["worst_kind"] is not None:
        worst = figures["apcer"][figures["worst_kind"]]
        console.print(f"Worst kind: {figures['worst_kind']}, APCER {worst['rate']:.1%}, at most {worst['high']:.1%}.")
    else:
        console.print("No kind of attack has enough pictures to be measured.")
    if figures["not_measured"]:
        console.print(f"Not measured: {', '.join(figures['not_measured'])}.")


def _charts(answer: Answer) -> dict[str, Chart]:
    from kiosk.evaluate.attack_curve import curves

    return curves(answer)


def _page(name: str, figures: dict[str, Any], charts: Mapping[str, Path]) -> str:
    from kiosk.evaluate.attack_report import attack_page

    return attack_page(f"Attacks: {name}", figures, list(charts.values()))
