"""Signs of an attack and overrides at the desk: who sees them, when they go, and the ten seconds of R-94."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.accounts.overrides import Comparison, QuarterCount, compared
from kiosk.audit.alerts import Alert, AlertTail
from kiosk.audit.catalogue import Kind
from kiosk.domain.access import Principal, Role
from kiosk.login import Accounts, DeskOfficers
from kiosk.office.alerts import SEEN
from kiosk.office.view import ListPage
from kiosk.station.desk_sheets import DeskSheets
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.workers.alerting import LOOK_EVERY_MS, AlertWatch
from kiosk.workers.integrity import TICK_S
from kiosk.workers.queue import WorkQueue
from tests.helpers.accounts import EVENT, Machine
from tests.helpers.audit import SetClock, make_log
from tests.helpers.station_workers import Posts

NOBODY = Principal(Role.UNATTENDED, "desk-1")
OFFICER = Principal(Role.ATTENDANT, "o-1")
SUPERVISOR = Principal(Role.SUPERVISOR, "s-1")
OPEN = LoginView(LoginStep.OPEN, "Ben")
FIRST = Alert(7, "2026-05-28T20:26:40Z", Kind.DEVICE_USB_CHANGED, "gate-1", "usb-1-046d-c077")
SECOND = Alert(9, "2026-05-28T20:26:50Z", Kind.LOGIN_BURST, "system")


class Desk:
    """The window and the accounts, kept."""

    def __init__(self) -> None:
        self.who = NOBODY
        self.alert, self.supervising = "", False
        self.sheet: ListPage | None = None
        self.seen: list[tuple[str, int, int]] = []
        self.written: list[Callable[[], None]] = []
        self.asked: list[Callable[[Comparison], None]] = []
        self.sheets = DeskSheets(self, self, lambda: self.who, lambda: Texts("en"))

    def show_alert(self, words: str) -> None:
        self.alert = words

    def show_supervising(self, on: bool) -> None:
        self.supervising = on

    def show_sheet(self, page: ListPage | None) -> None:
        self.sheet = page

    def overrides(self, who: Principal, answered: Callable[[Comparison], None]) -> None:
        self.asked.append(answered)

    def alerts_seen(self, who: Principal, to_seq: int, count: int, written: Callable[[], None]) -> None:
        self.seen.append((who.name, to_seq, count))
        self.written.append(written)

    def come(self, who: Principal) -> None:
        self.who = who
        self.sheets.on_login(OPEN)

    def lock(self) -> None:
        self.who = NOBODY
        self.sheets.on_login(LoginView(LoginStep.UNLOCK))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_sign_is_shown_where_a_supervisor_works_and_nowhere_else(desk: Desk) -> None:
    desk.sheets.on_alerts((FIRST,))
    assert desk.alert == ""
    desk.come(OFFICER)
    assert (desk.alert, desk.supervising) == ("", False)
    desk.come(SUPERVISOR)
    assert "Something was plugged in or out (usb-1-046d-c077) · gate-1" in desk.alert
    assert desk.supervising
    desk.sheets.on_alerts((SECOND, FIRST))
    assert desk.alert.endswith("(+1)")
    desk.lock()
    assert (desk.alert, desk.supervising) == ("", False)


def test_what_was_answered_for_is_gone_and_what_comes_later_is_not(desk: Desk) -> None:
    desk.come(SUPERVISOR)
    desk.sheets.on_alerts((FIRST,))
    desk.sheets.on_alert_tapped()
    assert desk.sheet is not None
    assert desk.sheet.rows[0].cells[1] == "Something was plugged in or out"
    desk.sheets.on_alerts((SECOND, FIRST))  # while the sheet is read
    desk.sheets.on_act(SEEN)
    assert desk.seen == [("s-1", 7, 1)]
    assert desk.sheet is None
    assert desk.alert.endswith("(+1)"), "not before it is on record"
    desk.written.pop()()
    assert "Many failed log-ins" in desk.alert
    assert "(+1)" not in desk.alert


def test_what_is_on_record_after_its_supervisor_left_is_answered_for_the_next(desk: Desk) -> None:
    desk.come(SUPERVISOR)
    desk.sheets.on_alerts((FIRST,))
    desk.sheets.on_alert_tapped()
    desk.sheets.on_act(SEEN)
    desk.lock()
    desk.written.pop()()
    assert desk.alert == ""
    desk.come(SUPERVISOR)
    assert desk.alert == ""


def test_nobody_but_a_supervisor_answers(desk: Desk) -> None:
    desk.sheets.on_alerts((FIRST,))
    desk.come(OFFICER)
    desk.sheets.on_alert_tapped()
    desk.sheets.on_act(SEEN)
    desk.sheets.on_overrides_tapped()
    assert (desk.sheet, desk.seen, desk.asked) == (None, [], [])


def test_overrides_are_shown_with_who_stands_out_first(desk: Desk) -> None:
    desk.come(SUPERVISOR)
    desk.sheets.on_overrides_tapped()
    counts = [QuarterCount(name, "override", 900, count) for name, count in (("o-1", 2), ("o-2", 30), ("o-3", 2))]
    desk.asked.pop()(compared(counts))
    assert desk.sheet is not None
    assert [row.key for row in desk.sheet.rows] == ["o-2", "o-1", "o-3"]
    assert (desk.sheet.rows[0].cells[-1], desk.sheet.rows[0].mark) == ("Far above others", "look")
    desk.sheets.on_back()
    assert desk.sheet is None


@pytest.mark.parametrize("away", ["lock", "ticket"])
def test_a_sheet_goes_before_anything_else_is_looked_at(desk: Desk, away: str) -> None:
    desk.come(SUPERVISOR)
    desk.sheets.on_alerts((FIRST,))
    desk.sheets.on_alert_tapped()
    if away == "lock":
        desk.lock()
    else:
        desk.sheets.on_desk(DeskView(DeskState.READING))
    assert desk.sheet is None
    assert not desk.sheets.is_open


def test_an_answer_that_comes_after_the_lock_shows_nothing(desk: Desk) -> None:
    desk.come(SUPERVISOR)
    desk.sheets.on_overrides_tapped()
    desk.lock()
    desk.asked.pop()(compared([]))
    desk.come(SUPERVISOR)
    assert desk.sheet is None


# --- from one process to the other ----------------------------------------------------------------


@pytest.fixture
def posts() -> Posts:
    return Posts()


@pytest.fixture
def queue(posts: Posts) -> Iterator[WorkQueue]:
    made = WorkQueue("alerts", posts)
    yield made
    made.stop()


@pytest.mark.usefixtures("qapp")
def test_a_sign_of_the_gates_process_is_at_the_desk_within_ten_seconds(
    tmp_path: Path, posts: Posts, queue: WorkQueue
) -> None:
    machine = Machine(tmp_path)
    clock = SetClock()
    gate = make_log(machine.place.folder, clock)  # another process's pen, on the same file
    accounts = Accounts(machine.store, machine.book, machine.logins, gate)
    officers = DeskOfficers(accounts, queue, "desk-1", EVENT)
    desk = Desk()
    desk.sheets = DeskSheets(desk, officers, lambda: SUPERVISOR, lambda: Texts("en"))
    watch = AlertWatch(AlertTail(gate.file, clock), queue, desk.sheets.on_alerts)
    watch.look()
    gate.write(Kind.DEVICE_REPLACED, "gate-1", success=False, device="reader")
    clock.s += LOOK_EVERY_MS / 1000
    watch.look()  # what the timer does next
    posts.run_until(lambda: bool(desk.alert))
    assert "Device was replaced (reader) · gate-1" in desk.alert
    assert TICK_S + LOOK_EVERY_MS / 1000 < 10
    desk.sheets.on_alert_tapped()
    desk.sheets.on_act(SEEN)
    posts.run_until(lambda: desk.alert == "")
    told: list[bool] = []
    officers.keep_alive(lambda: told.append(True))
    posts.run_until(lambda: bool(told))
    other = AlertTail(gate.file, clock)  # the next desk, or this one after a restart
    assert other.look() == ()
    assert '"alert.seen"' in gate.file.read_text()


@pytest.mark.usefixtures("qapp")
def test_an_answer_that_cannot_be_recorded_leaves_the_banner(tmp_path: Path, posts: Posts, queue: WorkQueue) -> None:
    machine = Machine(tmp_path)
    clock = SetClock()
    log = make_log(machine.place.folder, clock)
    officers = DeskOfficers(Accounts(machine.store, machine.book, machine.logins, log), queue, "desk-1", EVENT)
    desk = Desk()
    desk.sheets = DeskSheets(desk, officers, lambda: SUPERVISOR, lambda: Texts("en"))
    desk.sheets.on_alerts((FIRST,))
    log.file.mkdir()  # nothing can be written there
    desk.sheets.on_alert_tapped()
    desk.sheets.on_act(SEEN)
    told: list[bool] = []
    officers.keep_alive(lambda: told.append(True))
    posts.run_until(lambda: bool(told))
    assert "Something was plugged in or out" in desk.alert
