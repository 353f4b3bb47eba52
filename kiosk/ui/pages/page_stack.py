"""Shows whichever kind of page it is given, and passes on what a person does with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from kiosk.office.view import BoardPage, FormPage, HomePage, ListPage, Page, PicturePage, PlanPage, SheetPage
from kiosk.text import Texts
from kiosk.ui.pages.board_page import BoardPageWidget
from kiosk.ui.pages.form_page import FormPageWidget
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.pages.home_page import HomePageWidget
from kiosk.ui.pages.list_page import ListPageWidget
from kiosk.ui.pages.picture_page import PicturePageWidget
from kiosk.ui.pages.plan_page import PlanPageWidget
from kiosk.ui.pages.sheet_page import SheetPageWidget


class PageStack(QWidget):
    """Names and values are those of the page that is shown; see kiosk.office.view."""

    entered = Signal(str)
    acted = Signal(str, str)
    chosen = Signal(str, str)
    searched = Signal(str)
    opened = Signal(str)
    turned = Signal(bool)
    submitted = Signal(object)
    filled = Signal(str, object)
    went_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.home, self.list = HomePageWidget(), ListPageWidget()
        self.form, self.sheet, self.plan = FormPageWidget(), SheetPageWidget(), PlanPageWidget()
        self.pictures = PicturePageWidget()
        self.board = BoardPageWidget()
        self.page: Page | None = None
        self._stack = QStackedLayout(self)
        for widget in self._pages:
            self._stack.addWidget(widget)
            widget.went_back.connect(self.went_back)
        self.home.entered.connect(self.entered)
        self.list.acted.connect(lambda name: self.acted.emit(name, self.list.table.chosen_key))
        for without_rows in (self.sheet, self.plan, self.board):
            without_rows.acted.connect(lambda name: self.acted.emit(name, ""))
        self.list.chosen.connect(self.chosen)
        self.list.searched.connect(self.searched)
        self.list.opened.connect(self.opened)
        self.list.turned.connect(self.turned)
        self.form.submitted.connect(self.submitted)
        self.form.also.connect(self.filled)
        self.form.chosen.connect(self.chosen)

    @property
    def _pages(self) -> tuple[PageFrame, ...]:
        return self.home, self.list, self.form, self.sheet, self.plan, self.pictures, self.board

    def speak(self, texts: Texts) -> None:
        for page in self._pages:
            page.speak(texts)

    def show_page(self, page: Page) -> None:
        before, self.page = self.page, page
        match page:
            case HomePage():
                shown: QWidget = self.home
                self.home.show_page(page)
            case ListPage():
                shown = self.list
                self.list.show_page(page)
            case FormPage():
                shown = self.form
                self.form.show_page(page)
            case SheetPage():
                shown = self.sheet
                self.sheet.show_page(page)
            case PlanPage():
                shown = self.plan
                self.plan.show_page(page)
            case PicturePage():
                shown = self.pictures
                self.pictures.show_page(page)
            case BoardPage():
                shown = self.board
                self.board.show_page(page)
        if not isinstance(page, FormPage):
            self.form.forget()
        if not isinstance(page, PicturePage):
            self.pictures.forget()
        if not isinstance(page, SheetPage):
            self.sheet.forget()
        self._stack.setCurrentWidget(shown)
        if type(before) is not type(page) and not isinstance(page, FormPage | ListPage):
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Nothing of any page is left in the widgets."""
        self.list.forget()
        self.form.forget()
        self.sheet.forget()
        self.plan.forget()
        self.pictures.forget()
        self.board.forget()
        self.page = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, from every page."""
        if event.key() == Qt.Key.Key_Escape and not isinstance(self.page, HomePage):
            self.went_back.emit()
        else:
            event.ignore()
