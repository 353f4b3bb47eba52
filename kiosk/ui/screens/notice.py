"""The full notice: its eight statements, one under the other, to be scrolled with a finger."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QScrollArea, QScroller, QVBoxLayout, QWidget

from kiosk.ui.buttons import Button
from kiosk.ui.event_words import NoticePart
from kiosk.ui.icons import Icon
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words
from kiosk.visit.view import View


class NoticePage(Page):
    """``closed``: back to the choice. ``read_on``: somebody is scrolling, so somebody is here."""

    closed = Signal()
    read_on = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Words(Role.TITLE)
        self._sheet = QWidget()
        self._list = QVBoxLayout(self._sheet)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._sheet)
        self._area.verticalScrollBar().valueChanged.connect(lambda _value: self.read_on.emit())
        QScroller.grabGesture(self._area.viewport(), QScroller.ScrollerGestureType.LeftMouseButtonGesture)
        frame = QFrame()
        frame.setProperty("panel", "card")
        self._frame = QVBoxLayout(frame)
        self._frame.addWidget(self._area)
        self.close_button = Button("primary", Icon.CROSS, large=True, parent=self)
        self.close_button.setObjectName("notice_close")
        self.close_button.clicked.connect(self.closed)
        self._whole = QVBoxLayout(self)
        self._top = QHBoxLayout()
        self._top.addWidget(self._title, 1)
        self._whole.addLayout(self._top)
        self._whole.addWidget(frame, 1)
        self._shown: tuple[NoticePart, ...] = ()

    def show_view(self, view: View, saying: Saying) -> None:
        self._title.say(saying.texts("notice.title"))
        self.close_button.say(saying.texts("common.close"))
        if saying.event.full_notice != self._shown:
            self._shown = saying.event.full_notice
            self._fill()

    def beside_the_screen(self) -> tuple[QAbstractButton | None, QAbstractButton | None]:
        return self.close_button, None

    def from_the_top(self) -> None:
        self._area.verticalScrollBar().setValue(0)

    def read_on_by_key(self, step: int) -> bool:
        bar = self._area.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + step * self._area.viewport().height() // 2)
        return bar.value() != before

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        margin = metrics.margin
        # Where height is scarce, the button stands beside the title.
        (self._whole if metrics.portrait else self._top).addWidget(self.close_button)
        self._whole.setContentsMargins(margin, margin, margin, metrics.px(16, 12))
        self._whole.setSpacing(metrics.gap)
        pad = metrics.px(40, 28)
        self._frame.setContentsMargins(pad, pad, metrics.px(16, 12), pad)
        self._list.setContentsMargins(0, 0, metrics.px(24, 16), 0)
        self._list.setSpacing(metrics.px(10, 6))

    def _fill(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for part in self._shown:
            heading, text = Words(Role.LABEL, "accent", parent=self._sheet), Words(Role.BODY, parent=self._sheet)
            text.setContentsMargins(0, 0, 0, skin_of(self).metrics.px(26, 16))
            heading.say(part.heading)
            text.say(part.text)
            self._list.addWidget(heading)
            self._list.addWidget(text)
        self._list.addStretch(1)
