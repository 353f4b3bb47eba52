"""The document's portrait at the desk by touch: shown where it was asked for, no figure beside it, zeroes after it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from drivers.port import DocumentJudged, DocumentProof
from kiosk.rehearsal.gallery import portrait_sample
from kiosk.station.desk_view import DeskState, DeskView, PortraitLook
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from tests.helpers.station import DeskLane, RecordedDisplay, portrait
from tests.helpers.ui import SIZES, all_texts, clipped_texts, desk_facts, overlapping_texts, tap, target_faults

Make = Callable[..., DeskWindow]
OFFERED = desk_facts("valid", can_admit=True, portrait=PortraitLook.OFFERED)
SHOWN = desk_facts("valid", can_admit=True, portrait=PortraitLook.SHOWN)


class At:
    """A real desk behind a real window, with somebody's document on the reader."""

    def __init__(self, window: DeskWindow, *, allowed: bool = True) -> None:
        self.display = RecordedDisplay(window.show_portrait)
        self.lane = DeskLane(portraits=self.display if allowed else None)
        self.lane.window.show_view = window.show_view  # type: ignore[method-assign,assignment]
        window.portrait_tapped.connect(self.lane.desk.on_portrait)
        window.admit_tapped.connect(self.lane.desk.on_admit)
        self.lane.facts()
        self.lane.desk.on_document(portrait())


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", ["zh", "en", "pseudo"])
def test_every_state_fits(desk: Make, qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = desk(language, size, (language,))
    for look in PortraitLook:
        window.show_view(desk_facts("valid", can_admit=True, portrait=look))
        qapp.processEvents()
        faults = (clipped_texts(window), overlapping_texts(window), target_faults(window))
        assert not any(faults), (look, faults)


@pytest.mark.requirement("R-34")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_asked_for_seen_without_a_figure_and_gone_with_the_decision(desk: Make, language: str) -> None:
    window = desk(language, languages=("zh", "en"))
    window.set_language(language)
    at = At(window)
    assert window.portrait_button.height() >= 56
    tap(window, window.portrait_button)
    at.display.answer(True, portrait_sample())
    assert Texts(language)("desk.portrait.title") in all_texts(window)
    assert not any(letter.isdigit() for letter in all_texts(window.portrait))
    held = window.portrait.picture.picture
    assert held is not None
    pixels = held._pixels.array
    assert np.array_equal(pixels[..., :3], portrait_sample())
    tap(window, window.admit_button)
    assert not pixels.any()
    assert window.portrait.picture.picture is None
    assert not window.portrait.isVisible()


@pytest.mark.parametrize(
    "view",
    [DeskView(DeskState.WAITING), DeskView(DeskState.READING), desk_facts("valid"), DeskView(DeskState.ADMITTED)],
    ids=lambda view: view.state.value,
)
def test_any_other_view_overwrites_it(desk: Make, view: DeskView) -> None:
    window = desk()
    window.show_view(SHOWN)
    window.show_portrait(portrait_sample())
    held = window.portrait.picture.picture
    assert held is not None
    pixels = held._pixels.array
    window.show_view(view)
    assert not pixels.any()


def test_the_screen_itself_shows_it_and_then_does_not(desk: Make, qapp: QApplication) -> None:
    window = desk()
    window.show_view(SHOWN)
    window.show_portrait(portrait_sample())
    qapp.processEvents()
    mark = tuple(portrait_sample()[54, 51][::-1].tolist())
    place = window.portrait.picture.mapTo(window, window.portrait.picture.rect().center())

    def seen() -> tuple[int, int, int]:
        colour = window.grab().toImage().pixelColor(place)
        return colour.red(), colour.green(), colour.blue()

    assert seen() == mark
    window.show_portrait(None)
    qapp.processEvents()
    assert seen() != mark


def test_off_by_default_there_is_no_button(desk: Make) -> None:
    window = desk()
    At(window, allowed=False)
    assert window.view.state is DeskState.FACTS
    assert not window.portrait_button.isVisible()


def test_no_button_before_a_chip_has_proved_itself(desk: Make) -> None:
    window = desk()
    window.show_view(desk_facts("valid", portrait=PortraitLook.OFFERED, proof="pending"))
    assert not window.portrait_button.isVisible()
    spy = QSignalSpy(window.portrait_tapped)
    window.show_view(OFFERED)
    tap(window, window.portrait_button)
    assert spy.count() == 1


def test_a_suspect_chip_takes_it_away(desk: Make) -> None:
    window = desk()
    at = At(window)
    tap(window, window.portrait_button)
    at.display.answer(True, portrait_sample())
    at.lane.desk.on_document(DocumentJudged(DocumentProof.CLONE_SUSPECTED, 1.0))
    assert window.portrait.picture.picture is None
    assert not window.portrait_button.isVisible()
