"""The sign of an act: a drawn head and an arrow, seen as in a mirror, so that the subject's own left points left."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.domain.act import Act
from kiosk.ui.skin import colour, skin_of

NOSE = {Act.TURN_LEFT: (-2.1, 0.0), Act.TURN_RIGHT: (2.1, 0.0), Act.NOD: (0.0, 2.0), Act.FRONT: (0.0, 0.0)}
"""Where the drawn features go, in units of a square of 24."""
ARROW_DEG = {Act.TURN_LEFT: 180.0, Act.TURN_RIGHT: 0.0, Act.NOD: 90.0}
"""Which way the arrow points, clockwise from right."""


class ActSign(QWidget):
    """Draws one act in the ink of ``ground``; as large as ``set_side`` says."""

    def __init__(self, ground: str = "closed", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ground = ground
        self._act = Act.FRONT
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def act(self) -> Act:
        return self._act

    def show_act(self, act: Act) -> None:
        if act is not self._act:
            self._act = act
            self.update()

    def set_side(self, side_px: int) -> None:
        self.setFixedSize(side_px, side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        painter.translate((self.width() - side) / 2, (self.height() - side) / 2)
        painter.scale(side / 24, side / 24)
        ink = colour(getattr(skin_of(self).palette, f"on_{self._ground}"))
        _draw_head(painter, self._act, ink)
        if self._act in ARROW_DEG:
            _draw_arrow(painter, ARROW_DEG[self._act], ink)
        painter.end()


def _draw_head(painter: QPainter, act: Act, ink: QColor) -> None:
    painter.setPen(_pen(ink, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = _head_middle(act)
    painter.drawEllipse(middle, 5.2, 6.8)
    dx, dy = NOSE[act]
    features = middle + QPointF(dx, dy)
    painter.setBrush(ink)
    for side in (-1.0, 1.0):
        painter.drawEllipse(features + QPointF(side * 1.9, -1.4), 0.35, 0.35)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    nose = QPainterPath(features + QPointF(0.0, -0.6))
    nose.lineTo(features + QPointF(0.5 if dx > 0 else -0.5 if dx < 0 else 0.0, 1.1))
    painter.drawPath(nose)
    mouth = QPainterPath(features + QPointF(-1.4, 2.9))
    mouth.quadTo(features + QPointF(0.0, 3.5), features + QPointF(1.4, 2.9))
    painter.drawPath(mouth)


def _head_middle(act: Act) -> QPointF:
    """Beside the arrow, or in the middle where there is none."""
    return {
        Act.TURN_LEFT: QPointF(16.4, 12.0),
        Act.TURN_RIGHT: QPointF(7.6, 12.0),
        Act.NOD: QPointF(12.0, 8.4),
    }.get(act, QPointF(12.0, 12.0))


def _draw_arrow(painter: QPainter, degrees: float, ink: QColor) -> None:
    painter.save()
    painter.translate(12, 12)
    painter.rotate(degrees)
    painter.setPen(_pen(ink, 2.0))
    shaft, tip, wing = (4.6, 10.6, 3.2) if degrees != ARROW_DEG[Act.NOD] else (5.6, 10.8, 2.6)
    painter.drawLine(QPointF(shaft, 0), QPointF(tip, 0))
    painter.drawPolyline([QPointF(tip - wing, -wing), QPointF(tip, 0), QPointF(tip - wing, wing)])
    painter.restore()


def _pen(ink: QColor, width: float) -> QPen:
    pen = QPen(ink, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


class StepDots(QWidget):
    """How far a challenge is: a filled dot for an act done, a dotted ring for the one under way, rings for others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = self._of = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_step(self, step: int, of: int) -> None:
        if (step, of) != (self._step, self._of):
            self._step, self._of = step, of
            self.update()

    def set_side(self, side_px: int) -> None:
        self.setFixedHeight(side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._of:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = colour(skin_of(self).palette.on_closed)
        side = float(self.height())
        left = (self.width() - (2 * self._of - 1) * side) / 2
        for place in range(self._of):
            box = QRectF(left + 2 * place * side, 0, side, side).adjusted(2, 2, -2, -2)
            painter.setPen(QPen(ink, max(2.0, side / 10)))
            painter.setBrush(ink if place + 1 < self._step else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(box)
            if place + 1 == self._step:
                painter.setBrush(ink)
                painter.drawEllipse(box.center(), side * 0.2, side * 0.2)
        painter.end()
