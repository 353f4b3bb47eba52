"""A family and somebody who goes out, by touch: real windows over a desk with recorders for hands."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck
from kiosk.parts.party import wire_party
from kiosk.station.desk_view import DeskState
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from tests.helpers.station import TICKET, DeskLane
from tests.helpers.ui import LANDSCAPE, LANGUAGES, PORTRAIT, SCENE, all_texts, tap
from tests.unit.test_party import admissions, show

USED = TicketCheck(CheckOutcome.ALREADY_USED, TICKET, EarlierUse(1.0, "gate-1", "A", "face"))


def opened(lane: DeskLane, language: str, size: tuple[int, int], qtbot: QtBot) -> DeskWindow:
    """The window of ``lane``'s desk, in place of its recorder."""
    window = DeskWindow(Texts, SCENE, [language], motion=False)
    qtbot.addWidget(window, before_close_func=lambda one: one.allow_close())
    window.show_as_window(*size)
    lane.desk._window = window
    lane.desk.on_next()
    window.admit_tapped.connect(lane.desk.on_admit)
    window.next_tapped.connect(lane.desk.on_next)
    wire_party(window, lane.desk)
    QApplication.processEvents()
    return window


@pytest.mark.requirement("R-14", "R-108")
@pytest.mark.parametrize(("language", "size"), [("zh", PORTRAIT), ("en", LANDSCAPE)])
def test_a_family_of_three_comes_in_by_one_tap(qtbot: QtBot, language: str, size: tuple[int, int]) -> None:
    lane, texts = DeskLane(), Texts(language)
    window = opened(lane, language, size, qtbot)
    show(lane, 1)
    tap(window, window.gather_button)
    for person in (2, 3):
        show(lane, person, age_ok=False)
        tap(window, window.admit_button)
    shown = all_texts(window)
    assert texts("desk.party.title", count=3) in shown
    assert "P1*" in shown
    assert window.party.admit.height() >= 96
    assert min(min(row.leave_out.width(), row.leave_out.height()) for row in window.party.rows[:3]) >= 56
    tap(window, window.party.rows[2].leave_out)
    assert texts("desk.party.title", count=2) in all_texts(window)
    tap(window, window.party.admit)
    lane.store.take("admit_party").answer(admissions(2))
    shown = all_texts(window)
    assert texts("desk.admitted_together_title", count=2) in shown
    assert "P1*" not in shown


def test_a_party_given_up_leaves_nobody(qtbot: QtBot) -> None:
    lane = DeskLane()
    window = opened(lane, "en", LANDSCAPE, qtbot)
    show(lane, 1)
    tap(window, window.gather_button)
    tap(window, window.party.drop)
    assert (lane.view.state, lane.view.party) == (DeskState.WAITING, ())
    assert "P1*" not in all_texts(window)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one in {"zh", "en"}])
def test_going_out_is_one_tap_after_the_document(qtbot: QtBot, language: str) -> None:
    lane, texts = DeskLane(entries=2), Texts(language)
    window = opened(lane, language, LANDSCAPE, qtbot)
    lane.facts(USED)
    assert texts("desk.reentry.inside") in all_texts(window)
    assert not window.admit_button.isVisible()
    tap(window, window.exit_button)
    lane.store.take("exit").answer(True)
    assert texts("desk.out_title") in all_texts(window)
