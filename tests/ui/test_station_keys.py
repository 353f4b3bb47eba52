"""The whole way by keys: Tab or arrows to a button, Enter to press it, Escape to stop. Nothing else does anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.screens.notice import NoticePage
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen, View
from tests.helpers.ui import PORTRAIT, STATION_VIEWS, shown, tap

Make = Callable[..., StationWindow]
EVERY_LANGUAGE = pytest.mark.parametrize("language", ["zh", "en"])


def press(window: StationWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key goes to whatever has the focus, as the system would send it."""
    QTest.keyClick(window.focusWidget() or window, key, modifier)


def ring(window: StationWindow) -> str:
    held = window.focusWidget()
    return held.objectName() if isinstance(held, QAbstractButton) else ""


def go_to(window: StationWindow, name: str, key: Qt.Key = Qt.Key.Key_Tab) -> None:
    for _ in range(20):
        press(window, key)
        if ring(window) == name:
            return
    raise AssertionError(f"no key leads to {name}")


@pytest.mark.requirement("R-103")
@EVERY_LANGUAGE
@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Up])
@pytest.mark.parametrize("lane", ["face", "staff"])
def test_a_lane_is_chosen_by_keys(station: Make, language: str, key: Qt.Key, lane: str) -> None:
    window = station(language, PORTRAIT, ("zh", "en"))
    spy = QSignalSpy(window.choice_made)
    go_to(window, f"choice_{lane}", key)
    assert spy.count() == 0
    press(window, Qt.Key.Key_Return)
    assert [spy.at(n) for n in range(spy.count())] == [[lane]]


@pytest.mark.requirement("R-103")
@EVERY_LANGUAGE
@pytest.mark.parametrize("name", ["choice", "present", "see-staff-disputable", "hold-consent", "idle"])
def test_keys_reach_everything_a_finger_reaches(station: Make, language: str, name: str) -> None:
    window = station(language, PORTRAIT, ("zh", "en"))
    window.show_view(STATION_VIEWS[name])
    wanted = {button for button in shown(window, QAbstractButton) if button.isEnabled()}
    reached = set()
    for _ in range(len(wanted)):
        press(window, Qt.Key.Key_Tab)
        reached.add(window.focusWidget())
    assert reached == wanted


@pytest.mark.requirement("R-04")
def test_nothing_is_marked_before_a_key_is_pressed_and_enter_alone_chooses_nothing(station: Make) -> None:
    window = station("en")
    spy = QSignalSpy(window.choice_made)
    assert ring(window) == ""
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        press(window, key)
    assert spy.count() == 0
    press(window, Qt.Key.Key_Tab)
    assert ring(window)
    window.show_view(STATION_VIEWS["present"])
    assert ring(window) == "", "on the next screen nothing is about to be pressed"


@EVERY_LANGUAGE
def test_the_ring_is_seen(station: Make, language: str, qapp: QApplication) -> None:
    window = station(language)
    choice = window.page
    assert isinstance(choice, ChoicePage)
    for button in shown(window, QAbstractButton):
        assert isinstance(button, QAbstractButton)
        before = button.grab().toImage()
        button.setFocus(Qt.FocusReason.TabFocusReason)
        qapp.processEvents()
        assert button.grab().toImage() != before, button.objectName()


@pytest.mark.requirement("R-10")
@EVERY_LANGUAGE
@pytest.mark.parametrize("name", ["present", "reading", "look-centre"])
def test_escape_stops_wherever_stop_is_offered(station: Make, language: str, name: str) -> None:
    window = station(language)
    window.show_view(STATION_VIEWS[name])
    spy = QSignalSpy(window.stop_tapped)
    press(window, Qt.Key.Key_Escape)
    assert spy.count() == 1


@EVERY_LANGUAGE
def test_the_notice_is_opened_read_and_closed_by_keys(station: Make, language: str, qapp: QApplication) -> None:
    window = station(language)
    go_to(window, "notice")
    press(window, Qt.Key.Key_Enter)
    notice = window.page
    assert isinstance(notice, NoticePage)
    qapp.processEvents()
    press(window, Qt.Key.Key_Down)
    assert notice._area.verticalScrollBar().value() > 0
    press(window, Qt.Key.Key_Escape)
    assert isinstance(window.page, ChoicePage)


def test_the_ring_is_not_in_a_fingers_way(station: Make) -> None:
    window = station("zh")
    spy = QSignalSpy(window.choice_made)
    go_to(window, "choice_face")
    choice = window.page
    assert isinstance(choice, ChoicePage)
    tap(window, choice.staff)
    assert spy.at(0) == ["staff"]


@pytest.mark.requirement("R-67")
def test_no_combination_no_held_key_and_no_gesture_leads_out(station: Make, qapp: QApplication) -> None:
    window = station("en")
    spies = [QSignalSpy(s) for s in (window.choice_made, window.stop_tapped, window.call_staff_tapped)]
    page, modifiers = window.page, Qt.KeyboardModifier
    go_to(window, "choice_face")
    for modifier in (modifiers.AltModifier, modifiers.ControlModifier, modifiers.MetaModifier):
        for key in (*range(Qt.Key.Key_F1, Qt.Key.Key_F35 + 1), Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Q):
            press(window, Qt.Key(key), modifier)
    for key in (Qt.Key.Key_HomePage, Qt.Key.Key_Super_L, Qt.Key.Key_Menu):
        press(window, key)
    held = window.focusWidget()
    assert held is not None
    for _ in range(20):  # a stuck Enter key
        repeat = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, modifiers.NoModifier, "", True)
        QApplication.sendEvent(held, repeat)
    for reason in QContextMenuEvent.Reason:
        menu = QContextMenuEvent(reason, QPoint(5, 5), window.mapToGlobal(QPoint(5, 5)))
        QApplication.sendEvent(held, menu)
        QApplication.sendEvent(window, menu)
    QTest.mouseDClick(window, Qt.MouseButton.MiddleButton, pos=QPointF(window.rect().center()).toPoint())
    qapp.processEvents()
    assert [spy.count() for spy in spies] == [0, 0, 0]
    assert window.isVisible()
    assert window.page is page
    assert qapp.activePopupWidget() is None
    assert qapp.activeModalWidget() is None


@EVERY_LANGUAGE
def test_more_time_and_the_call_by_keys(station: Make, language: str) -> None:
    window = station(language)
    window.show_view(STATION_VIEWS["idle"])
    more, call = QSignalSpy(window.more_time_tapped), QSignalSpy(window.call_staff_tapped)
    for name in ("more_time", "call_staff"):
        go_to(window, name)
        press(window, Qt.Key.Key_Return)
    assert (more.count(), call.count()) == (1, 1)
    window.show_view(View(Screen.WELCOME))
    go_to(window, "call_staff")
