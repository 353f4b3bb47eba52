"""A button for what cannot be undone: it has to be held."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.buttons import Button
from kiosk.ui.skin import colour, skin_of

HOLD_MS = 2000


class HoldButton(Button):
    """Fires once it has been held for ``HOLD_MS``; letting go earlier does nothing."""

    held = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("danger", large=True, parent=parent)
        self._since = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(30)
        self._tick.timeout.connect(self._on_tick)
        self.pressed.connect(self._begin)
        self.released.connect(self._end)

    @property
    def share(self) -> float:
        """How far the hold has come, 0..1."""
        return min(1.0, self._since.elapsed() / HOLD_MS) if self._tick.isActive() else 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.share > 0:
            painter = QPainter(self)
            bar = QRectF(0, self.height() - 12, self.width() * self.share, 6).adjusted(14, 0, -14, 0)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(skin_of(self).palette.on_halt))
            painter.drawRoundedRect(bar, 3, 3)
            painter.end()

    def _begin(self) -> None:
        self._since.start()
        self._tick.start()

    def _end(self) -> None:
        self._tick.stop()
        self.update()

    def _on_tick(self) -> None:
        self.update()
        if self._since.elapsed() >= HOLD_MS:
            self._tick.stop()
            self.held.emit()
