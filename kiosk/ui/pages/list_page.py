"""A page of rows: filter, few choices, the table, earlier and later, and what can be done with a row."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.office.view import ListPage
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.pages.entry import Entry
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.pages.options_bar import OptionsBar
from kiosk.ui.pages.table import Table
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

LONGEST_SEARCH = 40


class ListPageWidget(PageFrame):
    chosen = Signal(str, str)
    searched = Signal(str)
    opened = Signal(str)
    turned = Signal(bool)

    def __init__(self, parent: QWidget | None = None, *, searchable: bool = True) -> None:
        """``searchable``: whether any of its pages has a filter, and so a keyboard."""
        super().__init__(parent)
        self.search, self.keys_button = Entry(LONGEST_SEARCH), Button("quiet", Icon.KEYPAD)
        self.keyboard = Keyboard() if searchable else None
        self.options, self.table = OptionsBar(), Table()
        self._empty, self._line = Words(Role.LEAD, "soft"), Words(Role.BODY, "soft", fit_lines=1)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)  # where rows would begin
        self.earlier, self.later = Button("quiet"), Button("quiet")
        self._finding = QHBoxLayout()
        self._page: ListPage | None = None
        self._finding.addWidget(self.search, 1)
        self._finding.addWidget(self.keys_button, 0, Qt.AlignmentFlag.AlignBottom)
        self._top.addWidget(self._line)
        for button in (self.earlier, self.later):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._top.addWidget(button)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        rows.addWidget(self._empty)
        rows.addWidget(self.table, 1)
        keyboard = () if self.keyboard is None else (self.keyboard,)
        self.put_body(self._finding, self.options, *keyboard, rows)
        if self.keyboard is not None:
            self.keyboard.hide()
        self._connect()

    def speak(self, texts: Texts) -> None:
        super().speak(texts)
        self.earlier.say(texts("office.newer"))
        self.later.say(texts("office.older"))
        self.keys_button.say(texts("office.keys"))
        if self.keyboard is not None:
            self.keyboard.speak(texts)

    def show_page(self, page: ListPage) -> None:
        fresh = self._page is None or page.title != self._page.title
        self._page = page
        self.show_head(page.title, page.lead, page.told)
        for widget in (self.search, self.keys_button):
            widget.setVisible(page.search is not None)
        if page.search is not None:
            self.search.say("", page.search_words)
            if page.search != self.search.text:
                self.search.put(page.search)
        if fresh and self.keyboard is not None:
            self.keyboard.hide()
        self.options.show_options(page.options)
        pager = page.pager
        self._line.say("" if pager is None else pager.line)
        for button, on in ((self.earlier, pager and pager.earlier), (self.later, pager and pager.later)):
            button.setVisible(pager is not None)
            button.setEnabled(bool(on))
        self.table.show_rows(page.columns, page.rows, opens=page.opens)
        self.table.setVisible(bool(page.rows))
        self._empty.say("" if page.rows else page.empty)
        self._show_acts()
        if fresh and page.rows:
            self.table.rows.setFocus()

    def forget(self) -> None:
        """Nothing of what was shown stays in a widget."""
        self.table.show_rows((), (), opens=False)
        self.search.put("")
        self._page = None

    def apply_skin(self) -> None:
        super().apply_skin()
        metrics = skin_of(self).metrics
        self._finding.setSpacing(max(8, metrics.px(18, 12)))

    def _connect(self) -> None:
        self.search.changed.connect(self.searched)
        self.search.given.connect(self.table.rows.setFocus)
        keyboard = self.keyboard
        if keyboard is not None:
            self.keys_button.clicked.connect(lambda: keyboard.setVisible(not keyboard.isVisible()))
            keyboard.struck.connect(self.search.strike)
            keyboard.deleted.connect(self.search.delete)
        self.options.chosen.connect(self.chosen)
        self.table.chosen.connect(lambda _key: self._show_acts())
        self.table.opened.connect(self.opened)
        self.earlier.clicked.connect(lambda: self.turned.emit(False))
        self.later.clicked.connect(lambda: self.turned.emit(True))

    def _show_acts(self) -> None:
        if self._page is not None:
            self.show_acts(self._page.acts, with_row=bool(self.table.chosen_key))
