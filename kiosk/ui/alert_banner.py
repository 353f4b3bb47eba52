"""A sign of an attack, in the bar of a desk where a supervisor works; it moves nothing below it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class AlertBanner(QFrame):
    """``asked``: show them. Takes no room while there is none."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "caution")
        self._mark = IconMark(Icon.HAND, "on_caution")
        self.words = Words(Role.SMALL, "caution", fit_lines=3)
        self.button = Button("primary")
        self.button.setObjectName("desk_alert")
        self.button.setProperty("small", True)
        self.button.clicked.connect(self.asked)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.hide()

    def say(self, words: str, texts: Texts) -> None:
        self.words.say(words)
        self.button.say(texts("alert.show"))
        self.setVisible(bool(words))

    def be_brief(self, brief: bool) -> None:
        """The button alone, where the bar has no room for more."""
        self._mark.setVisible(not brief)
        self.words.setVisible(not brief and bool(self.words.text()))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(64, 40))
        self._row.setContentsMargins(metrics.px(20, 14), 2, metrics.px(8, 4), 2)
        self._row.setSpacing(metrics.px(16, 12))
        self.button.setMinimumHeight(metrics.target(96, 56))
