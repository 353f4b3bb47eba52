"""The panel says which card, code, person or fault was chosen, and shows whose photographs are used."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.rehearsal_panel import DESK, GATE, Choice, PanelContents, RehearsalPanel
from tests.helpers.ui import all_texts, tap, target_faults

CONTENTS = PanelContents(
    cards=(Choice("li", "Li", "area A2"), Choice("wang", "Wang")),
    codes=(Choice("t1", "T-0001"),),
    people=(Choice("li", "Li"), Choice("nobody", "Nobody")),
    faults=(Choice("unplug", "Unplug the reader"),),
    photo_credits="Photographs: see CREDITS",
)


@pytest.fixture
def panel(keep: Callable[[KioskWindow], None], qapp: QApplication) -> RehearsalPanel:
    window = RehearsalPanel(Texts, "en", CONTENTS)
    keep(window)
    window.show_as_window(520, 1100)
    qapp.processEvents()
    return window


def test_a_card_goes_on_either_reader_and_off_again(panel: RehearsalPanel) -> None:
    put, lifted = QSignalSpy(panel.card_put), QSignalSpy(panel.card_lifted)
    tap(panel, panel.buttons["put", GATE])
    tap(panel, panel.cards["wang"])
    tap(panel, panel.buttons["put", DESK])
    tap(panel, panel.buttons["lift", GATE])
    assert [put.at(0), put.at(1)] == [[GATE, "li"], [DESK, "wang"]]
    assert [lifted.at(0)] == [[GATE]]


def test_codes_people_and_faults(panel: RehearsalPanel) -> None:
    spies = [QSignalSpy(s) for s in (panel.code_scanned, panel.person_shown, panel.fault)]
    tap(panel, panel.buttons["code", "t1"])
    tap(panel, panel.buttons["person", "nobody"])
    tap(panel, panel.buttons["fault", "unplug"])
    assert [spy.at(0) for spy in spies] == [["t1"], ["nobody"], ["unplug"]]


def test_credits_and_banner_are_shown(panel: RehearsalPanel) -> None:
    shown = all_texts(panel)
    assert "Photographs: see CREDITS" in shown
    assert Texts("en")("panel.banner") in shown
    assert not target_faults(panel)
