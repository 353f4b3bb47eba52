"""``kiosk evaluate-attacks``: what the passive signs find of attacks, and whom they suspect, on labelled pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from kiosk.cli.model_card import NO_MODELS
from kiosk.cli.saying import BAD_USAGE, stop, stop_at
from kiosk.evaluate.attack_report import row_of
from kiosk.evaluate.presentations import PresentationsUnusable, folder_of, read_presentations
from kiosk.evaluate.presenting import Answer, judge_all
from kiosk.face.attack.operator_card import OperatorModelUnusable
from kiosk.face.attack.operator_model import OperatorModel
from kiosk.face.port import EngineUnavailable


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
    except PresentationsUnusable as unusable:
        _refuse(presentations, unusable)
    except OperatorModelUnusable as unusable:
        stop(str(unusable), BAD_USAGE)
    _show(answer)
    try:
        if json_file is not None:
            json_file.write_text(json.dumps(answer.figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        if report is not None:
            _write_report(report, presentations.stem, answer)
    except OSError as error:
        stop_at(error, json_file or report)


def _refuse(presentations: Path, unusable: PresentationsUnusable) -> NoReturn:
    for fault in unusable.faults:
        typer.echo(f"{presentations.name}: {fault}", err=True)
    stop("Nothing was measured.", BAD_USAGE)


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


def _write_report(folder: Path, name: str, answer: Answer) -> None:
    from PySide6.QtGui import QGuiApplication  # windows are not needed for figures alone

    from kiosk.evaluate.attack_curve import curves
    from kiosk.evaluate.attack_report import attack_page

    application = QGuiApplication.instance() or QGuiApplication(["kiosk", "-platform", "offscreen"])
    folder.mkdir(parents=True, exist_ok=True)
    charts = [chart.write(folder, name)[0] for name, chart in curves(answer).items()]
    del application
    (folder / "report.html").write_text(attack_page(f"Attacks: {name}", answer.figures, charts), encoding="utf-8")
    typer.echo(f"{folder / 'report.html'}")
