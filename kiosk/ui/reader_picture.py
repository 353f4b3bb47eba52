"""A drawn card coming down on a drawn reader; what to do, without words."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QPixmap, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import CARD_LOOP_MS, Palette

_FRAME_MS = 50
_SMALLEST_PX = 120
"""Where words need the room, a picture too small to read is left out."""
_UNITS = 400
"""The drawing's square, its middle at (0, 0)."""
_READER = QRectF(-194, -12, 388, 200)
_CARD = QRectF(-118, -70, 236, 138)
Draw = Callable[[QPainter], None]


class ReaderPicture(QWidget):
    """``reading`` False: the card sinks towards the reader; True: it lies there and a ring goes round, or fills."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = False
        self._share: float | None = None
        self._stamps: dict[tuple[str, float, Palette], QPixmap] = {}
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("")

    def set_reading(self, reading: bool) -> None:
        if reading != self._reading:
            self._reading = reading
            self._clock.restart()
            self.update()

    def set_share(self, share: float | None) -> None:
        """How much of a chip has been read, 0 to 1: the ring fills instead of going round."""
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, _SMALLEST_PX)  # it grows into whatever is free

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.restart()
        if skin_of(self).motion:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.height() < _SMALLEST_PX:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self._scale()
        painter.translate(round(self.width() / 2), round(self.height() / 2))
        self._stamp(painter, "reader", _READER, self._draw_reader)
        self._put_card(painter, 1.0 if self._reading else self._sunk())
        painter.scale(scale, scale)
        if self._reading:
            self._draw_ring(painter)
        painter.end()

    def _scale(self) -> float:
        """Pixels to the unit."""
        return min(self.width() / 1.2, self.height()) / _UNITS

    def _phase(self) -> float:
        """0..1 through the loop; a fixed, telling moment where nothing may move."""
        if not skin_of(self).motion or not self._clock.isValid():
            return 0.24
        return (self._clock.elapsed() % CARD_LOOP_MS) / CARD_LOOP_MS

    def _sunk(self) -> float:
        """0: card held above the reader, 1: lying on it. Down, rest, up again."""
        phase = self._phase()
        if phase < 0.45:
            return 0.5 - 0.5 * math.cos(math.pi * phase / 0.45)
        if phase < 0.8:
            return 1.0
        return 0.5 + 0.5 * math.cos(math.pi * (phase - 0.8) / 0.2)

    def _stamp(self, painter: QPainter, name: str, box: QRectF, draw: Draw) -> None:
        """Paint what never changes from a picture of it. Drawn anew for each frame it costs more than all else, most of
        it in handing Python's lock to other threads and back."""
        scale, palette = self._scale(), skin_of(self).palette
        key = (name, scale, palette)
        if key not in self._stamps:
            self._stamps = {known: stamp for known, stamp in self._stamps.items() if known[1:] == key[1:]}
            self._stamps[key] = _drawn(box, scale, self.devicePixelRatioF(), draw)
        painter.drawPixmap(round(box.left() * scale), round(box.top() * scale), self._stamps[key])

    def _put_card(self, painter: QPainter, sunk: float) -> None:
        scale = self._scale()
        painter.save()
        painter.translate(0, round((-112 + 193 * sunk) * scale))
        if sunk < 1:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.rotate(-7 * (1 - sunk))
        painter.save()
        painter.scale(scale, scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(skin_of(self).palette.scrim, 0.20))
        drop = 4 + 18 * (1 - sunk)
        painter.drawRoundedRect(QRectF(-112, -62 + drop, 224, 126), 13, 13)
        painter.restore()
        self._stamp(painter, "card", _CARD, self._draw_card)
        painter.restore()

    def _draw_reader(self, painter: QPainter) -> None:
        palette = skin_of(self).palette
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(palette.line))
        painter.drawRoundedRect(QRectF(-190, 6, 380, 178), 34, 34)
        painter.setBrush(colour(palette.closed))
        painter.drawRoundedRect(QRectF(-190, -8, 380, 178), 34, 34)
        pen = QPen(colour(palette.on_closed, 0.55), 4)
        pen.setDashPattern([3, 2.4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(-122, 14, 244, 134), 14, 14)

    def _draw_card(self, painter: QPainter) -> None:
        palette = skin_of(self).palette
        painter.setBrush(colour(palette.surface))
        painter.setPen(QPen(colour(palette.line_strong), 2.5))
        painter.drawRoundedRect(QRectF(-114, -66, 228, 130), 13, 13)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(palette.accent, 0.16))
        painter.drawRoundedRect(QRectF(34, -46, 62, 78), 7, 7)
        painter.setBrush(colour(palette.accent, 0.62))
        painter.drawEllipse(QPointF(65, -20), 14, 16)
        painter.drawChord(QRectF(41, 2, 48, 60), 0, 180 * 16)
        painter.setBrush(colour(palette.accent, 0.34))
        for top, width in ((-44, 92), (-22, 110), (0, 76), (38, 128)):
            painter.drawRoundedRect(QRectF(-96, top, width, 10), 5, 5)

    def _draw_ring(self, painter: QPainter) -> None:
        palette = skin_of(self).palette
        ring = QRectF(-62, -140, 124, 124)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(palette.line), 12))
        painter.drawEllipse(ring)
        pen = QPen(colour(palette.accent), 12)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._share is None:
            painter.drawArc(ring, round(90 * 16 - self._phase() * 2 * 360 * 16), -110 * 16)
        else:
            painter.drawArc(ring, 90 * 16, round(-360 * 16 * max(0.02, self._share)))


def _drawn(box: QRectF, scale: float, device_pixels: float, draw: Draw) -> QPixmap:
    """``box`` of the drawing as a picture of ``scale`` pixels to the unit."""
    stamp = QPixmap(QSize(math.ceil(box.width() * scale), math.ceil(box.height() * scale)) * device_pixels)
    stamp.setDevicePixelRatio(device_pixels)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.translate(-box.topLeft())
    draw(painter)
    painter.end()
    return stamp
