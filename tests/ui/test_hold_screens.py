"""Disputing by touch, and a supervisor's minute with what is held: two equal answers, a code for one person only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from drivers.sensitive_memory import sensitive_count
from kiosk.text import Texts
from kiosk.ui.hold_window import SHOWN_S, HoldView, HoldWindow
from kiosk.ui.screens.hold_consent import HoldConsentPage
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen, View
from tests.helpers.ui import NOON_UTC, SCENE, SIZES, STATION_VIEWS, all_texts, clipped_texts, end, tap, target_faults

Make = Callable[..., StationWindow]


@pytest.mark.parametrize("name", list(STATION_VIEWS))
def test_only_a_result_that_may_be_disputed_offers_it(station: Make, name: str) -> None:
    window = station()
    window.show_view(STATION_VIEWS[name])
    assert window.dispute_button.isVisible() == STATION_VIEWS[name].can_dispute


def test_disagreeing_is_one_tap(station: Make) -> None:
    window = station()
    window.show_view(STATION_VIEWS["see-staff-disputable"])
    spy = QSignalSpy(window.dispute_tapped)
    tap(window, window.dispute_button)
    assert spy.count() == 1


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
def test_both_answers_weigh_the_same(station: Make, size: tuple[int, int]) -> None:
    window = station("en", size)
    window.show_view(View(Screen.HOLD_CONSENT))
    page = window.page
    assert isinstance(page, HoldConsentPage)
    assert page.no.size() == page.yes.size()
    assert page.no.property("kind") == page.yes.property("kind")
    for button, answer in ((page.no, False), (page.yes, True)):
        spy = QSignalSpy(window.hold_answered)
        tap(window, button)
        assert [spy.at(index) for index in range(spy.count())] == [[answer]]


def test_what_is_agreed_to_is_said_in_the_event_s_own_words(station: Make) -> None:
    window = station("en")
    window.show_view(View(Screen.HOLD_CONSENT))
    shown = all_texts(window)
    assert SCENE.words["en"].hold_ground in shown
    assert "2.5 hours" in shown


def test_a_repeated_check_keeps_the_language(station: Make) -> None:
    window = station("zh", languages=("zh", "en"))
    window.show_view(View(Screen.HOLD_CONSENT))
    window.set_language("en")
    window.show_view(View(Screen.CHOICE, keeps=True))
    assert window.language == "en"
    window.show_view(View(Screen.SEE_STAFF))
    window.show_view(View(Screen.CHOICE))
    assert window.language == "zh"


def test_a_code_does_not_outlive_its_screen(station: Make) -> None:
    window = station("en")
    window.show_view(STATION_VIEWS["see-staff-code"])
    page = window.page
    assert "K7M 4PX" in all_texts(window)
    window.show_view(View(Screen.CHOICE))
    assert "K7M 4PX" not in all_texts(page)


# --- a supervisor's minute ------------------------------------------------------------------------


class Hands:
    """A window whose seconds the test moves."""

    def __init__(self, size: tuple[int, int], language: str) -> None:
        self.s = 10.0
        self.window = HoldWindow(Texts(language), lambda: NOON_UTC, lambda: self.s, rehearsal=True, motion=False)
        self.window.show_as_window(*size)
        self.ended = QSignalSpy(self.window.finished)

    def show(self) -> None:
        live = np.full((340, 270, 3), 201, dtype=np.uint8)
        view = HoldView("K7M4PX", live, 0.284, 0.39, "yunet-sface-flip-resnet/1")
        assert "201" not in repr(view)
        self.window.show_hold(view, "The Lighthouse Choir on Tour – Last Night")


def _rgb(image: QImage, x: int, y: int) -> tuple[int, int, int]:
    seen = image.pixelColor(x, y)
    return seen.red(), seen.green(), seen.blue()


def previews() -> int:
    return sensitive_count().living.get("preview", 0)


@pytest.fixture(params=[(size, language) for size in SIZES for language in ("zh", "en")], ids=str)
def held(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Hands]:
    before = previews()
    hands = Hands(*request.param)
    hands.show()
    qapp.processEvents()
    yield hands
    end(hands.window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert previews() == before


def test_the_picture_is_on_the_glass_and_nothing_is_cut(held: Hands) -> None:
    image = held.window.grab().toImage()
    row = [_rgb(image, x, y) for y in range(0, image.height(), 9) for x in range(0, image.width(), 9)]
    assert row.count((201, 201, 201)) > len(row) / 20
    assert not clipped_texts(held.window)
    assert not target_faults(held.window)


def test_it_closes_by_itself_after_a_minute(held: Hands, qapp: QApplication) -> None:
    held.s += SHOWN_S - 0.1
    held.window.tick()
    assert (held.ended.count(), previews()) == (0, 1)
    held.s += 0.2
    held.window.tick()
    held.window.tick()
    assert (held.ended.count(), previews()) == (1, 0)
    qapp.processEvents()
    image = held.window.grab().toImage()
    assert _rgb(image, image.width() // 4, image.height() // 3) != (201, 201, 201)


def test_one_tap_ends_it(held: Hands) -> None:
    tap(held.window, held.window.done)
    assert (held.ended.count(), previews()) == (1, 0)


def test_hiding_the_window_overwrites_the_picture(held: Hands) -> None:
    held.window.hide()
    assert previews() == 0
