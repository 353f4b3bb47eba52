"""Several tickets that a search found, to choose one from: masked name, seat area, gate."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.station.desk_view import MOST_FOUND, DeskView
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class FoundPanel(QWidget):
    """``chosen``: the key of one of them."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.line = Words(Role.HEADING), Words(Role.BODY, "soft", fit_lines=2)
        self.rows = [Button("quiet") for _ in range(MOST_FOUND)]
        self._keys: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.title)
        self._column.addWidget(self.line)
        for place, row in enumerate(self.rows):
            self._column.addWidget(row)
            row.clicked.connect(lambda _=False, place=place: self.chosen.emit(self._keys[place]))
        self._column.addStretch(1)

    def show_found(self, view: DeskView, texts: Texts, gate_name: Callable[[str], str]) -> None:
        """Nothing found leaves nothing of the last search behind."""
        self._keys = [one.key for one in view.found]
        self.title.say(texts("desk.found.title", count=len(view.found)))
        self.line.say(texts("desk.found.more" if view.found_more else "desk.found.line"))
        self.line.setVisible(not view.calls)  # a call needs the room
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(view.found))
            if place < len(view.found):
                one = view.found[place]
                parts = (one.masked_name, one.seat_area, gate_name(one.gate_group))
                row.say("  ·  ".join(part for part in parts if part))
            else:
                row.say("")

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics.px(14, 10))
