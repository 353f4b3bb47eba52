"""A slip as the dots a printer prints: drawn here, so that Chinese needs no font in the printer. Qt, no I/O."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QTextLayout, QTextOption

from kiosk.station.slip import SlipBlock, slip_code
from kiosk.ui.qr_mark import Matrix, draw_qr, qr_matrix

_TITLE_PX, _TEXT_PX, _SMALL_PX = 40, 26, 22
"""At 203 dpi: 5, 3.3 and 2.8 mm."""
_MARGIN_PX, _GAP_PX = 12, 14
_TALLEST_PX = 3900


def slip_dots(blocks: Sequence[SlipBlock], width_dots: int) -> bytes:
    """The slip in each language, and its QR code: rows of ``width_dots`` dots (a multiple of 8), 1 is black."""
    image = QImage(width_dots, _TALLEST_PX, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setPen(Qt.GlobalColor.black)
    y = float(_GAP_PX)
    for block in blocks:
        y = _draw_block(painter, block, y, width_dots)
    y = _draw_code(painter, qr_matrix(slip_code(blocks[0])), y, width_dots)
    painter.end()
    return _packed(image, math.ceil(y) + _GAP_PX)


def _draw_block(painter: QPainter, block: SlipBlock, y: float, width: int) -> float:
    y = _paragraph(painter, block.title, _TITLE_PX, y, width, bold=True)
    y = _paragraph(painter, block.sentence, _TEXT_PX, y, width)
    for label, value in block.facts:
        y = _paragraph(painter, label, _SMALL_PX, y, width) - _GAP_PX / 2
        y = _paragraph(painter, value, _TEXT_PX, y, width, bold=True)
    y = _paragraph(painter, block.closing, _SMALL_PX, y, width)
    painter.drawLine(QPointF(_MARGIN_PX, y), QPointF(width - _MARGIN_PX, y))
    return y + _GAP_PX


def _paragraph(painter: QPainter, text: str, size_px: int, y: float, width: int, *, bold: bool = False) -> float:
    """Draw ``text`` in as many lines as it needs; where the next paragraph begins."""
    font = QFont(painter.font())
    font.setPixelSize(size_px)
    font.setBold(bold)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    step = QFontMetricsF(font).height()
    for part in text.split("\n"):
        layout = QTextLayout(part, font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width - 2 * _MARGIN_PX)
            line.setPosition(QPointF(0, 0))
            line.draw(painter, QPointF(_MARGIN_PX, y))
            y += step
        layout.endLayout()
    return y + _GAP_PX / 2


def _draw_code(painter: QPainter, matrix: Matrix, y: float, width: int) -> float:
    """Whole dots per module, as large as the paper is wide, but no larger than needed."""
    modules = len(matrix) + 8
    side = modules * max(2, min(width // modules, 6))
    draw_qr(painter, matrix, QRectF((width - side) // 2, round(y), side, side))
    return y + side


def _packed(image: QImage, rows: int) -> bytes:
    """Eight dots a byte, the left one highest, 1 is black."""
    cut = image.copy(0, 0, image.width(), min(rows, image.height()))
    mono = cut.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)
    if mono.pixelIndex(0, 0) == 1:  # the margin is white
        mono.invertPixels()
    row_bytes = image.width() // 8
    return b"".join(bytes(cast(memoryview, mono.constScanLine(row)))[:row_bytes] for row in range(mono.height()))
