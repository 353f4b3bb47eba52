"""One act of a challenge: its sign, its words, how far it is, and that staff check just as well."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from kiosk.domain.act import Act
from kiosk.text import Texts
from kiosk.ui.act_sign import ActSign, StepDots
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class ActPanel(QFrame):
    """Portrait: the sign beside the words. Landscape: above them. Its size is the same for every act."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "closed")
        self.sign = ActSign("closed")
        self.words = Words(Role.TITLE, "closed")
        self._line = Words(Role.BODY, "closed")
        self._dots = StepDots()
        self._spoken = QVBoxLayout()
        self._spoken.addStretch(1)
        self._spoken.addWidget(self.words)
        self._spoken.addWidget(self._dots)
        self._spoken.addWidget(self._line)
        self._spoken.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignCenter)
        self._row.addLayout(self._spoken, 1)
        self.hide()

    def show_act(self, act: Act | None, step: int, of: int, texts: Texts) -> None:
        self.setVisible(act is not None)
        if act is None:
            return
        self.sign.show_act(act)
        self.words.say(texts(f"look.act.{act}"))
        self._line.say(texts("look.act_line"))
        self._dots.show_step(step, of)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        portrait = metrics.portrait
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if portrait else QBoxLayout.Direction.TopToBottom)
        self.sign.set_side(metrics.px(300, 190))
        self._dots.set_side(metrics.px(30, 22))
        for words in (self.words, self._line):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        pad = metrics.px(36, 22)
        self._row.setContentsMargins(pad, pad, pad, pad)
        self._row.setSpacing(metrics.px(28, 8))
        self._spoken.setSpacing(metrics.px(24, 12))
        self.setMinimumHeight(metrics.px(440, 480))
