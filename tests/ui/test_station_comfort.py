"""Larger letters and lower buttons: one touch on the first screen, for this visit, and nothing is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QAbstractButton, QApplication

from kiosk.sound.cues import CAPTIONS
from kiosk.sound.hearing import cue_of
from kiosk.text import Texts
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.station_window import StationWindow
from kiosk.ui.words import Words
from kiosk.visit.view import Screen, View
from tests.helpers.ui import (
    LANDSCAPE,
    PORTRAIT,
    SIZES,
    STATION_VIEWS,
    clipped_texts,
    overlapping_texts,
    place,
    shown,
    tap,
    target_faults,
)

Make = Callable[..., StationWindow]
EACH = {view.screen: name for name, view in reversed(STATION_VIEWS.items())}
"""One view of each screen, and those with the most words beside them."""
WALKED = sorted({*EACH.values(), "choice-document", "see-staff-code", "look-act-turn_left", "idle"})


def walked(window: StationWindow, app: QApplication) -> Iterator[str]:
    """Each screen, reached with the letters and the height that are chosen now."""
    for name in WALKED:
        scale, low = window._text_scale, window._low
        window.show_view(STATION_VIEWS[name])
        window._set_comfort(scale, low=low)  # a new choice is somebody else's
        app.processEvents()
        yield name


def button_of(window: StationWindow, name: str) -> QAbstractButton:
    button = window.findChild(QAbstractButton, name)
    assert button is not None
    return button


@pytest.mark.requirement("R-106")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("percent", [150, 200])
def test_nothing_is_cut_in_large_letters(
    station: Make, qapp: QApplication, language: str, size: tuple[int, int], percent: int
) -> None:
    window = station(language, size, ("zh", "en") if language == "zh" else ("en", "zh"))
    tap(window, button_of(window, f"text_{percent}"))
    for name in walked(window, qapp):
        assert not clipped_texts(window), name
        assert not overlapping_texts(window), name
        assert not target_faults(window), name


@pytest.mark.requirement("R-106")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_read_gets_larger(station: Make, language: str) -> None:
    window = station(language, PORTRAIT)
    window.show_view(STATION_VIEWS["present"])
    line = next(words for words in shown(window, Words) if words.text() == Texts(language)("document.line"))  # type: ignore[attr-defined]
    before_px = line.font().pixelSize()
    window.show_view(View(Screen.CHOICE))
    tap(window, button_of(window, "text_200"))
    window.show_view(STATION_VIEWS["present"])
    assert line.font().pixelSize() >= 1.6 * before_px
    assert line.font().pixelSize() >= 2 * 31, "twice the letters of a paragraph"


@pytest.mark.requirement("R-04")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_ways_in_stay_equal(station: Make, language: str, size: tuple[int, int]) -> None:
    window = station(language, size)
    choice = window.page
    assert isinstance(choice, ChoicePage)
    for percent in (150, 200):
        tap(window, button_of(window, f"text_{percent}"))
        assert choice.face.size() == choice.staff.size()
        assert min(choice.face.width(), choice.face.height()) >= 160
        assert choice.face.word.font() == choice.staff.word.font()
        assert place(choice.face, window).top() == place(choice.staff, window).top()


@pytest.mark.requirement("R-104")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("percent", [100, 200])
def test_low_buttons_lie_in_the_lower_half(station: Make, qapp: QApplication, language: str, percent: int) -> None:
    window = station(language, PORTRAIT, ("zh", "en"))
    tap(window, window.comfort.low)
    tap(window, button_of(window, f"text_{percent}"))
    for name in walked(window, qapp):
        too_high = [b.objectName() for b in shown(window, QAbstractButton) if place(b, window).top() < PORTRAIT[1] // 2]
        assert not too_high, name
        assert not clipped_texts(window), name
        assert not target_faults(window), name
    window.show_view(View(Screen.CHOICE))
    choice = window.page
    assert isinstance(choice, ChoicePage)
    tap(window, window.comfort.low)
    tap(window, choice.notice_button)
    assert all(place(each, window).top() >= PORTRAIT[1] // 2 for each in shown(window, QAbstractButton))


@pytest.mark.requirement("R-104", "R-106")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_next_person_finds_everything_as_it_was_meant(station: Make, language: str) -> None:
    window = station(language, PORTRAIT)
    spy = QSignalSpy(window.activity)
    tap(window, button_of(window, "text_200"))
    tap(window, window.comfort.low)
    assert spy.count() == 2, "somebody is there"
    window.show_view(STATION_VIEWS["present"])
    assert (window.skin.metrics.text_scale, window.skin.low) == (2.0, True), "it lasts for the whole visit"
    assert not window.comfort.isVisible()
    window.show_view(View(Screen.CHOICE))
    assert (window.skin.metrics.text_scale, window.skin.low) == (1.0, False)
    assert button_of(window, "text_100").isChecked()
    assert not window.comfort.low.isChecked()


def test_a_wide_screen_is_low_already(station: Make) -> None:
    assert not station("en", LANDSCAPE).comfort.low.isVisible()


@pytest.mark.requirement("R-103")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_heard_stands_on_the_glass(station: Make, language: str) -> None:
    window, texts = station(language), Texts(language)
    told = 0
    for name, view in STATION_VIEWS.items():
        cue = cue_of(view)
        if cue is None:
            continue
        window.show_view(view)
        on_glass = {words.text() for words in shown(window, Words)}  # type: ignore[attr-defined]
        assert on_glass & {texts(key) for key in CAPTIONS[cue]}, name
        told += 1
    assert told >= 8


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_touch_is_told_once(station: Make, language: str) -> None:
    window = station(language)
    spy = QSignalSpy(window.touched)
    choice = window.page
    assert isinstance(choice, ChoicePage)
    for count, button in enumerate((choice.face, choice.staff, window.call_button, choice.notice_button), 1):
        tap(window, button)
        assert spy.count() == count
