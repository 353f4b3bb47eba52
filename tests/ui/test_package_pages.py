"""Packages without a base in the window: asked for by finger, taken by keys, in both languages and sizes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.base.by_hand import read_hand_request
from kiosk.office.view import Mark, SheetPage
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.office_window import OfficeWindow
from tests.helpers.package_office import Kiosk
from tests.helpers.shown_office import ShownOffice
from tests.helpers.ui import LANDSCAPE, NOON_UTC, PORTRAIT
from tests.unit.test_packages_by_hand import Office

SECRET = "LIGHTHOUSE 7 CHOIR 4"


@pytest.mark.parametrize(("language", "size"), [("zh", PORTRAIT), ("en", LANDSCAPE)], ids=["zh", "en"])
def test_a_package_is_asked_for_by_finger_and_taken_by_keys(
    keep: Callable[[KioskWindow], None], qapp: QApplication, tmp_path: Path, language: str, size: tuple[int, int]
) -> None:
    window = OfficeWindow(Texts, (language,), "The Lighthouse Choir", motion=False, now=lambda: NOON_UTC)
    keep(window)
    window.show_as_window(*size)
    window.show_login(LoginView(LoginStep.OPEN, "Maria-Theresia Beispiel"))
    kiosk = Kiosk(tmp_path, language)
    office = ShownOffice(window, kiosk.stage, kiosk.pages)

    office.press("ask")
    office.press("save")
    office.open_row(kiosk.stick)
    office.press("here")
    office.look()
    shown = window.pages.page
    assert isinstance(shown, SheetPage)
    code = dict(shown.groups[0].fields)[Texts(language)("office.package.code")]
    [request] = kiosk.stick.glob("ask-*.txt")
    roster, package = Office(tmp_path / "roster"), kiosk.stick / "event.package"
    roster.pack(package, read_hand_request(request.read_text("ascii")).checked(code))
    office.tap(office.frame.back_button)

    office.press("take")
    for _ in range(2):
        rows = window.pages.list.table.rows
        QTest.keyClick(rows, Qt.Key.Key_Down)
        QTest.keyClick(rows, Qt.Key.Key_Return)
    office.look()
    entries = window.pages.form.entries
    for name, typed in (("code", roster.code), ("secret", SECRET), ("secret_again", SECRET)):
        QTest.keyClicks(entries[name], typed)
        office.look()
        QTest.keyClick(entries[name], Qt.Key.Key_Return)
    office.look()
    page = window.pages.page
    assert isinstance(page, SheetPage)
    assert page.told is not None
    made = Texts(language)("office.package.made", event="rehearsal", tickets="20")
    assert (page.told.mark, page.told.words) == (Mark.GOOD, made)
