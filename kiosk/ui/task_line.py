"""A task of a course: what it is, how it is begun, and a tick once it is done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kiosk.ui.icons import Icon
from kiosk.ui.signs import IconMark
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

_MARK_PX = 30


class TaskLine(QFrame):
    def __init__(self, title: str, how: str) -> None:
        super().__init__()
        self.done = False
        self.setProperty("panel", "card")
        self._title = title
        self.mark = IconMark(Icon.CHECK, "accent")
        self.mark.set_side(_MARK_PX)
        policy = self.mark.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the words do not move when the tick comes
        self.mark.setSizePolicy(policy)
        self.title, self.how = Words(Role.LABEL), Words(Role.SMALL, "soft")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.how)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        self.title.say(title)
        self.how.say(how)
        self.mark.hide()

    def tick(self, done: str) -> None:
        """``done``: the word for it, for whoever cannot see the tick."""
        self.done = True
        self.mark.show()
        self.setAccessibleName(f"{self._title}, {done}")
