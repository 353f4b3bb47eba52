"""A keyboard on the glass: small letters, capitals, signs; whoever has a real one does not need it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from kiosk.text import Texts
from kiosk.ui.keypad import Keys
from kiosk.ui.skin import skin_of

_SMALL = "1234567890qwertyuiopasdfghjklzxcvbnm"
_SIGNS = "-._@+!?#$%&*/=:;,'\"()[]{}<>\\|^~`"
BOARDS = {"small": _SMALL, "capital": _SMALL.upper(), "signs": _SIGNS}
_NAMES = {"small": "abc", "capital": "ABC", "signs": "#?!"}
COLUMNS = 10


class Keyboard(QWidget):
    """Says what was struck; holds nothing."""

    struck = Signal(str)
    deleted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boards = {name: Keys(letters, COLUMNS, small=True) for name, letters in BOARDS.items()}
        self.layers = {name: _segment(_NAMES[name]) for name in BOARDS}
        self.space = _segment("", checkable=False)
        self._stack, self._below = QStackedLayout(), QHBoxLayout()
        self._column = QVBoxLayout(self)  # first: a page without a parent would be shown as a window
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._stack, 1)
        self._column.addLayout(self._below)
        self._group = QButtonGroup(self)
        for name, board in self.boards.items():
            self._stack.addWidget(board)
            board.struck.connect(self.struck)
            board.deleted.connect(self.deleted)
            layer = self.layers[name]
            self._group.addButton(layer)
            layer.clicked.connect(lambda _checked, shown=board: self._stack.setCurrentWidget(shown))
            self._below.addWidget(layer, 1)
        self._below.addWidget(self.space, 2)
        self.space.clicked.connect(lambda: self.struck.emit(" "))
        self.begin()

    def begin(self) -> None:
        """Small letters again."""
        self.layers["small"].setChecked(True)
        self._stack.setCurrentWidget(self.boards["small"])

    def speak(self, texts: Texts) -> None:
        self.space.setText(texts("login.space"))
        self.space.setAccessibleName(texts("login.space"))
        for name, layer in self.layers.items():
            layer.setAccessibleName(texts(f"login.keys.{name}"))
        for board in self.boards.values():
            board.delete.setAccessibleName(texts("desk.delete"))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setSpacing(max(8, metrics.px(14, 8)))
        self._below.setSpacing(max(8, metrics.px(14, 8)))
        for segment in (*self.layers.values(), self.space):
            segment.setMinimumHeight(metrics.target(76, 56))


def _segment(word: str, *, checkable: bool = True) -> QPushButton:
    segment = QPushButton(word)
    segment.setProperty("kind", "segment")
    segment.setCheckable(checkable)
    segment.setAutoDefault(False)
    segment.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is typed goes on to where it went
    return segment
