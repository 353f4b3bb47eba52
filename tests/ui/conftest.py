"""One application, made the way the product makes it; windows of a given size and language."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from kiosk.text import Texts
from kiosk.ui.app_setup import make_application
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.station_window import StationWindow
from tests.helpers.ui import LANDSCAPE, NOON_UTC, SCENE, end


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application([], "zh")


@pytest.fixture
def keep(qapp: QApplication) -> Iterator[Callable[[KioskWindow], None]]:
    """Ends the windows it was given after the test."""
    windows: list[KioskWindow] = []
    yield windows.append
    for window in windows:
        end(window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def station(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Callable[..., StationWindow]:
    def make(language: str = "en", size: tuple[int, int] = LANDSCAPE, languages: tuple[str, ...] = ()) -> StationWindow:
        window = StationWindow(Texts, SCENE, languages or (language,), motion=False, now=lambda: NOON_UTC)
        keep(window)
        window.show_as_window(*size)
        qapp.processEvents()
        return window

    return make


@pytest.fixture
def desk(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Callable[..., DeskWindow]:
    def make(language: str = "en", size: tuple[int, int] = LANDSCAPE, languages: tuple[str, ...] = ()) -> DeskWindow:
        window = DeskWindow(Texts, SCENE, languages or (language,), motion=False, now=lambda: NOON_UTC)
        keep(window)
        window.show_as_window(*size)
        qapp.processEvents()
        return window

    return make
