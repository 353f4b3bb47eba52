"""The desk's code camera by touch: offered only where there is one, its sign lit exactly while it looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from kiosk.station.code_camera import CodeLook
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.ui.desk_window import DeskWindow
from tests.helpers.ui import LANGUAGES, SIZES, clipped_texts, overlapping_texts, tap, target_faults

Make = Callable[..., DeskWindow]


@pytest.mark.requirement("R-05")
@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_look_fits(desk: Make, qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = desk(language, size)
    assert not window.code_camera_button.isVisible()
    window.offer_code_camera()
    window.show_view(DeskView(DeskState.WAITING, reader_online=True))
    for look in CodeLook:
        window.show_code_look(look)
        qapp.processEvents()
        assert window.camera_sign_shown == (look is CodeLook.LOOKING)
        assert clipped_texts(window) == []
        assert overlapping_texts(window) == []
        assert target_faults(window) == []


def test_the_button_asks_and_the_end_is_forgotten_with_the_next_person(desk: Make, qapp: QApplication) -> None:
    window = desk("en")
    window.offer_code_camera()
    asked = QSignalSpy(window.code_camera_tapped)
    qapp.processEvents()
    tap(window, window.code_camera_button)
    assert asked.count() == 1
    window.show_code_look(CodeLook.NOTHING)
    said = window.findChildren(type(window._waiting._title))
    assert any("No ticket code" in words.text() for words in said)
    window.show_view(DeskView(DeskState.READING))
    window.show_view(DeskView(DeskState.WAITING))
    assert not any("No ticket code" in words.text() for words in said)
