"""A desk with its pages of tasks, without a window, and somebody who works there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.domain.access import Principal, Role
from kiosk.domain.outcome import EarlierUse, TicketCheck
from kiosk.domain.refusal import Reason
from kiosk.station.admitting_again import AdmittingAgain
from kiosk.station.desk_page import DeskPage
from kiosk.station.page_shell import PageShell
from kiosk.station.refusing import Refusing
from kiosk.station.slip import Slip, SlipWords
from kiosk.station.slips import Slips
from kiosk.text import Texts
from tests.helpers.station import DeskLane

SUPERVISOR, ATTENDANT = Principal(Role.SUPERVISOR, "s-1"), Principal(Role.ATTENDANT, "o-1")
WORDS = SlipWords("Choir", "complaints@example.org", "", {"A": "Gate North"})
USED = EarlierUse(1.0, "gate-1", "A", "face", "an-admission")


class Clock:
    def now(self) -> float:
        return 1777638900.0

    def monotonic(self) -> float:
        return 0.0


@dataclass
class Page:
    """The window's place for pages."""

    page: DeskPage | None = None
    closed: bool = False

    def show_page(self, page: DeskPage | None) -> None:
        self.page = page

    def show_lane_closed(self, closed: bool) -> None:
        self.closed = closed


@dataclass
class Printer:
    there: bool = True
    asked: list[tuple[Slip, Callable[[str], None]]] = field(default_factory=list)

    def print_slip(self, slip: Slip, done: Callable[[str], None]) -> None:
        self.asked.append((slip, done))


class Lane:
    """A desk with its pages, and somebody who works there."""

    def __init__(self, who: Principal = SUPERVISOR, printer: Printer | None = None) -> None:
        self.who, self.window, self.desk = who, Page(), DeskLane()
        self.printer = printer or Printer()
        self.recorded: list[tuple[Reason, str]] = []
        self.shell = PageShell(self.window)
        desk = self.desk.desk
        self.slips = Slips(self.shell, self.printer, lambda language: WORDS, self.texts, desk.on_next)
        self.refusing = Refusing(
            self.shell, desk, self.slips, lambda: self.who, self.texts, Clock(), "A", lambda *r: self.recorded.append(r)
        )
        self.again = AdmittingAgain(self.shell, desk, self.texts)

    @staticmethod
    def texts() -> Texts:
        return Texts("en")

    @property
    def page(self) -> DeskPage:
        assert self.window.page is not None
        return self.window.page

    def facts(self, check: TicketCheck) -> None:
        self.desk.put()
        self.desk.store.take("look_up").answer(check)
