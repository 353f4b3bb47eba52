"""The dashboard's board: said to who cannot see it, bars as long as numbers. It is walked with the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kiosk.office.dashboard_words import board_page
from kiosk.office.view import Bar, BarChart, BigNumber, BoardPage
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.charts import Look, height_of, paint_panel
from kiosk.ui.fonts import base_font
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.office_window import OfficeWindow
from kiosk.ui.tokens import DAY
from tests.helpers.live import sample_live
from tests.helpers.ui import NOON_UTC


def test_its_numbers_are_said_and_forgotten_with_it(
    keep: Callable[[KioskWindow], None], qapp: QApplication, tmp_path: Path
) -> None:
    window = OfficeWindow(Texts, ("en",), "The Lighthouse Choir", motion=False, now=lambda: NOON_UTC)
    keep(window)
    window.show_as_window(1280, 800)
    window.show_login(LoginView(LoginStep.OPEN, "Maria-Theresia Beispiel"))
    window.show_page(board_page(sample_live(tmp_path), Texts("en")))
    qapp.processEvents()
    board = window.pages.board.board
    assert board.sheet.height() > 0
    assert "; " in board.sheet.accessibleName()
    window.forget_pages()
    assert board.sheet.accessibleName() == ""


def test_a_bar_is_as_long_as_its_number(qapp: QApplication) -> None:
    font = base_font()
    look = Look(DAY, font, font, 40, 10)
    chart = BarChart("how many", (Bar("one", 100.0, "100"), Bar("other", 25.0, "25"), Bar("none", 0.0, "0")))
    image = QImage(800, height_of(chart, look), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_panel(painter, chart, QRect(0, 0, image.width(), image.height()), look)
    painter.end()
    accent = QColor(DAY.accent).rgb()
    lengths = [
        sum(image.pixel(x, look.heading_px + row * look.row_px + look.row_px // 2) == accent for x in range(300, 690))
        for row in range(3)
    ]
    assert lengths[0] > 200
    assert abs(lengths[1] - lengths[0] / 4) <= 2
    assert lengths[2] == 0


def test_an_empty_board_shows_its_words(keep: Callable[[KioskWindow], None], qapp: QApplication) -> None:
    window = OfficeWindow(Texts, ("en",), "x", motion=False, now=lambda: NOON_UTC)
    keep(window)
    window.show_as_window(1280, 800)
    window.show_login(LoginView(LoginStep.OPEN, "Maria"))
    nothing = BarChart("Why", (), "Nothing yet.")
    window.show_page(BoardPage("Live", (BigNumber("Let in", "0"),), (nothing,)))
    qapp.processEvents()
    assert window.pages.board.board.cut_off() == []
