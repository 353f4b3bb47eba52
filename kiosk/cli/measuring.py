"""What the commands that measure on pictures have in common: refusing a table, and writing figures and a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from kiosk.cli.saying import BAD_USAGE, stop, stop_at
from kiosk.evaluate.unusable import TableUnusable

if TYPE_CHECKING:
    from kiosk.evaluate.plots import Chart

Charts = Callable[[], Mapping[str, "Chart"]]
Page = Callable[[Mapping[str, Path]], str]
"""The whole page; it is given the charts' SVG files by name."""


def refuse(table: Path, unusable: TableUnusable) -> NoReturn:
    """Every fault in a line of its own."""
    for fault in unusable.faults:
        typer.echo(f"{table.name}: {fault}", err=True)
    stop("Nothing was measured.", BAD_USAGE)


def write(figures: Mapping[str, Any], json_file: Path | None, report: Path | None, charts: Charts, page: Page) -> None:
    """The figures into ``json_file``, page and charts into the folder ``report``, where they are asked for."""
    try:
        if json_file is not None:
            json_file.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        if report is not None:
            _write_report(report, charts, page)
    except OSError as error:
        stop_at(error, json_file or report)


def _write_report(folder: Path, charts: Charts, page: Page) -> None:
    from PySide6.QtGui import QGuiApplication  # windows are not needed for figures alone

    application = QGuiApplication.instance() or QGuiApplication(["kiosk", "-platform", "offscreen"])
    folder.mkdir(parents=True, exist_ok=True)
    svg = {name: chart.write(folder, name)[0] for name, chart in charts().items()}
    del application
    (folder / "report.html").write_text(page(svg), encoding="utf-8")
    typer.echo(f"{folder / 'report.html'}")
