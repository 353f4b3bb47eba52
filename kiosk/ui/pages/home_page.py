"""The first page after the log-in: large tiles, only those that lead somewhere for this person."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kiosk.office.view import HomePage
from kiosk.ui.buttons import ChoiceButton
from kiosk.ui.icons import Icon
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.skin import skin_of

MOST_LARGE = 6
MOST_IN_FOUR = 8


class HomePageWidget(PageFrame):
    """``entered``: a tile's name."""

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: dict[str, ChoiceButton] = {}
        self._shown: HomePage | None = None
        self._grid = QGridLayout()
        self.put_body(self._grid)
        self.back_button.hide()

    def show_page(self, page: HomePage) -> None:
        self.show_head(page.title, page.lead, page.told)
        if self._shown is None or page.tiles != self._shown.tiles:
            self._make_tiles(page)
        self._shown = page

    def apply_skin(self) -> None:
        super().apply_skin()
        self._grid.setSpacing(skin_of(self).metrics.gap)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit opens the tile with that number, counted from the upper left."""
        names = list(self.tiles)
        place = event.key() - Qt.Key.Key_1
        if 0 <= place < len(names):
            self.entered.emit(names[place])
        else:
            event.ignore()

    def _make_tiles(self, page: HomePage) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.tiles.clear()
        for tile in page.tiles:
            button = ChoiceButton(Icon(tile.icon), self)
            button.say(tile.words, tile.line)
            button.setObjectName(f"office_{tile.name}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            button.clicked.connect(lambda *_, name=tile.name: self.entered.emit(name))
            self.tiles[tile.name] = button
            button.apply_skin()
            button.show()
        self._place()

    def _place(self) -> None:
        """Two to five beside each other, as wide as high as there is room; many of them with less around the words."""
        portrait, many = skin_of(self).metrics.portrait, len(self.tiles) > MOST_LARGE
        crowd = len(self.tiles) > MOST_IN_FOUR
        across = 2 + crowd if portrait else 3 + many + crowd
        for place, button in enumerate(self.tiles.values()):
            button.set_compact(many)
            self._grid.addWidget(button, place // across, place % across)
        for line in range(5):
            self._grid.setRowStretch(line, 1 if line * across < len(self.tiles) else 0)
            self._grid.setColumnStretch(line, 1 if line < across else 0)
