"""A page of numbers and charts that follow what happens."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.office.view import BoardPage
from kiosk.ui.pages.board import Board
from kiosk.ui.pages.frame import PageFrame


class BoardPageWidget(PageFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.board = Board()
        self.put_body(self.board)

    def show_page(self, page: BoardPage) -> None:
        self.show_head(page.title, page.lead, page.told)
        self.board.show_board(page.numbers, page.panels)
        self.show_acts(page.acts, with_row=True)

    def forget(self) -> None:
        self.board.show_board((), ())
