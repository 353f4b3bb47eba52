"""An office without a window: pages are kept, work is done at once, the accounts and the log are real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.audit.log import AuditLog
from kiosk.config.load import load_event
from kiosk.domain.access import Principal, Role
from kiosk.office.office import Offer, Office
from kiosk.office.subject import Room, Subject
from kiosk.office.view import FormPage, ListPage, Page, SheetPage
from kiosk.text import Texts
from tests.helpers.accounts import PASSWORD, Machine
from tests.helpers.event_place import write_event_file

EVERYTHING = frozenset({Role.ORGANISER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.INSPECTOR})


class AtOnce:
    """Work whose answers come before ``do`` returns, or are kept while ``slow``."""

    def __init__(self) -> None:
        self.slow = False
        self.waiting: list[Callable[[], None]] = []

    def do(self, call: Any, answered: Any = None, failed: Any = None) -> None:
        try:
            result = call()
        except Exception as error:
            kept = error
            self._tell(lambda: failed(kept) if failed else None)
            return
        self._tell(lambda: answered(result) if answered else None)

    def _tell(self, call: Callable[[], None]) -> None:
        if self.slow:
            self.waiting.append(call)
        else:
            call()

    def let_go(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


class Glass:
    def __init__(self) -> None:
        self.pages: list[Page] = []

    def show_page(self, page: Page) -> None:
        self.pages.append(page)

    def forget_pages(self) -> None:
        self.pages.clear()

    @property
    def page(self) -> Page:
        return self.pages[-1]

    @property
    def list(self) -> ListPage:
        assert isinstance(self.page, ListPage), self.page
        return self.page

    @property
    def sheet(self) -> SheetPage:
        assert isinstance(self.page, SheetPage), self.page
        return self.page

    @property
    def form(self) -> FormPage:
        assert isinstance(self.page, FormPage), self.page
        return self.page


class OfficeStage:
    """One office on one machine of a test; ``enter`` opens a subject for somebody."""

    def __init__(self, folder: Path, profile: Profile = Profile.CN, language: str = "en") -> None:
        self.folder = folder
        self.machine = Machine(folder)
        self.machine.book.first(NewAccount("sec", "Sam", frozenset({Role.SECURITY_ADMIN})), profile, PASSWORD)
        self.log = AuditLog.at(self.machine.place, self.machine.clock)
        self.event = load_event(write_event_file(folder))
        self.work, self.glass, self.texts = AtOnce(), Glass(), Texts(language)
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.office: Office | None = None

    def enter(self, who: Principal, make: Callable[[Room], Subject]) -> Office:
        offers = (Offer("accounts", "card", frozenset(action for action in _ALL), make),)
        self.office = Office(self.glass, offers, self.work, self.machine.clock, lambda call: call(), self._later)
        self.office.enter(who, self.texts)
        self.office.on_tile("accounts")
        return self.office

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        self.later.append((seconds, call))

    def officers(self, count: int) -> None:
        by = Principal(Role.SECURITY_ADMIN, "sec")
        for number in range(1, count + 1):
            roles = frozenset({Role.ATTENDANT})
            expires_at = self.machine.clock.s + 86_400
            self.machine.book.add(
                by, NewAccount(f"o-{number:03d}", f"Officer {number}", roles, "", self.event.id, expires_at)
            )


def _all_actions() -> frozenset[Any]:
    from kiosk.domain.access import Action

    return frozenset(Action)


_ALL = _all_actions()
