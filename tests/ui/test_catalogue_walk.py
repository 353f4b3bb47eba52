"""Every screen of the catalogue is walked over: nothing clipped, small, nameless, pale or alike, nobody without help.

Here a pairwise sample of languages, sizes, themes and text scales; ``script/soak --only walk`` takes the whole product.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QLayout, QPushButton, QVBoxLayout

from kiosk.rehearsal.catalogue import LOW, STAGES, STATION, Audience, Props, Stage, rehearsal_props
from kiosk.rehearsal.comfort import scales_offered, show_entry
from kiosk.text import PSEUDO, Texts
from kiosk.ui.buttons import Button
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.station_window import StationWindow
from kiosk.ui.tokens import DAY, NIGHT, Palette, Role
from kiosk.ui.words import Words
from kiosk.visit.view import Screen, View
from tests.helpers import walk
from tests.helpers.ui import LANDSCAPE, PORTRAIT, SCENE
from tests.helpers.walk import Found, Setting

Keep = Callable[[KioskWindow], None]
ATTENDEE = [stage for stage in STAGES if stage.audience is Audience.ATTENDEE]
STAFF = [stage for stage in STAGES if stage.audience is Audience.STAFF]


SAMPLE = (
    Setting("zh", PORTRAIT, DAY),
    Setting("zh", LANDSCAPE, NIGHT),
    Setting("en", PORTRAIT, NIGHT),
    Setting("en", LANDSCAPE, DAY),
    Setting("zh", LANDSCAPE, DAY, 150),
    Setting("en", PORTRAIT, NIGHT, 150),
    Setting("zh", PORTRAIT, DAY, 200),
    Setting("en", LANDSCAPE, NIGHT, 200),
)
"""Each language, size and theme with each other, and with each size of letters."""


def names(stage: Stage) -> str:
    return stage.name


def walked(stage: Stage, settings: list[Setting], keep: Keep, props: Props, *, colours: bool = False) -> Found:
    """One window a language, switched from setting to setting as a kiosk's is."""
    found, windows = Found(), dict[str, KioskWindow]()
    for setting in settings:
        if setting.language not in windows:
            windows[setting.language] = stage.make(props, setting.language)
            keep(windows[setting.language])
        walk.walk(windows[setting.language], stage, setting, found, colours=colours)
    return found


@pytest.fixture(scope="module")
def props() -> Props:
    return rehearsal_props()


@pytest.mark.requirement("R-10", "R-100", "R-103", "R-104", "R-105", "R-106")
@pytest.mark.parametrize("setting", SAMPLE, ids=str)
def test_attendees_screens(setting: Setting, keep: Keep, props: Props, qapp: QApplication) -> None:
    """In every size of letters that can be chosen; a wide screen has no low layout to be walked again."""
    faults = []
    for stage in ATTENDEE:
        if setting.size == PORTRAIT or not all(entry.low for entry in stage.entries):
            faults += walked(stage, [setting], keep, props).faults
    assert not faults


@pytest.mark.requirement("R-106")
@pytest.mark.parametrize("stage", [*ATTENDEE, *STAFF], ids=names)
def test_every_size_of_letters_on_offer_is_walked(stage: Stage, keep: Keep, props: Props) -> None:
    """Attendees choose between three (R-106); a window of staff that comes to offer one has to join the sample."""
    window = stage.make(props, "en")
    keep(window)
    sampled = {setting.scale_percent for setting in SAMPLE} if stage in ATTENDEE else {100}
    assert set(scales_offered(window)) == sampled


@pytest.mark.requirement("R-100", "R-103", "R-106", "R-108")
@pytest.mark.parametrize("stage", STAFF, ids=names)
def test_staffs_screens(stage: Stage, keep: Keep, props: Props, qapp: QApplication) -> None:
    settings = [Setting("zh", LANDSCAPE), Setting("en", PORTRAIT, NIGHT)]
    assert not walked(stage, settings, keep, props).faults


@pytest.mark.requirement("R-101")
@pytest.mark.parametrize("palette", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize("stage", [*ATTENDEE[:1], *STAFF], ids=names)
def test_painted_contrast(stage: Stage, palette: Palette, keep: Keep, props: Props, qapp: QApplication) -> None:
    """4.5:1 for every text as it is painted, 7:1 on the choice and the verdicts."""
    window = stage.make(props, "en")
    keep(window)
    window.show_as_window(*LANDSCAPE)
    window.set_theme(palette)
    faults = []
    seen: set[str] = set()
    for entry in stage.entries:
        entry.show(window)
        look = entry.view.screen if entry.view is not None else entry.name
        if entry.view is not None and str(look) in seen and not entry.view.face_paused:
            continue  # the same page in other words
        seen.add(str(look))
        QApplication.processEvents()
        strong = entry.view is not None and entry.view.screen in walk.STRONG_SCREENS
        least = walk.LEAST_STRONG if strong else walk.LEAST_CONTRAST
        faults += [f"{entry.name}: {fault}" for fault in walk.contrast_faults(window, least)]
    assert not faults


@pytest.mark.requirement("R-38")
def test_a_canary_is_on_no_attendees_screen(keep: Keep, props: Props) -> None:
    window = STATION.make(props, "zh")
    keep(window)
    window.show_as_window(*LANDSCAPE)
    assert isinstance(window, StationWindow)
    assert not list(walk.personal_faults(window, STATION))
    window.show_view(View(Screen.WELCOME, masked_name=walk.NAME))
    assert walk.NAME in walk.everything_said(window), "the search would find it"


@pytest.mark.requirement("R-04")
@pytest.mark.parametrize("palette", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize("language", ["zh", "en", PSEUDO])
def test_the_choice_is_between_equals(language: str, palette: Palette, keep: Keep, qapp: QApplication) -> None:
    """With the longest notice there may be, in both sizes and themes, also after size and theme have changed."""
    window = StationWindow(Texts, SCENE, (language,), motion=False, now=lambda: 0.0)
    keep(window)
    for size in (PORTRAIT, LANDSCAPE):
        window.show_as_window(*size)
        window.set_theme(palette)
        window.show_view(View(Screen.CHOICE, document_down=True))
        qapp.processEvents()
        page = window.page
        assert isinstance(page, ChoicePage)
        face, staff = page.face, page.staff
        assert face.size() == staff.size()
        assert face.y() == staff.y()
        assert face.styleSheet() == staff.styleSheet()
        for first, second in ((face.word, staff.word), (face.line, staff.line)):
            assert first.font() == second.font()
            assert first.property("tone") == second.property("tone")
            assert (first.y(), first.size()) == (second.y(), second.size())
        assert not face.hasFocus()
        assert not staff.hasFocus()
        assert 2 * face.width() > 0.8 * page.width() * (1.0 if size == PORTRAIT else 0.5), "they use the row"


@pytest.mark.requirement("R-101")
@pytest.mark.parametrize("palette", [DAY, NIGHT], ids=["day", "night"])
def test_verdicts_differ_in_grey(palette: Palette, keep: Keep, props: Props, qapp: QApplication) -> None:
    window = STATION.make(props, "zh")
    keep(window)
    window.show_as_window(*LANDSCAPE)
    window.set_theme(palette)
    assert isinstance(window, StationWindow)
    pictures = {}
    for name in ("welcome", "where-gate", "where-day", "see-staff", "out-of-service", "mode-free_flow"):
        next(entry for entry in STATION.entries if entry.name == name).show(window)
        qapp.processEvents()
        body = window.page.parentWidget()
        assert body is not None
        pictures[name] = walk.small_picture(body)
    assert not walk.alike_in_grey(pictures)


def test_every_screen_of_the_visit_is_in_the_catalogue() -> None:
    assert {entry.view.screen for stage in ATTENDEE for entry in stage.entries if entry.view} == set(Screen)


def test_names_are_unique() -> None:
    every = [entry.name for stage in STAGES for entry in stage.entries]
    assert len(every) == len(set(every))


# --- the walk finds what it looks for --------------------------------------------------------------


class Bad(KioskWindow):
    """A window with one of every fault."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.words, self.near, self.small = Words(Role.TITLE), Button("primary", large=True), QPushButton()
        self.plain = QLabel("made by somebody else")
        for widget in (self.words, self.near, self.small, self.plain):
            column.addWidget(widget)
        column.setSpacing(2)
        self.words.say("These words are far too long for a line of twenty pixels")
        self.near.say("Near")


def test_the_walk_finds_every_fault(keep: Keep, qapp: QApplication) -> None:
    window = Bad()
    keep(window)
    window.show_as_window(400, 300)
    window.words.setFixedHeight(20)
    window.near.setMinimumHeight(0)
    window.near.setFixedHeight(40)
    window.small.setFixedHeight(30)
    window.words.setStyleSheet("color: #e0e0e0;")
    window.settle()
    qapp.processEvents()
    faults = list(walk.layout_faults(window))
    for sign in ("These words", "Near' is", "too near", "no accessible name", "40 px high", "plain label"):
        assert any(sign in fault for fault in faults), (sign, faults)
    assert any("These words" in fault for fault in walk.contrast_faults(window, 4.5))


def test_an_entry_without_help_is_found(keep: Keep, props: Props) -> None:
    window = STATION.make(props, "en")
    keep(window)
    assert isinstance(window, StationWindow)
    window.show_as_window(*LANDSCAPE)
    entry = next(each for each in STATION.entries if each.name == "reading")
    entry.show(window)
    assert not list(walk.attendee_faults(window, entry, Setting("en", LANDSCAPE)))
    window.call_button.hide()
    window.stop_button.hide()
    assert len(list(walk.attendee_faults(window, entry, Setting("en", LANDSCAPE)))) == 2


def test_letters_nobody_chose_are_found(keep: Keep, props: Props) -> None:
    """And ways in of two sizes, and buttons out of the reach of who sits."""
    window = LOW.make(props, "en")
    keep(window)
    assert isinstance(window, StationWindow)
    window.show_as_window(*PORTRAIT)
    entry, setting = LOW.entries[0], Setting("en", PORTRAIT, DAY, 200)
    show_entry(window, entry, 200)
    assert not list(walk.attendee_faults(window, entry, setting))
    entry.show(window)  # the next person's
    assert isinstance(window.page, ChoicePage)
    window.page.face.setFixedHeight(300)
    window.settle()
    faults = list(walk.attendee_faults(window, entry, setting))
    for sign in ("letters of 100%", "ways in of", "'choice_face' is in the upper half"):
        assert any(sign in fault for fault in faults), (sign, faults)


def test_two_verdicts_alike_but_for_their_colour_are_found() -> None:
    pictures = {}
    for name, colour in (("one", 0xFF07562F), ("other", 0xFF123F86)):
        picture = QImage(48, 48, QImage.Format.Format_RGB32)
        picture.fill(colour)
        pictures[name] = walk.pixels(picture).copy()
    assert walk.alike_in_grey(pictures) == ["one looks like other"]
