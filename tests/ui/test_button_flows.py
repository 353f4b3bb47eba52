"""Visits by the two lit buttons alone, in each language: real window, rules, ledger; the board's events are played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from PySide6.QtWidgets import QApplication

from drivers.port import ButtonPressed, ButtonSide, DocumentPresented
from kiosk.ui.station_window import StationWindow
from kiosk.visit.states import Phase
from kiosk.visit.view import Screen
from tests.helpers.monkey_world import World
from tests.helpers.ui import end

LEFT, RIGHT = ButtonSide


class Person:
    """Somebody before the gate who does not touch the glass."""

    def __init__(self, folder: Path, language: str) -> None:
        self.world = World(folder, Random(5))
        self.world.plug_in()
        self.world.let_all()
        self.window.set_language(language)

    @property
    def window(self) -> StationWindow:
        return self.world.gate_window

    @property
    def screen(self) -> Screen:
        return self.window.view.screen

    def press(self, side: ButtonSide) -> None:
        self.world.let_buttons_rest()
        assert side in self.world.buttons.lit, "the lamp is dark"
        self.world.buttons.on_board(ButtonPressed(side, self.world.clock.s))

    def lay_down_a_document(self) -> None:
        gate = self.world.gate
        gate.on_document(DocumentPresented(self.world.clock.s))
        for event in self.world.document():
            gate.on_document(event)
        self.world.let_all()


@pytest.fixture(params=["zh", "en"])
def person(request: pytest.FixtureRequest, tmp_path: Path, qapp: QApplication) -> Iterator[Person]:
    came = Person(tmp_path, request.param)
    yield came
    for window in (came.world.gate_window, came.world.desk_window):
        end(window)
    came.world.ledger.close()


@pytest.mark.requirement("R-04", "R-05", "R-103")
def test_the_left_one_is_the_consent_and_only_then_a_camera_is_opened(person: Person) -> None:
    assert not person.world.camera.is_open
    person.press(LEFT)
    person.world.let_all()
    assert person.screen is Screen.PRESENT_DOCUMENT
    assert person.world.camera.is_open
    person.lay_down_a_document()
    assert person.world.gate.visit.phase in {Phase.CAPTURING, Phase.HOLDING, Phase.STAFF, Phase.ELSEWHERE}


@pytest.mark.requirement("R-04", "R-10")
def test_the_right_one_is_staff_and_no_camera_is_opened(person: Person) -> None:
    person.press(RIGHT)
    person.world.let_all()
    assert person.screen is Screen.STAFF_CHOSEN
    assert not person.world.camera.is_open


@pytest.mark.requirement("R-09", "R-10")
def test_who_withdraws_by_the_left_one_goes_to_staff(person: Person) -> None:
    person.press(LEFT)
    person.world.let_all()
    person.press(LEFT)
    person.world.let_all()
    assert person.screen in {Screen.SEE_STAFF, Screen.STAFF_CHOSEN}
    assert not person.world.camera.is_open


@pytest.mark.requirement("R-44", "R-102")
def test_more_time_by_the_left_one(person: Person) -> None:
    person.press(LEFT)
    person.world.let_all()
    for _ in range(3):
        person.world.pass_time(21.0)
        assert person.window.view.idle_warning
        person.press(LEFT)
        assert not person.window.view.idle_warning
        assert person.screen is Screen.PRESENT_DOCUMENT
