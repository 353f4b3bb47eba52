"""Two pictures of an evaluation, painted with Qt: the trade-off of errors, and how far the scores lie apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF
from PySide6.QtSvg import QSvgGenerator

from kiosk.evaluate.rates import NO_SCORE, Scores, curve

WIDTH_PX, HEIGHT_PX = 760, 460
LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 70, 44, 24, 58
INK, GRID, PAPER = QColor("#1d2a35"), QColor("#d9dfe4"), QColor("#ffffff")
COLOURS = (QColor("#0b6bcb"), QColor("#c2410c"), QColor("#1a7f4b"), QColor("#7a3ea1"))
TEXT_PX = 14
SCALE_PNG = 2

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One curve; ``x`` and ``y`` in the units of the axes."""

    name: str
    x: Numbers
    y: Numbers


@dataclass(frozen=True)
class Axis:
    """``ticks``: value and words. ``place``: value to 0..1 along the axis."""

    title: str
    ticks: Sequence[tuple[float, str]]
    place: Callable[[float], float]


@dataclass(frozen=True)
class Chart:
    title: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    mark_x: float | None = None  # a threshold, say

    def write(self, folder: Path, name: str) -> list[Path]:
        """``name``.svg and ``name``.png in ``folder``. Needs a QGuiApplication for its fonts."""
        svg, png = folder / f"{name}.svg", folder / f"{name}.png"
        generator = QSvgGenerator()
        generator.setFileName(str(svg))
        generator.setSize(QSize(WIDTH_PX, HEIGHT_PX))
        generator.setViewBox(QRectF(0, 0, WIDTH_PX, HEIGHT_PX))
        generator.setTitle(self.title)
        painter = QPainter(generator)
        _paint(self, painter)
        painter.end()
        image = QImage(WIDTH_PX * SCALE_PNG, HEIGHT_PX * SCALE_PNG, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.scale(SCALE_PNG, SCALE_PNG)
        _paint(self, painter)
        painter.end()
        if not image.save(str(png)):
            raise OSError(f"{png} cannot be written")
        return [svg, png]


def trade_off(data: Sequence[tuple[str, Scores, Scores]]) -> Chart:
    """FNMR over FMR (detection error trade-off, ISO/IEC 19795-1), both logarithmic; one line per name, mated, other."""
    lines = []
    for name, mated, nonmated in data:
        _, fmr, fnmr = curve(mated, nonmated)
        there = (fmr > 0) & (fnmr > 0)
        lines.append(Line(name, fmr[there], fnmr[there]))
    ticks_x = [(10.0**power, f"1e{power}" if power < -2 else f"{10.0**power:g}") for power in range(-6, 1)]
    ticks_y = [(value, f"{value:.1%}") for value in (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)]
    return Chart(
        "Errors against each other",
        Axis("false match rate", ticks_x, lambda value: (math.log10(value) + 6) / 6),
        Axis("false non-match rate", ticks_y, lambda value: math.log(value / 0.001) / math.log(1000)),
        tuple(lines),
    )


def distributions(mated: Scores, nonmated: Scores, threshold: float) -> Chart:
    """Density of the scores of both sorts; comparisons that could not be made are left out."""
    bins = np.linspace(-0.4, 1.0, 141)
    middles = (bins[:-1] + bins[1:]) / 2
    lines = []
    for name, scores in (("mated", mated), ("non-mated", nonmated)):
        density, _ = np.histogram(scores[scores > NO_SCORE], bins=bins, density=True)
        lines.append(Line(name, middles, density.astype(np.float64)))
    highest = max(float(line.y.max()) for line in lines) * 1.05 or 1.0
    return Chart(
        "Scores",
        Axis(
            "score", [(value / 10, f"{value / 10:g}") for value in range(-4, 11, 2)], lambda value: (value + 0.4) / 1.4
        ),
        Axis("density", [(0.0, "0")], lambda value: value / highest),
        tuple(lines),
        threshold,
    )


def _paint(chart: Chart, painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, WIDTH_PX, HEIGHT_PX), PAPER)
    font = QFont(painter.font())
    font.setPixelSize(TEXT_PX)
    painter.setFont(font)
    area = QRectF(LEFT_PX, TOP_PX, WIDTH_PX - LEFT_PX - RIGHT_PX, HEIGHT_PX - TOP_PX - BOTTOM_PX)
    _paint_axes(chart, painter, area)
    for line, colour in zip(chart.lines, COLOURS, strict=False):
        painter.setPen(QPen(colour, 2.2))
        painter.drawPolyline(QPolygonF([_point(chart, area, x, y) for x, y in _within(chart, line)]))
    if chart.mark_x is not None:
        x = _point(chart, area, chart.mark_x, 0.0).x()
        painter.setPen(QPen(INK, 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    _paint_legend(chart, painter, area)


def _within(chart: Chart, line: Line) -> list[tuple[float, float]]:
    """The part of ``line`` between the axes' ends; an SVG file would show the rest, whatever the painter clips."""
    points = zip(line.x.tolist(), line.y.tolist(), strict=True)
    return [(x, y) for x, y in points if 0 <= chart.x.place(x) <= 1 and 0 <= chart.y.place(y) <= 1]


def _point(chart: Chart, area: QRectF, x: float, y: float) -> QPointF:
    return QPointF(area.left() + chart.x.place(x) * area.width(), area.bottom() - chart.y.place(y) * area.height())


def _paint_axes(chart: Chart, painter: QPainter, area: QRectF) -> None:
    for value, words in chart.x.ticks:
        x = area.left() + chart.x.place(value) * area.width()
        painter.setPen(QPen(GRID, 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(INK)
        painter.drawText(QRectF(x - 40, area.bottom() + 6, 80, 20), Qt.AlignmentFlag.AlignHCenter, words)
    for value, words in chart.y.ticks:
        y = area.bottom() - chart.y.place(value) * area.height()
        painter.setPen(QPen(GRID, 1))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(INK)
        beside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, y - 10, area.left() - 8, 20), beside, words)
    painter.setPen(INK)
    painter.drawText(
        QRectF(area.left(), area.bottom() + 30, area.width(), 22), Qt.AlignmentFlag.AlignHCenter, chart.x.title
    )
    painter.drawText(QRectF(8, 10, WIDTH_PX - 16, 24), Qt.AlignmentFlag.AlignLeft, f"{chart.title} · {chart.y.title}")


def _paint_legend(chart: Chart, painter: QPainter, area: QRectF) -> None:
    """In the title's row, from the right, so that it covers no curve."""
    right = area.right()
    for line, colour in reversed(list(zip(chart.lines, COLOURS, strict=False))):
        width = painter.fontMetrics().horizontalAdvance(line.name)
        painter.setPen(INK)
        beside = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(right - width, 10, width + 2, 24), beside, line.name)
        painter.setPen(QPen(colour, 3))
        painter.drawLine(QPointF(right - width - 32, 22), QPointF(right - width - 8, 22))
        right -= width + 54
