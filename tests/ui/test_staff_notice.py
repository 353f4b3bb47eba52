"""The question about a clock that jumped lies over every screen of a station, whole, and rests the station."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.closing.state import EventState, write_whole
from kiosk.text import Texts
from kiosk.ui.staff_notice import StaffNotice
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen, View
from kiosk.workers.service import ServiceWatch
from tests.helpers.ui import LANGUAGES, SIZES, all_texts, clipped_texts


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_is_whole_on_every_glass(
    station: Callable[..., StationWindow], qapp: QApplication, language: str, size: tuple[int, int]
) -> None:
    window = station(language, size)
    text = Texts(language)("clock.jumped")
    notice = StaffNotice(window, text)
    window.show_view(View(Screen.OUT_OF_SERVICE))
    assert text not in all_texts(window)
    notice.show_it(True)
    qapp.processEvents()
    assert text in all_texts(window)
    assert not clipped_texts(window)
    window.resize(size[1], size[0])
    qapp.processEvents()
    assert not clipped_texts(window)
    notice.show_it(False)
    qapp.processEvents()
    assert text not in all_texts(window)


class Asks:
    """A deadline watch of which the test says when it asks."""

    def __init__(self) -> None:
        self.asking = self.changed = False
        self.alive: list[str] = []

    def start(self) -> None:
        self.alive.append("started")

    def stop(self) -> None:
        self.alive.append("stopped")


def test_a_station_rests_while_staff_are_asked(tmp_path: Path, qtbot: QtBot) -> None:
    heard: list[object] = []
    asks = Asks()
    watch = ServiceWatch(
        tmp_path / "state.json",
        heard.append,
        lambda: heard.append("ended"),
        asks,
        lambda on: heard.append("asks" if on else "asks no more"),
    )
    write_whole(tmp_path / "state.json", f'{{"state": "{EventState.OPEN.value}"}}')
    watch._timer.setInterval(5)
    watch.start()
    assert heard == [True]
    asks.asking = True
    qtbot.waitUntil(lambda: heard == [True, False, "asks"])
    asks.asking = False
    qtbot.waitUntil(lambda: heard[3:] == [True, "asks no more"])
    asks.asking = True
    qtbot.waitUntil(lambda: heard[5:] == [False, "asks"])
    write_whole(tmp_path / "state.json", f'{{"state": "{EventState.CLOSING.value}"}}')
    qtbot.waitUntil(lambda: heard[7:] == ["asks no more", "ended"])
    watch.stop()
    assert asks.alive == ["started", "stopped"]
