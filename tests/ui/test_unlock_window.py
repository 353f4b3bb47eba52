"""A locked station: what is typed stays dots, goes out once and is overwritten; every state, size and language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from drivers.secret import SecretText
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.unlock_window import MOST_TYPED, UnlockState, UnlockView, UnlockWindow
from tests.helpers.ui import LANGUAGES, NOON_UTC, SIZES, all_texts, clipped_texts, overlapping_texts, tap, target_faults

NAMES = dict.fromkeys(LANGUAGES, "The Lighthouse Choir on Tour – Last Night")
VIEWS = [
    UnlockView(UnlockState.ASKING),
    UnlockView(UnlockState.CHECKING),
    UnlockView(UnlockState.WRONG, tries_left=4),
    UnlockView(UnlockState.WAITING, wait_s=900),
    UnlockView(UnlockState.GONE),
    UnlockView(UnlockState.UNUSABLE, detail="loose_permissions"),
]
Opened = Callable[..., UnlockWindow]


@pytest.fixture
def opened(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Opened:
    def make(language: str = "en", size: tuple[int, int] = (1280, 800), *others: str) -> UnlockWindow:
        languages = [language, *others]
        window = UnlockWindow(Texts, NAMES, languages, with_scanner=True, motion=False, now=lambda: NOON_UTC)
        keep(window)
        window.show_as_window(*size)
        return window

    return make


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_walk(opened: Opened, qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = opened(language, size)
    for view in VIEWS:
        for typed, plainly in (("", False), ("A" * MOST_TYPED, False), ("W" * MOST_TYPED, True)):
            window.entry.fill(typed)
            if plainly:
                window.entry.toggle()
            window.show_view(view)
            qapp.processEvents()
            assert not clipped_texts(window), (view, typed)
            assert not overlapping_texts(window), view
            assert not target_faults(window), view


def test_without_a_window_manager_the_full_screen_is_laid_out(
    keep: Callable[[KioskWindow], None], qapp: QApplication
) -> None:
    window = UnlockWindow(Texts, NAMES, ["en"], motion=False, now=lambda: NOON_UTC)
    keep(window)
    window.show_full_screen()
    qapp.processEvents()
    below = window.entry.geometry()
    assert window.rect().contains(below)
    assert below.width() > window.width() / 3
    assert not overlapping_texts(window)


def test_what_is_struck_is_dots_and_leaves_once(opened: Opened) -> None:
    window = opened()
    spy = QSignalSpy(window.secret_given)
    for letter in "OPEN2026":
        tap(window, window.entry.keys.keys[letter])
    assert "●" * 8 in all_texts(window)
    assert "OPEN2026" not in all_texts(window)
    typed = window.entry._typed._data
    tap(window, window.entry.unlock_button)
    (secret,) = spy.at(0)
    assert isinstance(secret, SecretText)
    assert secret.reveal() == "OPEN2026"
    assert not any(typed)
    assert "●" not in all_texts(window)
    tap(window, window.entry.unlock_button)
    assert spy.count() == 1, "nothing typed is no try"


def test_show_and_hide(opened: Opened) -> None:
    window = opened()
    window.entry.fill("open 26")
    tap(window, window.entry.show_button)
    assert "OPEN26" in all_texts(window)
    tap(window, window.entry.show_button)
    assert "OPEN26" not in all_texts(window)
    tap(window, window.entry.show_button)
    window.entry.give()
    window.entry.fill("another")
    assert "ANOTHER" not in all_texts(window), "the next person's secret is hidden again"


def test_delete_and_clear(opened: Opened) -> None:
    window = opened()
    window.entry.fill("ABC")
    tap(window, window.entry.keys.delete)
    assert "●●" in all_texts(window)
    assert "●●●" not in all_texts(window)
    tap(window, window.entry.clear_button)
    assert "●" not in all_texts(window)


@pytest.mark.parametrize("state", [UnlockState.CHECKING, UnlockState.WAITING, UnlockState.GONE, UnlockState.UNUSABLE])
def test_no_try_leaves_while_none_can_be_made(opened: Opened, state: UnlockState) -> None:
    window = opened()
    spy = QSignalSpy(window.secret_given)
    window.show_view(UnlockView(state, wait_s=10))
    window.entry.fill("OPEN2026")
    tap(window, window.entry.unlock_button)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert spy.count() == 0


def test_a_keyboard_types_too(opened: Opened) -> None:
    window = opened()
    spy = QSignalSpy(window.secret_given)
    QTest.keyClicks(window, "open the gatez")
    QTest.keyClick(window, Qt.Key.Key_Backspace)
    QTest.keyClicks(window, "s")
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert spy.at(0)[0].reveal() == "OPENTHEGATES"


def test_the_wait_runs_down_in_minutes_and_seconds(opened: Opened) -> None:
    window = opened()
    for wait_s, shown in ((900.0, "15:00"), (61.2, "1:02"), (0.4, "0:01")):
        window.show_view(UnlockView(UnlockState.WAITING, wait_s=wait_s))
        assert shown in all_texts(window)


def test_the_language_changes_and_what_was_said_stays(opened: Opened) -> None:
    window = opened("zh", (1280, 800), "en")
    window.show_view(UnlockView(UnlockState.WRONG, tries_left=2))
    assert Texts("zh")("unlock.wrong", count=2) in all_texts(window)
    tap(window, window.switch.segments["en"])
    assert Texts("en")("unlock.wrong", count=2) in all_texts(window)


def test_the_window_cannot_be_closed_from_outside(opened: Opened) -> None:
    window = opened()
    window.close()
    QTest.keyClick(window, Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
    assert window.isVisible()


def test_the_upright_keys_stay_where_they_are(opened: Opened, qapp: QApplication) -> None:
    window = opened("en", (1080, 1920))
    tops = set()
    for view in VIEWS[:4]:
        window.show_view(view)
        qapp.processEvents()
        tops.add(window.entry.y())
    assert len(tops) == 1
