"""The wizard's previews in the window are the real screens. Its other pages are walked with the catalogue."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from kiosk.config.load import parse_event
from kiosk.office.view import PicturePage
from kiosk.parts.attendee_screens import SIZE_PX, attendee_screens
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.office_window import OfficeWindow
from tests.helpers.config import shipped
from tests.helpers.ui import LANDSCAPE, NOON_UTC, clipped_texts


@pytest.fixture
def office(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Callable[..., OfficeWindow]:
    def make(language: str, size: tuple[int, int]) -> OfficeWindow:
        window = OfficeWindow(Texts, (language,), "The Lighthouse Choir", motion=False, now=lambda: NOON_UTC)
        keep(window)
        window.show_as_window(*size)
        window.show_login(LoginView(LoginStep.OPEN, "Maria-Theresia Beispiel"))
        return window

    return make


def test_a_preview_is_the_first_screen_in_each_language(
    office: Callable[..., OfficeWindow], qapp: QApplication
) -> None:
    pictures = attendee_screens(parse_event(shipped("example-event"), "x"), "A")
    assert [picture.words for picture in pictures] == ["中文", "English"]
    images = [QImage.fromData(picture.png) for picture in pictures]
    assert all(image.size().toTuple() == SIZE_PX for image in images)
    assert images[0] != images[1]
    window = office("en", LANDSCAPE)
    window.show_page(PicturePage(Texts("en")("office.wizard.screens"), pictures))
    qapp.processEvents()
    assert not clipped_texts(window)
    window.forget_pages()
    assert window.pages.page is None
