"""The attendee's window: shows the View it is given and says what was tapped. No rules here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QLayout, QStackedLayout, QVBoxLayout, QWidget

from drivers.port import ButtonSide
from kiosk.domain.incident import Mode
from kiosk.text import Texts
from kiosk.ui.buttons import Button, LanguageSwitch
from kiosk.ui.comfort_bar import ComfortBar
from kiosk.ui.event_words import EventScene
from kiosk.ui.icons import Icon
from kiosk.ui.key_ring import KeyRing
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.lit_buttons import ButtonCaptions, LitButtons
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.screens.document import DocumentPage
from kiosk.ui.screens.hold_consent import HoldConsentPage
from kiosk.ui.screens.idle import IdlePage
from kiosk.ui.screens.look import LookPage
from kiosk.ui.screens.notice import NoticePage
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.screens.prior_choice import PriorChoicePage
from kiosk.ui.screens.verdict import ClosedPage, FreeFlowPage, StaffPage, WelcomePage, WherePage
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.status_bar import StatusBar
from kiosk.ui.tokens import DAY, Palette, Role
from kiosk.ui.words import Words
from kiosk.ui.zone_view import Box
from kiosk.visit.view import Screen, View

CHOOSING = frozenset({Screen.CHOICE, Screen.PRIOR_CHOICE})
"""One and the same person's, whichever of them comes first."""
SWITCHED = frozenset({*CHOOSING, Screen.HOLD_CONSENT, Screen.OUT_OF_SERVICE})
"""Where language, letters and height of buttons can be chosen: something is to be decided, or nothing is going on."""
LARGE_SHARES = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52)
"""Of the size asked for; at 200 % the last is what everybody else reads."""
HELP_SHOWN_MS = 20_000
"""How long the button says that staff have been called."""
REST_MS = 120_000
"""So long the choice keeps an open notice, another language or large letters for somebody who does nothing more."""


class StationWindow(KioskWindow):
    """One gate's window. Call from the window's thread only.

    ``buttons``: two lit ones stand beside the screen.
    ``painted`` comes after a newly shown screen has really been painted and flushed to the glass.
    """

    choice_made = Signal(str)
    stop_tapped = Signal()
    dispute_tapped = Signal()
    hold_answered = Signal(bool)
    call_staff_tapped = Signal()
    more_time_tapped = Signal()
    language_chosen = Signal(str)
    activity = Signal()
    touched = Signal()
    painted = Signal(Screen)

    def __init__(
        self,
        texts_for: Callable[[str], Texts],
        scene: EventScene,
        languages: Sequence[str],
        *,
        rehearsal: bool = False,
        face_offered: bool = True,
        challenge: bool = False,
        passports: bool = False,
        buttons: bool = False,
        palette_tokens: Palette = DAY,
        motion: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(palette_tokens, motion=motion)
        self._texts_for, self._scene, self._languages = texts_for, scene, tuple(languages)
        self._language = self._languages[0]
        self._rehearsal, self._face_offered, self._challenge = rehearsal, face_offered, challenge
        self._passports = passports
        self._view = View(Screen.CHOICE)
        self._notice_open = False
        self._help_called = False
        self._unpainted: Screen | None = None
        self._bar = StatusBar(now)
        self._make_pages()
        self._make_bottom()
        self._captions = ButtonCaptions() if buttons else None
        self.lit_buttons = LitButtons(self._captions, self) if self._captions is not None else None
        self._lay_out()
        self._witness = _PaintWitness(self)
        self._witness.painted.connect(self._on_painted)
        self._ring = KeyRing(self)
        for button in self.findChildren(QAbstractButton):
            button.clicked.connect(self.touched)
        self._speak()
        self.show_view(self._view)

    @property
    def language(self) -> str:
        return self._language

    @property
    def view(self) -> View:
        return self._view

    @property
    def page(self) -> Page:
        """The page on the glass."""
        return self._page

    # --- what the station says -------------------------------------------------------------------

    def show_view(self, view: View) -> None:
        """Show ``view``. A new visit's choice begins in the event's first language and with letters and buttons as
        they were meant, whatever the last one chose."""
        if view.screen in CHOOSING and self._view.screen not in CHOOSING and not view.keeps:
            self._set_help_called(False)
            self.set_language(self._languages[0])
            self._set_comfort(1.0, low=False)
        if view.screen not in CHOOSING:
            self._notice_open = False
        self._view = view
        self._refresh()

    def set_camera_on(self, on: bool) -> None:
        """Bound to the device handle: the sign is there exactly while it is open (R-21)."""
        self._bar.camera.setVisible(on)

    def show_staff_called(self, called: bool) -> None:
        """Say on the button, for a while, that staff have been called; a tap alone does not say so."""
        self._set_help_called(called)
        if called:
            self._help_timer.start()

    def set_preview(self, picture: npt.NDArray[np.uint8] | None) -> None:
        """The zone as the camera sees it, copied before this returns. Ignored on every other screen."""
        if self._view.screen is Screen.LOOK_HERE:
            self._look.set_preview(picture)

    def set_box(self, box: Box | None) -> None:
        """Where the face is, as fractions of the zone."""
        if self._view.screen is Screen.LOOK_HERE:
            self._look.set_box(box)

    def set_language(self, language: str) -> None:
        if language != self._language:
            self._language = language
            self._speak()
            self._refresh()

    def show_placeholder(self, on: bool) -> None:
        """A drawn head instead of the live zone: for pictures of screens."""
        self._look.zone.show_placeholder(on)

    @property
    def preview_frames_painted(self) -> int:
        return self._look.zone.frames_painted

    # --- making ----------------------------------------------------------------------------------

    def _make_pages(self) -> None:
        self._choice, self._look = ChoicePage(self._face_offered, self._challenge), LookPage()
        self._notice, self._idle, self._prior = NoticePage(), IdlePage(), PriorChoicePage()
        document, staff = DocumentPage(self._passports), StaffPage()
        self._pages: dict[Screen, Page] = {
            Screen.CHOICE: self._choice,
            Screen.PRIOR_CHOICE: self._prior,
            Screen.PRESENT_DOCUMENT: document,
            Screen.READING: document,
            Screen.LOOK_HERE: self._look,
            Screen.WELCOME: WelcomePage(),
            Screen.WHERE_TO_GO: WherePage(),
            Screen.SEE_STAFF: staff,
            Screen.STAFF_CHOSEN: staff,
            Screen.OUT_OF_SERVICE: ClosedPage(),
        }
        self._in_mode: dict[Mode, Page] = {Mode.FREE_FLOW: FreeFlowPage(), Mode.ALL_MANUAL: staff}
        self._consent = HoldConsentPage()
        self._consent.answered.connect(self.hold_answered)
        self._pages[Screen.HOLD_CONSENT] = self._consent
        self._page: Page = self._choice
        self._choice.chosen.connect(self.choice_made)
        self._prior.staff_chosen.connect(lambda: self.choice_made.emit("staff"))
        self._prior.choose_again.connect(self.activity)
        for page in (self._choice, self._prior):
            page.notice_wanted.connect(lambda: self._open_notice(True))
        self._notice.closed.connect(lambda: self._open_notice(False))
        self._notice.read_on.connect(self.activity)
        self._idle.more_time.connect(self.more_time_tapped)

    def _make_bottom(self) -> None:
        self.stop_button = Button("quiet", Icon.HAND, large=True)
        self.stop_button.setObjectName("stop")
        self.stop_button.clicked.connect(self.stop_tapped)
        self.dispute_button = Button("quiet", large=True)
        self.dispute_button.setObjectName("dispute")
        self.dispute_button.clicked.connect(self.dispute_tapped)
        self.call_button = Button("quiet", Icon.BELL, large=True)
        self.call_button.setObjectName("call_staff")
        self.call_button.clicked.connect(self.call_staff_tapped)
        self._switch = LanguageSwitch(self._languages, lambda code: self._texts_for(code)("language_name"))
        self._switch.chosen.connect(self._choose_language)
        self.rest_timer = QTimer(self)
        self.rest_timer.setSingleShot(True)
        self.rest_timer.setInterval(REST_MS)
        self.rest_timer.timeout.connect(self._come_to_rest)
        self.activity.connect(self.rest_timer.start)
        self.comfort = ComfortBar()
        self.comfort.text_scale_chosen.connect(self._choose_text_scale)
        self.comfort.low_chosen.connect(self._choose_low)
        self._help_timer = QTimer(self)
        self._help_timer.setSingleShot(True)
        self._help_timer.setInterval(HELP_SHOWN_MS)
        self._help_timer.timeout.connect(lambda: self._set_help_called(False))

    def _lay_out(self) -> None:
        self._body = _Body()
        self._stack = QStackedLayout()
        self._switches = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._switches.addWidget(self._switch)
        self._switches.addWidget(self.comfort)
        self._switches.addStretch(1)
        self._bottom = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.addLayout(self._switches)
        self._foot.addLayout(self._bottom, 1)
        self._bottom.addWidget(self.stop_button)
        self._bottom.addWidget(self.dispute_button)
        self._keeps = Words(Role.LABEL, "accent", align=Qt.AlignmentFlag.AlignHCenter)
        self._bottom.addStretch(1)
        self._bottom.addWidget(self.call_button)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._stack, 1)
        for page in dict.fromkeys((*self._pages.values(), *self._in_mode.values(), self._notice, self._idle)):
            self._stack.addWidget(page)  # after the stack has a parent, else the first page opens as a window
        column.addWidget(self._keeps)
        column.addLayout(self._foot)
        if self._captions is not None:
            column.addWidget(self._captions)
        whole = QVBoxLayout(self)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the screen decides, not the words
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._bar)
        whole.addWidget(self._body, 1)

    def dressed(self) -> None:
        metrics = self.skin.metrics
        margin = metrics.margin
        foot = metrics.px(48, 26) if self._captions is None else metrics.px(24, 12)
        self._foot.setContentsMargins(margin, metrics.px(20, 14), margin, foot)
        for row in (self._foot, self._bottom, self._switches):
            row.setSpacing(metrics.gap)
        self._fit_foot()

    # --- keeping the glass up to date ------------------------------------------------------------

    def _refresh(self) -> None:
        view = self._view
        page = self._pages[view.screen]
        if view.screen is Screen.OUT_OF_SERVICE:
            page = self._in_mode.get(view.mode, page)
        if view.idle_warning:
            page = self._idle
        elif self._notice_open:
            page = self._notice
        if page is not self._page:
            self._page.forget()
            self._ring.take_off()
        page.show_view(view, self._saying())
        self._page = page
        self._body.set_ground(page.ground)
        self._stack.setCurrentWidget(page)
        self.stop_button.setVisible(view.can_stop)
        self.dispute_button.setVisible(view.can_dispute)
        keeps = view.keeps and view.screen is not Screen.CHOICE  # there the notice needs the room, and it was just read
        self._keeps.say(self._texts_for(self._language)("hold.keeps") if keeps else "")
        switched = view.screen in SWITCHED and not view.idle_warning
        self._switch.setVisible(switched)
        self.comfort.setVisible(switched)
        self._fit_foot()
        self._fit_letters()
        self._offer_to_buttons()
        self._unpainted = view.screen
        self._witness.raise_()
        self._witness.update()

    def _offer_to_buttons(self) -> None:
        """Left what the page asks for, else the way out of it; right what leads to a person (R-105)."""
        if self.lit_buttons is None:
            return
        texts = self._texts_for(self._language)
        left, right = self._page.beside_the_screen()
        way_out = next((each for each in (self.stop_button, self.dispute_button) if not each.isHidden()), None)
        offered: dict[ButtonSide, tuple[QAbstractButton, str]] = {}
        offered[ButtonSide.RIGHT] = self.call_button, texts("common.call_staff")
        for side, button in ((ButtonSide.LEFT, left or way_out), (ButtonSide.RIGHT, right)):
            if button is not None:
                offered[side] = button, button.accessibleName()
        self.lit_buttons.offer(offered, texts)

    def show_faulty_buttons(self, faulty: frozenset[ButtonSide]) -> None:
        """Which of the two beside the screen are out of order."""
        if self.lit_buttons is not None:
            self.lit_buttons.show_faulty(faulty, self._texts_for(self._language))

    def _saying(self) -> Saying:
        words = self._scene.words
        event = words.get(self._language) or next(iter(words.values()))
        return Saying(self._texts_for(self._language), event, self._scene)

    def _speak(self) -> None:
        """Everything around the page, in the language of the moment."""
        saying = self._saying()
        self._bar.event_name.say(saying.event.event_name)
        self._bar.gate_name.say(saying.event.gate_name)
        self._bar.camera.say(saying.texts("common.camera_on"))
        self._bar.rehearsal.say(saying.texts("common.rehearsal") if self._rehearsal else "")
        self.stop_button.say(saying.texts("common.stop"))
        self.dispute_button.say(saying.texts("hold.dispute"))
        self._set_help_called(self._help_called)
        self._switch.show_language(self._language)
        self.comfort.speak(saying.texts)
        self.comfort.show_comfort(self._text_scale, self._low)

    def _choose_language(self, language: str) -> None:
        self.set_language(language)
        self.language_chosen.emit(language)
        self.activity.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab and arrows move the ring, Enter presses, Escape stops or closes; nothing else means anything (R-67)."""
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat() and not event.modifiers():
            self._escape()
        elif self._ring.take(event, self._page):
            self.activity.emit()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return False  # Tab is the ring's

    def _escape(self) -> None:
        """The way back that a finger has: close the notice, stop the visit; else take the ring off."""
        for button in (self._notice.close_button, self.stop_button):
            if button.isVisible():
                button.click()
                return
        self._ring.take_off()

    def _choose_text_scale(self, text_scale: float) -> None:
        self._set_comfort(text_scale, low=self._low)
        self.activity.emit()

    def _choose_low(self, low: bool) -> None:
        self._set_comfort(self._text_scale, low=low)
        self.activity.emit()

    def _set_comfort(self, text_scale: float, *, low: bool) -> None:
        if (text_scale, low) == (self._text_scale, self._low):
            return
        self._low = low
        self.set_text_scale(text_scale)
        self.comfort.show_comfort(text_scale, low)
        self._refresh()
        self._refresh()  # new letters need a second look at what fits beside what

    def _fit_letters(self) -> None:
        """Letters that somebody wants larger grow as far as nothing on the page is cut."""
        words = [] if self._page.fits_itself else self._page.findChildren(Words)
        for share in LARGE_SHARES if self._text_scale > 1.0 else LARGE_SHARES[:1]:
            for each in words:
                each.set_share(share)
            self.settle()
            if self._text_scale == 1.0 or all(each.fits_in(self._page) for each in words):
                break

    def _fit_foot(self) -> None:
        """What does not fit beside each other stands below each other."""
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        room = self.width() - 2 * self.skin.metrics.margin
        actions = [each for each in (self.stop_button, self.dispute_button, self.call_button) if not each.isHidden()]
        for button in actions:
            button.fit_to(room)
        width = sum(each.sizeHint().width() for each in actions) + self.skin.metrics.gap * len(actions)
        self._bottom.setDirection(across if width <= room else down)
        self._switch.fit_to(room - self.skin.metrics.gap - self.comfort.sizeHint().width())
        pair = self._switch.sizeHint().width() + self.skin.metrics.gap + self.comfort.sizeHint().width()
        self._switches.setDirection(across if pair <= room else down)
        switches = min(pair, room) if not self.comfort.isHidden() else 0
        beside = not self.skin.metrics.portrait and switches + width + self.skin.metrics.gap <= room
        self._foot.setDirection(across if beside or not switches else down)

    def _open_notice(self, open_it: bool) -> None:
        self._notice_open = open_it
        self._notice.from_the_top()
        self.activity.emit()
        self._refresh()

    def _come_to_rest(self) -> None:
        """Whoever opened the notice or chose something went away: the next person finds the choice as it was."""
        if self._view.screen is Screen.CHOICE and not self._view.document_down:
            self._notice_open = False
            self._set_comfort(1.0, low=False)
            self.set_language(self._languages[0])
            self._refresh()

    def _set_help_called(self, called: bool) -> None:
        self._help_called = called
        if not called:
            self._help_timer.stop()
        texts = self._texts_for(self._language)
        self.call_button.say(texts("common.staff_called" if called else "common.call_staff"))
        self._fit_foot()

    def _on_painted(self) -> None:
        if self._unpainted is not None:
            screen, self._unpainted = self._unpainted, None
            # After this event the backing store is flushed; only then is the screen on the glass.
            QTimer.singleShot(0, self, lambda: self.painted.emit(screen))


class _Body(QWidget):
    """Fills page and bottom bar with the page's ground colour."""

    def __init__(self) -> None:
        super().__init__()
        self._ground = "ground"

    def set_ground(self, ground: str) -> None:
        if ground != self._ground:
            self._ground = ground
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour(getattr(skin_of(self).palette, self._ground)))
        painter.end()


class _PaintWitness(QWidget):
    """One pixel above everything: it is painted last, so all below it has been painted before."""

    painted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setGeometry(0, 0, 1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted.emit()
