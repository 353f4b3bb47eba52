"""How large the letters are and how low the buttons lie: for this visit, remembered nowhere."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from kiosk.text import Texts
from kiosk.ui.buttons import make_segment
from kiosk.ui.icons import Icon, pixmap_icon
from kiosk.ui.skin import skin_of

TEXT_SCALES = (1.0, 1.5, 2.0)


class ComfortBar(QWidget):
    """Three letters, small to large, and a seated person. The last only where the screen is high."""

    text_scale_chosen = Signal(float)
    low_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._group = QButtonGroup(self)
        self.scales: dict[float, QPushButton] = {}
        for place, text_scale in enumerate(TEXT_SCALES):
            segment = make_segment("A")
            segment.setObjectName(f"text_{text_scale * 100:.0f}")
            segment.setProperty("letter", str(place))
            segment.clicked.connect(lambda _checked, chosen=text_scale: self.text_scale_chosen.emit(chosen))
            self._group.addButton(segment)
            self._row.addWidget(segment)
            self.scales[text_scale] = segment
        self.low = make_segment()
        self.low.setObjectName("low_layout")
        self.low.clicked.connect(self.low_chosen)
        self._row.addWidget(self.low)

    def speak(self, texts: Texts) -> None:
        for text_scale, segment in self.scales.items():
            segment.setAccessibleName(texts("comfort.text_size", percent=round(text_scale * 100)))
        self.low.setAccessibleName(texts("comfort.low"))

    def show_comfort(self, text_scale: float, low: bool) -> None:
        self.scales[text_scale].setChecked(True)
        self.low.setChecked(low)
        self._draw_icon()

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._row.setSpacing(max(8, metrics.px(12, 8)))
        for segment in (*self.scales.values(), self.low):
            segment.setMinimumHeight(metrics.target(96, 64))
            segment.setMinimumWidth(metrics.target(104, 60))
        self.low.setVisible(metrics.portrait)
        self._draw_icon()

    def _draw_icon(self) -> None:
        skin = skin_of(self)
        side = skin.metrics.px(60, 40)
        ink = skin.palette.on_accent if self.low.isChecked() else skin.palette.ink
        self.low.setIcon(pixmap_icon(Icon.SEATED, side, QColor(ink)))
        self.low.setIconSize(QSize(side, side))
