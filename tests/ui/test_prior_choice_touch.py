"""A lane chosen with the ticket, by touch on the real window over the real station."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication

from kiosk.domain.lane import Lane
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.screens.notice import NoticePage
from kiosk.ui.screens.prior_choice import PriorChoicePage
from kiosk.ui.station_window import StationWindow
from kiosk.visit.states import Phase
from kiosk.visit.view import Screen, View
from tests.helpers.station import HELD, TICKET, VALID, GateLane
from tests.helpers.ui import LANDSCAPE, PORTRAIT, all_texts, tap

Make = Callable[..., StationWindow]


class Gate(GateLane):
    """The station with a window that is shown what it says, and tells it what is touched."""

    def __init__(self, window: StationWindow, application: QApplication) -> None:
        super().__init__()
        self.glass, self._application = window, application
        window.choice_made.connect(self.station.on_choice)
        window.activity.connect(self.station.on_activity)
        window.stop_tapped.connect(self.station.on_stop)
        self.show()

    def reminded(self, lane: Lane) -> None:
        self.put()
        self.store.take("look_up").answer(replace(VALID, prior=lane))
        self.show()
        assert isinstance(self.glass.page, PriorChoicePage)

    def show(self) -> None:
        view = self.window.views[-1]
        assert isinstance(view, View)
        self.glass.show_view(view)
        self._application.processEvents()

    def touch(self, name: str) -> None:
        button = next(each for each in self.glass.findChildren(QAbstractButton, name) if each.isVisible())
        tap(self.glass, button)
        self.show()

    def time_over(self) -> None:
        assert "prior" in self.timers.running
        self.station.on_timer("prior")
        self.show()


@pytest.fixture(params=[("zh", PORTRAIT), ("en", LANDSCAPE)], ids=["zh", "en"])
def gate(request: pytest.FixtureRequest, station: Make, qapp: QApplication) -> Gate:
    language, size = request.param
    return Gate(station(language, size, ("zh", "en") if language == "zh" else ("en", "zh")), qapp)


@pytest.mark.requirement("R-06")
def test_nobody_has_to_touch_anything(gate: Gate) -> None:
    gate.reminded(Lane.FACE)
    assert gate.capture.calls == []
    gate.time_over()
    assert gate.capture.calls == ["prepare"]
    assert gate.counted == ["face"]
    gate.store.take("hold").answer(HELD)
    gate.show()
    assert gate.glass.view.screen is Screen.LOOK_HERE
    gate.touch("stop")
    assert gate.phase is Phase.STAFF
    assert gate.store.voided == [TICKET.reference]


@pytest.mark.requirement("R-06", "R-10")
def test_the_other_button_is_one_tap(gate: Gate) -> None:
    gate.reminded(Lane.FACE)
    gate.touch("prior_staff")
    assert gate.glass.view.screen is Screen.STAFF_CHOSEN
    assert gate.capture.calls == []
    assert gate.store.voided == [TICKET.reference]
    assert gate.counted == []  # the window's tap is counted where taps are


@pytest.mark.requirement("R-04", "R-06", "R-07")
def test_a_face_check_is_consented_to_beside_its_notice_only(gate: Gate) -> None:
    gate.reminded(Lane.STAFF)
    gate.touch("prior_again")
    assert isinstance(gate.glass.page, ChoicePage)
    assert gate.capture.calls == []
    gate.touch("choice_face")
    assert gate.capture.calls == ["prepare"]
    assert gate.store.voided == []


def test_staff_chosen_with_the_ticket_needs_no_touch_either(gate: Gate) -> None:
    gate.reminded(Lane.STAFF)
    gate.time_over()
    assert gate.glass.view.screen is Screen.STAFF_CHOSEN
    assert gate.counted == ["staff"]


@pytest.mark.requirement("R-102")
def test_whoever_reads_the_notice_or_changes_the_language_chooses_in_peace(gate: Gate) -> None:
    gate.reminded(Lane.FACE)
    gate.touch("prior_notice")
    assert isinstance(gate.glass.page, NoticePage)
    gate.station.on_timer("prior")
    gate.show()
    assert gate.capture.calls == []
    tap(gate.glass, gate.glass.page.close_button)
    assert isinstance(gate.glass.page, ChoicePage)
    assert "idle" in gate.timers.running
    before = all_texts(gate.glass)
    gate.glass.set_language("en" if gate.glass.language == "zh" else "zh")
    assert all_texts(gate.glass) != before
