"""The close screen on a whole event: held by a finger, everything is gone, and the screen says what was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.closing.close import ClosingReport, Progress
from kiosk.closing.journal import Step
from kiosk.closing.leftovers import LOOKED_AT, NOT_LOOKED_AT, Leftover, LeftoverReport, Verdict
from kiosk.closing.state import EventState, move, read_state
from kiosk.closing_screen import STEP_WORDS, ClosingScreen, result_of
from kiosk.config.places import EventPlace
from kiosk.text import Texts, languages
from kiosk.ui import hold_button
from kiosk.ui.close_view import CloseFacts, WipeVerdict
from kiosk.ui.close_window import CloseWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.words import Words
from tests.helpers.event_place import make_event
from tests.helpers.ui import NOON_UTC, clipped_texts, shown

FACTS = CloseFacts("Canary Night", 40, None)
Opened = tuple[ClosingScreen, CloseWindow]


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    return make_event(tmp_path)


@pytest.fixture
def opened(
    keep: Callable[[KioskWindow], None], qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Opened]]:
    monkeypatch.setattr(hold_button, "HOLD_MS", 100)
    screens: list[ClosingScreen] = []

    def open_(place: EventPlace, **more: object) -> Opened:
        window = CloseWindow(Texts, "en", lambda: NOON_UTC, motion=False)
        keep(window)
        screen = ClosingScreen(window, place, FACTS, Texts("en"), **more)  # type: ignore[arg-type]  # a closer, or none
        screens.append(screen)
        window.show_as_window(1280, 800)
        qapp.processEvents()
        return screen, window

    yield open_
    for screen in screens:
        screen.wait()


def hold(window: CloseWindow, qtbot: QtBot, screen: ClosingScreen) -> None:
    """A finger that stays on the button until the closing has begun."""
    finger, button = QTest.createTouchDevice(), window.hold_button
    spot = button.rect().center()
    QTest.touchEvent(window, finger).press(0, spot, button).commit()
    qtbot.waitUntil(lambda: screen.began, timeout=5000)
    QTest.touchEvent(window, finger).release(0, spot, button).commit()


def says(window: CloseWindow) -> str:
    return "\n".join(words.text() for words in shown(window, Words) if isinstance(words, Words))


def test_a_held_button_closes_a_real_event(opened: Callable[..., Opened], place: EventPlace, qtbot: QtBot) -> None:
    screen, window = opened(place)
    assert "Tickets (40)" in says(window)
    assert "Admissions (–)" in says(window)
    hold(window, qtbot, screen)
    qtbot.waitUntil(lambda: screen.verdict is not None, timeout=10_000)
    assert screen.verdict is Verdict.PASS
    assert read_state(place.state_file) is EventState.WIPED
    assert not place.key_file.exists()
    assert not place.ledger_file.exists()
    assert Texts("en")("close.verdict.PASS.title") in says(window)
    assert Texts("en")("close.looked_at.keys") in says(window)
    assert not clipped_texts(window)


def test_going_back_destroys_nothing(opened: Callable[..., Opened], place: EventPlace, qtbot: QtBot) -> None:
    screen, window = opened(place)
    with qtbot.waitSignal(screen.left, timeout=2000):
        window.cancelled.emit()
    assert (screen.began, screen.verdict) == (False, None)
    assert place.key_file.exists()
    assert read_state(place.state_file) is EventState.DRAFT


def test_a_stray_copy_is_named(opened: Callable[..., Opened], place: EventPlace, qtbot: QtBot) -> None:
    stray = place.data_dir / "events" / place.event_id / "kept"
    stray.symlink_to(place.event_file)
    backup = place.key_dir / "backup.tar"  # it may hold other events' keys, too: found, and not destroyed
    backup.write_bytes(bytes(257) + b"ustar" + place.key_file.read_bytes())
    screen, window = opened(place)
    hold(window, qtbot, screen)
    qtbot.waitUntil(lambda: screen.verdict is not None, timeout=10_000)
    assert screen.verdict is Verdict.FAILED
    assert "backup.tar" in says(window)
    assert read_state(place.state_file) is EventState.CLOSING


def test_an_event_already_gone_is_unknown_and_not_a_success(
    opened: Callable[..., Opened], place: EventPlace, qtbot: QtBot
) -> None:
    screen, window = opened(place)
    place.key_file.unlink()
    for file in place.folder.glob("ledger.sqlite*"):
        file.unlink()
    move(place.state_file, EventState.CLOSING)
    move(place.state_file, EventState.WIPED)
    hold(window, qtbot, screen)
    qtbot.waitUntil(lambda: WipeVerdict.UNKNOWN in says(window), timeout=5000)
    assert Texts("en")("close.wiped_before") in says(window)
    assert screen.verdict is None


def test_a_full_disk_says_at_which_step(opened: Callable[..., Opened], place: EventPlace, qtbot: QtBot) -> None:
    def full(place: EventPlace, progress: Progress) -> ClosingReport:
        progress(Step.KEY, 0.0)
        raise OSError(28, "No space left on device")

    screen, window = opened(place, closer=full)
    hold(window, qtbot, screen)
    qtbot.waitUntil(lambda: WipeVerdict.UNKNOWN in says(window), timeout=5000)
    assert "Destroy the keys" in says(window)
    assert "No space left" in says(window)


@pytest.mark.parametrize("language", languages())
def test_everything_a_report_can_hold_has_words(language: str) -> None:
    texts = Texts(language)
    for key in STEP_WORDS.values():
        assert texts(f"close.step.{key}")
    codes = ["suspect_file", "unexpected_file", "closing_not_finished", "deleted_but_open", "key_file"]
    codes += ["ticket_store", "key", "id_number", "needle", "roster"]
    look = LeftoverReport([Leftover("here", code) for code in codes], ["there"], checked=tuple(LOOKED_AT.values()))
    result = result_of(ClosingReport(Verdict.FAILED, None, "", 0, 2, look), texts)
    assert len(result.checked) == len(LOOKED_AT)
    assert len(result.left) == len(codes)
    assert len(result.not_measured) == 2 + len(NOT_LOOKED_AT)
    assert all(line.endswith("here") for line in result.left)
