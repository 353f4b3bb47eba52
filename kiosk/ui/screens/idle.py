"""*Are you still there?* with all the time one asks for (R-44, R-102)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words
from kiosk.visit.view import View


class IdlePage(Page):
    more_time = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._mark = IconMark(Icon.CLOCK, "accent")
        self._title = Words(Role.TITLE, align=centre)
        self._line = Words(Role.LEAD, "soft", align=centre)
        self.button = Button("primary", large=True)
        self.button.setObjectName("more_time")
        self.button.clicked.connect(self.more_time)
        self._whole = QVBoxLayout(self)
        self._whole.addStretch(1)
        self._whole.addWidget(self._mark, 0, centre)
        self._whole.addWidget(self._title)
        self._whole.addWidget(self._line)
        self._whole.addWidget(self.button, 0, centre)
        self._whole.addStretch(1)

    def show_view(self, view: View, saying: Saying) -> None:
        self._title.say(saying.texts("idle.title"))
        self._line.say(saying.texts("idle.line"))
        self.button.say(saying.texts("idle.more_time"))

    def beside_the_screen(self) -> tuple[QAbstractButton | None, QAbstractButton | None]:
        return self.button, None

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(220, 140))
        margin = metrics.margin
        self._whole.setContentsMargins(margin, margin, margin, margin)
        self._whole.setSpacing(metrics.px(44, 26))
        self.button.setMinimumWidth(metrics.px(640, 440))
