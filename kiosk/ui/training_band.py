"""The band across the top of every window of a training: in both languages, and nothing is ever drawn over it (R-96).

A process is a training or it is not: what is said once to the application holds for each window it makes, so that none
can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.text import Texts
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Metrics, Role

_PROPERTY = "training"
_LANGUAGES = ("zh", "en")
_HEIGHT_PER_LETTER = 1.9


def mark_windows(application: QApplication, *, training: bool) -> None:
    """Whether the windows made from now on are a training's."""
    application.setProperty(_PROPERTY, training)


def is_training() -> bool:
    application = QApplication.instance()
    return application is not None and bool(application.property(_PROPERTY))


@contextmanager
def windows_marked() -> Iterator[None]:
    """Windows made meanwhile are a training's; for pictures of them."""
    application = QApplication.instance()
    if application is None:
        raise AssertionError("no window without an application")
    before = is_training()
    application.setProperty(_PROPERTY, True)
    try:
        yield
    finally:
        application.setProperty(_PROPERTY, before)


class TrainingBand(QWidget):
    """As wide as its window, above everything that the window lays out."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._words = "   ".join(Texts(language)("training.band") for language in _LANGUAGES)
        self.setObjectName("training_band")
        self.setAccessibleName(self._words)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def place(self, metrics: Metrics) -> int:
        """Lay it across its window; how many pixels of the window it takes."""
        height_px = round(metrics.type_px(Role.LABEL) * _HEIGHT_PER_LETTER)
        self.setGeometry(0, 0, self._window.width(), height_px)
        self.raise_()
        return height_px

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = skin_of(self).palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(palette.halt))
        painter.setPen(colour(palette.on_halt))
        painter.setFont(self._fitting())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()

    def words_box(self) -> QRect:
        """The room the words take, in the middle of the band."""
        box = QFontMetrics(self._fitting()).boundingRect(self._words)
        box.moveCenter(self.rect().center())
        return box

    def _fitting(self) -> QFont:
        """As large as the band is high, smaller in a narrow window."""
        font, room_px = QFont(self.font()), self.width() * 0.96
        font.setBold(True)
        size_px = round(self.height() / _HEIGHT_PER_LETTER)
        font.setPixelSize(max(1, size_px))
        wide_px = QFontMetrics(font).horizontalAdvance(self._words)
        if wide_px > room_px:
            font.setPixelSize(max(8, int(size_px * room_px / wide_px)))
        return font
