"""Our own drawings, as strokes on a square of 24 units; any size, any colour, no files."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap


class Icon(StrEnum):
    FACE = "face"
    DESK_PERSON = "desk_person"
    BELL = "bell"
    CAMERA = "camera"
    HAND = "hand"
    CHECK = "check"
    CROSS = "cross"
    ARROW = "arrow"  # points right; rotate it
    CALENDAR = "calendar"
    CARD = "card"
    CODE = "code"
    CLOCK = "clock"
    INFO = "info"
    QUESTION = "question"
    CLOSED = "closed"
    BACK = "back"
    UNDO = "undo"
    KEYPAD = "keypad"
    LOCK = "lock"
    PLAN = "plan"
    BASE = "base"
    LOOK = "look"  # half light, half dark
    SEATED = "seated"


def draw_icon(
    painter: QPainter,
    icon: Icon,
    box: QRectF,
    ink: QColor,
    *,
    stroke: float = 1.7,
    turn_degrees: float = 0.0,
) -> None:
    """Draw ``icon`` into ``box`` (made square). ``stroke`` is in units of the 24-unit square."""
    side = min(box.width(), box.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center())
    painter.rotate(turn_degrees)
    painter.scale(side / 24, side / 24)
    painter.translate(-12, -12)
    pen = QPen(ink, stroke)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _DRAWINGS[icon](painter, ink)
    painter.restore()


def pixmap_icon(icon: Icon, side_px: int, ink: QColor, disabled_ink: QColor | None = None) -> QIcon:
    """The drawing as a QIcon for a push button."""
    made = QIcon(_pixmap(icon, side_px, ink))
    made.addPixmap(_pixmap(icon, side_px, disabled_ink or ink), QIcon.Mode.Disabled)
    return made


def _pixmap(icon: Icon, side_px: int, ink: QColor) -> QPixmap:
    pixmap = QPixmap(QSize(side_px, side_px))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_icon(painter, icon, QRectF(0, 0, side_px, side_px), ink, stroke=2.0)
    painter.end()
    return pixmap


def _lines(painter: QPainter, *points: tuple[float, float]) -> None:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    painter.drawPath(path)


def _face(painter: QPainter, ink: QColor) -> None:
    for x, y, dx, dy in ((3, 3, 1, 1), (21, 3, -1, 1), (3, 21, 1, -1), (21, 21, -1, -1)):
        path = QPainterPath(QPointF(x, y + 4.2 * dy))
        path.lineTo(x, y + 1.6 * dy)
        path.quadTo(x, y, x + 1.6 * dx, y)
        path.lineTo(x + 4.2 * dx, y)
        painter.drawPath(path)
    painter.drawEllipse(QRectF(7.2, 5.6, 9.6, 12.6))
    painter.save()
    painter.setBrush(ink)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(10.1, 11.0), 0.95, 0.95)
    painter.drawEllipse(QPointF(13.9, 11.0), 0.95, 0.95)
    painter.restore()
    mouth = QPainterPath(QPointF(10.2, 14.4))
    mouth.quadTo(12, 15.9, 13.8, 14.4)
    painter.drawPath(mouth)


def _desk_person(painter: QPainter, _ink: QColor) -> None:
    painter.drawEllipse(QPointF(12, 6.2), 3.3, 3.3)
    shoulders = QPainterPath(QPointF(5.6, 16))
    shoulders.cubicTo(5.6, 11.2, 9, 11.0, 12, 11.0)
    shoulders.cubicTo(15, 11.0, 18.4, 11.2, 18.4, 16)
    painter.drawPath(shoulders)
    _lines(painter, (2.6, 16), (21.4, 16))
    _lines(painter, (4.4, 16), (4.4, 21.2))
    _lines(painter, (19.6, 16), (19.6, 21.2))


def _bell(painter: QPainter, _ink: QColor) -> None:
    dome = QPainterPath(QPointF(4, 16.2))
    dome.cubicTo(4, 5.2, 20, 5.2, 20, 16.2)
    painter.drawPath(dome)
    _lines(painter, (2.6, 16.2), (21.4, 16.2))
    _lines(painter, (4.2, 19.6), (19.8, 19.6))
    _lines(painter, (12, 7.6), (12, 5.2))
    _lines(painter, (10.2, 4.6), (13.8, 4.6))


def _camera(painter: QPainter, ink: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.4, 6.4, 13.2, 11.2), 2.4, 2.4)
    _lines(painter, (15.6, 10.4), (21.4, 7.2), (21.4, 16.8), (15.6, 13.6))
    painter.save()
    painter.setBrush(ink)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(6.6, 10.4), 1.5, 1.5)
    painter.restore()


def _hand(painter: QPainter, _ink: QColor) -> None:
    path = QPainterPath(QPointF(8.2, 2.8))
    for point in ((15.8, 2.8), (21.2, 8.2), (21.2, 15.8), (15.8, 21.2), (8.2, 21.2), (2.8, 15.8), (2.8, 8.2)):
        path.lineTo(*point)
    path.closeSubpath()
    painter.drawPath(path)
    painter.drawRoundedRect(QRectF(8.6, 8.6, 6.8, 6.8), 0.8, 0.8)


def _check(painter: QPainter, _ink: QColor) -> None:
    _lines(painter, (4.6, 12.8), (9.8, 18), (19.6, 6.6))


def _cross(painter: QPainter, _ink: QColor) -> None:
    _lines(painter, (6, 6), (18, 18))
    _lines(painter, (18, 6), (6, 18))


def _arrow(painter: QPainter, _ink: QColor) -> None:
    _lines(painter, (3.6, 12), (20, 12))
    _lines(painter, (13.2, 5.2), (20, 12), (13.2, 18.8))


def _calendar(painter: QPainter, ink: QColor) -> None:
    painter.drawRoundedRect(QRectF(3.4, 5, 17.2, 15.6), 2.2, 2.2)
    _lines(painter, (3.4, 10), (20.6, 10))
    _lines(painter, (8, 2.8), (8, 6.6))
    _lines(painter, (16, 2.8), (16, 6.6))
    painter.save()
    painter.setBrush(ink)
    painter.drawRoundedRect(QRectF(13, 13.4, 4, 3.8), 0.6, 0.6)
    painter.restore()


def _card(painter: QPainter, _ink: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.2, 5, 19.6, 14), 2, 2)
    painter.drawRoundedRect(QRectF(14, 8.4, 4.6, 6), 0.8, 0.8)
    _lines(painter, (5.2, 9), (10.6, 9))
    _lines(painter, (5.2, 12), (10.6, 12))
    _lines(painter, (5.2, 15.6), (10, 15.6))


def _code(painter: QPainter, ink: QColor) -> None:
    for left, top in ((3.4, 3.4), (14.2, 3.4), (3.4, 14.2)):
        painter.drawRoundedRect(QRectF(left, top, 6.4, 6.4), 1, 1)
    painter.save()
    painter.setBrush(ink)
    painter.setPen(Qt.PenStyle.NoPen)
    for left, top in (
        (5.6, 5.6),
        (16.4, 5.6),
        (5.6, 16.4),
        (13.6, 13.6),
        (18.4, 13.6),
        (16, 16),
        (13.6, 18.4),
        (18.4, 18.4),
    ):
        painter.drawRect(QRectF(left, top, 2.1, 2.1))
    painter.restore()


def _clock(painter: QPainter, _ink: QColor) -> None:
    painter.drawEllipse(QRectF(2.8, 2.8, 18.4, 18.4))
    _lines(painter, (12, 6.8), (12, 12.2), (15.8, 14.4))


def _info(painter: QPainter, ink: QColor) -> None:
    painter.drawEllipse(QRectF(2.8, 2.8, 18.4, 18.4))
    _lines(painter, (12, 11), (12, 16.8))
    painter.setBrush(ink)
    painter.drawEllipse(QPointF(12, 7.6), 0.5, 0.5)


def _question(painter: QPainter, ink: QColor) -> None:
    curve = QPainterPath(QPointF(7.6, 8.4))
    curve.cubicTo(7.6, 2.6, 16.6, 2.8, 16.4, 8.4)
    curve.cubicTo(16.3, 11.6, 12, 11.8, 12, 15.4)
    painter.drawPath(curve)
    painter.setBrush(ink)
    painter.drawEllipse(QPointF(12, 19.8), 0.6, 0.6)


def _lock(painter: QPainter, ink: QColor) -> None:
    painter.drawRoundedRect(QRectF(4.6, 10.4, 14.8, 10.6), 2.2, 2.2)
    shackle = QPainterPath(QPointF(7.8, 10.4))
    shackle.lineTo(7.8, 7.4)
    shackle.cubicTo(7.8, 1.6, 16.2, 1.6, 16.2, 7.4)
    shackle.lineTo(16.2, 10.4)
    painter.drawPath(shackle)
    painter.save()
    painter.setBrush(ink)
    painter.drawEllipse(QPointF(12, 15.2), 0.9, 0.9)
    painter.restore()
    _lines(painter, (12, 15.8), (12, 17.6))


def _closed(painter: QPainter, _ink: QColor) -> None:
    painter.drawEllipse(QRectF(2.8, 2.8, 18.4, 18.4))
    _lines(painter, (7.4, 12), (16.6, 12))


def _plan(painter: QPainter, _ink: QColor) -> None:
    for left in (2.8, 13.4):
        for top in (2.8, 13.4):
            painter.drawRoundedRect(QRectF(left, top, 7.8, 7.8), 1.6, 1.6)


def _base(painter: QPainter, _ink: QColor) -> None:
    painter.drawEllipse(QRectF(3.6, 2.6, 16.8, 5.6))
    for y in (12, 18.6):
        curve = QPainterPath(QPointF(3.6, y))
        curve.cubicTo(3.6, y + 3.8, 20.4, y + 3.8, 20.4, y)
        painter.drawPath(curve)
    _lines(painter, (3.6, 5.4), (3.6, 18.6))
    _lines(painter, (20.4, 5.4), (20.4, 18.6))


def _look(painter: QPainter, ink: QColor) -> None:
    circle = QRectF(2.8, 2.8, 18.4, 18.4)
    painter.drawEllipse(circle)
    painter.setBrush(ink)
    painter.drawChord(circle, -90 * 16, 180 * 16)


def _back(painter: QPainter, _ink: QColor) -> None:
    path = QPainterPath(QPointF(8.4, 5))
    path.lineTo(20.6, 5)
    path.lineTo(20.6, 19)
    path.lineTo(8.4, 19)
    path.lineTo(2.6, 12)
    path.closeSubpath()
    painter.drawPath(path)
    _lines(painter, (11.2, 9.6), (16, 14.4))
    _lines(painter, (16, 9.6), (11.2, 14.4))


def _undo(painter: QPainter, _ink: QColor) -> None:
    path = QPainterPath(QPointF(4, 9))
    path.lineTo(14.4, 9)
    path.cubicTo(22.4, 9, 22.4, 19.6, 14.4, 19.6)
    path.lineTo(8, 19.6)
    painter.drawPath(path)
    _lines(painter, (8.6, 4.4), (4, 9), (8.6, 13.6))


def _keypad(painter: QPainter, ink: QColor) -> None:
    painter.setBrush(ink)
    for x in (5.5, 12, 18.5):
        for y in (5.5, 12, 18.5):
            painter.drawEllipse(QPointF(x, y), 0.8, 0.8)


def _seated(painter: QPainter, _ink: QColor) -> None:
    painter.drawEllipse(QPointF(8.6, 4.4), 2.1, 2.1)
    _lines(painter, (8.8, 8.6), (9.4, 14.2), (15.2, 14.2), (17.4, 20.4), (19.6, 19.8))
    _lines(painter, (9.0, 10.8), (14.2, 10.8))
    wheel = QPainterPath(QPointF(7.0, 11.6))
    wheel.cubicTo(1.4, 14.4, 3.6, 21.6, 9.2, 21.6)
    wheel.cubicTo(12.2, 21.6, 14.2, 19.6, 14.8, 17.0)
    painter.drawPath(wheel)


_DRAWINGS: dict[Icon, Callable[[QPainter, QColor], None]] = {
    Icon.FACE: _face,
    Icon.DESK_PERSON: _desk_person,
    Icon.BELL: _bell,
    Icon.CAMERA: _camera,
    Icon.HAND: _hand,
    Icon.CHECK: _check,
    Icon.CROSS: _cross,
    Icon.ARROW: _arrow,
    Icon.CALENDAR: _calendar,
    Icon.CARD: _card,
    Icon.CODE: _code,
    Icon.CLOCK: _clock,
    Icon.INFO: _info,
    Icon.QUESTION: _question,
    Icon.CLOSED: _closed,
    Icon.LOCK: _lock,
    Icon.PLAN: _plan,
    Icon.BASE: _base,
    Icon.LOOK: _look,
    Icon.BACK: _back,
    Icon.UNDO: _undo,
    Icon.KEYPAD: _keypad,
    Icon.SEATED: _seated,
}
