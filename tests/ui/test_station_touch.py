"""The attendee's window by touch: what a finger says, what keys and gestures cannot do, what is painted when."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.screens.idle import IdlePage
from kiosk.ui.screens.notice import NoticePage
from kiosk.ui.signs import CameraSign
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen, View
from tests.helpers.ui import LANGUAGES, NOON_UTC, SCENE, SIZES, STATION_VIEWS, tap

Make = Callable[..., StationWindow]


def said(spy: QSignalSpy) -> list[list[object]]:
    return [spy.at(index) for index in range(spy.count())]


@pytest.mark.requirement("R-13")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lane", ["face", "staff"])
def test_one_tap_chooses(station: Make, lane: str, size: tuple[int, int]) -> None:
    window = station("zh", size)
    spy = QSignalSpy(window.choice_made)
    choice = window.page
    assert isinstance(choice, ChoicePage)
    tap(window, choice.face if lane == "face" else choice.staff)
    assert said(spy) == [[lane]]


def test_a_finger_beside_the_buttons_chooses_nothing(station: Make) -> None:
    window = station("zh")
    spy = QSignalSpy(window.choice_made)
    choice = window.page
    assert isinstance(choice, ChoicePage)
    between = choice.face.geometry().topRight()
    between.setX(between.x() + (choice.staff.x() - between.x()) // 2)
    tap(window, choice, between)
    assert said(spy) == []


@pytest.mark.requirement("R-10")
@pytest.mark.parametrize("name", ["present", "reading", "look-centre"])
def test_stop_is_one_tap_away_until_the_decision(station: Make, name: str) -> None:
    window = station()
    window.show_view(STATION_VIEWS[name])
    spy = QSignalSpy(window.stop_tapped)
    tap(window, window.stop_button)
    assert spy.count() == 1


@pytest.mark.requirement("R-105")
@pytest.mark.parametrize("name", list(STATION_VIEWS))
def test_staff_can_be_called_from_every_screen(station: Make, name: str) -> None:
    window = station()
    window.show_view(STATION_VIEWS[name])
    spy = QSignalSpy(window.call_staff_tapped)
    tap(window, window.call_button)
    assert spy.count() == 1
    assert Texts("en")("common.call_staff") in window.call_button.text(), "nobody has been called yet"
    window.show_staff_called(True)
    assert Texts("en")("common.staff_called") in window.call_button.text()
    window.show_staff_called(False)
    assert Texts("en")("common.call_staff") in window.call_button.text()


def test_more_time(station: Make) -> None:
    window = station()
    window.show_view(STATION_VIEWS["idle"])
    page = window.page
    assert isinstance(page, IdlePage)
    spy = QSignalSpy(window.more_time_tapped)
    tap(window, page.button)
    assert spy.count() == 1


def test_the_full_notice_opens_closes_and_counts_as_activity(station: Make) -> None:
    window = station()
    choice = window.page
    assert isinstance(choice, ChoicePage)
    spy = QSignalSpy(window.activity)
    tap(window, choice.notice_button)
    notice = window.page
    assert isinstance(notice, NoticePage)
    assert window.call_button.isVisible()
    window.show_view(View(Screen.CHOICE, document_down=True))
    assert window.page is notice, "a document put down does not close what somebody reads"
    tap(window, notice.close_button)
    assert isinstance(window.page, ChoicePage)
    assert spy.count() >= 2


def test_a_language_lasts_for_one_visit(station: Make) -> None:
    window = station("zh", languages=("zh", "en"))
    spy = QSignalSpy(window.language_chosen)
    tap(window, window._switch.segments["en"])
    assert said(spy) == [["en"]]
    assert window.language == "en"
    window.show_view(STATION_VIEWS["present"])
    assert window.language == "en"
    window.show_view(View(Screen.CHOICE))
    assert window.language == "zh"


def test_painted_comes_after_the_verdict_is_on_the_glass(station: Make, qtbot: QtBot) -> None:
    window = station()
    spy = QSignalSpy(window.painted)
    window.show_view(STATION_VIEWS["welcome"])
    assert [Screen.WELCOME] not in said(spy), "showing is not painting"
    qtbot.waitUntil(lambda: [Screen.WELCOME] in said(spy), timeout=3000)


def test_nothing_is_painted_while_the_window_is_hidden(station: Make, qtbot: QtBot, qapp: QApplication) -> None:
    window = station()
    qapp.processEvents()
    window.hide()
    spy = QSignalSpy(window.painted)
    window.show_view(STATION_VIEWS["welcome"])
    qapp.processEvents()
    assert spy.count() == 0
    with qtbot.waitSignal(window.painted, timeout=3000):
        window.show()


@pytest.mark.requirement("R-21")
def test_the_camera_sign_is_there_exactly_while_the_camera_is_open(station: Make) -> None:
    window = station()
    sign = window.findChild(CameraSign)
    assert sign is not None
    chance = random.Random(5)
    is_open = False
    for _ in range(1000):
        if chance.random() < 0.4:
            is_open = chance.random() < 0.5
            window.set_camera_on(is_open)
        else:
            window.show_view(chance.choice(list(STATION_VIEWS.values())))
        assert sign.isVisible() == is_open


@pytest.mark.requirement("R-67")
@pytest.mark.parametrize(
    "key",
    [
        Qt.Key.Key_Escape,
        Qt.Key.Key_F4,
        Qt.Key.Key_F11,
        Qt.Key.Key_Return,
        Qt.Key.Key_Space,
        Qt.Key.Key_Menu,
    ],
)
def test_keys_do_nothing(station: Make, key: Qt.Key) -> None:
    window = station()
    spy = QSignalSpy(window.choice_made)
    for modifier in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.AltModifier,
        Qt.KeyboardModifier.ControlModifier,
    ):
        QTest.keyClick(window, key, modifier)
    assert window.isVisible()
    assert spy.count() == 0
    assert window.focusWidget() is None or window.focusWidget() is window


def test_only_the_program_closes_the_window(station: Make) -> None:
    window = station()
    window.close()
    assert window.isVisible()
    event = QCloseEvent()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    window.allow_close()
    assert window.close()


@pytest.mark.requirement("R-67")
def test_two_fingers_and_a_drag_leave_everything_as_it_is(station: Make) -> None:
    window = station()
    choice = window.page
    assert isinstance(choice, ChoicePage)
    spies = [QSignalSpy(window.choice_made), QSignalSpy(window.stop_tapped)]
    middle = window.rect().center()
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(window, middle * 0.5)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=middle * 0.5)
    QTest.mouseClick(choice.face, Qt.MouseButton.RightButton)
    assert [spy.count() for spy in spies] == [0, 0]
    assert window.page is choice


def test_no_child_widget_ever_became_a_window(qapp: QApplication, keep: Callable[[KioskWindow], None]) -> None:
    """A widget shown before it has a parent opens a window of its own for a moment."""
    opened: list[str] = []

    class Watch(QWidget):
        def eventFilter(self, watched: object, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                opened.append(type(watched).__name__)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        window = StationWindow(Texts, SCENE, LANGUAGES, motion=False, now=lambda: NOON_UTC)
        keep(window)
        window.show_as_window(1280, 800)
        for view in STATION_VIEWS.values():
            window.show_view(view)
    finally:
        qapp.removeEventFilter(watch)
        watch.deleteLater()
    assert opened == ["StationWindow"]


@pytest.mark.parametrize("size", SIZES)
def test_a_paused_face_lane_keeps_both_buttons_where_they_are(qtbot: QtBot, size: tuple[int, int]) -> None:
    window = StationWindow(Texts, SCENE, LANGUAGES, motion=False)
    qtbot.addWidget(window)
    window.allow_close()
    window.show_as_window(*size)
    face = window.findChild(QAbstractButton, "choice_face")
    staff = window.findChild(QAbstractButton, "choice_staff")
    assert face is not None
    assert staff is not None
    window.show_view(View(Screen.CHOICE))
    before = face.geometry(), staff.geometry()
    window.show_view(View(Screen.CHOICE, face_paused=True))
    assert (face.isEnabled(), staff.isEnabled()) == (False, True)
    assert (face.geometry(), staff.geometry()) == before
    window.show_view(View(Screen.CHOICE))
    assert face.isEnabled()


@pytest.mark.parametrize("size", SIZES)
def test_a_gate_without_a_face_lane_offers_none(qtbot: QtBot, size: tuple[int, int]) -> None:
    window = StationWindow(Texts, SCENE, LANGUAGES, face_offered=False, motion=False)
    qtbot.addWidget(window)
    window.allow_close()
    window.show_as_window(*size)
    window.show_view(View(Screen.CHOICE))
    face = window.findChild(QAbstractButton, "choice_face")
    staff = window.findChild(QAbstractButton, "choice_staff")
    assert face is not None
    assert staff is not None
    assert not face.isVisible()
    assert staff.isVisible()
    assert staff.width() > size[0] // 3


@pytest.mark.requirement("R-44")
def test_a_notice_left_open_and_a_language_left_chosen_are_not_the_next_persons(station: Make) -> None:
    window = station("zh", languages=("zh", "en"))
    choice = window.page
    assert isinstance(choice, ChoicePage)
    window.set_language("en")
    choice.notice_wanted.emit()
    assert isinstance(window.page, NoticePage)
    window.activity.emit()
    assert window.rest_timer.isActive()
    window.rest_timer.timeout.emit()
    assert window.page is choice
    assert window.language == "zh"
