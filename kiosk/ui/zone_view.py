"""The live zone: mirrored picture, oval, nothing outside the zone. Cheap enough to repaint 30 times a second."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QElapsedTimer, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.preview_picture import PreviewPicture
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import PREVIEW_INTERVAL_MS

ZONE_ASPECT = 0.83
"""Width over height of the zone of a 1280x720 camera (see kiosk.camera.port.Zone)."""

Box = tuple[float, float, float, float]


class ZoneView(QWidget):
    """Shows the newest preview. ``placeholder``: a drawn head stands for the person (pictures of screens, R-45)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: PreviewPicture | None = None
        self._box: Box | None = None
        self._good = False
        self._placeholder = False
        self._masks: dict[bool, QPixmap] = {}
        self._since_paint = QElapsedTimer()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setTimerType(Qt.TimerType.PreciseTimer)
        self._later.timeout.connect(self.update)
        self.frames_painted = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_preview(self, picture: npt.NDArray[np.uint8] | None) -> None:
        """The zone as the camera saw it (rows x columns x 3, blue-green-red; mirrored and copied here), or None when
        there is none."""
        if picture is None:
            self._drop_picture()
        else:
            self._picture_of(picture.shape[1], picture.shape[0]).show(picture)
        waited = self._since_paint.elapsed() if self._since_paint.isValid() else PREVIEW_INTERVAL_MS
        if waited >= PREVIEW_INTERVAL_MS - 2:
            self.update()
        elif not self._later.isActive():
            self._later.start(int(PREVIEW_INTERVAL_MS - waited))

    def set_box(self, box: Box | None) -> None:
        """Where the face is: x, y, width, height as fractions of the zone, not mirrored."""
        if box != self._box:
            self._box = box
            self.update()

    def set_good(self, good: bool) -> None:
        """The oval turns solid when there is nothing to advise."""
        if good != self._good:
            self._good = good
            self.update()

    def show_placeholder(self, on: bool) -> None:
        self._placeholder = on
        self.update()

    def forget(self) -> None:
        """Drop the last picture at once."""
        self._later.stop()
        self.set_box(None)
        self._drop_picture()
        self.update()

    def _picture_of(self, width_px: int, height_px: int) -> PreviewPicture:
        if self._picture is None or self._picture.size_px != (width_px, height_px):
            self._drop_picture()
            self._picture = PreviewPicture(width_px, height_px)
        return self._picture

    def _drop_picture(self) -> None:
        picture, self._picture = self._picture, None
        if picture is not None:
            picture.close()

    def apply_skin(self) -> None:
        self._masks.clear()

    def sizeHint(self) -> QSize:
        return QSize(round(560 * ZONE_ASPECT), 560)

    def zone_rect(self) -> QRect:
        """The picture's rectangle: the zone's shape, as large as fits."""
        height = min(self.height(), round(self.width() / ZONE_ASPECT))
        width = round(height * ZONE_ASPECT)
        return QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def oval(self) -> QRectF:
        """Where the face should be, in this widget's pixels."""
        zone = QRectF(self.zone_rect())
        width, height = zone.width() * 0.6, zone.height() * 0.74
        return QRectF(zone.center().x() - width / 2, zone.center().y() - height / 2, width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._masks.clear()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._since_paint.restart()
        painter = QPainter(self)
        zone = self.zone_rect()
        if self._placeholder or self._picture is None:
            painter.fillRect(zone, colour(skin_of(self).palette.closed))
            if self._placeholder:
                _draw_head(painter, QRectF(zone))
        else:
            painter.drawImage(zone, self._picture.image)
            self.frames_painted += 1
        if self._good not in self._masks:
            self._masks[self._good] = self._make_mask()
        painter.drawPixmap(0, 0, self._masks[self._good])
        if self._box is not None and not self._good:
            _draw_corners(painter, self._on_screen(self._box), skin_of(self).metrics.px(4, 3))
        painter.end()

    def _draw_oval(self, painter: QPainter) -> None:
        skin = skin_of(self)
        if self._good:
            pen = QPen(colour(skin.palette.good), skin.metrics.px(12, 8))
        else:
            pen = QPen(QColor(255, 255, 255), skin.metrics.px(7, 5))
            pen.setDashPattern([2.6, 2.2])
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(self.oval())

    def _on_screen(self, box: Box) -> QRectF:
        zone = QRectF(self.zone_rect())
        x, y, width, height = box
        return QRectF(
            zone.left() + (1 - x - width) * zone.width(),
            zone.top() + y * zone.height(),
            width * zone.width(),
            height * zone.height(),
        )

    def _make_mask(self) -> QPixmap:
        """Ground around the rounded zone, veil, oval: painted once per size and kind of oval."""
        skin = skin_of(self)
        pixmap = QPixmap(self.size())
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rounded = QPainterPath()
        rounded.addRoundedRect(QRectF(self.zone_rect()), skin.metrics.radius, skin.metrics.radius)
        oval = QPainterPath()
        oval.addEllipse(self.oval())
        everything = QPainterPath()
        everything.addRect(QRectF(self.rect()))
        painter.fillPath(rounded.subtracted(oval), colour(skin.palette.scrim, 0.52))
        painter.fillPath(everything.subtracted(rounded), colour(skin.palette.ground))
        self._draw_oval(painter)
        painter.end()
        return pixmap


def _draw_corners(painter: QPainter, box: QRectF, stroke: float) -> None:
    painter.setPen(QPen(QColor(255, 255, 255, 190), stroke))
    arm = box.width() * 0.16
    for corner, dx, dy in (
        (box.topLeft(), 1, 1),
        (box.topRight(), -1, 1),
        (box.bottomLeft(), 1, -1),
        (box.bottomRight(), -1, -1),
    ):
        painter.drawLine(corner, corner + QPointF(arm * dx, 0))
        painter.drawLine(corner, corner + QPointF(0, arm * dy))


def _draw_head(painter: QPainter, zone: QRectF) -> None:
    """A drawn nobody: head and shoulders in flat tones."""
    painter.save()
    painter.setClipRect(zone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(zone, QColor("#7f95a1"))
    centre, unit = zone.center().x(), zone.height()
    painter.setBrush(QColor("#33505f"))
    shoulders = QPainterPath(QPointF(centre - unit * 0.46, zone.bottom() + 2))
    shoulders.cubicTo(
        centre - unit * 0.42,
        zone.top() + unit * 0.76,
        centre - unit * 0.16,
        zone.top() + unit * 0.8,
        centre - unit * 0.1,
        zone.top() + unit * 0.74,
    )
    shoulders.lineTo(centre + unit * 0.1, zone.top() + unit * 0.74)
    shoulders.cubicTo(
        centre + unit * 0.16,
        zone.top() + unit * 0.8,
        centre + unit * 0.42,
        zone.top() + unit * 0.76,
        centre + unit * 0.46,
        zone.bottom() + 2,
    )
    painter.drawPath(shoulders)
    painter.setBrush(QColor("#c9a184"))
    painter.drawRoundedRect(
        QRectF(centre - unit * 0.085, zone.top() + unit * 0.58, unit * 0.17, unit * 0.24), unit * 0.07, unit * 0.07
    )
    painter.setBrush(QColor("#2a1f1b"))
    painter.drawEllipse(QPointF(centre, zone.top() + unit * 0.41), unit * 0.222, unit * 0.262)
    painter.setBrush(QColor("#dcb596"))
    face = QPainterPath(QPointF(centre - unit * 0.19, zone.top() + unit * 0.4))
    face.cubicTo(
        centre - unit * 0.17,
        zone.top() + unit * 0.27,
        centre + unit * 0.12,
        zone.top() + unit * 0.3,
        centre + unit * 0.19,
        zone.top() + unit * 0.4,
    )
    face.cubicTo(
        centre + unit * 0.2,
        zone.top() + unit * 0.58,
        centre + unit * 0.1,
        zone.top() + unit * 0.7,
        centre,
        zone.top() + unit * 0.7,
    )
    face.cubicTo(
        centre - unit * 0.1,
        zone.top() + unit * 0.7,
        centre - unit * 0.2,
        zone.top() + unit * 0.58,
        centre - unit * 0.19,
        zone.top() + unit * 0.4,
    )
    painter.drawPath(face)
    painter.setBrush(QColor("#2a1f1b"))
    for side in (-1, 1):
        painter.drawEllipse(QPointF(centre + side * unit * 0.078, zone.top() + unit * 0.46), unit * 0.016, unit * 0.018)
    pen = QPen(QColor("#8f5b45"), unit * 0.009)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    mouth = QPainterPath(QPointF(centre - unit * 0.052, zone.top() + unit * 0.588))
    mouth.quadTo(centre, zone.top() + unit * 0.612, centre + unit * 0.052, zone.top() + unit * 0.588)
    painter.drawPath(mouth)
    nose = QPainterPath(QPointF(centre, zone.top() + unit * 0.48))
    nose.quadTo(centre + unit * 0.024, zone.top() + unit * 0.53, centre, zone.top() + unit * 0.535)
    painter.drawPath(nose)
    painter.restore()
