"""Each thing a live event needs, taken away alone: one red line in the wizard, by touch, and where it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.accounts.two_people import TwoPeople
from kiosk.audit.log import AuditLog
from kiosk.closing.state import EventState, read_state
from kiosk.config.load import parse_machine
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Action, Principal, Role
from kiosk.office.accounts import AccountsPages, AccountsPlace
from kiosk.office.office import Offer, Office
from kiosk.office.roster import RosterPages
from kiosk.office.subject import Room
from kiosk.office.view import ListPage, Mark
from kiosk.office.wizard import WizardPages
from kiosk.parts.event_office import EventOffice
from kiosk.parts.roster_office import RosterOffice
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.office_window import OfficeWindow
from tests.helpers.accounts import Machine, SetClock
from tests.helpers.newcomer import Newcomer
from tests.helpers.office import AtOnce
from tests.helpers.preconditions import PRECONDITIONS, Precondition
from tests.helpers.ui import LANDSCAPE, NOON_UTC, end
from tests.helpers.wizard import EVENT, machine_text

ORGANISER = Principal(Role.ORGANISER, "org")


@dataclass
class Screen:
    """What a newcomer's finger finds: the office's real window, and the office of the event that is looked at."""

    window: OfficeWindow
    office: Office | None = None

    def __post_init__(self) -> None:
        pages = self.window.pages
        for signal, name in (
            (pages.entered, "on_tile"),
            (pages.acted, "on_act"),
            (pages.opened, "on_opened"),
            (pages.went_back, "on_back"),
        ):
            signal.connect(lambda *given, name=name: getattr(self.office, name)(*given))

    def enter(self, place: EventPlace) -> None:
        """An organiser is at this event's machine."""
        folder = place.data_dir.parent
        machine = parse_machine(machine_text(folder).replace(EVENT, place.event_id), "desk.toml")
        clock = SetClock()
        log = AuditLog.at(DevicePlace(place.data_dir, place.key_dir), clock)
        accounts = Machine(folder)
        two = TwoPeople(accounts.logins, accounts.book, log, place.event_id, "desk-1-office")
        office = EventOffice(machine, log, clock, ORGANISER, lambda action: None, (folder,), two)
        roster = RosterOffice(place, log, clock, ORGANISER, lambda action: None, (folder,))

        def wizard(room: Room) -> WizardPages:
            port = office.port(
                lambda looked: None,
                lambda left: left(),
                lambda room: AccountsPages(room, AccountsPlace(accounts.book, office.look().event, (folder,))),
                lambda room: RosterPages(room, roster.port()),
            )
            return WizardPages(room, port)

        offers = (Offer("wizard", "card", frozenset(Action), wizard),)
        self.office = Office(self.window, offers, AtOnce(), clock, lambda call: call(), lambda seconds, call: None)
        self.office.enter(ORGANISER, Texts("en"))


@pytest.fixture(scope="module")
def newcomer(qapp: QApplication) -> Iterator[Newcomer]:
    window = OfficeWindow(Texts, ("en",), "The Lighthouse Choir", motion=False, now=lambda: NOON_UTC)
    window.show_as_window(*LANDSCAPE)
    window.show_login(LoginView(LoginStep.OPEN, "Olga"))
    yield Newcomer(Screen(window))  # type: ignore[arg-type]  # of the screen its fingers need the window alone
    end(window)


@pytest.mark.requirement("R-70", "R-71", "R-74", "R-75")
@pytest.mark.parametrize("precondition", PRECONDITIONS.values(), ids=PRECONDITIONS)
def test_one_red_line_that_keeps_from_arming_and_leads_to_its_step(
    newcomer: Newcomer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precondition: Precondition
) -> None:
    place = precondition.removed(tmp_path, monkeypatch)
    newcomer.screen.enter(place)  # type: ignore[attr-defined]
    words = Texts("en")(f"office.missing.code.{precondition.code}")

    newcomer.enter("wizard")
    page = newcomer.page
    assert isinstance(page, ListPage)
    red = [(row.key, row.cells[1]) for row in page.rows if row.mark is Mark.BAD]
    assert red == [(precondition.step, Texts("en")("office.wizard.missing", what=words))]

    newcomer.press("arm")
    assert isinstance(newcomer.page, ListPage)
    assert newcomer.page.told is not None
    assert newcomer.page.told.mark is Mark.BAD
    assert read_state(place.state_file) is EventState.DRAFT

    newcomer.press("missing")
    assert [cells[0] for cells in newcomer.listed.values()] == [words]
    newcomer.open_row("0")
    mending = newcomer.page
    newcomer.back()
    newcomer.back()
    newcomer.open_row(precondition.step)
    assert newcomer.page == mending, "the line leads to its step's own page"
