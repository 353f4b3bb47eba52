"""A QR code as a drawing (ISO/IEC 18004 through segno): dark modules on a light card with its quiet zone."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.skin import colour
from kiosk.ui.tokens import DAY

_QUIET_MODULES = 4
_ERROR_LEVEL = "m"

Matrix = tuple[tuple[bool, ...], ...]


def qr_matrix(text: str) -> Matrix:
    """Rows of modules, True is dark; without the quiet zone."""
    return tuple(tuple(bool(module) for module in row) for row in segno.make_qr(text, error=_ERROR_LEVEL).matrix)


def draw_qr(painter: QPainter, matrix: Matrix, box: QRectF) -> None:
    """Into ``box`` (made square), always dark on light: readers expect it, whatever the theme."""
    side = min(box.width(), box.height())
    step = side / (len(matrix) + 2 * _QUIET_MODULES)
    left, top = box.center().x() - side / 2, box.center().y() - side / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(QRectF(left, top, side, side), colour(DAY.surface))
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                spot = QRectF(left + (column + _QUIET_MODULES) * step, top + (row + _QUIET_MODULES) * step, step, step)
                painter.fillRect(spot, colour(DAY.ink))
    painter.restore()


class QrMark(QWidget):
    """A QR code of a given side; nothing while there is no text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix: Matrix = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        self._matrix = qr_matrix(text) if text else ()
        self.setAccessibleDescription(text)
        self.setVisible(bool(text))
        self.update()

    def set_side(self, side_px: int) -> None:
        """Whole pixels per module, so that no line is lost."""
        modules = len(self._matrix) + 2 * _QUIET_MODULES
        self.setFixedSize(*2 * (max(side_px // modules, 1) * modules,))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._matrix:
            return
        painter = QPainter(self)
        draw_qr(painter, self._matrix, QRectF(self.rect()))
        painter.end()
