"""Every attendee screen in every language and both sizes: nothing clipped, nothing too small, nobody without help."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.station_window import StationWindow
from kiosk.ui.tokens import contrast
from kiosk.visit.view import Screen, View
from tests.helpers.ui import (
    LANDSCAPE,
    LANGUAGES,
    MASKED_NAME,
    PORTRAIT,
    SCENE,
    SIZES,
    STATION_VIEWS,
    all_texts,
    clipped_texts,
    grey_picture,
    ground_and_ink,
    overlapping_texts,
    place,
    target_faults,
)

Make = Callable[..., StationWindow]
EVERY_SIZE = pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
BEFORE_THE_DECISION = {Screen.PRESENT_DOCUMENT, Screen.READING, Screen.LOOK_HERE}


@pytest.mark.requirement("R-100", "R-106")
@EVERY_SIZE
@EVERY_LANGUAGE
def test_walk(station: Make, qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = station(language, size, (language, "zh" if language != "zh" else "en"))
    window.set_camera_on(True)  # its sign must fit, too
    for name, view in STATION_VIEWS.items():
        window.show_view(view)
        qapp.processEvents()
        where = f"{name} {language} {size}"
        assert not clipped_texts(window), where
        assert not overlapping_texts(window), where
        assert not target_faults(window), where
        assert window.call_button.isVisible(), where
        assert window.call_button.height() >= 96
        assert window.stop_button.isVisible() == (view.screen in BEFORE_THE_DECISION), where
        if window.stop_button.isVisible():
            assert window.stop_button.height() >= 96


@EVERY_SIZE
@EVERY_LANGUAGE
def test_full_notice(station: Make, qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = station(language, size)
    choice = window.page
    assert isinstance(choice, ChoicePage)
    choice.notice_button.click()
    qapp.processEvents()
    assert not clipped_texts(window)
    assert not target_faults(window)
    shown = all_texts(window)
    assert all(part.text.strip() in shown for part in SCENE.words[language].full_notice)


@pytest.mark.requirement("R-04")
@EVERY_SIZE
@EVERY_LANGUAGE
@pytest.mark.parametrize("document_down", [False, True])
def test_the_two_ways_in_are_equal(
    station: Make, qapp: QApplication, language: str, size: tuple[int, int], document_down: bool
) -> None:
    window = station(language, size)
    window.show_view(View(Screen.CHOICE, document_down=document_down))
    qapp.processEvents()
    choice = window.page
    assert isinstance(choice, ChoicePage)
    face, staff = choice.face, choice.staff
    assert face.size() == staff.size()
    assert place(face, window).top() == place(staff, window).top()
    assert face.word.font().pixelSize() == staff.word.font().pixelSize()
    assert face.line.font().pixelSize() == staff.line.font().pixelSize()
    assert place(face.word, window).top() == place(staff.word, window).top()
    assert face.parentWidget() is staff.parentWidget()
    ratios = [contrast(*ground_and_ink(button)) for button in (face, staff)]
    assert max(ratios) <= 1.1 * min(ratios)
    assert min(ratios) >= 7.0
    for button in (face, staff):
        assert not button.hasFocus()
        assert not button.isDefault()
        assert not button.isCheckable()


@pytest.mark.requirement("R-101")
@EVERY_SIZE
def test_results_differ_without_colour(station: Make, qapp: QApplication, size: tuple[int, int]) -> None:
    window = station("zh", size)
    pictures = {}
    for name in ("welcome", "other-gate", "other-day", "see-staff", "out-of-service"):
        window.show_view(STATION_VIEWS[name])
        qapp.processEvents()
        pictures[name] = grey_picture(whole_body(window))
    names = list(pictures)
    for index, first in enumerate(names):
        for second in names[index + 1 :]:
            # Compared without their mean, so that a lighter ground alone does not count as different.
            assert _difference(pictures[first], pictures[second]) > 5.0, f"{first} looks like {second}"


def whole_body(window: StationWindow) -> QWidget:
    """Page and bottom bar on their ground."""
    body = window.page.parentWidget()
    assert body is not None
    return body


def _difference(first: list[int], second: list[int]) -> float:
    mean_first, mean_second = sum(first) / len(first), sum(second) / len(second)
    return sum(abs((a - mean_first) - (b - mean_second)) for a, b in zip(first, second, strict=True)) / len(first)


@pytest.mark.requirement("R-107")
def test_chosen_staff_and_sent_to_staff_look_alike_from_afar(station: Make, qapp: QApplication) -> None:
    window = station("zh", PORTRAIT)
    pictures = []
    for name in ("see-staff", "staff-chosen"):
        window.show_view(STATION_VIEWS[name])
        qapp.processEvents()
        pictures.append(grey_picture(whole_body(window), 12))
    assert _difference(*pictures) < 5.0


@pytest.mark.requirement("R-38")
def test_the_person_is_gone_with_the_screen(station: Make) -> None:
    window = station()
    window.show_view(STATION_VIEWS["welcome"])
    assert MASKED_NAME in all_texts(window)
    window.show_view(View(Screen.CHOICE))
    assert MASKED_NAME not in all_texts(window)


@pytest.mark.requirement("R-38")
def test_only_the_welcome_shows_a_person(station: Make) -> None:
    window = station()
    for view in STATION_VIEWS.values():
        if view.screen is not Screen.WELCOME:
            window.show_view(View(**{**vars(view), "masked_name": MASKED_NAME, "seat_area": "canary-area"}))
            assert MASKED_NAME not in all_texts(window)
            assert "canary-area" not in all_texts(window)


@pytest.mark.requirement("R-103")
def test_every_control_has_a_name(station: Make) -> None:
    window = station("en", LANDSCAPE, ("en", "zh"))
    for view in STATION_VIEWS.values():
        window.show_view(view)
        for button in window.findChildren(QPushButton):
            if button.isVisible():
                assert button.accessibleName()
