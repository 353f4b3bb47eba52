"""Charts painted by us: small bars per quarter of an hour, bars from left to right, marked lines.

Nothing is colour alone: every bar has its name and its number beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPainter

from kiosk.office.view import BarChart, Mark, Notes, Panel, QuarterChart
from kiosk.ui.pages.cells import paint_cell
from kiosk.ui.pages.marks import PANELS, draw_mark
from kiosk.ui.skin import colour
from kiosk.ui.tokens import Palette

_NAME_SHARE = 0.38
_NUMBER_SHARE = 0.13
_STUB_PX = 3
_TALLEST = 0.8
"""Of a row's height: bars of one row do not touch the row above."""


@dataclass(frozen=True)
class Look:
    """Fonts, colours and sizes of a chart; ``row_px``: height of one of its rows."""

    palette: Palette
    heading: QFont
    text: QFont
    row_px: int
    gap_px: int

    @property
    def heading_px(self) -> int:
        return round(1.5 * self.heading.pixelSize())


def height_of(panel: Panel, look: Look) -> int:
    """How high a panel stands, its heading included."""
    match panel:
        case QuarterChart():
            rows = len(panel.rows) + 1 if panel.rows else 1
        case BarChart():
            rows = max(1, len(panel.bars))
        case Notes():
            rows = max(1, len(panel.lines))
    return look.heading_px + rows * look.row_px


def paint_panel(painter: QPainter, panel: Panel, box: QRect, look: Look) -> None:
    """Into ``box``, as high as ``height_of`` says."""
    painter.setPen(colour(look.palette.accent))
    paint_cell(painter, panel.heading, look.heading, QRect(box.left(), box.top(), box.width(), look.heading_px))
    body = box.adjusted(0, look.heading_px, 0, 0)
    painter.setPen(colour(look.palette.ink))
    match panel:
        case QuarterChart() if panel.rows:
            _paint_quarters(painter, panel, body, look)
        case BarChart() if panel.bars:
            _paint_bars(painter, panel, body, look)
        case Notes() if panel.lines:
            _paint_notes(painter, panel, body, look)
        case _:
            painter.setPen(colour(look.palette.ink_soft))
            paint_cell(painter, panel.empty, look.text, QRect(body.left(), body.top(), body.width(), look.row_px))


def texts_of(panel: Panel, box: QRect, look: Look) -> list[tuple[str, QFont, QRect]]:
    """What is written of a panel, and where: what a test asks."""
    body = box.adjusted(0, look.heading_px, 0, 0)
    texts = [(panel.heading, look.heading, QRect(box.left(), box.top(), box.width(), look.heading_px))]
    match panel:
        case QuarterChart():
            names, numbers = [row[0] for row in panel.rows], [row[2] for row in panel.rows]
        case BarChart():
            names, numbers = [bar.words for bar in panel.bars], [bar.text for bar in panel.bars]
        case Notes():
            return texts + [(words, look.text, _note_box(body, n, look)) for n, (_, words) in enumerate(panel.lines)]
    for place, (name, number) in enumerate(zip(names, numbers, strict=True)):
        left, _, right = _columns(body, place, look)
        texts += [(name, look.text, left), (number, look.text, right)]
    return texts


def _paint_quarters(painter: QPainter, panel: QuarterChart, body: QRect, look: Look) -> None:
    most = max((value for _, values, _ in panel.rows for value in values if value), default=1.0)
    for place, (name, values, total) in enumerate(panel.rows):
        left, middle, right = _columns(body, place, look)
        _write(painter, name, total, left, right, look)
        step = middle.width() / max(1, len(panel.quarters))
        base = middle.bottom() - _STUB_PX
        for number, value in enumerate(values):
            x, wide = middle.left() + number * step, max(1.0, step * 0.78)
            if value is None:
                stub = QRectF(x, base - 3 * _STUB_PX, wide, 3 * _STUB_PX)
                painter.fillRect(stub, QBrush(colour(look.palette.line_strong), Qt.BrushStyle.BDiagPattern))
            elif value:
                high = max(float(_STUB_PX), (middle.height() * _TALLEST) * value / most)
                painter.fillRect(QRectF(x, base - high, wide, high), colour(look.palette.accent))
        painter.fillRect(QRectF(middle.left(), base, middle.width(), 1), colour(look.palette.line_strong))
    _paint_axis(painter, panel, _columns(body, len(panel.rows), look)[1], look)


def _paint_axis(painter: QPainter, panel: QuarterChart, box: QRect, look: Look) -> None:
    """As many quarters as fit are named below, the first of them always."""
    least = 4 * look.text.pixelSize()
    step = box.width() / max(1, len(panel.quarters))
    every = max(1, round(least / step + 0.5))
    painter.setPen(colour(look.palette.ink_soft))
    for number in range(0, len(panel.quarters), every):
        left = box.left() + round(number * step)
        if left + least <= box.right() + look.gap_px:
            paint_cell(painter, panel.quarters[number], look.text, QRect(left, box.top(), least, box.height()))


def _paint_bars(painter: QPainter, panel: BarChart, body: QRect, look: Look) -> None:
    most = max((bar.value for bar in panel.bars), default=0) or 1.0
    for place, bar in enumerate(panel.bars):
        left, middle, right = _columns(body, place, look)
        _write(painter, bar.words, bar.text, left, right, look)
        high = round(middle.height() * 0.5)
        box = QRectF(middle.left(), middle.center().y() - high / 2, max(0.0, middle.width() * bar.value / most), high)
        calm = bar.mark in {Mark.NONE, Mark.GOOD}
        painter.fillRect(box, colour(look.palette.accent if calm else getattr(look.palette, PANELS[bar.mark])))
        if not calm:
            painter.setPen(colour(look.palette.line_strong))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)


def _paint_notes(painter: QPainter, panel: Notes, body: QRect, look: Look) -> None:
    for place, (mark, words) in enumerate(panel.lines):
        row = QRect(body.left(), body.top() + place * look.row_px, look.row_px, look.row_px)
        side = round(look.row_px * 0.66)
        draw_mark(painter, mark, QRectF(row.left(), row.center().y() - side / 2, side, side), look.palette)
        painter.setPen(colour(look.palette.ink))
        paint_cell(painter, words, look.text, _note_box(body, place, look))


def _note_box(body: QRect, place: int, look: Look) -> QRect:
    top = body.top() + place * look.row_px
    return QRect(body.left() + look.row_px, top, body.width() - look.row_px, look.row_px)


def _write(painter: QPainter, name: str, number: str, left: QRect, right: QRect, look: Look) -> None:
    painter.setPen(colour(look.palette.ink))
    paint_cell(painter, name, look.text, left)
    paint_cell(painter, number, look.text, right)


def _columns(body: QRect, place: int, look: Look) -> tuple[QRect, QRect, QRect]:
    """Name, drawing and number of a row."""
    top, wide = body.top() + place * look.row_px, body.width()
    name, number = round(wide * _NAME_SHARE), round(wide * _NUMBER_SHARE)
    gap = look.gap_px
    middle = QRect(body.left() + name + gap, top, wide - name - number - 2 * gap, look.row_px)
    return (
        QRect(body.left(), top, name, look.row_px),
        middle,
        QRect(body.right() - number + 1, top, number, look.row_px),
    )
