"""A line to be typed into, by a keyboard, the keys on the glass or an input method; nothing is copied from it."""

from __future__ import annotations

import re

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.typed import Typed
from kiosk.ui.words import Words

CARET, DOT = "▏", "•"

_LONG_RUN = re.compile("([!-~]{24})(?=[!-~])")
"""No word is as long; what is, such as a key, may be broken after it."""


class Entry(QWidget):
    """``taken``: the finger or the focus came here. ``changed``: the text is another one. ``given``: Enter."""

    taken = Signal()
    changed = Signal(str)
    given = Signal()

    def __init__(
        self, longest: int, parent: QWidget | None = None, *, several: bool = False, hidden: bool = False
    ) -> None:
        """``several``: it may take several lines. ``hidden``: shown as dots."""
        super().__init__(parent)
        self._typed, self._several, self._hidden = Typed(None, longest), several, hidden
        self._hint = ""
        self._label = Words(Role.LABEL, "accent")
        self._frame = QFrame()
        self._frame.setProperty("panel", "well")
        self._line = Words(Role.BODY, fit_lines=None if several else 1)
        self._empty = Words(Role.BODY, "soft", fit_lines=None if several else 1)
        self._inside = QHBoxLayout(self._frame)
        self._inside.addWidget(self._line, 1)
        self._inside.addWidget(self._empty, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._label)
        self._column.addWidget(self._frame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    @property
    def text(self) -> str:
        return self._typed.text

    def say(self, words: str, hint: str) -> None:
        self._hint = hint
        self._label.say(words)
        self.setAccessibleName(words)
        self._show()

    def put(self, text: str) -> None:
        """Stand ``text`` in it, without telling anybody."""
        self._typed.clear()
        for letter in text:
            self._typed.strike(letter)
        self._show()

    def strike(self, letter: str) -> None:
        if self._typed.strike(letter):
            self._told()

    def delete(self) -> None:
        self._typed.delete()
        self._told()

    def clear(self) -> None:
        self._typed.clear()
        self._told()

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setSpacing(metrics.px(8, 4))
        if self._several:
            self._frame.setMinimumHeight(metrics.px(180, 104))
        else:
            self._frame.setFixedHeight(metrics.target(84, 56))
        self._inside.setContentsMargins(metrics.px(24, 16), 0, metrics.px(24, 16), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.given.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            self.delete()
        elif event.text() and event.text().isprintable():
            self.strike(event.text())
        else:
            event.ignore()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        for letter in event.commitString():
            self.strike(letter)
        event.accept()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        if query is Qt.InputMethodQuery.ImCursorRectangle:
            return QRect(self._frame.geometry().bottomLeft(), self._frame.size())
        return super().inputMethodQuery(query)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show()
        self.taken.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._show()

    def _told(self) -> None:
        self._show()
        self.changed.emit(self.text)

    def _show(self) -> None:
        text = DOT * len(self.text) if self._hidden else self.text
        if self._several:
            text = _LONG_RUN.sub("\\1\N{ZERO WIDTH SPACE}", text)
        here = self.hasFocus()
        self._line.say(text + CARET if here else text)
        self._empty.say("" if text or here else self._hint)
        self._frame.setProperty("panel", "typing" if here else "well")
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)
