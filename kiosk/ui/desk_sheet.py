"""A page of one task at the desk: numbered steps, facts, a QR code, tiles to choose from; made for gloves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kiosk.office.view import Weight
from kiosk.station.desk_page import DeskPage, Tile
from kiosk.ui.code_card import CodeCard
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.scrolling import finger_scrolled
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

_LANDSCAPE_ACROSS, _PORTRAIT_ACROSS = 3, 2
_FEW_TILES = 4


class TileButton(QPushButton):
    """A word of any length and a line below it; as large as the page has room."""

    def __init__(self, tile: Tile, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "choice")
        self.setObjectName(f"tile_{tile.name}")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.word = Words(Role.LEAD, align=Qt.AlignmentFlag.AlignHCenter)
        self.line = Words(Role.SMALL, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self.word)
        self._column.addWidget(self.line)
        self._column.addStretch(1)
        self.word.say(tile.words)
        self.line.say(tile.line)
        self.setAccessibleName(tile.words)
        self.setAccessibleDescription(tile.line)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        pad = metrics.px(18, 12)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(metrics.px(8, 4))
        self.setMinimumHeight(metrics.primary())


class DeskSheet(PageFrame):
    """``acted``: the name of a tile or a button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: dict[str, TileButton] = {}
        self._paper, self._grid_box, self._code = QWidget(), QWidget(), CodeCard(290)
        self._rows, self._grid = QGridLayout(self._paper), QGridLayout(self._grid_box)
        self.qr = self._code.qr
        self._rows.setColumnStretch(1, 1)
        self._scroll = finger_scrolled(self._paper)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addWidget(self._scroll, 3)
        self._halves.addWidget(self._code, 2)
        self._halves.addWidget(self._grid_box, 5)
        self.put_body(self._halves)
        self.hide()

    def show_page(self, page: DeskPage | None) -> None:
        """None: nothing of what was shown stays in a widget."""
        page = page or DeskPage("")
        self.show_head(page.title, page.lead, page.told)
        self.back_button.setVisible(page.back)
        self._make_rows(page)
        self._make_tiles(page.tiles)
        self._code.say(page.code, page.code_words)
        self._scroll.setVisible(bool(page.steps or page.facts) or not page.tiles)
        self._grid_box.setVisible(bool(page.tiles))
        self.show_acts(page.acts, with_row=True)
        self._enlarge(page)
        self._code.apply_skin()

    def apply_skin(self) -> None:
        super().apply_skin()
        metrics = skin_of(self).metrics
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._halves.setDirection(down if metrics.portrait else across)
        self._halves.setSpacing(metrics.gap)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(max(8, metrics.px(24, 14)))
        self._rows.setContentsMargins(0, 0, metrics.px(24, 16), 0)
        self._rows.setHorizontalSpacing(metrics.px(36, 24))
        self._rows.setVerticalSpacing(metrics.px(24, 10))
        self._place_tiles()
        self._code.apply_skin()

    def _make_rows(self, page: DeskPage) -> None:
        _emptied(self._rows)
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        pairs = [(str(number), step) for number, step in enumerate(page.steps, 1)]
        roles = (Role.HEADING, Role.LEAD) if page.steps else (Role.SMALL, Role.BODY)
        last = 0
        for last, (first, second) in enumerate([*pairs, *page.facts], 1):
            for column, (words, role) in enumerate(zip((first, second), roles, strict=True)):
                tone = "accent" if page.steps and column == 0 else "soft" if column == 0 else "ink"
                cell = Words(role, tone, parent=self._paper)
                cell.setAlignment(top)
                cell.say(words)
                self._rows.addWidget(cell, last, column)
        for row in range(self._rows.rowCount()):
            self._rows.setRowStretch(row, 0)
        self._rows.setRowStretch(last + 1, 1)

    def _make_tiles(self, tiles: Sequence[Tile]) -> None:
        _emptied(self._grid)
        self.tiles.clear()
        for tile in tiles:
            button = TileButton(tile, self._grid_box)
            button.clicked.connect(lambda *_, name=tile.name: self.acted.emit(name))
            button.apply_skin()
            button.show()
            self.tiles[tile.name] = button
        self._place_tiles()

    def _place_tiles(self) -> None:
        """Side by side where there are many; few go below each other on an upright screen."""
        portrait, few = skin_of(self).metrics.portrait, len(self.tiles) <= _FEW_TILES
        pairs = few and len(self.tiles) != _LANDSCAPE_ACROSS
        across = (1 if few else _PORTRAIT_ACROSS) if portrait else (2 if pairs else _LANDSCAPE_ACROSS)
        for place, button in enumerate(self.tiles.values()):
            alone = portrait and place % across == 0 and place == len(self.tiles) - 1
            self._grid.addWidget(button, place // across, place % across, 1, across if alone else 1)
        for line in range(max(self._grid.rowCount(), self._grid.columnCount())):
            self._grid.setRowStretch(line, 1 if line * across < len(self.tiles) else 0)
            self._grid.setColumnStretch(line, 1 if line < across else 0)

    def _enlarge(self, page: DeskPage) -> None:
        """Buttons that something turns on are large, and the others beside them as high."""
        if any(act.weight is not Weight.QUIET for act in page.acts):
            for button in self.acts.values():
                button.setMinimumHeight(skin_of(self).metrics.primary())


def _emptied(grid: QGridLayout) -> None:
    while item := grid.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
