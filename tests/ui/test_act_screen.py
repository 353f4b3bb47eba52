"""One act at a time on the attendee's screen: sign, words, progress; and the choice that says so beforehand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from kiosk.domain.act import Act
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.screens.look import LookPage
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen, View
from tests.helpers.ui import LANDSCAPE, LANGUAGES, NOON_UTC, SCENE, SIZES, all_texts, clipped_texts, overlapping_texts

Make = Callable[..., StationWindow]


def look(act: Act | None, step: int = 1, advice: str = "none") -> View:
    return View(Screen.LOOK_HERE, can_stop=True, advice=advice, act=act, act_step=step, act_of=2)


def inked(window: StationWindow, act: Act) -> npt.NDArray[np.bool_]:
    """Where the sign of ``act`` is drawn, 240 rows x 240 columns."""
    window.show_view(look(act))
    QApplication.processEvents()
    page = window.page
    assert isinstance(page, LookPage)
    image = page.act.grab(page.act.sign.geometry()).toImage().scaled(240, 240)
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(240, grey.bytesPerLine())
    return np.asarray(rows[:, :240] > 150)


@pytest.mark.parametrize(
    ("act", "half"),
    [(Act.TURN_LEFT, np.s_[80:160, :70]), (Act.TURN_RIGHT, np.s_[80:160, 170:]), (Act.NOD, np.s_[180:, 60:180])],
)
def test_the_arrow_points_to_where_the_subject_sees_it_in_a_mirror(
    station: Make, act: Act, half: tuple[slice, slice]
) -> None:
    """The subject's own left is on the left of a mirror, and of the mirrored preview."""
    window = station()
    shown = {other: inked(window, other) for other in Act}
    assert shown[Act.FRONT].any()
    for other in {Act.TURN_LEFT, Act.TURN_RIGHT, Act.NOD} - {act}:
        assert shown[act][half].sum() > 2 * shown[other][half].sum()


def test_an_act_takes_the_place_of_title_and_advice_and_gives_it_back(station: Make, qapp: QApplication) -> None:
    window = station()
    texts = Texts("en")
    window.show_view(look(Act.NOD, step=2, advice="look_straight"))
    qapp.processEvents()
    assert texts("look.act.nod") in all_texts(window)
    assert texts("look.act_line") in all_texts(window)
    assert texts("look.advice.look_straight") not in all_texts(window)
    assert texts("look.title") not in all_texts(window)
    assert window.stop_button.isVisible()
    window.show_view(look(None, advice="look_straight"))
    qapp.processEvents()
    page = window.page
    assert isinstance(page, LookPage)
    assert not page.act.isVisible()
    assert texts("look.advice.look_straight") in all_texts(window)


@pytest.mark.parametrize("size", SIZES)
def test_the_sign_stays_where_it_is_from_act_to_act(station: Make, qapp: QApplication, size: tuple[int, int]) -> None:
    window = station("en", size)
    places = set()
    for act in Act:
        window.show_view(look(act))
        qapp.processEvents()
        page = window.page
        assert isinstance(page, LookPage)
        places.add((page.act.height(), page.zone.geometry().getRect()))
    assert len(places) == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_acts_are_asked_for_the_choice_says_so_and_who_it_is_not_for(
    keep: Callable[[KioskWindow], None], qapp: QApplication, language: str, size: tuple[int, int]
) -> None:
    window = StationWindow(Texts, SCENE, (language,), challenge=True, motion=False, now=lambda: NOON_UTC)
    keep(window)
    window.show_as_window(*size)
    qapp.processEvents()
    choice = window.page
    assert isinstance(choice, ChoicePage)
    assert choice.face.line.text() == Texts(language)("choice.face_line_challenge")
    assert choice.face.size() == choice.staff.size()
    assert not clipped_texts(window)
    assert not overlapping_texts(window)


def test_elsewhere_the_choice_says_nothing_of_it(station: Make) -> None:
    choice = station("en", LANDSCAPE).page
    assert isinstance(choice, ChoicePage)
    assert choice.face.line.text() == Texts("en")("choice.face_line")
