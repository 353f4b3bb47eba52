"""The evidence pack in the window: made by finger, checked by finger and by keys alone, in both languages and sizes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.documents.evidence_check import check
from kiosk.office.view import ListPage, Mark, SheetPage
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.office_window import OfficeWindow
from tests.helpers.certificate import FAKE_PDF
from tests.helpers.evidence_office import OverOffice
from tests.helpers.office import OfficeStage
from tests.helpers.shown_office import ShownOffice
from tests.helpers.ui import LANDSCAPE, NOON_UTC, PORTRAIT


class Shown(ShownOffice):
    def __init__(self, window: OfficeWindow, stage: OfficeStage, over: OverOffice) -> None:
        super().__init__(window, stage, over.pages(stage))
        self.over = over


@pytest.fixture
def shown(
    keep: Callable[[KioskWindow], None], qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, tuple[int, int]], Shown]:
    monkeypatch.setattr("kiosk.parts.evidence_office.paper_of", lambda json_bytes, module: FAKE_PDF)

    def make(language: str, size: tuple[int, int]) -> Shown:
        window = OfficeWindow(Texts, (language,), "The Lighthouse Choir", motion=False, now=lambda: NOON_UTC)
        keep(window)
        window.show_as_window(*size)
        window.show_login(LoginView(LoginStep.OPEN, "Maria-Theresia Beispiel"))
        over = OverOffice(tmp_path, has_base=True)
        return Shown(window, OfficeStage(tmp_path / "office", language=language), over)

    return make


@pytest.mark.requirement("R-69")
@pytest.mark.parametrize(("language", "size"), [("zh", PORTRAIT), ("en", LANDSCAPE)], ids=["zh", "en"])
def test_a_pack_is_made_and_checked_by_finger(
    shown: Callable[[str, tuple[int, int]], Shown], language: str, size: tuple[int, int]
) -> None:
    office, texts = shown(language, size), Texts(language)
    office.press("evidence")
    office.press("where")
    office.open_row(office.over.stick)
    office.press("here")
    office.look()
    page = office.window.pages.page
    assert isinstance(page, SheetPage)
    assert dict(page.groups[0].fields)[texts("office.evidence.public_key")] == office.over.key.hex()
    [pack] = office.over.packs
    assert check(pack.read_bytes(), office.over.key).ok
    office.tap(office.frame.back_button)
    office.press("check")
    office.open_row(office.over.stick)
    office.open_row(pack)
    office.press("submit")
    office.look()
    found = office.window.pages.page
    assert isinstance(found, ListPage)
    assert found.told is not None
    assert (found.told.mark, found.told.words) == (Mark.GOOD, texts("office.evidence.whole"))


@pytest.mark.parametrize(("language", "size"), [("zh", LANDSCAPE), ("en", PORTRAIT)], ids=["zh", "en"])
def test_another_key_is_typed_by_keyboard(
    shown: Callable[[str, tuple[int, int]], Shown], language: str, size: tuple[int, int]
) -> None:
    office = shown(language, size)
    pack = office.over.stick / "evidence-other.zip"
    pack.write_bytes(b"no pack at all")
    office.press("check")
    for _ in range(2):
        rows = office.window.pages.list.table.rows
        QTest.keyClick(rows, Qt.Key.Key_Down)
        QTest.keyClick(rows, Qt.Key.Key_Return)
    office.tap(office.window.pages.form.options.buttons["against", "other"])
    office.look()
    entry = office.window.pages.form.entries["public_key"]
    QTest.keyClicks(entry, "ab" * 32)
    office.look()
    QTest.keyClick(entry, Qt.Key.Key_Return)
    office.look()
    found = office.window.pages.page
    assert isinstance(found, ListPage)
    assert [row.cells for row in found.rows] == [(pack.name, Texts(language)("evidence.fault.container"))]
