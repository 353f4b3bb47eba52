"""A whole desk by touch, with a real store and a printer on a pseudo-terminal: refused, paper out, used, corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

import kiosk.app
import kiosk.parts.desk_tasks
from drivers.port import DocumentEvent, DocumentKind, DocumentPresented
from drivers.printer.printer import open_printer
from drivers.printer.simulator import PrinterSimulator
from drivers.secret import SecretText
from kiosk.app import Assembled, assemble
from kiosk.domain.access import Principal, Role
from kiosk.observer import Silent
from kiosk.parts.common import Common, common_parts
from kiosk.parts.devices import make_devices
from kiosk.rehearsal.venue import Sizes, build
from kiosk.service import load_station
from kiosk.station.desk_view import DeskState
from kiosk.text import Texts
from kiosk.ui.desk_tools import HELP, RECORDS
from kiosk.ui.desk_window import DeskWindow
from tests.helpers.printer import printing, qr_text
from tests.helpers.roster import number, row
from tests.helpers.station import identity
from tests.helpers.ui import all_texts, end, tap

SUPERVISOR, ATTENDANT = Principal(Role.SUPERVISOR, "s-1"), Principal(Role.ATTENDANT, "o-1")
WITH_TICKET, WITHOUT = 1, 7


class Desk:
    """The desk as it runs, and whoever works there."""

    def __init__(self, app: Assembled, common: Common, printer: PrinterSimulator, application: QApplication) -> None:
        window = app.window
        assert isinstance(window, DeskWindow)
        self.read: Callable[[DocumentEvent], None] = lambda event: None
        self.app, self.window, self._common, self.printer, self._application = (
            app, window, common, printer, application,
        )  # fmt: skip

    @property
    def texts(self) -> Texts:
        return Texts(self.window.language)

    def works(self, who: Principal) -> None:
        self._common.acting.ask = lambda: who
        self.window.login_shown.emit(self.window._login)

    def tap(self, target: QWidget) -> None:
        self._application.processEvents()
        assert target.isVisible()
        tap(self.window, target)

    def until(self, done: Callable[[], bool], rounds: int = 2500) -> None:
        for _ in range(rounds):
            if done():
                return
            self._application.processEvents()
            self._application.thread().msleep(2)
        raise AssertionError("it did not happen")

    def types(self, person: int) -> None:
        """The number of a person's card, as the keypad says it once it is typed."""
        self.until(lambda: self.window.view.state is DeskState.WAITING)
        self.window.number_typed.emit("cn-resident", number(person))
        self.until(lambda: self.window.view.state is DeskState.FACTS)

    def puts_down(self, person: int) -> None:
        """The person's card on the desk's reader."""
        token = self._common.keys.token(DocumentKind.RESIDENT, "CHN", number(person))
        read = replace(identity(person), token=token, name=SecretText(row(person)[4]))
        for event in (DocumentPresented(0.0), read):
            self.read(event)
        self.until(lambda: self.window.view.state is DeskState.FACTS)

    def tile(self, name: str) -> None:
        self._application.processEvents()
        assert name in self.window.page.tiles, self.window.page.tiles
        self.tap(self.window.page.tiles[name])

    def says(self, key: str) -> bool:
        return self.texts(key) in all_texts(self.window)


@pytest.fixture
def station(tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Desk]]:
    apps: list[Assembled] = []
    kept: list[Common] = []

    def remembered(*given: Any) -> Common:
        kept.append(common_parts(*given))
        return kept[-1]

    readers: list[Callable[[DocumentEvent], None]] = []

    def listening(common: Common, on_document: Callable[[DocumentEvent], None], *given: Any) -> Any:
        readers.append(on_document)
        return make_devices(common, on_document, *given)

    monkeypatch.setattr(kiosk.app, "common_parts", remembered)
    monkeypatch.setattr(kiosk.app, "make_devices", listening)
    monkeypatch.setattr(kiosk.parts.desk_tasks, "open_printer", lambda family, port, **how: open_printer(port, **how))
    with printing() as printer:

        def make(language: str) -> Desk:
            rows = [tuple(row(WITH_TICKET)), tuple(row(2, session="night-2"))]
            venue = build(tmp_path, rows, tmp_path / "devices", "", Sizes(), language)
            port = f'\n[printer]\nfamily = "escpos"\nport = "{printer.path}"\n'
            venue.desk_config.write_text(venue.desk_config.read_text(encoding="utf-8") + port, encoding="utf-8")
            apps.append(assemble(load_station(venue.desk_config), Silent()))
            apps[-1].window.show_as_window(1280, 800)
            desk = Desk(apps[-1], kept[-1], printer, qapp)
            desk.read = readers[-1]
            return desk

        yield make
        for app in apps:
            app.stop()
            end(app.window)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.requirement("R-33", "R-88", "R-108")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_refused_by_a_supervisor_while_the_printer_has_no_paper(station: Any, language: str) -> None:
    desk = station(language)
    window, texts = desk.window, desk.texts
    desk.works(ATTENDANT)
    desk.types(WITHOUT)
    desk.tap(window.supervisor_button)
    assert window.view.state is DeskState.TO_SUPERVISOR, "an attendant sends on"
    desk.tap(window.next_button)

    desk.works(SUPERVISOR)
    desk.printer.set_paper(0)
    desk.types(WITHOUT)
    desk.tap(window.supervisor_button)
    desk.tile("no_ticket")
    assert window.view.state is DeskState.REFUSED
    desk.until(lambda: desk.says("slip.told.paper_out"))
    desk.printer.set_paper(None)
    desk.tap(window.page.acts["print"])
    desk.until(lambda: desk.says("slip.told.printed"))
    [slip] = desk.printer.printer.slips
    said = qr_text(slip)
    assert texts("refuse.reason.no_ticket.slip") in said
    assert number(WITHOUT) not in said
    desk.tap(window.page.acts["next"])
    desk.until(lambda: window.view.state is DeskState.WAITING)
    desk.tap(window.tools.buttons[RECORDS])
    desk.tile("records.slip")
    assert window.page.isVisible()


@pytest.mark.requirement("R-35", "R-84")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_used_and_admitted_by_an_officer_then_taken_back_by_a_supervisor(station: Any, language: str) -> None:
    desk = station(language)
    window = desk.window
    desk.works(ATTENDANT)
    desk.types(WITH_TICKET)
    desk.tap(window.admit_button)
    desk.until(lambda: window.view.state is DeskState.ADMITTED)
    desk.tap(window.next_button)

    desk.types(WITH_TICKET)
    assert window.view.outcome == "already_used"
    desk.tap(window.admit_button)
    desk.tile("holder_here")
    desk.until(lambda: window.view.state is DeskState.ADMITTED)
    desk.tap(window.next_button)

    desk.works(SUPERVISOR)
    desk.tap(window.tools.buttons[RECORDS])
    desk.tile("records.undo")
    desk.until(lambda: len(window.page.tiles) == 1)
    [once] = window.page.tiles
    desk.tile(once)
    window.page.acts["undo"].held.emit()  # held for a second by a finger
    desk.until(lambda: desk.says("late.told.done"))
    desk.tap(window.page.back_button)
    desk.types(WITH_TICKET)
    assert window.view.outcome == "valid"
    counts: list[dict[str, int]] = []
    desk._common.store.queue.do(desk._common.store.ledger.counts, counts.append)
    desk.until(lambda: bool(counts))
    assert (counts[0]["admitted"], counts[0]["undone"]) == (0, 2), "nothing was deleted"


@pytest.mark.requirement("R-82", "R-84", "R-89")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_ticket_is_corrected_and_what_is_held_told(station: Any, language: str) -> None:
    desk = station(language)
    window = desk.window
    desk.works(SUPERVISOR)
    desk.puts_down(WITHOUT)
    window.code_typed.emit("TICKET-000001")  # the ticket in the other hand
    desk.until(lambda: window.view.outcome == "code_and_card_disagree")
    desk.tap(window._actions.more)
    desk.tile("person.correct")
    desk.tile("new_document")
    desk.until(lambda: window.view.outcome == "valid")
    desk.tap(window._actions.more)
    desk.tile("person.rights")
    desk.tile("access")
    desk.tap(window.page.acts["record"])
    desk.until(lambda: desk.says("slip.told.printed"))
    desk.tap(window.page.acts["next"])
    desk.tap(window.admit_button)
    desk.until(lambda: window.view.state is DeskState.ADMITTED)


def test_help_is_one_tap_away_and_a_topic_two(station: Any) -> None:
    desk = station("zh")
    desk.tap(desk.window.tools.buttons[HELP])
    desk.tile("paper_out")
    assert desk.window.page.isVisible()
    desk.tap(desk.window.page.back_button)
    desk.tap(desk.window.page.back_button)
    assert desk.window.keypad.isVisible()
