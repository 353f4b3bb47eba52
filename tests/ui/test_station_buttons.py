"""The two lit buttons beside the screen: each presses what is on the glass, and its lamp says whether it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from drivers.port import (
    ButtonFault,
    ButtonFaulty,
    ButtonMended,
    ButtonPressed,
    ButtonSide,
    DeviceLost,
    DeviceReady,
)
from kiosk.audit.catalogue import Kind
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen, View
from kiosk.workers.lit_buttons import ButtonDesk, button_desk
from tests.helpers.ui import LANDSCAPE, NOON_UTC, PORTRAIT, SCENE, STATION_VIEWS, clipped_texts, overlapping_texts

LEFT, RIGHT = ButtonSide
BOTH, NEITHER = {LEFT, RIGHT}, set[ButtonSide]()
EVERY_LANGUAGE = pytest.mark.parametrize("language", ["zh", "en"])


class Board:
    """The gate's board as the window's side sees it, and what was recorded of it."""

    def __init__(self, window: StationWindow) -> None:
        self.window, self.recorded = window, list[tuple[Kind, str, str]]()
        desk = button_desk(window, self._note)
        assert desk is not None
        self.desk: ButtonDesk = desk
        self.desk.on_board(DeviceReady())

    def _note(self, kind: Kind, by: str = "", about: str = "", *, success: bool = True, **fields: object) -> None:
        self.recorded.append((kind, str(fields["device"]), str(fields.get("reason", ""))))

    def press(self, side: ButtonSide) -> None:
        self.desk.on_board(ButtonPressed(side, 0.0))

    @property
    def lit(self) -> set[ButtonSide]:
        return set(self.desk.lit)

    def rested(self) -> None:
        """The moment after a change is over."""
        assert self.window.lit_buttons is not None
        self.window.lit_buttons.rest_timer.stop()
        self.window.lit_buttons.rest_timer.timeout.emit()

    def show(self, view: View) -> None:
        self.window.show_view(view)
        self.rested()

    def caption(self, side: ButtonSide) -> str:
        assert self.window._captions is not None
        return self.window._captions.words[side].text()


@pytest.fixture
def board(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Callable[..., Board]:
    def make(language: str = "en", size: tuple[int, int] = LANDSCAPE, *, face_offered: bool = True) -> Board:
        window = StationWindow(
            Texts, SCENE, (language,), motion=False, buttons=True, face_offered=face_offered, now=lambda: NOON_UTC
        )
        keep(window)
        window.show_as_window(*size)
        qapp.processEvents()
        return Board(window)

    return make


Make = Callable[..., Board]


@pytest.mark.requirement("R-04", "R-103")
@EVERY_LANGUAGE
@pytest.mark.parametrize(("side", "lane"), [(LEFT, "face"), (RIGHT, "staff")])
def test_left_is_the_face_lane_and_right_the_staff(board: Make, language: str, side: ButtonSide, lane: str) -> None:
    made = board(language)
    spy = QSignalSpy(made.window.choice_made)
    assert made.lit == BOTH, "both lamps alike: no lane is praised"
    made.press(side)
    assert [spy.at(n) for n in range(spy.count())] == [[lane]]


@EVERY_LANGUAGE
@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("present", "common.stop", "common.call_staff"),
        ("reading", "common.stop", "common.call_staff"),
        ("look-centre", "common.stop", "common.call_staff"),
        ("idle", "idle.more_time", "common.call_staff"),
        ("see-staff-disputable", "hold.dispute", "common.call_staff"),
        ("hold-consent", "hold.no", "hold.yes"),
        ("see-staff", "", "common.call_staff"),
        ("welcome", "", "common.call_staff"),
        ("other-gate", "", "common.call_staff"),
        ("out-of-service", "", "common.call_staff"),
    ],
)
def test_what_each_button_does_is_said_and_lit(board: Make, language: str, name: str, left: str, right: str) -> None:
    made, texts = board(language), Texts(language)
    made.show(STATION_VIEWS[name])
    assert made.caption(LEFT) == (texts("buttons.left", does=texts(left)) if left else "")
    assert made.caption(RIGHT) == texts("buttons.right", does=texts(right))
    assert made.lit == (BOTH if left else {RIGHT})


@pytest.mark.requirement("R-10", "R-105")
def test_stop_more_time_and_the_call_by_hardware(board: Make) -> None:
    made = board()
    window = made.window
    spies = [QSignalSpy(each) for each in (window.stop_tapped, window.more_time_tapped, window.call_staff_tapped)]
    for name in ("present", "idle"):
        made.show(STATION_VIEWS[name])
        made.press(LEFT)
        made.press(RIGHT)
    assert [spy.count() for spy in spies] == [1, 1, 2]


def test_the_full_notice_is_closed_by_the_left_one(board: Make) -> None:
    made = board()
    assert isinstance(made.window.page, ChoicePage)
    made.window.page.notice_button.click()
    made.rested()
    chosen = QSignalSpy(made.window.choice_made)
    made.press(LEFT)
    assert isinstance(made.window.page, ChoicePage)
    assert chosen.count() == 0


@pytest.mark.parametrize("side", ButtonSide)
def test_a_second_press_is_not_taken_for_what_the_next_screen_means(board: Make, side: ButtonSide) -> None:
    made = board()
    stops, calls = QSignalSpy(made.window.stop_tapped), QSignalSpy(made.window.call_staff_tapped)
    made.press(side)
    made.window.show_view(STATION_VIEWS["present"])
    assert made.lit == NEITHER, "a dark button does nothing"
    made.press(side)
    assert (stops.count(), calls.count()) == (0, 0)
    made.rested()
    assert made.lit == BOTH
    made.press(side)
    assert stops.count() + calls.count() == 1


def test_what_a_button_still_means_it_goes_on_doing(board: Make) -> None:
    made = board()
    made.show(STATION_VIEWS["present"])
    made.window.show_view(STATION_VIEWS["reading"])
    made.window.show_view(STATION_VIEWS["look-centre"])
    assert made.lit == BOTH, "stop and the call are where they were"


def test_a_paused_face_lane_and_none_at_all_are_dark(board: Make) -> None:
    made = board()
    made.show(View(Screen.CHOICE, face_paused=True))
    chosen = QSignalSpy(made.window.choice_made)
    made.press(LEFT)
    assert (made.lit, made.caption(LEFT), chosen.count()) == ({RIGHT}, "", 0)
    without = board(face_offered=False)
    assert (without.lit, without.caption(LEFT)) == ({RIGHT}, "")


def test_a_jammed_button_is_complained_of_once_and_dark_until_it_is_free(board: Make) -> None:
    made = board()
    calls = QSignalSpy(made.window.call_staff_tapped)
    made.show(STATION_VIEWS["see-staff"])
    made.desk.on_board(ButtonFaulty(RIGHT, ButtonFault.HELD))
    made.press(RIGHT)
    assert (made.lit, made.caption(RIGHT), calls.count()) == (NEITHER, "", 0)
    made.desk.on_board(ButtonMended(RIGHT))
    assert made.lit == {RIGHT}
    assert made.recorded == [
        (Kind.DEVICE_LOST, "right_button", "held_down"),
        (Kind.DEVICE_READY, "right_button", ""),
    ]


def test_without_the_board_touch_goes_on_and_with_it_the_lamps_come_back(board: Make) -> None:
    made = board()
    made.desk.on_board(DeviceLost("transport_lost"))
    assert (made.lit, made.caption(LEFT), made.caption(RIGHT)) == (NEITHER, "", "")
    chosen = QSignalSpy(made.window.choice_made)
    assert isinstance(made.window.page, ChoicePage)
    made.window.page.staff.click()
    assert chosen.count() == 1
    made.desk.on_board(DeviceReady())
    assert made.lit == BOTH


def test_before_the_board_answers_nothing_is_promised(board: Make) -> None:
    made = board()
    button_desk(made.window, made._note)
    assert made.caption(LEFT) == made.caption(RIGHT) == ""


def test_a_station_without_buttons_has_no_captions(station: Callable[..., StationWindow]) -> None:
    window = station("en")
    assert window.lit_buttons is None
    assert button_desk(window, lambda *_args, **_fields: None) is None


@pytest.mark.requirement("R-100", "R-106")
@EVERY_LANGUAGE
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_captions_fit_with_the_longest_notice(board: Make, language: str, size: tuple[int, int]) -> None:
    made = board(language, size)
    faults = []
    for name, view in STATION_VIEWS.items():
        made.show(view)
        faults += [f"{name}: {fault}" for fault in (*clipped_texts(made.window), *overlapping_texts(made.window))]
    assert not faults


@EVERY_LANGUAGE
def test_beside_a_reminder_they_are_the_other_way_in(board: Callable[..., Board], language: str) -> None:
    made = board(language, PORTRAIT)
    chosen, again = QSignalSpy(made.window.choice_made), QSignalSpy(made.window.activity)
    made.show(STATION_VIEWS["prior-face"])
    assert made.caption(RIGHT).endswith(Texts(language)("choice.staff"))
    made.press(RIGHT)
    assert [chosen.at(n) for n in range(chosen.count())] == [["staff"]]
    made.show(STATION_VIEWS["prior-staff"])
    before = again.count()
    made.press(LEFT)
    assert chosen.count() == 1, "a face check is consented to beside its notice"
    assert again.count() == before + 1
