"""The organiser's path through real windows, by touch and keyboard: from an empty data folder to the event's report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import kiosk.login
from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.second_factor import code_at
from kiosk.audit.log import AuditLog
from kiosk.closing.state import EventState, read_state
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Role
from kiosk.login import open_accounts
from kiosk.office.view import ListPage, SheetPage
from kiosk.office_screen import OfficeScreen
from kiosk.service import load_office
from kiosk.text import Texts
from tests.helpers.accounts import PASSWORD, SetClock
from tests.helpers.newcomer import SECRET, Newcomer, wait_until
from tests.helpers.newcomer_visits import BAD, admit, people
from tests.helpers.roster import csv_text
from tests.helpers.ui import end
from tests.helpers.wizard import EVENT, machine_text


@pytest.fixture
def newcomer(tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newcomer]:
    def hasher(keys: AccountKeys) -> SecretHasher:
        return SecretHasher(keys, memory_kib=8, passes=1)

    monkeypatch.setattr(kiosk.login, "SecretHasher", hasher)
    file = tmp_path / "desk.toml"
    file.write_text(machine_text(tmp_path), "utf-8")
    config = load_office(file)
    clock = SetClock()
    place = DevicePlace(config.machine.data_dir, config.machine.key_dir)
    accounts = open_accounts(place, clock)
    roles = frozenset({Role.SECURITY_ADMIN, Role.ORGANISER})
    second = accounts.book.first(NewAccount("org", "Olga", roles), Profile.GENERIC, PASSWORD).second
    log = AuditLog.at(place, clock)
    screen = OfficeScreen(config, accounts, log, list, clock, (tmp_path / "stick",))
    screen.window.show_as_window(1280, 800)
    newcomer = Newcomer(screen)
    newcomer.log_in("org", PASSWORD, code_at(second, clock.now()))
    yield newcomer
    screen.close()
    end(screen.window)


def test_from_an_empty_folder_to_open_gates_and_to_the_end(newcomer: Newcomer, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "roster.csv").write_text(csv_text(people()), "utf-8")
    (stick / "assessment.pdf").write_bytes(b"weighed and signed")
    place = EventPlace(tmp_path / "data", tmp_path / "keys", EVENT)
    assert list(newcomer.screen.window.pages.home.tiles) == ["wizard", "accounts", "overrides", "device", "look"]

    newcomer.begin()
    assert read_state(place.state_file) is EventState.DRAFT
    newcomer.mend_texts()
    newcomer.mend_lanes()
    newcomer.open_row("roster")
    newcomer.press("import")
    newcomer.import_roster(stick / "roster.csv", stick)
    assert [cells[0] for cells in newcomer.listed.values()] == [str(n + 2) for n in BAD]
    newcomer.press("skip")
    newcomer.give({"secret": SECRET})
    wait_until(lambda: "1,997" in newcomer.told, "the good rows")
    newcomer.back()
    assert newcomer.listed["night-1/A"][2] == "1,997"
    newcomer.back()
    newcomer.open_row("papers")
    newcomer.open_row("assessment")
    newcomer.pick(stick / "assessment.pdf", stick)
    newcomer.open_row("signs")
    newcomer.press("really")
    newcomer.back()
    assert isinstance(newcomer.page, ListPage)
    ready = Texts("en")("office.wizard.in_place")
    assert {cells[1] for cells in newcomer.listed.values()} == {ready}

    newcomer.press("publish")
    newcomer.press("arm")
    assert read_state(place.state_file) is EventState.ARMED
    newcomer.press("open")
    newcomer.give({"secret": SECRET})
    wait_until(lambda: read_state(place.state_file) is EventState.OPEN, "open gates")

    admit(place, 3, SECRET)
    newcomer.close_event()
    wait_until(lambda: read_state(place.state_file) is EventState.WIPED, "the end")
    newcomer.back()
    newcomer.enter("event")
    wait_until(lambda: isinstance(newcomer.page, SheetPage), "the report")
    assert isinstance(newcomer.page, SheetPage)
    numbers = dict(newcomer.page.groups[1].fields)
    assert (numbers["Tickets"], numbers["Admitted"]) == ("1,997", "3")
    assert place.certificate_file.is_file()
    assert sorted(path.name for path in (tmp_path / "keys").glob(f"{EVENT}*")) == []
