"""May the pictures of a repeated check be kept? What, why, until when and who, then two equal answers (R-47)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QFrame, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.buttons import Button
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words
from kiosk.visit.view import View

PARTS = ("what", "ground", "until", "who", "free", "withdraw")
_SHARES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58)
_LARGE_SHARES = (0.55, 0.52, 0.49, 0.46, 0.43, 0.4, 0.37, 0.34)
"""Further ones, for letters that somebody wants larger."""


class HoldConsentPage(Page):
    """``answered``: True is the consent. Portrait: one column of statements. Landscape: two."""

    fits_itself = True
    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._line = Words(Role.TITLE), Words(Role.BODY, "soft")
        self._panel = QFrame()
        self._panel.setProperty("panel", "card")
        self._parts = {name: (Words(Role.LABEL, "accent"), Words(Role.BODY)) for name in PARTS}
        self._halves = (QVBoxLayout(), QVBoxLayout())
        for place, words in enumerate(self._parts.values()):
            for each in words:
                self._halves[place * 2 // len(PARTS)].addWidget(each)
        self._card = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._panel)
        for half in self._halves:
            half.addStretch(1)
            self._card.addLayout(half, 1)
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
        self._whole.addWidget(self._panel)
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

    def beside_the_screen(self) -> tuple[QAbstractButton | None, QAbstractButton | None]:
        return self.no, self.yes

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        for box in (self._card, self._pair):
            box.setDirection(down if metrics.portrait else across)
        self._card.setSpacing(metrics.px(0, 36))
        for place in range(len(self._halves)):
            self._card.setStretch(place, 0 if metrics.portrait else 1)
        for half in self._halves:
            half.setSpacing(0)
        pad = metrics.px(36, 16)
        self._card.setContentsMargins(pad, pad, pad, pad - metrics.px(24, 8))
        margin = metrics.margin
        self._whole.setContentsMargins(margin, metrics.px(48, 14), margin, metrics.px(16, 4))
        self._whole.setSpacing(metrics.px(32, 10))
        self._pair.setSpacing(metrics.gap)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """An organiser's ground of any length is set smaller; nothing on this page is cut or scrolled away."""
        for words in self.findChildren(Words):
            words.ensurePolished()  # before the page is seen for the first time its letters have no size yet
        metrics = skin_of(self).metrics
        large, below = metrics.text_scale > 1.0, metrics.px(24, 8)
        margins = self._whole.contentsMargins()
        row = self.width() - margins.left() - margins.right()
        for button in (self.no, self.yes):
            button.fit_to(row if metrics.portrait else (row - self._pair.spacing()) // 2)
        for share in (*_SHARES, *_LARGE_SHARES) if large else _SHARES:
            for heading, text in self._parts.values():
                heading.set_share(max(0.5, share) if large else 1.0)
                text.set_share(share)
                text.setContentsMargins(0, 0, 0, round(below * max(0.4, share)) if large else below)
            for words in (self._title, self._line):
                words.set_share(max(0.5, share) if large else 1.0)
            for layout in (*self._halves, self._card, self._pair):
                layout.invalidate()  # from the inside out: Qt itself asks only later
            self._panel.updateGeometry()
            self._whole.invalidate()
            if self._whole.heightForWidth(self.width()) <= self.height():
                break
