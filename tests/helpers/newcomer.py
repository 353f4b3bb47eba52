"""Somebody who never organised an event before, at the office's window: by finger and by keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.office.view import FormPage, ListPage, Page, PicturePage, SheetPage
from kiosk.office_screen import OfficeScreen
from kiosk.text import Texts
from kiosk.ui.close_window import CloseWindow
from kiosk.ui.hold_button import HoldButton
from kiosk.ui.pages.frame import PageFrame
from tests.helpers.ui import place, tap

SECRET = "LIGHTHOUSE 7 CHOIR 4"
WAIT_S = 10.0

WHY = {"reason_necessity": "Tickets are bound to people.", "reason_rule": "permit 7, condition 3"}
TEXTS = {
    "name": {
        "name_zh": "灯塔合唱团",
        "name_en": "The Lighthouse Choir",
        "staff_desk_zh": "右侧",
        "staff_desk_en": "right",
    },
    "notice_controller": {"notice_controller_zh": "灯塔演出", "notice_controller_en": "Lighthouse Ltd"},
    "notice_contact": {"notice_contact_zh": "010-1234567", "notice_contact_en": "+86 10 1234567"},
    "notice_necessity": {"notice_necessity_zh": "门票实名。", "notice_necessity_en": "Tickets are bound to people."},
    "notice_rights": {"notice_rights_zh": "请联系主办方。", "notice_rights_en": "Write to the organiser."},
}
"""What replaces the template's words, page by page."""


def wait_until(condition: Callable[[], bool], what: str = "") -> None:
    """Let the window's thread work until it is so."""
    loop, ticking, end_s = QEventLoop(), QTimer(), time.monotonic() + WAIT_S
    ticking.timeout.connect(loop.quit)
    ticking.start(5)
    while not condition():
        assert time.monotonic() < end_s, f"waited in vain for {what}"
        loop.exec()


@dataclass
class Newcomer:
    """``code``: what the newcomer's second factor shows so many seconds from now."""

    screen: OfficeScreen
    code: Callable[[float], str] = str

    @property
    def page(self) -> Page | None:
        return self.screen.window.pages.page

    @property
    def told(self) -> str:
        told = getattr(self.page, "told", None)
        return told.words if told is not None else ""

    @property
    def listed(self) -> dict[str, tuple[str, ...]]:
        return {row.key: row.cells for row in self.page.rows} if isinstance(self.page, ListPage) else {}

    def log_in(self, account: str, password: str, code: str) -> None:
        window = self.screen.window
        for typed in (account, password, code):
            QTest.keyClicks(window, typed)
            tap(window, window.cover.enter_button)
        wait_until(window.pages.isVisible, "the way in")

    def enter(self, tile: str) -> None:
        self.tap(self.screen.window.pages.home.tiles[tile])

    def open_row(self, key: str) -> None:
        """Arrow keys go to a row; a finger opens it, or in a list that scrolls the enter key."""
        table = self.screen.window.pages.list.table
        wait_until(lambda: key in self.listed, f"row {key}")
        keys = [row.key for row in table.rows.shown]
        QTest.keyClick(table.rows, Qt.Key.Key_PageUp)
        while table.chosen_key != key:
            now = keys.index(table.chosen_key) if table.chosen_key in keys else -1
            QTest.keyClick(table.rows, Qt.Key.Key_Down if now < keys.index(key) else Qt.Key.Key_Up)
        before, spot = self.page, QPoint(100, table.rows.box_of(key).center().y())
        QApplication.processEvents()
        if table.rows.visibleRegion().boundingRect() == table.rows.rect():
            tap(self.screen.window, table.rows, spot)
        else:
            QTest.keyClick(table.rows, Qt.Key.Key_Return)
        wait_until(lambda: self.page is not before, f"what is behind {key}")

    def press(self, act: str) -> None:
        """A button below the page; what it leads to is waited for."""
        wait_until(lambda: act in self._frame.acts, act)
        before, button = self.page, self._frame.acts[act]
        if isinstance(button, HoldButton):
            button.held.emit()
        else:
            self.tap(button)
        wait_until(lambda: self.page is not before, f"what {act} does")

    def choose(self, setting: str, value: str) -> None:
        self.tap(self.screen.window.pages.form.options.buttons[setting, value])

    def fill(self, lines: Mapping[str, str]) -> None:
        entries = self.screen.window.pages.form.entries
        for name, text in lines.items():
            if entries[name].visibleRegion().isEmpty():
                entries[name].setFocus()  # as the tab key does; the form follows
            self.tap(entries[name])
            for _ in range(len(entries[name].text)):
                QTest.keyClick(entries[name], Qt.Key.Key_Backspace)
            if text.isascii():
                QTest.keyClicks(entries[name], text)
            else:
                typed = QInputMethodEvent()
                typed.setCommitString(text)
                QApplication.sendEvent(entries[name], typed)

    def give(self, lines: Mapping[str, str]) -> None:
        """Fill a form and give it in."""
        self.fill(lines)
        self.press("submit")

    def back(self) -> None:
        before = self.page
        self.tap(self._frame.back_button)
        wait_until(lambda: self.page is not before, "the page before")

    def pick(self, file: Path, folder: Path) -> None:
        """A file, from the folder that is offered."""
        self.open_row(str(folder))
        self.open_row(str(file))

    def tap(self, widget: QWidget) -> None:
        """With a finger, where it can be touched."""
        window = self.screen.window
        QApplication.processEvents()
        assert window.rect().intersects(place(widget, window)), widget.objectName()
        tap(window, widget)

    @property
    def _frame(self) -> PageFrame:
        pages = self.screen.window.pages
        match self.page:
            case ListPage():
                return pages.list
            case FormPage():
                return pages.form
            case SheetPage():
                return pages.sheet
            case PicturePage():
                return pages.pictures
        return pages.home

    # --- the steps ---------------------------------------------------------------------------------

    def begin(self, mode: str = "live", protection: str = "secret") -> None:
        """The first question, then the key."""
        self.enter("wizard")
        self.press("begin")
        self.choose("reason_duty", "law")
        self.give(WHY)
        if mode != "live":
            self.choose("mode", mode)
        if protection == "secret":
            self.fill({"secret": SECRET, "secret_again": SECRET})
        else:
            self.choose("protection", protection)
        self.press("submit")
        wait_until(lambda: "why" in self.listed, "the steps")

    def mend_texts(self) -> None:
        """Every text that still is the template's."""
        self.open_row("name")
        self.give(TEXTS["name"])
        self.open_row("gates")
        self.open_row("0")
        self.give({"where_zh": "向左", "where_en": "to the left"})
        self.back()
        self.open_row("notice")
        for part in ("notice_controller", "notice_contact", "notice_necessity", "notice_rights"):
            self.open_row(part)
            self.give(TEXTS[part])
            wait_until(lambda: "notice_short" in self.listed, "the notice")
        self.back()

    def mend_lanes(self) -> None:
        self.open_row("lanes")
        self.open_row("0")
        self.give({"manual_officers": "5", "manual_arrivals_per_min": "12"})
        self.back()

    def import_roster(self, file: Path, folder: Path, secret: str = SECRET) -> None:
        """Up to the report of what came of it."""
        self.pick(file, folder)
        self.press("take")
        if secret:
            self.give({"secret": secret})
        wait_until(lambda: self.screen.window.pages.list.isVisible() and self._is_report, "the report")

    def close_event(self) -> None:
        """In the window over the office, by holding the button."""
        self.tap(self._frame.acts["close"])
        wait_until(lambda: bool(self.screen.windows.open), "the closing window")
        [window] = self.screen.windows.open
        assert isinstance(window, CloseWindow)
        window.hold_button.held.emit()
        wait_until(window.done_button.isVisible, "the end of the closing")
        tap(window, window.done_button)
        wait_until(lambda: not self.screen.windows.open, "the office again")

    def take_evidence(self, folder: Path) -> None:
        """From the event's page: the pack goes into ``folder``, which is offered."""
        self.press("evidence")
        self.press("where")
        self.open_row(str(folder))
        self.press("here")
        wait_until(lambda: self._said("office.evidence.note"), "the pack")

    def check_evidence(self, pack: Path, folder: Path) -> None:
        """From the event's page: against this machine's key."""
        self.press("check")
        self.pick(pack, folder)
        wait_until(lambda: isinstance(self.page, FormPage), "against which key")
        self.press("submit")
        wait_until(lambda: isinstance(self.page, ListPage) and "event" in self.listed, "what was found")

    def _said(self, heading: str) -> bool:
        words = Texts(self.screen.window.language)(heading)
        return isinstance(self.page, SheetPage) and any(group.heading == words for group in self.page.groups)

    @property
    def _is_report(self) -> bool:
        return isinstance(self.page, ListPage) and self.page.title == Texts(self.screen.window.language)(
            "office.roster.report"
        )
