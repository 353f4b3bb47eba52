"""The two lit buttons beside the screen: what each of them presses now, and the line at its foot that says so.

A button presses a widget that is on the glass, as a finger would, and nothing else. Its lamp is lit exactly while it
would. When a button comes to mean something else both rest for a moment: whoever pressed twice meant it once.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from drivers.port import ButtonSide
from kiosk.text import Texts
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

REST_AFTER_CHANGE_MS = 600
"""Both buttons are dark and press nothing for so long after a screen in which one of them means something else."""

Offered = Mapping[ButtonSide, tuple[QAbstractButton, str]]
"""What each side would press, and in which words; a side that is left out presses nothing."""


class LitButtons(QObject):
    """``lit`` tells which lamps are to be on whenever that changes. Window's thread."""

    lit = Signal(frozenset)

    def __init__(self, captions: ButtonCaptions, parent: QObject) -> None:
        super().__init__(parent)
        self._captions = captions
        self._targets: dict[ButtonSide, QAbstractButton] = {}
        self._faulty: frozenset[ButtonSide] = frozenset()
        self._lit: frozenset[ButtonSide] = frozenset()
        self._offered: Offered = {}
        self.rest_timer = QTimer(self)
        self.rest_timer.setSingleShot(True)
        self.rest_timer.setInterval(REST_AFTER_CHANGE_MS)
        self.rest_timer.timeout.connect(self._tell)

    @property
    def pressable(self) -> Mapping[ButtonSide, QAbstractButton]:
        """What each button whose lamp is lit would press."""
        return {side: self._targets[side] for side in self._lit}

    def offer(self, offered: Offered, texts: Texts) -> None:
        """What is on the glass now."""
        self._offered = {side: what for side, what in offered.items() if what[0].isEnabled()}
        targets = {side: button for side, (button, _) in self._offered.items()}
        if any(targets.get(side) is not before for side, before in self._targets.items()):
            self.rest_timer.start()
        self._targets = targets
        self._say(texts)
        self._tell()

    def show_faulty(self, faulty: frozenset[ButtonSide], texts: Texts) -> None:
        """These are out of order: dark, and nothing is said to be done by them."""
        self._faulty = faulty
        self._say(texts)
        self._tell()

    def press(self, side: ButtonSide) -> None:
        """Somebody pressed; a dark button does nothing."""
        if side in self._lit and self._targets[side].isVisible():
            self._targets[side].click()

    def _say(self, texts: Texts) -> None:
        for side in ButtonSide:
            does = "" if side in self._faulty or side not in self._offered else self._offered[side][1]
            self._captions.say(side, texts(f"buttons.{side}", does=does) if does else "")

    def _tell(self) -> None:
        works = frozenset(self._targets) - self._faulty
        lit = frozenset[ButtonSide]() if self.rest_timer.isActive() else works
        self._captions.show_lit(lit)
        if lit != self._lit:
            self._lit = lit
            self.lit.emit(lit)


class ButtonCaptions(QFrame):
    """One line across the foot of the glass: left what the left button does, right what the right one does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "strip")
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        self.words = {
            ButtonSide.LEFT: Words(Role.LABEL, align=left, fit_lines=1),
            ButtonSide.RIGHT: Words(Role.LABEL, align=right, fit_lines=1),
        }
        self._marks = {side: _LampMark(side) for side in ButtonSide}
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._marks[ButtonSide.LEFT])
        for words in self.words.values():
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # half the row each
            self._row.addWidget(words, 1)
        self._row.addWidget(self._marks[ButtonSide.RIGHT])

    def say(self, side: ButtonSide, text: str) -> None:
        self.words[side].say(text)
        self.words[side].setVisible(True)  # empty it still keeps the other one on its side

    def show_lit(self, lit: frozenset[ButtonSide]) -> None:
        for side, mark in self._marks.items():
            mark.set_lit(side in lit)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self.setFixedHeight(max(metrics.px(84, 54), round(2.9 * metrics.type_px(Role.LABEL))))
        for mark in self._marks.values():
            mark.setFixedSize(metrics.px(72, 46), metrics.px(56, 36))
        self._row.setContentsMargins(metrics.margin, 0, metrics.margin, 0)
        self._row.setSpacing(metrics.px(20, 14))


class _LampMark(QWidget):
    """A lamp, lit or dark, and an arrow towards the button it stands for."""

    def __init__(self, side: ButtonSide) -> None:
        super().__init__()
        self._left, self._is_lit = side is ButtonSide.LEFT, False

    def set_lit(self, lit: bool) -> None:
        if lit != self._is_lit:
            self._is_lit = lit
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = skin_of(self).palette
        ink = colour(palette.accent if self._is_lit else palette.ink_soft)
        high, wide = float(self.height()), float(self.width())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._left:
            painter.translate(wide, 0)
            painter.scale(-1, 1)
        pen = QPen(ink, max(2.0, high * 0.09))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        tip, back = wide * 0.06, wide * 0.22
        painter.drawPolyline([QPointF(back, high * 0.28), QPointF(tip, high * 0.5), QPointF(back, high * 0.72)])
        radius = high * 0.3
        centre = QPointF(wide - radius - pen.widthF(), high / 2)
        painter.setBrush(ink if self._is_lit else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)
        painter.end()
