"""The window of everybody who is not at a gate: who is in it in the bar, one page below, a log-in that covers both."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from kiosk.office.view import Page
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.buttons import Button, LanguageSwitch
from kiosk.ui.framed_window import FramedWindow
from kiosk.ui.login_window import LoginCover
from kiosk.ui.pages.page_stack import PageStack
from kiosk.ui.tokens import DAY, Palette

_TOUCHES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.KeyPress})


class OfficeWindow(FramedWindow):
    """Window's thread. ``touched``: anything was, in it or, where it filters the application's events, over it."""

    left = Signal()
    touched = Signal()

    def __init__(
        self,
        texts_for: Callable[[str], Texts],
        languages: Sequence[str],
        title: str,
        *,
        rehearsal: bool = False,
        palette_tokens: Palette = DAY,
        motion: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``title``: the event's name."""
        super().__init__(now, palette_tokens=palette_tokens, motion=motion)
        self._texts_for, self._title, self._rehearsal = texts_for, title, rehearsal
        self._language = languages[0]
        self._role: Callable[[Texts], str] | None = None
        self._view = LoginView()
        self.pages, self.cover = PageStack(), LoginCover()
        self.leave_button = Button("quiet")
        self.leave_button.setObjectName("office_leave")
        self.leave_button.setProperty("small", True)
        self.leave_button.clicked.connect(self.left)
        self._bar.add_chip(self.leave_button)
        self._switch = LanguageSwitch(languages, lambda code: texts_for(code)("language_name"))
        self._switch.chosen.connect(self.set_language)
        self.cover.add_switch(self._switch)
        self.fill(self.pages, self.cover)
        self.set_language(self._language)

    @property
    def language(self) -> str:
        return self._language

    def set_language(self, language: str) -> None:
        """Chosen at the log-in: pages are made in the language their person came in with."""
        self._language = language
        self.pages.speak(self._texts_for(language))
        self._switch.show_language(language)
        self.show_login(self._view)

    def show_role(self, role: Callable[[Texts], str]) -> None:
        """What the logged-in person is, beside the name; said in the window's language."""
        self._role = role
        self.show_login(self._view)

    def show_event(self, title: str, *, rehearsal: bool) -> None:
        """The event came to be, or has another name."""
        self._title, self._rehearsal = title, rehearsal
        self.show_login(self._view)

    def show_login(self, view: LoginView) -> None:
        """Cover the pages while ``view`` asks for somebody; the cover first, so that nothing shines through."""
        self._view = view
        texts = self._texts_for(self._language)
        is_open = view.step is LoginStep.OPEN
        if not is_open:
            self._role = None
            self.cover.show_view(view, texts, str)
        self.cover.setVisible(not is_open)
        self.pages.setVisible(is_open)
        who = f"{view.name}  ·  {self._role(texts)}" if self._role is not None else view.name
        mark = texts("common.rehearsal") if self._rehearsal else ""
        self.say_bar(who if is_open else texts("office.title"), self._title, mark)
        self.leave_button.say(texts("office.leave"))
        self.leave_button.setVisible(is_open)
        self.settle()

    def show_page(self, page: Page) -> None:
        self.pages.show_page(page)
        self.settle()

    def forget_pages(self) -> None:
        self.pages.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A keyboard types into the log-in; in the pages keys have reached their widget already."""
        if self.cover.isVisible():
            self.cover.press(event)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touched.emit()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES and isinstance(watched, QWidget):
            self.touched.emit()
        return False
