"""The strip at the top: event and gate, *camera is on*, rehearsal mark, clock. The same on every screen."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.signs import CameraSign
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class Chip(Words):
    """A short word in an outline."""

    def __init__(self, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(Role.LABEL, tone, align=Qt.AlignmentFlag.AlignHCenter, parent=parent)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        pad = metrics.px(18, 12)
        self.setContentsMargins(pad, 0, pad, 0)
        self.setFixedHeight(metrics.px(52, 34))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self.palette().color(self.foregroundRole())
        painter.setPen(QPen(ink, 1.5))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), self.height() / 2, self.height() / 2)
        painter.end()
        super().paintEvent(event)


class StatusBar(QWidget):
    """Fixed height; the camera sign's place is kept free while it is hidden, so that nothing jumps."""

    def __init__(self, now: Callable[[], float], *, with_camera: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.setProperty("bar", True)
        self.event_name = Words(Role.SMALL, "bar", fit_lines=2)
        self.gate_name = Words(Role.LABEL, "bar_soft", fit_lines=2)
        self.camera = CameraSign(self)
        self.rehearsal = Chip("bar")
        self.clock = Words(Role.HEADING, "bar", align=Qt.AlignmentFlag.AlignRight)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addStretch(1)
        names.addWidget(self.event_name)
        names.addWidget(self.gate_name)
        names.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.addLayout(names, 1)
        if with_camera:
            self._row.addWidget(self.camera, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.rehearsal, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.clock, 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._tick()

    def add_chip(self, chip: QWidget) -> None:
        """Put one more mark before the rehearsal mark."""
        self._row.insertWidget(self._row.indexOf(self.rehearsal), chip, 0, Qt.AlignmentFlag.AlignVCenter)

    def put_instead_of_names(self, notice: QWidget) -> None:
        """A place for something that goes before the names; ``show_names`` makes room for it."""
        self._row.insertWidget(0, notice, 4)

    def show_names(self, shown: bool) -> None:
        for words in (self.event_name, self.gate_name):
            words.setVisible(shown and bool(words.text()))
        self._row.setStretch(1, 1 if shown else 0)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self.setFixedHeight(metrics.px(156, 76))
        self._row.setContentsMargins(metrics.margin, 0, metrics.margin, 0)
        self._row.setSpacing(metrics.px(28, 22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(skin_of(self).palette.bar))
        painter.end()

    def _tick(self) -> None:
        self.clock.say(time.strftime("%H:%M", time.localtime(self._now())))
