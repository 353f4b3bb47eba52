"""Keys instead of fingers, for keypads on a cable: a ring around one button. Tab and arrows move it, Enter presses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.screens.page import Page

_STEPS = {
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Backtab: -1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
_PLAIN = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier


class KeyRing(QObject):
    """One window's ring. It is nowhere until a key asks for it: the choice begins with neither side marked (R-04)."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        for button in window.findChildren(QAbstractButton):
            button.installEventFilter(self)  # a button with the focus would else take keys its own way

    @property
    def _window(self) -> QWidget:
        """Asked of Qt: two that know each other would keep a closed window, and its last picture, for long."""
        window = self.parent()
        assert isinstance(window, QWidget)
        return window

    @property
    def button(self) -> QAbstractButton | None:
        """Where the ring is."""
        held = self._window.focusWidget()
        return held if isinstance(held, QAbstractButton) else None

    def take_off(self) -> None:
        """Another screen: nobody presses what was not asked for."""
        if self.button is not None:
            self.button.clearFocus()

    def take(self, event: QKeyEvent, page: Page) -> bool:
        """Whether the key meant something. Held keys and combinations mean nothing."""
        key = Qt.Key(event.key())
        if event.isAutoRepeat() or event.modifiers() & ~_PLAIN:
            return False
        if key in _STEPS:
            if key in {Qt.Key.Key_Down, Qt.Key.Key_Up} and page.read_on_by_key(_STEPS[key]):
                return True
            self._move(_STEPS[key])
            return True
        button = self.button
        if key in _ENTER and button is not None and button.isVisible():
            button.click()
            return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.KeyPress, QEvent.Type.KeyRelease} and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress:
                self._window.keyPressEvent(event)
            return True
        return event.type() is QEvent.Type.ShortcutOverride

    def _move(self, step: int) -> None:
        reachable = self._reachable()
        if not reachable:
            return
        button = self.button
        at = reachable.index(button) + step if button in reachable else min(0, step)
        reachable[at % len(reachable)].setFocus(Qt.FocusReason.TabFocusReason)

    def _reachable(self) -> list[QAbstractButton]:
        """What a finger could press, as one reads: row by row."""
        buttons = [each for each in self._window.findChildren(QAbstractButton) if each.isVisible() and each.isEnabled()]
        return sorted(buttons, key=self._place)

    def _place(self, button: QAbstractButton) -> tuple[int, int]:
        spot = button.mapTo(self._window, QPoint(0, button.height() // 2))
        return spot.y() // 48, spot.x()
