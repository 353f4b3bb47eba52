"""The log-in screen by touch, in every step, language and size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from kiosk.station.desk_view import DeskState, DeskView, WaitingCall
from kiosk.station.login_view import BY_PASSWORD, LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.login_window import DOT
from kiosk.ui.words import Words
from tests.helpers.ui import (
    LANGUAGES,
    MASKED_NAME,
    SIZES,
    all_texts,
    clipped_texts,
    desk_facts,
    overlapping_texts,
    shown,
    tap,
    target_faults,
)

Make = Callable[..., DeskWindow]
CODES = ("", "wrong", "expired", "elsewhere", "other_event", "over", "no_badge", "trouble", "a_code_of_tomorrow")


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_walk(desk: Make, qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = desk(language, size, ("zh", "en"))
    window.set_language(language)
    calls = (WaitingCall("gate-1", "B"),)
    at_the_desk = [step for step in LoginStep if step not in BY_PASSWORD]
    views = [
        LoginView(step, "Maria-Theresia Beispiel", code, calls=calls) for step in at_the_desk for code in ("", "wrong")
    ]
    in_the_office = [*BY_PASSWORD, LoginStep.BADGE, LoginStep.PIN, LoginStep.NEW_PIN]
    codes = ("", "wrong", "replayed", "weak_too_simple", "weak_has_id", "next_code")
    views += [LoginView(step, refused=code, two_ways=True) for step in in_the_office for code in codes]
    views += [LoginView(refused=code) for code in CODES]
    views += [LoginView(LoginStep.NEW_PIN, refused=f"weak_{code}") for code in ("too_short", "too_long", "trivial")]
    for view in (*views, LoginView(refused="locked", wait_s=899)):
        window.show_login(view)
        qapp.processEvents()
        assert not clipped_texts(window), view
        assert not overlapping_texts(window), view
        assert not target_faults(window), view


@pytest.mark.requirement("R-61")
def test_a_covered_desk_shows_nothing_of_anybody(desk: Make, qapp: QApplication) -> None:
    window = desk()
    window.show_view(desk_facts("valid", can_admit=True))
    assert MASKED_NAME in all_texts(window)
    window.show_login(LoginView(LoginStep.UNLOCK, "Robin Example"))
    qapp.processEvents()
    assert not [words for words in shown(window, Words) if MASKED_NAME in words.text()]  # type: ignore[attr-defined]
    assert not window.admit_button.isVisible()
    assert not window.lock_button.isVisible()
    window.show_view(DeskView(DeskState.WAITING))  # what the log-in has the desk do at once
    assert MASKED_NAME not in all_texts(window)


def test_a_pin_is_dots_and_goes_with_the_key_that_ends_it(desk: Make) -> None:
    window = desk()
    window.show_login(LoginView(LoginStep.PIN))
    spy = QSignalSpy(window.cover.entered)
    for digit in "302817":
        tap(window, window.cover.keys.keys[digit])
    assert DOT * 6 in all_texts(window)
    assert "302817" not in all_texts(window)
    tap(window, window.cover.enter_button)
    assert [spy.at(0)[0], DOT in all_texts(window)] == ["302817", False]


def test_a_badges_number_is_seen_in_groups_while_it_is_typed(desk: Make) -> None:
    window = desk()
    window.show_login(LoginView())
    for digit in "123456789":
        QTest.keyClicks(window, digit)
    assert "1234 5678 9" in all_texts(window)
    QTest.keyClicks(window, "x")
    QTest.keyClick(window, Qt.Key.Key_Backspace)
    assert "1234 5678" in all_texts(window)


def test_nothing_is_typed_while_a_lock_lasts_or_an_answer_is_awaited(desk: Make) -> None:
    window = desk()
    spy = QSignalSpy(window.cover.entered)
    for view in (LoginView(refused="locked", wait_s=9), LoginView(LoginStep.CHECKING)):
        window.show_login(view)
        for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_Return):
            QTest.keyClick(window, key)
        assert not window.cover.enter_button.isEnabled()
    assert spy.count() == 0


def test_what_was_typed_for_one_step_is_not_there_for_the_next(desk: Make) -> None:
    window = desk()
    window.show_login(LoginView(LoginStep.PIN))
    window.cover.strike("1")
    window.show_login(LoginView(LoginStep.PIN, calls=(WaitingCall("gate-1", "B"),)))
    assert DOT in all_texts(window), "a call is no reason to begin again"
    window.show_login(LoginView(LoginStep.NEW_PIN))
    assert DOT not in all_texts(window)


def test_who_works_here_stands_in_the_bar_beside_the_lock(desk: Make) -> None:
    window = desk()
    window.show_view(DeskView(DeskState.WAITING))
    window.show_login(LoginView(LoginStep.OPEN, "Robin Example"))
    assert "Robin Example" in all_texts(window)
    spy = QSignalSpy(window.lock_tapped)
    tap(window, window.lock_button)
    assert spy.count() == 1


def test_without_accounts_there_is_no_lock_and_no_cover(desk: Make) -> None:
    window = desk()
    assert not window.lock_button.isVisible()
    assert not window.cover.isVisible()
    assert Texts("en")("desk.title") in all_texts(window)


def test_touches_are_told(desk: Make) -> None:
    window = desk()
    spy = QSignalSpy(window.touched)
    tap(window, window.keypad.digits.keys["1"])
    tap(window, window.keypad.search_button)
    assert spy.count() >= 2
