"""The desk by touch, in every state and language: facts in words, two taps, nothing kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.domain.outcome import CheckOutcome
from kiosk.station.desk_view import DeskState, DeskView, WaitingCall
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.facts import panel_of
from tests.helpers.ui import (
    CALLS,
    DESK_VIEWS,
    EARLIER,
    LANGUAGES,
    MASKED_NAME,
    SIZES,
    all_texts,
    clipped_texts,
    desk_facts,
    overlapping_texts,
    place,
    tap,
    target_faults,
)

Make = Callable[..., DeskWindow]


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_walk(desk: Make, qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = desk(language, size, ("zh", "en"))
    window.set_language(language)
    for name, view in DESK_VIEWS.items():
        for mode in ("number", "code") if view.state is DeskState.WAITING else ("number",):
            window.show_view(view)
            if view.state is DeskState.WAITING:
                window.keypad.modes[mode].click()
            qapp.processEvents()
            where = f"{name} {mode} {language} {size}"
            assert not clipped_texts(window), where
            assert not overlapping_texts(window), where
            assert not target_faults(window), where


@pytest.mark.parametrize("outcome", list(CheckOutcome))
def test_every_outcome_says_what_it_is_and_what_to_do(desk: Make, outcome: CheckOutcome) -> None:
    window = desk()
    window.show_view(desk_facts(outcome))
    texts, shown = Texts("en"), all_texts(window)
    assert texts(f"desk.outcome.{outcome}.title") in shown
    assert texts(f"desk.outcome.{outcome}.do") in shown


def test_only_a_valid_ticket_is_green() -> None:
    assert [outcome for outcome in CheckOutcome if panel_of(outcome) == "go"] == [CheckOutcome.VALID]


@pytest.mark.requirement("R-108")
def test_admit_in_one_tap_after_looking(desk: Make) -> None:
    window = desk()
    window.show_view(desk_facts("valid", can_admit=True))
    spy = QSignalSpy(window.admit_tapped)
    tap(window, window.admit_button)
    assert spy.count() == 1
    assert window.admit_button.height() >= 96


def test_a_closed_admit_button_does_nothing_and_says_so(desk: Make) -> None:
    window = desk()
    window.show_view(desk_facts("already_used", can_admit=False, earlier_use=EARLIER))
    spy = QSignalSpy(window.admit_tapped)
    tap(window, window.admit_button)
    assert spy.count() == 0
    assert Texts("en")("desk.admit_closed") in window.admit_button.text()


def test_supervisor_next_and_undo(desk: Make) -> None:
    window = desk()
    spies = [QSignalSpy(s) for s in (window.supervisor_tapped, window.undo_tapped, window.next_tapped)]
    window.show_view(desk_facts("valid", can_admit=True))
    tap(window, window.supervisor_button)
    window.show_view(DESK_VIEWS["admitted"])
    tap(window, window.undo_button)
    tap(window, window.next_button)
    assert [spy.count() for spy in spies] == [1, 1, 1]


def test_a_number_is_typed_said_and_forgotten(desk: Make) -> None:
    window = desk()
    spy = QSignalSpy(window.number_typed)
    tap(window, window.keypad.kinds["cn-hmt-residence"])
    for letter in "81000019990101001X":
        tap(window, window.keypad.digits.keys[letter])
    assert "810000 19990101 001X" in all_texts(window)
    tap(window, window.keypad.digits.keys["1"])  # more than a number has is not taken
    tap(window, window.keypad.search_button)
    assert [spy.at(0)[0], spy.at(0)[1]] == ["cn-hmt-residence", "81000019990101001X"]
    assert "1999" not in all_texts(window)


def test_a_number_half_typed_is_forgotten_when_a_document_comes(desk: Make) -> None:
    window = desk()
    for letter in "110105":
        tap(window, window.keypad.digits.keys[letter])
    window.show_view(DeskView(DeskState.READING, reader_online=True))
    window.show_view(DeskView(DeskState.WAITING, reader_online=True))
    assert "110105" not in all_texts(window)


def test_a_code_is_typed(desk: Make) -> None:
    window = desk()
    spy = QSignalSpy(window.code_typed)
    tap(window, window.keypad.modes["code"])
    for letter in "LAN-07":
        tap(window, window.keypad.letters.keys[letter])
    tap(window, window.keypad.letters.delete)
    tap(window, window.keypad.search_button)
    assert spy.at(0)[0] == "LAN-0"


def test_a_keyboard_types_into_the_keypad_only_while_waiting(desk: Make) -> None:
    window = desk()
    spy = QSignalSpy(window.number_typed)
    QTest.keyClicks(window, "1a2x")  # letters the keypad does not have are dropped
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert spy.at(0)[1] == "12X"
    window.show_view(desk_facts("valid", can_admit=True))
    admitted = QSignalSpy(window.admit_tapped)
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert (spy.count(), admitted.count()) == (1, 0)


@pytest.mark.requirement("R-34")
def test_nothing_of_the_last_person_stays(desk: Make) -> None:
    window = desk()
    for name in ("used", "admitted"):
        window.show_view(DESK_VIEWS[name])
        assert MASKED_NAME in all_texts(window)
        window.show_view(DESK_VIEWS["waiting"])
        assert MASKED_NAME not in all_texts(window)
        assert "7QF2" not in all_texts(window)


@pytest.mark.requirement("R-35")
def test_earlier_use_says_when_and_where(desk: Make) -> None:
    window = desk()
    window.show_view(DESK_VIEWS["used"])
    shown = all_texts(window)
    assert "Gate South" in shown
    assert "north-1" in shown
    assert Texts("en")("desk.lane_face") in shown


def test_both_languages_at_run_time(desk: Make) -> None:
    window = desk("zh", languages=("zh", "en"))
    window.show_view(desk_facts("valid", can_admit=True))
    assert "门票有效" in all_texts(window)
    window.set_language("en")
    assert "Ticket is valid" in all_texts(window)


@pytest.mark.parametrize("name", ["waiting", "reading", "valid", "admitted", "trouble-service"])
def test_a_call_is_seen_everywhere_and_answered_in_one_tap(desk: Make, qtbot: QtBot, name: str) -> None:
    window = desk()
    window.show_view(DESK_VIEWS[name])
    assert not window.answer_button.isVisible()
    spy = QSignalSpy(window.call_answered)
    window.show_view(replace(DESK_VIEWS[name], calls=CALLS[3:]))
    shown = all_texts(window)
    assert "Gate South" in shown
    if name != "valid":  # beside facts there is room for one gate
        assert shown.index("(station‑north‑3)") < shown.index("(station‑north‑4)")
    assert Texts("en")("desk.call_minutes", count=3) in shown
    qtbot.waitUntil(lambda: not window._calls.resting)
    tap(window, window.answer_button)
    assert spy.at(0) == ["station-north-3"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["waiting", "valid"])
def test_care_is_asked_for_in_neutral_words_and_taken_note_of(
    desk: Make, qtbot: QtBot, language: str, name: str
) -> None:
    window, texts = desk(language), Texts(language)
    spy = QSignalSpy(window.call_answered)
    window.show_view(replace(DESK_VIEWS[name], calls=(WaitingCall("gate-1", "B", care=True),)))
    shown = all_texts(window)
    assert texts("desk.care_title", where="").strip(" :：") in shown
    assert texts("desk.answer_care") in shown
    assert texts("desk.call_title", where="").strip(" :：") not in shown
    qtbot.waitUntil(lambda: not window._calls.resting)
    tap(window, window.answer_button)
    assert spy.at(0) == ["gate-1"]


def test_a_second_tap_does_not_answer_the_next_call(desk: Make, qtbot: QtBot) -> None:
    window = desk()
    window.show_view(replace(DESK_VIEWS["waiting"], calls=CALLS[3:]))
    spy = QSignalSpy(window.call_answered)
    tap(window, window.answer_button)
    assert spy.count() == 0, "a finger on its way to something else"
    qtbot.waitUntil(lambda: not window._calls.resting)
    tap(window, window.answer_button)
    window.show_view(replace(DESK_VIEWS["waiting"], calls=CALLS[4:]))
    tap(window, window.answer_button)
    assert [spy.at(index) for index in range(spy.count())] == [["station-north-3"]]


@pytest.mark.parametrize("calls", [CALLS, (WaitingCall("gate-1", "B", care=True),)], ids=["calls", "care"])
@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
def test_a_call_moves_no_button_of_a_decision(
    desk: Make, qapp: QApplication, size: tuple[int, int], calls: tuple[WaitingCall, ...]
) -> None:
    window = desk("en", size)
    view = desk_facts("valid", can_admit=True)
    buttons = (window.admit_button, window.supervisor_button, window.next_button)
    window.show_view(view)
    qapp.processEvents()
    before = [place(button, window) for button in buttons]
    window.show_view(replace(view, calls=calls))
    qapp.processEvents()
    assert [place(button, window) for button in buttons] == before


def test_a_call_leaves_a_half_typed_number_alone(desk: Make) -> None:
    window = desk()
    for letter in "110105":
        tap(window, window.keypad.digits.keys[letter])
    window.show_view(replace(DESK_VIEWS["waiting"], calls=CALLS))
    assert "110105" in all_texts(window)
