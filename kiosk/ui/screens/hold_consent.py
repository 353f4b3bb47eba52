"""May the pictures of a repeated check be kept? What, why, until when and who, then two equal answers (R-47)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.buttons import Button
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words
from kiosk.visit.view import View

PARTS = ("what", "ground", "until", "who", "free", "withdraw")
_SHARES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)


class HoldConsentPage(Page):
    """``answered``: True is the consent. Portrait: one column of statements. Landscape: two."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._line = Words(Role.TITLE), Words(Role.LEAD, "soft")
        card = QFrame()
        card.setProperty("panel", "card")
        self._parts = {name: (Words(Role.LABEL, "accent"), Words(Role.BODY)) for name in PARTS}
        self._cells = [_cell(*words) for words in self._parts.values()]
        self._grid = QGridLayout(card)
        self.no, self.yes = Button("primary", large=True), Button("primary", large=True)
        self.no.setObjectName("hold_no")
        self.yes.setObjectName("hold_yes")
        self.no.clicked.connect(lambda: self.answered.emit(False))
        self.yes.clicked.connect(lambda: self.answered.emit(True))
        for button in (self.no, self.yes):
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # as wide as the other
        self._pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pair.addWidget(self.no, 1)
        self._pair.addWidget(self.yes, 1)
        self._whole = QVBoxLayout(self)
        self._whole.addStretch(1)
        self._whole.addWidget(self._title)
        self._whole.addWidget(self._line)
        self._whole.addWidget(card)
        self._whole.addLayout(self._pair)
        self._whole.addStretch(2)

    def show_view(self, view: View, saying: Saying) -> None:
        texts, event = saying.texts, saying.event
        self._title.say(texts("hold.title"))
        self._line.say(texts("hold.line"))
        for name, (heading, text) in self._parts.items():
            heading.say(texts(f"hold.heading.{name}"))
            if name == "ground":
                text.say(event.hold_ground)
            else:
                text.say(texts(f"hold.part.{name}", hours=f"{event.hold_hours:g}"))
        self.no.say(texts("hold.no"))
        self.yes.say(texts("hold.yes"))
        self._fit()

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        columns = 1 if metrics.portrait else 2
        for cell in self._cells:
            self._grid.removeWidget(cell)
        for place, cell in enumerate(self._cells):
            self._grid.addWidget(cell, place // columns, place % columns)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        pad = metrics.px(36, 22)
        self._grid.setContentsMargins(pad, pad, pad, pad)
        self._grid.setHorizontalSpacing(metrics.px(40, 36))
        self._grid.setVerticalSpacing(metrics.px(24, 12))
        margin = metrics.margin
        self._whole.setContentsMargins(margin, margin, margin, metrics.px(16, 8))
        self._whole.setSpacing(metrics.px(32, 16))
        self._pair.setSpacing(metrics.gap)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._pair.setDirection(down if metrics.portrait else across)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """An organiser's ground of any length is set smaller; nothing on this page is cut or scrolled away."""
        for share in _SHARES:
            for _, text in self._parts.values():
                text.set_share(share)
            for layout in (*(cell.layout() for cell in self._cells), self._grid, self._whole):
                layout.invalidate()  # from the inside out: Qt itself asks only later
            if self._whole.heightForWidth(self.width()) <= self.height():
                break


def _cell(heading: Words, text: Words) -> QWidget:
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(heading)
    column.addWidget(text)
    column.addStretch(1)
    return cell
