"""What is always at hand at a desk that waits: help, and the lane closed in one touch."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.skin import skin_of

HELP, RECORDS, CLOSE_LANE = "help", "records", "close_lane"


class DeskTools(QWidget):
    """``tapped``: the name of a tool. Help is there always, the others where whoever works here may use them."""

    tapped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.buttons: dict[str, Button] = {}
        self._closed = False
        self._texts: Texts | None = None
        for name in (HELP, RECORDS, CLOSE_LANE):
            button = Button("quiet")
            button.setObjectName(f"desk_{name}")
            button.setProperty("small", True)
            button.clicked.connect(lambda *_, tool=name: self.tapped.emit(tool))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setVisible(name == HELP)
            self._row.addWidget(button, 1)
            self.buttons[name] = button

    def speak(self, texts: Texts) -> None:
        self._texts = texts
        for name, button in self.buttons.items():
            button.say(texts(f"tools.{name}"))
        self.show_closed(self._closed)

    def offer(self, name: str, on: bool) -> None:
        self.buttons[name].setVisible(on)

    def show_closed(self, closed: bool) -> None:
        """Whether the lane is closed now: the same button opens it again."""
        self._closed = closed
        button = self.buttons[CLOSE_LANE]
        button.set_kind("danger" if closed else "quiet")
        if self._texts is not None:
            button.say(self._texts("tools.open_lane" if closed else "tools.close_lane"))

    def apply_skin(self) -> None:
        self._row.setSpacing(max(8, skin_of(self).metrics.px(16, 10)))
