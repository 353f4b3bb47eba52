"""The log-in before the desk: two factors, an idle lock that covers, one officer after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.port import CodeScanned, DeviceReady, DocumentPresented, PortraitFormat, PortraitRead
from drivers.secret import SensitiveBytes
from kiosk.domain.access import Principal, Role
from kiosk.station.desk_login import DeskLogin, Officer
from kiosk.station.desk_view import WaitingCall
from kiosk.station.door import Door, LockedDoor
from kiosk.station.login_view import LoginStep, LoginView
from tests.helpers.accounts import NOW_S, SetClock
from tests.helpers.station import identity

SELF_MADE = "VKB-12345678901234563"
BADGE, OTHER = "VKB-00000000000000000", "VKB-00000000000000018"
ANN = Officer(Principal(Role.ATTENDANT, "o-1"), "Ann Example")
BEN = Officer(Principal(Role.SUPERVISOR, "s-1"), "Ben Example")


@dataclass
class Accounts:
    """Officers by badge and PIN; answers wait until they are let go."""

    people: dict[tuple[str, str], Officer] = field(default_factory=lambda: {(BADGE, "302817"): ANN})
    refuse: tuple[str, float] = ("wrong", 0.0)
    waiting: list[Callable[[], None]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    alive: bool = True
    slow: bool = False

    def badge_of(self, untrusted_text: str) -> str | None:
        return untrusted_text if untrusted_text.startswith("VKB-") else None

    def know(self, badge: str, answered: Any, refused: Any) -> None:
        def answer() -> None:
            answered(badge in {BADGE, OTHER})

        if self.slow:
            self.waiting.append(answer)
        else:
            answer()

    def log_in(self, badge: str, pin: str, new_pin: str, answered: Any, refused: Any) -> None:
        self.asked.append((badge, pin, new_pin))
        officer = self.people.get((badge, pin))
        self.waiting.append(lambda: answered(officer) if officer else refused(*self.refuse))

    def unlock(self, pin: str, answered: Any, refused: Any) -> None:
        right = pin == "302817"
        self.waiting.append(answered if right else lambda: refused(*self.refuse))

    def keep_alive(self, lost: Callable[[], None]) -> None:
        self.told.append("alive")
        if not self.alive:
            lost()

    def went_idle(self) -> None:
        self.told.append("idle")

    def end(self) -> None:
        self.told.append("end")


class Timers:
    def __init__(self) -> None:
        self.running: dict[str, float] = {}

    def start(self, name: str, seconds: float) -> None:
        self.running[name] = seconds

    def cancel_all(self) -> None:
        self.running.clear()


class Lane:
    """A desk's log-in with everything around it played."""

    def __init__(self) -> None:
        self.accounts, self.timers, self.clock = Accounts(), Timers(), SetClock()
        self.views: list[LoginView] = []
        self.covered: list[LoginView] = []
        self.login = DeskLogin(
            self, self.accounts, self.timers, self.clock, "desk-1", lambda: self.covered.append(self.views[-1])
        )
        self.login.start()

    def show_login(self, view: LoginView) -> None:
        self.views.append(view)

    @property
    def view(self) -> LoginView:
        return self.views[-1]

    def answer(self) -> None:
        self.accounts.waiting.pop(0)()

    def enter(self, badge: str = BADGE, pin: str = "302817") -> None:
        self.login.on_badge(badge)
        self.login.on_entered(pin)
        self.answer()

    def fire(self, name: str) -> None:
        assert name in self.timers.running
        self.login.on_timer(name)


@pytest.fixture
def lane() -> Lane:
    return Lane()


def test_nobody_is_anybody_until_badge_and_pin_agree(lane: Lane) -> None:
    assert (lane.view.step, lane.login.principal) == (LoginStep.BADGE, Principal(Role.UNATTENDED, "desk-1"))
    lane.login.on_badge(BADGE)
    assert (lane.view.step, lane.login.principal.role) == (LoginStep.PIN, Role.UNATTENDED)
    lane.login.on_entered("302817")
    assert (lane.view.step, lane.login.principal.role) == (LoginStep.CHECKING, Role.UNATTENDED)
    lane.answer()
    assert (lane.view.step, lane.view.name, lane.login.principal) == (LoginStep.OPEN, ANN.name, ANN.principal)


def test_a_badges_number_can_be_typed_and_nothing_else(lane: Lane) -> None:
    lane.login.on_entered("12345")
    assert (lane.view.step, lane.view.refused) == (LoginStep.BADGE, "no_badge")
    lane.login.on_entered(BADGE)
    assert (lane.view.step, lane.view.refused) == (LoginStep.PIN, "")


def test_a_wrong_pin_asks_again_for_the_same_badge(lane: Lane) -> None:
    lane.enter(pin="999111")
    assert (lane.view.step, lane.view.refused) == (LoginStep.PIN, "wrong")
    lane.login.on_entered("302817")
    lane.answer()
    assert lane.login.open


def test_a_lock_counts_down_and_a_minute_later_still_does(lane: Lane) -> None:
    lane.accounts.refuse = ("locked", NOW_S + 900)
    lane.enter(pin="999111")
    assert (lane.view.step, lane.view.refused, lane.view.wait_s) == (LoginStep.BADGE, "locked", 900)
    lane.clock.s += 60
    lane.fire("wait")
    assert lane.view.wait_s == 840
    lane.clock.s += 840
    lane.fire("wait")
    assert (lane.view.refused, lane.view.wait_s) == ("", 0)


def test_a_first_pin_is_replaced_by_one_typed_twice(lane: Lane) -> None:
    lane.accounts.people = {}
    lane.accounts.refuse = ("must_change", 0.0)
    lane.enter()
    assert lane.view.step is LoginStep.NEW_PIN
    lane.login.on_entered("771902")
    lane.login.on_entered("771903")
    assert (lane.view.step, lane.view.refused) == (LoginStep.NEW_PIN, "differ")
    lane.accounts.refuse = ("weak_trivial", 0.0)
    for _ in range(2):
        lane.login.on_entered("123456")
    lane.answer()
    assert (lane.view.step, lane.view.refused) == (LoginStep.NEW_PIN, "weak_trivial")
    lane.accounts.people = {(BADGE, "302817"): ANN}
    for _ in range(2):
        lane.login.on_entered("771902")
    lane.answer()
    assert lane.login.open
    assert lane.accounts.asked[-1] == (BADGE, "302817", "771902")


def test_five_idle_minutes_cover_the_desk_and_its_officer_stays(lane: Lane) -> None:
    lane.enter()
    assert lane.timers.running["idle"] == 300.0
    lane.fire("idle")
    assert lane.view.step is LoginStep.UNLOCK
    assert [view.step for view in lane.covered] == [LoginStep.CHECKING], "covered before anything is forgotten"
    assert (lane.login.principal.role, lane.login.staffed) == (Role.UNATTENDED, True)
    assert lane.accounts.told == ["idle"], "the session goes on: a locked screen is not an absent officer"
    lane.fire("alive")
    lane.login.on_entered("302817")
    lane.answer()
    assert (lane.login.open, lane.login.principal) == (True, ANN.principal)


def test_touching_puts_the_lock_off_and_only_while_working(lane: Lane) -> None:
    lane.enter()
    lane.timers.running.clear()
    lane.login.on_activity()
    assert lane.timers.running == {"idle": 300.0}
    lane.login.on_lock()
    lane.timers.running.clear()
    lane.login.on_activity()
    assert lane.timers.running == {}


def test_the_next_officers_badge_covers_the_desk_and_takes_over(lane: Lane) -> None:
    lane.accounts.people[OTHER, "771902"] = BEN
    lane.enter()
    lane.login.on_badge(OTHER)
    assert (lane.view.step, len(lane.covered), lane.login.principal.role) == (LoginStep.PIN, 1, Role.UNATTENDED)
    lane.login.on_entered("771902")
    lane.answer()
    assert lane.login.principal == BEN.principal


def test_a_badge_nobody_was_given_covers_no_desk(lane: Lane) -> None:
    """An attendee can print a number with a right check digit."""
    lane.enter()
    lane.login.on_badge(SELF_MADE)
    assert (lane.login.open, lane.covered, lane.login.principal) == (True, [], ANN.principal)
    lane.login.on_lock()
    lane.login.on_badge(SELF_MADE)
    assert lane.view.step is LoginStep.UNLOCK


@pytest.mark.parametrize("bring", ["scanned", "typed"])
def test_a_badge_nobody_was_given_is_asked_for_no_pin(lane: Lane, bring: str) -> None:
    (lane.login.on_badge if bring == "scanned" else lane.login.on_entered)(SELF_MADE)
    assert (lane.view.step, lane.view.refused) == (LoginStep.BADGE, "no_badge")


def test_while_a_pin_is_typed_no_other_badge_counts(lane: Lane) -> None:
    lane.login.on_badge(BADGE)
    lane.login.on_badge(OTHER)
    lane.login.on_badge(SELF_MADE)
    lane.login.on_entered("302817")
    lane.login.on_badge(OTHER)
    lane.answer()
    assert lane.login.principal == ANN.principal


def test_of_two_badges_at_once_the_first_is_asked_for_its_pin(lane: Lane) -> None:
    lane.accounts.slow = True
    lane.login.on_badge(BADGE)
    lane.login.on_badge(OTHER)
    lane.answer()
    lane.answer()
    lane.login.on_entered("302817")
    assert lane.accounts.asked == [(BADGE, "302817", "")]


def test_an_answer_for_somebody_who_gave_up_opens_nothing(lane: Lane) -> None:
    lane.login.on_badge(BADGE)
    lane.login.on_entered("302817")
    lane.login.on_other()
    lane.answer()
    assert not lane.login.open


def test_an_officer_who_was_revoked_is_logged_out(lane: Lane) -> None:
    lane.enter()
    lane.accounts.alive = False
    lane.fire("alive")
    assert (lane.view.step, lane.view.refused, lane.login.staffed) == (LoginStep.BADGE, "over", False)
    assert len(lane.covered) == 1


def test_half_a_log_in_is_forgotten(lane: Lane) -> None:
    lane.login.on_badge(BADGE)
    assert lane.timers.running["forget"] == 30.0
    lane.fire("forget")
    assert lane.view.step is LoginStep.BADGE
    lane.login.on_entered("302817")
    assert lane.accounts.asked == []


class Desk:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def on_document(self, event: object) -> None:
        self.seen.append(event)

    on_scanner = on_calls = on_document


def test_behind_a_locked_screen_documents_are_overwritten_and_not_looked_at(lane: Lane) -> None:
    desk = Desk()
    door = LockedDoor(desk, lane.login)  # type: ignore[arg-type]
    door.on_document(DeviceReady())
    door.on_document(DocumentPresented(1.0))
    read, portrait = identity(), PortraitRead(PortraitFormat.WLT, SensitiveBytes(b"portrait"), 1.0)
    door.on_document(read)
    door.on_document(portrait)
    door.on_scanner(CodeScanned("TICKET-1"))
    assert desk.seen == [DeviceReady()]
    assert read.name.wiped
    assert portrait.data.wiped
    lane.enter()
    door.on_document(DocumentPresented(2.0))
    door.on_scanner(CodeScanned("TICKET-1"))
    assert desk.seen[1:] == [DocumentPresented(2.0), CodeScanned("TICKET-1")]


def test_a_badge_is_never_looked_up_as_a_ticket(lane: Lane) -> None:
    desk = Desk()
    for door in (Door(desk), LockedDoor(desk, lane.login)):  # type: ignore[arg-type]
        door.on_scanner(CodeScanned(BADGE))
    assert desk.seen == []
    assert lane.view.step is LoginStep.PIN


def test_whoever_waits_for_staff_is_seen_on_a_locked_screen(lane: Lane) -> None:
    door = LockedDoor(Desk(), lane.login)  # type: ignore[arg-type]
    call = WaitingCall("gate-1", "A")
    door.on_calls((call,))
    assert lane.view.calls == (call,)
    lane.enter()
    lane.login.on_lock()
    assert lane.view.calls == (call,)
