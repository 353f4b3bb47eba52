"""The log-in that covers a desk or the office: what is asked for, dots for secrets, large keys, how long a lock is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.station.login_view import BY_PASSWORD, LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.keypad import Keys
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.typed import Typed
from kiosk.ui.words import Words

DIGITS = "1234567890"
DOT = "●"
MOST_DOTS = 24
_PIN_STEPS = {LoginStep.PIN, LoginStep.NEW_PIN, LoginStep.REPEAT_PIN, LoginStep.UNLOCK}
_HALVES, _FOR_LETTERS, _FOR_LETTERS_UPRIGHT = (1, 1), (4, 7), (6, 5)
"""How text and keys share the screen: a keyboard needs more of a wide one, and less of the height of an upright one."""


class LoginCover(QWidget):
    """Emits what was typed and forgets it at once. No rules here: the view says what is asked for."""

    entered = Signal(str)
    other_tapped = Signal()
    way_tapped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = LoginView()
        self._typed = Typed(DIGITS, self._view.most_letters)
        self._texts: Texts | None = None
        self._mark = IconMark(Icon.CARD, "on_accent", "accent")
        self._title, self._line = Words(Role.TITLE), Words(Role.LEAD, "soft")
        self._refused = Words(Role.LEAD, "caution")
        self._refusal = QFrame()
        self._refusal.setProperty("panel", "caution")
        self._call = Words(Role.LEAD, "caution", fit_lines=2)
        self._calling = QFrame()
        self._calling.setProperty("panel", "caution")
        self._entry = Words(Role.HEADING, fit_lines=1, align=Qt.AlignmentFlag.AlignHCenter)
        self._frame = QFrame()
        self._frame.setProperty("panel", "well")
        self.keys, self.keyboard = Keys(DIGITS, 3, small=False), Keyboard()
        self.enter_button = Button("primary", Icon.ARROW, large=True)
        self.enter_button.setObjectName("login_enter")
        self.clear_button = Button("quiet", large=True)
        self.other_button = Button("quiet", Icon.DESK_PERSON)
        self.way_button = Button("quiet", Icon.KEYPAD)
        self._lay_out()
        for keys in (self.keys, self.keyboard):
            keys.struck.connect(self.strike)
            keys.deleted.connect(self.delete)
        self.enter_button.clicked.connect(self.enter)
        self.clear_button.clicked.connect(self.clear)
        self.other_button.clicked.connect(self.other_tapped)
        self.way_button.clicked.connect(self.way_tapped)

    def add_switch(self, switch: QWidget) -> None:
        self._said.addWidget(switch, 0, Qt.AlignmentFlag.AlignLeft)

    def show_view(self, view: LoginView, texts: Texts, gate_name: Callable[[str], str]) -> None:
        if (view.step, view.refused) != (self._view.step, self._view.refused):
            self._typed.clear()
            self._typed = Typed(None if view.takes_letters else DIGITS, view.most_letters)
            self.keyboard.begin()
        self._view, self._texts = view, texts
        locked = view.step is LoginStep.UNLOCK
        self._mark.set_icon(Icon.KEYPAD if view.step in _PIN_STEPS | BY_PASSWORD else Icon.CARD)
        self._title.say(texts("login.title_locked" if locked else "login.title"))
        self._line.say(texts(f"login.{view.step}", name=view.name) if view.step is not LoginStep.OPEN else "")
        self._refused.say(self._refusal_words(texts))
        self._refusal.setVisible(bool(view.refused))
        first = view.calls[0] if view.calls else None
        called = f"venue.notice.{first.notice}" if first is not None and first.notice else "login.call"
        self._call.say(texts(called, where=gate_name(first.gate_group)) if first is not None else "")
        self._calling.setVisible(bool(view.calls))
        self.other_button.setVisible(bool(view.name) or view.step in _PIN_STEPS)
        self.enter_button.say(texts("login.enter"))
        self.clear_button.say(texts("login.clear"))
        self.other_button.say(texts("login.other"))
        self.way_button.setVisible(view.two_ways and view.step is not LoginStep.CHECKING)
        self.way_button.say(texts("login.with_badge" if view.step in BY_PASSWORD else "login.with_password"))
        self.keys.delete.setAccessibleName(texts("desk.delete"))
        self.keyboard.speak(texts)
        self.keys.setVisible(not view.takes_letters)
        self.keyboard.setVisible(view.takes_letters)
        self.dock(skin_of(self).metrics.portrait)
        self._show_entry()

    def strike(self, letter: str) -> None:
        if self._asking and self._typed.strike(letter):
            self._show_entry()

    def delete(self) -> None:
        self._typed.delete()
        self._show_entry()

    def clear(self) -> None:
        self._typed.clear()
        self._show_entry()

    def enter(self) -> None:
        typed = self._typed.take()
        self._show_entry()
        if typed and self._asking:
            self.entered.emit(typed)

    def press(self, event: QKeyEvent) -> None:
        """A keyboard types what the step takes; nothing else a key does reaches anything."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.enter()
        elif event.key() == Qt.Key.Key_Backspace:
            self.delete()
        else:
            self.strike(event.text())

    def dock(self, portrait: bool) -> None:
        """Text above the keys on an upright screen, beside them on a wide one."""
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._halves.setDirection(down if portrait else across)
        for_letters = _FOR_LETTERS_UPRIGHT if portrait else _FOR_LETTERS
        shares = for_letters if self._view.takes_letters else _HALVES
        for place, share in enumerate(shares):
            self._halves.setStretch(place, share)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        margin = metrics.px(96, 40)
        self._halves.setContentsMargins(margin, metrics.px(72, 28), margin, metrics.px(72, 28))
        self._halves.setSpacing(metrics.px(40, 40))
        self._said.setSpacing(metrics.px(24, 16))
        self._typing.setSpacing(metrics.px(24, 12))
        self._end.setSpacing(metrics.px(20, 12))
        self._mark.set_side(metrics.px(168, 96))
        self._frame.setFixedHeight(metrics.px(128, 76))
        pad = metrics.px(28, 18)
        for inside in self._panels:
            inside.setContentsMargins(pad, pad, pad, pad)
        self._inside.setContentsMargins(pad, 0, pad, 0)
        self.dock(metrics.portrait)

    @property
    def _asking(self) -> bool:
        return self._view.step not in {LoginStep.CHECKING, LoginStep.OPEN} and not self._view.wait_s

    def _refusal_words(self, texts: Texts) -> str:
        view = self._view
        if not view.refused:
            return ""
        ways = ("refused_password", "refused") if view.step in BY_PASSWORD else ("refused",)
        keys = [f"login.{way}.{view.refused}" for way in ways]
        said = texts(next(filter(texts.has, keys), "login.refused.trouble"))
        if not view.wait_s:
            return said
        minutes, seconds = divmod(view.wait_s, 60)
        return f"{said}\n{texts('login.wait', minutes=minutes, seconds=f'{seconds:02d}')}"

    def _show_entry(self) -> None:
        self._entry.say(self._shown())
        typed = len(self._typed)
        self.enter_button.setEnabled(bool(typed) and self._asking)
        self.clear_button.setEnabled(bool(typed))
        for key in (*self.keys.keys.values(), self.keys.delete):
            key.setEnabled(self._asking)
        self.keyboard.setEnabled(self._asking)

    def _shown(self) -> str:
        """Dots for a secret, the end of one that is long; a badge's number in groups."""
        if self._view.hidden:
            return DOT * min(len(self._typed), MOST_DOTS)
        typed = self._typed.text
        if self._view.takes_letters:
            return typed
        return " ".join(typed[start : start + 4] for start in range(0, len(typed), 4))

    def _lay_out(self) -> None:
        self._said, self._typing, self._end = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        self._panels = []
        for frame, words in ((self._refusal, self._refused), (self._calling, self._call)):
            inside = QHBoxLayout(frame)
            inside.addWidget(words, 1)
            self._panels.append(inside)
        self._inside = QHBoxLayout(self._frame)
        self._inside.addWidget(self._entry, 1)
        self._said.addStretch(1)
        self._said.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self._title, self._line, self._refusal, self._calling):
            self._said.addWidget(widget)
        self._said.addStretch(1)
        for button in (self.way_button, self.other_button):
            self._said.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._typing.addWidget(self._frame)
        self._typing.addWidget(self.keys, 1)
        self._typing.addWidget(self.keyboard, 1)
        self._end.addWidget(self.clear_button, 1)
        self._end.addWidget(self.enter_button, 2)
        self._typing.addLayout(self._end)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.addLayout(self._said, 1)
        self._halves.addLayout(self._typing, 1)
