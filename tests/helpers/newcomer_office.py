"""The office on a new machine, and the newcomer who has just logged in there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.accounts.second_factor import code_at
from kiosk.audit.log import AuditLog
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Role
from kiosk.login import open_accounts
from kiosk.office_screen import OfficeScreen
from kiosk.ports import Clock
from kiosk.service import load_office
from tests.helpers.accounts import PASSWORD
from tests.helpers.newcomer import Newcomer
from tests.helpers.ui import end
from tests.helpers.wizard import machine_text

ACCOUNT = "org"


@contextmanager
def newcomer_at(folder: Path, clock: Clock) -> Iterator[Newcomer]:
    """An organiser at the window of an office in ``folder``, which is empty; files are offered from ``stick`` in it."""
    file = folder / "office.toml"
    file.write_text(machine_text(folder), "utf-8")
    config = load_office(file)
    place = DevicePlace(config.machine.data_dir, config.machine.key_dir)
    accounts = open_accounts(place, clock)
    roles = frozenset({Role.SECURITY_ADMIN, Role.ORGANISER})
    second = accounts.book.first(NewAccount(ACCOUNT, "Olga", roles), Profile.GENERIC, PASSWORD).second
    screen = OfficeScreen(config, accounts, AuditLog.at(place, clock), list, clock, (folder / "stick",))
    screen.window.show_as_window(1280, 800)
    newcomer = Newcomer(screen, lambda seconds: code_at(second, clock.now() + seconds))
    newcomer.log_in(ACCOUNT, PASSWORD, newcomer.code(0.0))
    try:
        yield newcomer
    finally:
        screen.close()
        end(screen.window)
