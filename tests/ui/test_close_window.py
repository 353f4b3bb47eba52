"""Closing an event: only a long hold begins it, and each verdict says what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.text import Texts
from kiosk.ui import hold_button
from kiosk.ui.close_view import CloseFacts, CloseResult, CloseStep, StepState, WipeVerdict
from kiosk.ui.close_window import CloseWindow
from kiosk.ui.kiosk_window import KioskWindow
from tests.helpers.ui import LANGUAGES, NOON_UTC, SIZES, all_texts, clipped_texts, overlapping_texts, tap, target_faults

STEPS = ("stop_lanes", "clear_memory", "destroy_keys", "delete_files", "verify")
FACTS = CloseFacts("The Lighthouse Choir on Tour", 50_000, 41_873)


@pytest.fixture
def close(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Callable[..., CloseWindow]:
    def make(language: str = "en", size: tuple[int, int] = (1280, 800)) -> CloseWindow:
        window = CloseWindow(Texts, language, lambda: NOON_UTC, motion=False)
        keep(window)
        window.show_as_window(*size)
        window.show_facts(FACTS)
        return window

    return make


@pytest.fixture
def short_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold_button, "HOLD_MS", 120)


def states(window: CloseWindow) -> Iterator[str]:
    window.show_facts(FACTS)
    yield "facts"
    window.show_progress(
        [CloseStep(key, state) for key, state in zip(STEPS, [*StepState, StepState.DONE], strict=True)]
    )
    yield "progress"
    for verdict in WipeVerdict:
        window.show_result(CloseResult(verdict, ("ledger.sqlite", "event key"), ("ledger.sqlite-wal",), ("memory",)))
        yield verdict


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_walk(close: Callable[..., CloseWindow], qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = close(language, size)
    for state in states(window):
        qapp.processEvents()
        assert not clipped_texts(window), state
        assert not overlapping_texts(window), state
        assert not target_faults(window), state


def test_a_tap_does_not_close_the_event(close: Callable[..., CloseWindow]) -> None:
    window = close()
    spy = QSignalSpy(window.close_confirmed)
    tap(window, window.hold_button)
    assert spy.count() == 0


@pytest.mark.usefixtures("short_hold")
def test_holding_closes_the_event_once(close: Callable[..., CloseWindow], qtbot: QtBot) -> None:
    window = close()
    spy = QSignalSpy(window.close_confirmed)
    QTest.mousePress(window.hold_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: spy.count() > 0, timeout=3000)
    QTest.mouseRelease(window.hold_button, Qt.MouseButton.LeftButton)
    assert spy.count() == 1


def test_the_numbers_are_said(close: Callable[..., CloseWindow]) -> None:
    shown = all_texts(close())
    assert "50,000" in shown
    assert "41,873" in shown


@pytest.mark.parametrize("verdict", list(WipeVerdict))
def test_a_result_names_what_is_left(close: Callable[..., CloseWindow], verdict: WipeVerdict) -> None:
    window = close()
    window.show_result(CloseResult(verdict, checked=("ledger.sqlite",), left=("stray.tmp",)))
    shown = all_texts(window)
    assert "stray.tmp" in shown
    assert Texts("en")(f"close.verdict.{verdict}.title") in shown
    spy = QSignalSpy(window.finished)
    tap(window, window.done_button)
    assert spy.count() == 1
