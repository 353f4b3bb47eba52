"""Day, night and by the clock: the setting, where it is kept, and who may choose it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from kiosk.config.look import Look, LookFile, NightHours, Theme, is_night
from kiosk.config.machine import WindowConfig
from kiosk.domain.access import Principal, Role
from kiosk.office.look import LookPages, LookPort
from kiosk.office.look_page import look_page, with_choice
from kiosk.office.view import ListPage
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.login_view import LoginView
from kiosk.station.look_sheet import LookSheet
from kiosk.text import Texts
from tests.helpers.office import OfficeStage

NIGHT_LOOK = Look(Theme.NIGHT, motion=False)


@pytest.mark.parametrize(
    ("begin", "end", "moment", "night"),
    [
        (time(19), time(6, 30), time(18, 59), False),
        (time(19), time(6, 30), time(19), True),
        (time(19), time(6, 30), time(0), True),
        (time(19), time(6, 30), time(6, 30), False),
        (time(1), time(5), time(3), True),
        (time(1), time(5), time(5), False),
        (time(1), time(1), time(1), False),
    ],
)
def test_night_by_the_clock(begin: time, end: time, moment: time, night: bool) -> None:
    assert is_night(Look(Theme.CLOCK), NightHours(begin, end), moment) == night


def test_day_and_night_heed_no_clock() -> None:
    assert not is_night(Look(Theme.DAY), NightHours(), time(0))
    assert is_night(Look(Theme.NIGHT), NightHours(), time(12))


def test_what_was_chosen_is_kept_and_a_damaged_file_is_none(tmp_path: Path) -> None:
    file = LookFile(tmp_path / "device" / "look.json", Look(Theme.CLOCK))
    assert file.read() == Look(Theme.CLOCK)
    file.write(NIGHT_LOOK)
    assert file.read() == NIGHT_LOOK
    for damaged in ("", "[]", '{"theme": "pink", "motion": true}', '{"theme": "day"}'):
        file.path.write_text(damaged, encoding="utf-8")
        assert file.read() == Look(Theme.CLOCK)


def test_the_machine_file_says_how_it_begins() -> None:
    config = WindowConfig(theme=Theme.CLOCK, night_from=time(20), motion=False)
    assert config.look == Look(Theme.CLOCK, motion=False)
    assert config.night == NightHours(time(20), time(6, 30))


def test_a_page_says_what_is_set_and_a_tap_changes_one_thing() -> None:
    theme, motion = look_page(NIGHT_LOOK, NightHours(), Texts("en")).options
    assert (theme.chosen, motion.chosen) == ("night", "off")
    assert with_choice(NIGHT_LOOK, "theme", "clock") == Look(Theme.CLOCK, motion=False)
    assert with_choice(NIGHT_LOOK, "motion", "on") == Look(Theme.NIGHT, motion=True)


class Desk:
    """A window that keeps its sheet, and a machine whose disk may be full."""

    def __init__(self, role: Role, *, full: bool = False) -> None:
        self.sheets: list[ListPage | None] = []
        self.look, self.hours, self.full = Look(), NightHours(), full
        self.sheet = LookSheet(self, self, lambda: Principal(role, "o-1"), lambda: Texts("en"))

    def show_sheet(self, page: ListPage | None) -> None:
        self.sheets.append(page)

    def choose(self, look: Look, told: Callable[[bool], None]) -> None:
        if not self.full:
            self.look = look
        told(not self.full)

    @property
    def chosen(self) -> list[str]:
        page = self.sheets[-1]
        assert page is not None
        return [option.chosen for option in page.options]


@pytest.mark.requirement("R-108")
def test_an_attendant_chooses_night_in_two_taps() -> None:
    desk = Desk(Role.ATTENDANT)
    desk.sheet.on_tapped()
    assert desk.chosen == ["day", "on"]
    desk.sheet.on_chosen("theme", "night")
    assert desk.chosen == ["night", "on"]
    assert desk.look == Look(Theme.NIGHT)


def test_nobody_logged_in_chooses_nothing() -> None:
    desk = Desk(Role.UNATTENDED)
    desk.sheet.on_tapped()
    desk.sheet.on_chosen("theme", "night")
    assert (desk.sheets, desk.look) == ([], Look())


def test_a_choice_that_cannot_be_kept_is_said() -> None:
    desk = Desk(Role.ATTENDANT, full=True)
    desk.sheet.on_tapped()
    desk.sheet.on_chosen("theme", "night")
    page = desk.sheets[-1]
    assert page is not None
    assert page.told is not None
    assert desk.chosen == ["day", "on"]


def test_a_document_a_lock_and_another_sheet_take_it_away() -> None:
    ways: tuple[Callable[[LookSheet], None], ...] = (
        lambda sheet: sheet.on_desk(DeskView(DeskState.READING)),
        lambda sheet: sheet.on_login(LoginView()),
        LookSheet.on_back,
    )
    for leave in ways:
        desk = Desk(Role.ATTENDANT)
        desk.sheet.on_tapped()
        leave(desk.sheet)
        assert desk.sheets[-1] is None
        desk.sheet.on_chosen("theme", "night")
        assert desk.look == Look()
    desk = Desk(Role.ATTENDANT)
    desk.sheet.on_tapped()
    desk.sheet.on_covered()
    desk.sheet.on_back()
    assert None not in desk.sheets, "the sheet that covers it goes its own way"


def test_the_office_keeps_a_choice_and_shows_it(tmp_path: Path) -> None:
    stage, file, shown = OfficeStage(tmp_path), LookFile(tmp_path / "look.json", Look()), list[Look]()
    port = LookPort(lambda: shown[-1] if shown else Look(), NightHours(), file.write, shown.append)
    office = stage.enter(Principal(Role.ORGANISER, "org"), lambda room: LookPages(room, port))
    office.on_chosen("theme", "night")
    office.on_chosen("motion", "off")
    assert file.read() == NIGHT_LOOK
    assert [option.chosen for option in stage.glass.list.options] == ["night", "off"]
