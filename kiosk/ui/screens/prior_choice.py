"""The lane was chosen with the ticket: one line that says so, and the other way in (R-06).

From a face check *Check by staff* is one tap. The other way round the tap leads to the choice with its notice, for
that is where a face check is consented to.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from kiosk.domain.lane import Lane
from kiosk.ui.buttons import Button, ChoiceButton
from kiosk.ui.icons import Icon
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words
from kiosk.visit.view import View

_SHARES = (1.0, 0.92, 0.84, 0.76)
_LARGE_SHARES = (0.68, 0.6, 0.52, 0.45)
"""Further ones, for letters that somebody wants larger."""
_BUTTON_SHARE = 0.66
"""Of a wide screen's page: the one button is no wider than it was beside another, or little."""


class PriorChoicePage(Page):
    """``staff_chosen``: instead of the face check. ``choose_again``: both ways, and the notice."""

    fits_itself = True
    staff_chosen = Signal()
    choose_again = Signal()
    notice_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._line = Words(Role.TITLE), Words(Role.LEAD, "soft")
        self.staff, self.again = ChoiceButton(Icon.DESK_PERSON), ChoiceButton(Icon.FACE)
        self.staff.setObjectName("prior_staff")
        self.again.setObjectName("prior_again")
        self.staff.clicked.connect(self.staff_chosen)
        self.again.clicked.connect(self.choose_again)
        self.notice_button = Button("quiet", Icon.INFO)
        self.notice_button.setObjectName("prior_notice")
        self.notice_button.setProperty("small", True)
        self.notice_button.clicked.connect(self.notice_wanted)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        for widget in (self._title, self._line, self.staff, self.again, self.notice_button):
            self._column.addWidget(widget)
        self._column.addStretch(1)

    def show_view(self, view: View, saying: Saying) -> None:
        texts, face = saying.texts, view.prior is Lane.FACE
        stem = "prior.face" if face else "prior.staff"
        self._title.say(texts(f"{stem}_title"))
        self._line.say(texts(f"{stem}_line"))
        self.staff.say(texts("choice.staff"), texts("choice.staff_line"))
        self.again.say(texts("choice.face"), texts("prior.again_line"))
        self.staff.setVisible(face)
        self.again.setVisible(not face)
        self.notice_button.say(texts("choice.notice_more"))
        self._fit()

    def beside_the_screen(self) -> tuple[QAbstractButton | None, QAbstractButton | None]:
        """As on the choice: left the face lane, right the staff."""
        return (self.again, None) if self.staff.isHidden() else (None, self.staff)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        side = (
            metrics.margin if metrics.portrait else max(metrics.margin, round(self.width() * (1 - _BUTTON_SHARE) / 2))
        )
        self._column.setContentsMargins(side, metrics.px(48, 14), side, metrics.px(16, 10))
        self._column.setSpacing(metrics.px(44, 18))
        low = skin_of(self).low
        self._column.setStretch(0, 3 if low else 1)
        self._column.setStretch(self._column.count() - 1, 0 if low else 1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.apply_skin()

    def _fit(self) -> None:
        """Letters give way until everything stands on the page: nothing is cut or scrolled away."""
        skin, large = skin_of(self), skin_of(self).metrics.text_scale > 1.0
        margins = self._column.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        button = self.again if self.staff.isHidden() else self.staff
        button.set_compact(large or skin.low or not skin.metrics.portrait)
        least = skin.metrics.px(380, 200)
        for share in (*_SHARES, *_LARGE_SHARES) if large else _SHARES:
            for words in (self._title, self._line, button.word):
                words.set_share(max(0.5, share) if large else 1.0)
            button.set_share(share)
            ChoiceButton.align((button,), width)
            button.setFixedHeight(max(least, button.height_needed(width)))
            self._column.invalidate()
            if self._column.heightForWidth(self.width()) <= self.height():
                break
