"""One sentence above a page, with its mark and, while something runs, how much of it is done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.office.view import Told
from kiosk.ui.banner import Banner
from kiosk.ui.pages.marks import ICONS, PANELS
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role


class ToldBar(QWidget):
    """Takes no room while there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners = {mark: Banner(ICONS[mark], panel, Role.BODY) for mark, panel in PANELS.items()}
        self._progress = _Progress()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for banner in self._banners.values():
            self._column.addWidget(banner)
        self._column.addWidget(self._progress)
        self.hide()

    def show_told(self, told: Told | None) -> None:
        for mark, banner in self._banners.items():
            banner.say(told.words if told is not None and told.mark is mark else "")
        self._progress.show_share(None if told is None else told.share)
        self.setVisible(told is not None)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setSpacing(metrics.px(8, 6))
        self._progress.setFixedHeight(metrics.px(18, 12))


class _Progress(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.hide()

    def show_share(self, share: float | None) -> None:
        self._share = share or 0.0
        self.setVisible(share is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = skin_of(self).palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        for fill, width in ((palette.line, self.width()), (palette.accent, self.width() * self._share)):
            painter.setBrush(colour(fill))
            painter.drawRoundedRect(QRectF(0, 0, max(width, self.height()), self.height()), radius, radius)
        painter.end()
