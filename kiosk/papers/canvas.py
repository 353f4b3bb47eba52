"""A page of A4 to paint on, whatever the device: one unit is 1/20 of a point, so that type sizes are whole numbers.

On a larger paper of the same shape, such as A3, everything is larger.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPageSize, QPainter, QPdfWriter, QTextLayout, QTextOption

from kiosk.ui.fonts import base_font
from kiosk.ui.skin import colour

POINT = 20
MM = POINT * 72 / 25.4
A4 = (210 * MM, 297 * MM)
"""Width and height in units."""

_LINE = 1.34
"""Line height over size: a font of Han characters asks for more than a table needs."""


@dataclass(frozen=True)
class Style:
    """Type on paper: size in points, colour ``#rrggbb``, weight."""

    size_pt: float
    ink: str
    bold: bool = False

    @property
    def line(self) -> float:
        """Height of one line, units."""
        return self.size_pt * POINT * _LINE

    @property
    def font(self) -> QFont:
        font = base_font()
        font.setPixelSize(round(self.size_pt * POINT))
        font.setBold(self.bold)
        return font


def lines_of(text: str, style: Style, width: float) -> list[str]:
    """``text`` wrapped to ``width``: at words, or anywhere in one that is wider than that, such as a signature."""
    layout = QTextLayout(text, style.font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return lines


def height_of(text: str, style: Style, width: float) -> float:
    """How high ``text`` stands, wrapped to ``width``; units."""
    return len(lines_of(text, style, width)) * style.line


def width_of(text: str, style: Style) -> float:
    """How wide ``text`` is on one line; units."""
    return QFontMetricsF(style.font).horizontalAdvance(text)


class Canvas:
    """One page at a time on a QPainter; lengths in units, from the top left corner of the paper."""

    def __init__(self, painter: QPainter) -> None:
        self.painter = painter
        painter.setWindow(QRect(0, 0, round(A4[0]), round(A4[1])))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)

    def text(self, text: str, style: Style, x: float, y: float, width: float) -> float:
        """Write ``text``, wrapped to ``width``; its height."""
        font = style.font
        self.painter.setFont(font)
        self.painter.setPen(colour(style.ink))
        lines = lines_of(text, style, width)
        drop = (style.line + QFontMetricsF(font).capHeight()) / 2
        for number, line in enumerate(lines):
            self.painter.drawText(QPointF(x, y + number * style.line + drop), line)
        return len(lines) * style.line

    def fill(self, box: QRectF, ink: str, radius: float = 0) -> None:
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour(ink))
        self.painter.drawRoundedRect(box, radius, radius)

    def rule(self, x: float, y: float, width: float, ink: str, thickness_pt: float = 0.5) -> None:
        self.fill(QRectF(x, y, width, thickness_pt * POINT), ink)


def set_up(writer: QPdfWriter, title: str, size_mm: tuple[float, float] = (210, 297)) -> None:
    """Whole pages, A4 unless said otherwise; the canvas keeps its own margins."""
    writer.setPageSize(QPageSize(QSizeF(*size_mm), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(1200)
    writer.setTitle(title)
    writer.setCreator("Venue Kiosk")
