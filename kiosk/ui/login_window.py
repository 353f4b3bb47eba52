"""The log-in that covers the desk: what is asked for, dots for a PIN, large keys, and how long a lock still lasts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.keypad import Keys
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

DIGITS = "1234567890"
DOT = "●"
_PIN_STEPS = {LoginStep.PIN, LoginStep.NEW_PIN, LoginStep.REPEAT_PIN, LoginStep.UNLOCK}


class LoginCover(QWidget):
    """Emits what was typed and forgets it at once. No rules here: the view says what is asked for."""

    entered = Signal(str)
    other_tapped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed, self._view = "", LoginView()
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
        self.keys = Keys(DIGITS, 3, small=False)
        self.enter_button = Button("primary", Icon.ARROW, large=True)
        self.enter_button.setObjectName("login_enter")
        self.clear_button = Button("quiet", large=True)
        self.other_button = Button("quiet", Icon.DESK_PERSON)
        self._lay_out()
        self.keys.struck.connect(self.strike)
        self.keys.deleted.connect(self.delete)
        self.enter_button.clicked.connect(self.enter)
        self.clear_button.clicked.connect(self.clear)
        self.other_button.clicked.connect(self.other_tapped)

    def add_switch(self, switch: QWidget) -> None:
        self._said.addWidget(switch, 0, Qt.AlignmentFlag.AlignLeft)

    def show_view(self, view: LoginView, texts: Texts, gate_name: Callable[[str], str]) -> None:
        if (view.step, view.refused) != (self._view.step, self._view.refused):
            self._typed = ""
        self._view, self._texts = view, texts
        locked = view.step is LoginStep.UNLOCK
        self._mark.set_icon(Icon.KEYPAD if view.step in _PIN_STEPS else Icon.CARD)
        self._title.say(texts("login.title_locked" if locked else "login.title"))
        self._line.say(texts(f"login.{view.step}", name=view.name) if view.step is not LoginStep.OPEN else "")
        self._refused.say(self._refusal_words(texts))
        self._refusal.setVisible(bool(view.refused))
        self._call.say(texts("login.call", where=gate_name(view.calls[0].gate_group)) if view.calls else "")
        self._calling.setVisible(bool(view.calls))
        self.other_button.setVisible(bool(view.name) or view.step in _PIN_STEPS)
        self.enter_button.say(texts("login.enter"))
        self.clear_button.say(texts("login.clear"))
        self.other_button.say(texts("login.other"))
        self.keys.delete.setAccessibleName(texts("desk.delete"))
        self._show_entry()

    def strike(self, digit: str) -> None:
        if digit in DIGITS and digit != "" and self._asking and len(self._typed) < self._view.most_digits:
            self._typed += digit
            self._show_entry()

    def delete(self) -> None:
        self._typed = self._typed[:-1]
        self._show_entry()

    def clear(self) -> None:
        self._typed = ""
        self._show_entry()

    def enter(self) -> None:
        typed = self._typed
        self.clear()
        if typed and self._asking:
            self.entered.emit(typed)

    def press(self, event: QKeyEvent) -> None:
        """A keyboard types digits; nothing else a key does reaches anything."""
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
        key = f"login.refused.{view.refused}"
        said = texts(key if texts.has(key) else "login.refused.trouble")
        if not view.wait_s:
            return said
        minutes, seconds = divmod(view.wait_s, 60)
        return f"{said}\n{texts('login.wait', minutes=minutes, seconds=f'{seconds:02d}')}"

    def _show_entry(self) -> None:
        typed = self._typed
        grouped = " ".join(typed[start : start + 4] for start in range(0, len(typed), 4))
        self._entry.say(DOT * len(typed) if self._view.hidden else grouped)
        self.enter_button.setEnabled(bool(typed) and self._asking)
        self.clear_button.setEnabled(bool(typed))
        for key in (*self.keys.keys.values(), self.keys.delete):
            key.setEnabled(self._asking)

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
        self._said.addWidget(self.other_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._typing.addWidget(self._frame)
        self._typing.addWidget(self.keys, 1)
        self._end.addWidget(self.clear_button, 1)
        self._end.addWidget(self.enter_button, 2)
        self._typing.addLayout(self._end)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.addLayout(self._said, 1)
        self._halves.addLayout(self._typing, 1)
