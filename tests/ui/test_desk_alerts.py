"""A supervisor's banner and sheets at the desk, by touch, with everything else the desk can show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from kiosk.audit.alerts import Alert
from kiosk.audit.catalogue import Kind
from kiosk.office.alerts import SEEN, alerts_page, banner_words
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from tests.helpers.ui import DESK_VIEWS, SIZES, all_texts, clipped_texts, overlapping_texts, tap, target_faults

Make = Callable[..., DeskWindow]
ALERTS = (
    Alert(9, "2026-05-28T20:26:50Z", Kind.DEVICE_USB_CHANGED, "gate-north-1", "usb-1-046d-c077"),
    Alert(7, "2026-05-28T20:20:50Z", Kind.INTEGRITY_BROKEN, "gate-1", "code/kiosk/face/decision.py"),
)
OPEN = LoginView(LoginStep.OPEN, "Maria-Theresia Beispiel")


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_banner_leaves_room_for_everything(
    desk: Make, qapp: QApplication, language: str, size: tuple[int, int]
) -> None:
    window = desk(language, size)
    window.show_login(OPEN)
    window.show_supervising(True)
    window.show_alert(banner_words(ALERTS, Texts(language)))
    for name in ("waiting", "used", "everything-odd", "admitted", "call-waiting", "call-everything-odd"):
        window.show_view(DESK_VIEWS[name])
        qapp.processEvents()
        assert not clipped_texts(window), name
        assert not overlapping_texts(window), name
        assert not target_faults(window), name
    window.show_sheet(alerts_page(ALERTS, Texts(language)))
    qapp.processEvents()
    assert not clipped_texts(window)
    assert not window.sheet.table.cut_off()


def test_from_the_banner_to_the_answer(desk: Make, qapp: QApplication) -> None:
    window = desk()
    window.show_login(OPEN)
    assert not window.alert.isVisible()
    window.show_alert(banner_words(ALERTS, Texts("en")))
    qapp.processEvents()
    asked, answered = QSignalSpy(window.alert_tapped), QSignalSpy(window.sheet.acted)
    tap(window, window.alert.button)
    assert asked.count() == 1
    window.show_sheet(alerts_page(ALERTS, Texts("en")))
    qapp.processEvents()
    assert not window.keypad.isVisible()
    tap(window, window.sheet.acts[SEEN])
    assert answered.at(0) == [SEEN]
    window.show_sheet(None)
    window.show_alert("")
    assert window.keypad.isVisible()
    assert "The Lighthouse Choir" in all_texts(window)


def test_a_covered_desk_shows_neither(desk: Make, qapp: QApplication) -> None:
    window = desk()
    window.show_login(OPEN)
    window.show_supervising(True)
    window.show_alert(banner_words(ALERTS, Texts("en")))
    window.show_sheet(alerts_page(ALERTS, Texts("en")))
    window.show_login(LoginView(LoginStep.UNLOCK, "Ben"))
    qapp.processEvents()
    assert [widget.isVisible() for widget in (window.alert, window.sheet, window.overrides_button)] == [False] * 3


def test_overrides_are_one_tap_away_for_a_supervisor(desk: Make) -> None:
    window = desk()
    window.show_login(OPEN)
    assert not window.overrides_button.isVisible()
    window.show_supervising(True)
    spy = QSignalSpy(window.overrides_tapped)
    tap(window, window.overrides_button)
    assert spy.count() == 1
