"""Signs read from afar: the verdict (colour, shape and word differ), and *camera is on*."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QTransform
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kiosk.ui.event_words import Direction
from kiosk.ui.icons import Icon, draw_icon
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class Sign(StrEnum):
    """Shapes: a disc, a road sign that points, a pin on a map, a calendar leaf, a square with a person, a ring."""

    WELCOME = "welcome"
    GO_THERE = "go_there"
    PLACE = "place"
    OTHER_DAY = "other_day"
    STAFF = "staff"
    CLOSED = "closed"


TURN_DEGREES = {Direction.RIGHT: 0.0, Direction.AHEAD: -90.0, Direction.LEFT: 180.0, Direction.BEHIND: 90.0}


class VerdictSign(QWidget):
    """One big shape in the on-colour of its ground, with the ground's colour inside."""

    def __init__(self, sign: Sign, ground: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign
        self._ground = ground
        self._direction = Direction.AHEAD
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, sign: Sign, direction: Direction | None = None) -> None:
        """Change shape and, where it points, direction."""
        self._sign = sign
        self._direction = direction or Direction.AHEAD
        self.update()

    def set_side(self, side_px: int) -> None:
        self.setFixedSize(side_px, side_px)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = skin_of(self).palette
        ground = colour(getattr(palette, self._ground))
        ink = colour(getattr(palette, f"on_{self._ground}"))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        box = QRectF(self.rect())
        side = box.width()
        inner = box.adjusted(side * 0.13, side * 0.13, -side * 0.13, -side * 0.13)
        if self._sign is Sign.WELCOME:
            painter.drawEllipse(box)
            draw_icon(painter, Icon.CHECK, inner, ground, stroke=2.8)
        elif self._sign is Sign.GO_THERE:
            painter.drawPath(_road_sign(box, TURN_DEGREES[self._direction]))
            draw_icon(painter, Icon.ARROW, inner, ground, stroke=3.0, turn_degrees=TURN_DEGREES[self._direction])
        elif self._sign is Sign.PLACE:
            painter.drawPath(_pin(box))
        elif self._sign is Sign.OTHER_DAY:
            painter.drawRoundedRect(box.adjusted(side * 0.04, 0, -side * 0.04, 0), side * 0.1, side * 0.1)
            draw_icon(painter, Icon.CALENDAR, inner, ground, stroke=1.9)
        elif self._sign is Sign.STAFF:
            painter.drawRoundedRect(box, side * 0.2, side * 0.2)
            draw_icon(
                painter,
                Icon.DESK_PERSON,
                inner.adjusted(-side * 0.0, -side * 0.0, side * 0.0, side * 0.0),
                ground,
                stroke=1.9,
            )
        else:
            draw_icon(painter, Icon.CLOSED, box, ink, stroke=2.4)
        painter.end()


def _road_sign(box: QRectF, turn_degrees: float) -> QPainterPath:
    """A square whose leading edge is a point, turned to where it leads."""
    side = box.width()
    corner = side * 0.06
    path = QPainterPath(QPointF(-0.46 * side, -0.42 * side + corner))
    path.quadTo(-0.46 * side, -0.42 * side, -0.46 * side + corner, -0.42 * side)
    path.lineTo(0.16 * side, -0.42 * side)
    path.quadTo(0.2 * side, -0.42 * side, 0.23 * side, -0.385 * side)
    path.lineTo(0.48 * side, -0.04 * side)
    path.quadTo(0.505 * side, 0, 0.48 * side, 0.04 * side)
    path.lineTo(0.23 * side, 0.385 * side)
    path.quadTo(0.2 * side, 0.42 * side, 0.16 * side, 0.42 * side)
    path.lineTo(-0.46 * side + corner, 0.42 * side)
    path.quadTo(-0.46 * side, 0.42 * side, -0.46 * side, 0.42 * side - corner)
    path.closeSubpath()
    turned = QTransform().translate(box.center().x(), box.center().y()).rotate(turn_degrees)
    return turned.map(path)


def _pin(box: QRectF) -> QPainterPath:
    """A pin on a map, with its hole."""
    side = box.width()
    centre, radius = QPointF(box.center().x(), box.top() + side * 0.37), side * 0.35
    path = QPainterPath(QPointF(centre.x(), box.bottom() - side * 0.01))
    path.cubicTo(
        QPointF(centre.x() - side * 0.12, box.bottom() - side * 0.2),
        QPointF(centre.x() - radius, centre.y() + radius * 0.75),
        QPointF(centre.x() - radius, centre.y()),
    )
    path.arcTo(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius), 180, -180)
    path.cubicTo(
        QPointF(centre.x() + radius, centre.y() + radius * 0.75),
        QPointF(centre.x() + side * 0.12, box.bottom() - side * 0.2),
        QPointF(centre.x(), box.bottom() - side * 0.01),
    )
    path.closeSubpath()
    hole = QPainterPath()
    hole.addEllipse(centre, radius * 0.42, radius * 0.42)
    return path.subtracted(hole)


class IconMark(QWidget):
    """One drawing in one palette colour, optionally on a disc of another."""

    def __init__(self, icon: Icon, ink: str = "ink", disc: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._ink, self._disc = icon, ink, disc
        self._muted = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: Icon, ink: str | None = None) -> None:
        self._icon = icon
        self._ink = ink or self._ink
        self.update()

    def set_muted(self, muted: bool) -> None:
        """Grey instead of its colour: what it stands for cannot be had now."""
        self._muted = muted
        self.update()

    def set_side(self, side_px: int) -> None:
        self.setFixedSize(side_px, side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = skin_of(self).palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self._disc:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(palette.line_strong if self._muted else getattr(palette, self._disc)))
            painter.drawEllipse(box)
            box = box.adjusted(box.width() * 0.22, box.width() * 0.22, -box.width() * 0.22, -box.width() * 0.22)
        draw_icon(painter, self._icon, box, colour(getattr(palette, self._ink)))
        painter.end()


class CameraSign(QWidget):
    """*Camera is on*: icon, words and colour, shown exactly while the device is open (R-21)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconMark(Icon.CAMERA, "on_camera")
        self._words = Words(Role.LABEL, "camera")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        keep = self.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.setSizePolicy(keep)
        self.setVisible(False)

    def keep_no_place(self) -> None:
        """Where it is seldom lit, its place is others' meanwhile."""
        keep = self.sizePolicy()
        keep.setRetainSizeWhenHidden(False)
        self.setSizePolicy(keep)

    def say(self, text: str) -> None:
        self._words.say(text)
        self.setAccessibleName(text)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._icon.set_side(metrics.px(44, 30))
        self._row.setContentsMargins(metrics.px(22, 16), metrics.px(8, 6), metrics.px(28, 20), metrics.px(8, 6))
        self._row.setSpacing(metrics.px(14, 10))
        self.setFixedHeight(metrics.px(68, 46))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(skin_of(self).palette.camera))
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.end()
