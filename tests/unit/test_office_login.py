"""The log-in before the office: two factors either way, a lock that logs out, and who is offered what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.domain.access import ALLOWED, Action, Principal, Role
from kiosk.office.login import OfficeLogin
from kiosk.office.office import Offer, Office
from kiosk.office.subject import Room, Subject
from kiosk.office.view import HomePage, Told
from kiosk.station.desk_login import IDLE_S, Officer
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from tests.helpers.accounts import NOW_S, SetClock
from tests.helpers.office import AtOnce, Glass

BADGE = "VKB-00000000000000000"
ADA = Officer(Principal(Role.AUDIT_ADMIN, "aud"), "Ada")
BEN = Officer(Principal(Role.SUPERVISOR, "s-1"), "Ben")


@dataclass
class Accounts:
    """Answers at once; ``says`` is what a log-in by password is answered with, one after the other."""

    says: list[tuple[str, float]] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    alive: bool = True

    def badge_of(self, untrusted_text: str) -> str | None:
        return untrusted_text if untrusted_text.startswith("VKB-") else None

    def know(self, badge: str, answered: Any, refused: Any) -> None:
        answered(True)

    def log_in(self, badge: str, pin: str, new_pin: str, answered: Any, refused: Any) -> None:
        answered(BEN) if pin == "302817" else refused("wrong", 0.0)

    def log_in_by_password(
        self, account_id: str, password: str, code: str, new_password: str, answered: Any, refused: Any
    ) -> None:
        self.asked.append((account_id, password, code, new_password))
        if self.says:
            refused(*self.says.pop(0))
        else:
            answered(ADA)

    def unlock(self, pin: str, answered: Any, refused: Any) -> None:
        raise AssertionError("an office is never unlocked with one factor")

    def keep_alive(self, lost: Callable[[], None]) -> None:
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


class Front:
    def __init__(self) -> None:
        self.accounts, self.timers, self.clock = Accounts(), Timers(), SetClock()
        self.view, self.happened = LoginView(), list[str]()
        self.login = OfficeLogin(
            self,
            self.accounts,
            self.timers,
            self.clock,
            "desk-1-office",
            lambda: self.happened.append("covered"),
            lambda: self.happened.append("entered"),
        )
        self.login.start()

    def show_login(self, view: LoginView) -> None:
        self.view = view

    def type(self, *typed: str) -> LoginStep:
        for each in typed:
            self.login.on_entered(each)
        return self.view.step


@pytest.fixture
def front() -> Front:
    return Front()


def test_password_and_code_together_let_in(front: Front) -> None:
    assert (front.view.step, front.view.two_ways, front.view.hidden) == (LoginStep.ACCOUNT, True, False)
    assert front.type("AUD ", "Correct-Horse-7") is LoginStep.CODE
    assert front.accounts.asked == [], "the password alone is asked of nobody"
    assert front.type("123456") is LoginStep.OPEN
    assert front.accounts.asked == [("aud", "Correct-Horse-7", "123456", "")]
    assert front.happened == ["entered"]
    assert front.login.principal == ADA.principal


def test_badge_and_pin_are_the_other_way_in(front: Front) -> None:
    front.login.on_way()
    assert front.view.step is LoginStep.BADGE
    assert front.type(BADGE, "302817") is LoginStep.OPEN
    assert front.login.principal == BEN.principal


@pytest.mark.parametrize("code", ["wrong", "expired", "elsewhere", "trouble"])
def test_a_refusal_begins_again_and_keeps_nothing(front: Front, code: str) -> None:
    front.accounts.says = [(code, 0.0)]
    assert front.type("aud", "Wrong-Horse-7", "123456") is LoginStep.ACCOUNT
    assert front.view.refused == code
    front.type("aud", "Correct-Horse-7", "654321")
    assert front.accounts.asked[-1] == ("aud", "Correct-Horse-7", "654321", "")


def test_a_used_code_asks_for_the_next_one_alone(front: Front) -> None:
    front.accounts.says = [("replayed", 0.0)]
    assert front.type("aud", "Correct-Horse-7", "123456") is LoginStep.CODE
    assert front.type("222222") is LoginStep.OPEN


def test_a_starting_password_is_changed_with_the_next_code(front: Front) -> None:
    front.accounts.says = [("must_change", 0.0), ("weak_too_short", 0.0)]
    assert front.type("aud", "starting", "111111") is LoginStep.NEW_PASSWORD
    assert front.type("Short-1", "Other-1") is LoginStep.NEW_PASSWORD
    assert front.view.refused == "differ"
    assert front.type("Short-1", "Short-1") is LoginStep.CODE
    assert front.view.refused == "next_code"
    assert front.type("222222") is LoginStep.NEW_PASSWORD
    assert front.view.refused == "weak_too_short"
    assert front.type("Correct-Horse-8", "Correct-Horse-8", "333333") is LoginStep.OPEN
    assert front.accounts.asked[-1] == ("aud", "starting", "333333", "Correct-Horse-8")


def test_a_lock_counts_down(front: Front) -> None:
    front.accounts.says = [("locked", NOW_S + 900)]
    front.type("aud", "Wrong-Horse-7", "123456")
    assert (front.view.refused, front.view.wait_s) == ("locked", 900)
    front.clock.s += 60
    front.login.on_timer("wait")
    assert front.view.wait_s == 840


def test_after_five_idle_minutes_everything_is_hidden_and_both_factors_are_asked_again(front: Front) -> None:
    front.type("aud", "Correct-Horse-7", "123456")
    assert front.timers.running["idle"] == IDLE_S == 300.0
    front.login.on_activity()
    assert front.timers.running["idle"] == IDLE_S
    front.login.on_timer("idle")
    assert (front.view.step, front.view.name) == (LoginStep.ACCOUNT, "")
    assert front.happened == ["entered", "covered"]
    assert front.accounts.told == ["idle", "end"]
    assert front.login.principal.role is Role.UNATTENDED


def test_logging_out_is_one_tap_and_a_revoked_account_is_out_within_half_a_minute(front: Front) -> None:
    front.type("aud", "Correct-Horse-7", "123456")
    front.login.on_lock()
    assert (front.view.step, front.accounts.told) == (LoginStep.ACCOUNT, ["end"])
    front.type("aud", "Correct-Horse-7", "123456")
    front.accounts.alive = False
    front.login.on_timer("alive")
    assert (front.view.step, front.view.refused) == (LoginStep.ACCOUNT, "over")


# --- what is offered ------------------------------------------------------------------------------


class Nothing(Subject):
    def __init__(self, room: Room) -> None:
        self.room = room

    def open(self, told: Told | None = None) -> None:
        return


OFFERS = (
    Offer("accounts", "card", frozenset({Action.READ_ACCOUNTS, Action.UNLOCK_ACCOUNT}), Nothing),
    Offer("overrides", "desk_person", frozenset({Action.READ_OVERRIDES}), Nothing),
    Offer("audit", "clock", frozenset({Action.READ_AUDIT}), Nothing),
)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.STATION, Role.UNATTENDED}])
def test_a_tile_is_there_for_whom_it_leads_somewhere(role: Role) -> None:
    glass = Glass()
    office = Office(glass, OFFERS, AtOnce(), SetClock(), lambda call: call(), lambda seconds, call: call())
    office.enter(Principal(role, "x"), Texts("en"))
    page = glass.page
    assert isinstance(page, HomePage)
    expected = [offer.name for offer in OFFERS if offer.needs & ALLOWED[role]]
    assert [tile.name for tile in page.tiles] == expected
    for offer in OFFERS:
        office.on_tile(offer.name)
        assert (office._subject is not None) == (offer.name in expected)
        office.leave()
        assert glass.pages == []
        office.enter(Principal(role, "x"), Texts("en"))
