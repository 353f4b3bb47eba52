"""A sheet of labels and values under headings, longer than the screen where it has to be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from kiosk.ui.scrolling import finger_scrolled
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

Group = tuple[str, tuple[tuple[str, str], ...]]
"""A heading and its (label, value) pairs; a value may have several lines."""

_MOST_LINES = 12
"""A value of no more lines shrinks where one of its words, such as a path, is wider than its column."""


class FieldSheet(QFrame):
    """All groups, to be scrolled by a finger."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self._paper = QWidget()
        self._column = QVBoxLayout(self._paper)
        self._around = QVBoxLayout(self)
        self._around.addWidget(finger_scrolled(self._paper))

    def show_groups(self, groups: Sequence[Group], lead: str = "") -> None:
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        first = Words(Role.SMALL, "soft", parent=self._paper)
        first.say(lead)
        self._column.addWidget(first)
        for title, fields in groups:
            heading = Words(Role.LABEL, "accent", parent=self._paper)
            heading.say(title)
            self._column.addSpacing(skin_of(self).metrics.px(20, 12))
            self._column.addWidget(heading)
            for label, value in fields:
                field = _Field(label, value, self._paper)
                self._column.addWidget(field)
                field.apply_skin()
                field.show()  # now, not at the next turn of the loop: else the sheet is laid out without it
        self._column.addStretch(1)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        pad = metrics.px(32, 18)
        self._around.setContentsMargins(pad, pad, pad, pad)
        self._column.setContentsMargins(0, 0, metrics.px(24, 16), 0)
        self._column.setSpacing(metrics.px(14, 7))


class _Field(QWidget):
    """One label and its value: under it on a narrow screen, beside it on a wide one."""

    def __init__(self, label: str, value: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._label, self._value = Words(Role.SMALL, "soft"), Words(Role.SMALL, fit_lines=_MOST_LINES)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._label, 3)
        self._row.addWidget(self._value, 7)
        for words in (self._label, self._value):
            words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._label.say(label)
        self._value.say(value)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        under = QBoxLayout.Direction.TopToBottom if metrics.portrait else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(under)
        self._row.setSpacing(metrics.px(2, 16))
