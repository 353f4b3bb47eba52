"""The choice: two equal buttons, a short notice, the full notice one tap away (R-04, R-07)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.banner import Banner
from kiosk.ui.buttons import Button, ChoiceButton
from kiosk.ui.icons import Icon
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.scrolling import finger_scrolled
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import UNBOUNDED_PX, Role
from kiosk.ui.words import Words
from kiosk.visit.view import View

_LINE_SHARES = (1.0, 0.92, 0.84, 0.76)
_LARGE_SHARES = (0.68, 0.6, 0.52)
"""Further ones, for letters that somebody wants larger; then both words on the buttons give way, too."""
_QUESTION_SHARE = 0.62
"""How much of a high screen the question may take before its letters give way to the notice."""
_LOW_PAIR_PX = 450
_NOTICE_SHARES = (1.14, 1.07, 1.0, 0.94, 0.88, 0.82, 0.76)


def _said_before(view: View) -> str:
    """What to say of a document that came before the choice, which stays open."""
    if view.swipe_failed:
        return "document.swipe_again"
    if view.key_wanted:
        return "document.key_wanted_title"
    if view.document_down:
        return "choice.document_down"
    return "document.key_here_title" if view.key_here else ""


class ChoicePage(Page):
    """Portrait: question, buttons, notice. Landscape: notice on the left, question and buttons beside it."""

    fits_itself = True
    chosen = Signal(str)
    notice_wanted = Signal()

    def __init__(self, face_offered: bool = True, challenge: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._face_line = "choice.face_line_challenge" if challenge else "choice.face_line"
        self._title = Words(Role.TITLE, fit_lines=1)
        self._banner = Banner(Icon.CARD, role=Role.BODY)
        self.face = ChoiceButton(Icon.FACE)
        self.face.setObjectName("choice_face")
        self.staff = ChoiceButton(Icon.DESK_PERSON)
        self.staff.setObjectName("choice_staff")
        self.face.clicked.connect(lambda: self.chosen.emit("face"))
        self.staff.clicked.connect(lambda: self.chosen.emit("staff"))
        self._pair = QHBoxLayout()
        self._pair.addWidget(self.face, 1)
        self._pair.addWidget(self.staff, 1)
        self._face_offered = face_offered
        if not face_offered:
            self.face.hide()
        self._question = QVBoxLayout()
        self._question.addStretch(1)
        self._question.addWidget(self._title)
        self._question.addWidget(self._banner)
        self._question.addLayout(self._pair)
        self._question.addStretch(1)

        self._notice_title = Words(Role.LABEL, "accent")
        self._notice = Words(Role.BODY)
        self.notice_button = Button("quiet", Icon.INFO)
        self.notice_button.setObjectName("notice")
        self.notice_button.setProperty("small", True)
        self.notice_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # its column decides
        self.notice_button.clicked.connect(self.notice_wanted)
        card = QFrame()
        card.setProperty("panel", "card")
        self._card = QVBoxLayout(card)
        self._card.addWidget(self._notice_title)
        sheet = QWidget()
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._notice)
        column.addStretch(1)
        self._area = finger_scrolled(sheet)
        self._card.addWidget(self._area)
        self._card.addStretch(1)
        self._card.addWidget(self.notice_button)
        self._whole = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._whole.addLayout(self._question, 0)
        self._whole.addWidget(card, 0)

    def show_view(self, view: View, saying: Saying) -> None:
        texts = saying.texts
        self._title.say(texts("choice.title" if self._face_offered else "choice.title_staff_only"))
        self.face.say(texts("choice.face"), texts("choice.face_paused" if view.face_paused else self._face_line))
        self.face.set_available(not view.face_paused)
        self.staff.say(texts("choice.staff"), texts("choice.staff_line"))
        self._banner.say(texts(_said_before(view)) if _said_before(view) else "")
        self._notice_title.say(texts("choice.notice_title"))
        self._notice.say(saying.event.short_notice)
        self.notice_button.say(texts("choice.notice_more"))
        self._even_out()
        self._fit_notice()

    def beside_the_screen(self) -> tuple[QAbstractButton | None, QAbstractButton | None]:
        return self.face if self._face_offered else None, self.staff

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        portrait = metrics.portrait
        directions, low = QBoxLayout.Direction, skin_of(self).low
        upright = directions.BottomToTop if low else directions.TopToBottom
        (self._question if low else self._card).addWidget(self.notice_button)
        self.notice_button.show()  # Qt itself shows what moved only after the next events
        self._whole.setDirection(upright if portrait else directions.RightToLeft)
        self._whole.setStretch(0, int(not low) if portrait else 58)
        self._whole.setStretch(1, int(low) if portrait else 42)
        margin = metrics.margin
        self._whole.setContentsMargins(margin, margin, margin, metrics.px(16, 12))
        self._whole.setSpacing(metrics.px(48, 36))
        self._question.setSpacing(metrics.px(44, 28))
        self._pair.setSpacing(metrics.gap)
        for button in (self.face, self.staff):
            button.setMaximumWidth(UNBOUNDED_PX)  # what another size of the window left
        pad = metrics.px(40, 24)
        self._card.setContentsMargins(pad, pad, pad, pad)
        self._card.setSpacing(metrics.px(20, 14))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._even_out()
        self._fit_notice()

    def _even_out(self) -> None:
        """Both buttons get half the row, to the pixel, one text size, and the height the wordier one needs."""
        buttons = (self.face, self.staff) if self._face_offered else (self.staff,)
        gaps = self._pair.spacing() * (len(buttons) - 1)
        width = max(200, (self._pair_width() - gaps) // len(buttons) - 1)  # a pixel to spare: they must not differ
        skin = skin_of(self)
        large = skin.metrics.text_scale > 1.0
        least = skin.metrics.px(380 if skin.low or large else 440, 200 if large else 310)
        margins = self._whole.contentsMargins()
        for button in buttons:
            button.set_compact(large)  # the drawing and the edges give way before the words
            button.setMaximumWidth(width)
        whole = self.height() - margins.top() - margins.bottom()
        room = whole * _QUESTION_SHARE if large and skin.metrics.portrait else whole
        tallest = skin.metrics.px(_LOW_PAIR_PX) if skin.low else whole
        for share in (*_LINE_SHARES, *_LARGE_SHARES) if large or skin.low else _LINE_SHARES:
            for button in buttons:
                button.set_share(share)
                button.word.set_share(max(0.7, share) if large else 1.0)
            self._banner.words.set_share(max(0.7, share) if large else 1.0)
            ChoiceButton.align(buttons, width)
            height = max(least, *(button.height_needed(width) for button in buttons))
            for button in buttons:
                button.setFixedHeight(height)
            needed = self._question_height(len(buttons) * width + gaps)
            if needed <= room and height <= tallest:
                break

    def _question_height(self, width_px: int) -> int:
        """With the words and buttons of now: until its next pass, Qt remembers what layouts inside others needed."""
        self._banner.updateGeometry()
        for layout in (self._pair, self._question):
            layout.invalidate()
        return self._question.heightForWidth(width_px)

    def _pair_width(self) -> int:
        """From the page, not from what the pair had before: that would be a limit for ever."""
        margins = self._whole.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        if skin_of(self).metrics.portrait:
            return width
        width -= self._whole.spacing()
        return width - width * 42 // 100

    def _fit_notice(self) -> None:
        """A notice at its longest (R-07) is set smaller; nothing on this page is cut or scrolled away."""
        portrait = skin_of(self).metrics.portrait
        margins = self._whole.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        height = self.height() - margins.top() - margins.bottom()
        if portrait:
            height -= self._question_height(width) + self._whole.spacing()
        else:
            width = (width - self._whole.spacing()) * 42 // 100
        pads = self._card.contentsMargins()
        inner = width - pads.left() - pads.right()
        self.notice_button.fit_to(width if skin_of(self).low else inner)
        around = pads.top() + pads.bottom() + 2 * self._card.spacing()
        around += self._notice_title.heightForWidth(inner)
        if not skin_of(self).low:
            around += max(self.notice_button.minimumHeight(), self.notice_button.sizeHint().height())
        room = max(0, height - around)
        for share in _NOTICE_SHARES[2 if portrait else 0 :]:
            self._notice.set_share(share)
            needed = self._notice.heightForWidth(inner)
            if needed <= room:
                break
        # In the largest letters the rest is a finger's move away, and no line is cut through.
        self._area.setFixedHeight(needed if needed <= room else self._notice.whole_lines_px(inner, room))
