"""A training says so on every screen of every window, and nothing lies over it (R-96)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.rehearsal.catalogue import STAGES, Audience, Stage, rehearsal_props
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.training_band import TrainingBand, mark_windows, windows_marked
from tests.helpers.ui import LANDSCAPE, PORTRAIT

WINDOWS = [each for each in STAGES if each.audience is not Audience.MAKERS and not each.name.startswith("training")]


def lies_open(window: KioskWindow) -> bool:
    """Whether a finger anywhere on the band meets the band."""
    [band] = window.findChildren(TrainingBand)
    row = band.height() // 2
    return band.isVisible() and all(
        window.childAt(x, y) is band for x in range(2, window.width() - 2, 40) for y in (2, row, band.height() - 1)
    )


@pytest.mark.requirement("R-96")
@pytest.mark.parametrize("stage", WINDOWS, ids=lambda stage: stage.name)
def test_the_band_is_on_every_screen_and_nothing_covers_it(
    stage: Stage, keep: Callable[[KioskWindow], None], qapp: QApplication
) -> None:
    with windows_marked():
        window = stage.make(rehearsal_props(), "zh")
    keep(window)
    window.show_as_window(*(PORTRAIT if stage.audience is Audience.ATTENDEE else LANDSCAPE))
    for entry in stage.entries:
        entry.show(window)
        assert lies_open(window), entry.name


@pytest.mark.requirement("R-96")
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, (600, 1060)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_says_it_in_both_languages_and_has_room(
    size: tuple[int, int], scale: float, keep: Callable[[KioskWindow], None], qapp: QApplication
) -> None:
    with windows_marked():
        window = KioskWindow()
    keep(window)
    window.set_text_scale(scale)
    window.show_as_window(*size)
    [band] = window.findChildren(TrainingBand)
    said = band.accessibleName()
    assert all(Texts(language)("training.band") in said for language in ("zh", "en"))
    assert band.rect().contains(band.words_box())
    assert band.words_box().height() >= 12
    late = QWidget(window)  # whatever is put into the window later, at any place
    late.setGeometry(window.rect())
    late.show()
    assert lies_open(window)


def test_the_next_windows_are_none_of_a_training(qapp: QApplication, keep: Callable[[KioskWindow], None]) -> None:
    mark_windows(qapp, training=True)
    mark_windows(qapp, training=False)
    window = KioskWindow()
    keep(window)
    assert not window.findChildren(TrainingBand)
