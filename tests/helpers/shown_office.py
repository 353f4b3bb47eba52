"""A subject of the office in a real window: touched, looked over at every step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.domain.access import Principal, Role
from kiosk.office.subject import Room, Subject
from kiosk.office.view import FormPage, ListPage
from kiosk.ui.office_window import OfficeWindow
from kiosk.ui.pages.frame import PageFrame
from tests.helpers.office import OfficeStage
from tests.helpers.ui import clipped_texts, overlapping_texts, tap, target_faults


class ShownOffice:
    """An office whose pages are in a real window."""

    def __init__(self, window: OfficeWindow, stage: OfficeStage, make: Callable[[Room], Subject]) -> None:
        self.window = window
        stage.glass.show_page = window.show_page  # type: ignore[method-assign]
        office = stage.enter(Principal(Role.ORGANISER, "org"), make)
        pages = window.pages
        pages.acted.connect(office.on_act)
        pages.opened.connect(office.on_opened)
        pages.chosen.connect(office.on_chosen)
        pages.submitted.connect(office.on_submit)
        pages.went_back.connect(office.on_back)

    @property
    def frame(self) -> PageFrame:
        pages = self.window.pages
        match pages.page:
            case ListPage():
                return pages.list
            case FormPage():
                return pages.form
        return pages.sheet

    def tap(self, widget: QWidget) -> None:
        self.look()
        tap(self.window, widget)

    def press(self, act: str) -> None:
        self.tap(self.frame.acts[act])

    def open_row(self, key: Path) -> None:
        """One tap chooses, the next opens."""
        self.look()
        rows = self.window.pages.list.table.rows
        for _ in range(2):
            tap(self.window, rows, QPoint(100, rows.box_of(str(key)).center().y()))

    def look(self) -> None:
        QApplication.processEvents()
        name = type(self.window.pages.page).__name__
        assert not clipped_texts(self.window), name
        assert not overlapping_texts(self.window), name
        assert not target_faults(self.window), name
        assert not (self.window.pages.list.isVisible() and self.window.pages.list.table.cut_off()), name
