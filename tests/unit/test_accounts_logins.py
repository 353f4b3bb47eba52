"""Logging in: two factors, five failures, one station, an end; on a clock that is set."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.accounts.account import Profile
from kiosk.accounts.badge import new_badge
from kiosk.accounts.book import NewAccount
from kiosk.accounts.logins import ALIVE_S, IDLE_S, LoginRefused
from kiosk.accounts.second_factor import STEP_S
from kiosk.accounts.store import BURST, LOCKED_S, MOST_FAILURES, AccountStore, lock_left_s
from kiosk.audit.catalogue import Kind
from kiosk.domain.access import Role
from kiosk.ledger.port import LedgerUnavailable
from kiosk.vault.boot_time import BootTime, boot_time
from tests.helpers.accounts import EVENT, NOW_S, PASSWORD, SECURITY, STATION, Machine, SetClock

DAY_S = 86_400.0
PIN, OTHER_PIN = "302817", "771902"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.store.close()


def refusal(call: object, *given: object, **more: object) -> str:
    with pytest.raises(LoginRefused) as refused:
        call(*given, **more)  # type: ignore[operator]
    return refused.value.code


# --- officers -------------------------------------------------------------------------------------


def test_an_officer_logs_in_with_badge_and_pin_and_replaces_the_first_pin(machine: Machine) -> None:
    issued = machine.officer()
    login = machine.logins.officer
    assert refusal(login, issued.badge, issued.secret, STATION, EVENT) == "must_change"
    session = login(issued.badge, issued.secret, STATION, EVENT, new_pin=PIN)
    assert (session.account.account_id, session.account.principal().role) == ("o-1", Role.ATTENDANT)
    assert refusal(login, issued.badge, issued.secret, STATION, EVENT) == "wrong"
    assert login(issued.badge, PIN, STATION, EVENT).account.must_change is False
    assert Kind.LOGIN_SUCCEEDED in machine.heard.kinds()


@pytest.mark.parametrize(("badge_right", "pin_right"), [(True, False), (False, True), (False, False)])
def test_one_factor_is_as_good_as_none_and_says_no_more(machine: Machine, badge_right: bool, pin_right: bool) -> None:
    badge, _ = machine.working()
    shown = badge if badge_right else new_badge()
    assert refusal(machine.logins.officer, shown, PIN if pin_right else OTHER_PIN, STATION, EVENT) == "wrong"


@pytest.mark.requirement("R-61")
def test_the_fifth_failure_locks_and_the_right_pin_waits_fifteen_minutes(machine: Machine) -> None:
    badge, _ = machine.working()
    login = machine.logins.officer
    said = [refusal(login, badge, OTHER_PIN, STATION, EVENT) for _ in range(MOST_FAILURES)]
    assert said == ["wrong"] * (MOST_FAILURES - 1) + ["locked"]
    assert refusal(login, badge, PIN, STATION, EVENT) == "locked"
    machine.clock.s += LOCKED_S - 1
    assert refusal(machine.again().logins.officer, badge, PIN, STATION, EVENT) == "locked", "after a restart, too"
    machine.clock.s += 1
    assert login(badge, PIN, STATION, EVENT)
    assert machine.heard.kinds().count(Kind.LOGIN_LOCKED) == 1


def test_the_fifth_try_may_be_right_and_a_success_forgets_the_failures(machine: Machine) -> None:
    badge, _ = machine.working()
    for _ in range(2):
        for _ in range(MOST_FAILURES - 1):
            refusal(machine.logins.officer, badge, OTHER_PIN, STATION, EVENT)
        assert machine.logins.officer(badge, PIN, STATION, EVENT)


def test_failures_of_two_processes_count_together(machine: Machine) -> None:
    badge, _ = machine.working()
    other = machine.again()
    said = [
        refusal(each.logins.officer, badge, OTHER_PIN, STATION, EVENT)
        for each in (machine, other, machine, other, machine)
    ]
    assert said[-1] == "locked"


def test_a_try_that_is_killed_half_way_has_counted(machine: Machine) -> None:
    badge, _ = machine.working()
    for _ in range(MOST_FAILURES):
        machine.store.begin_attempt(
            "o-1", machine.clock.now(), BootTime(machine.clock.s, boot_time().boot)
        )  # and then the power goes
    assert refusal(machine.logins.officer, badge, PIN, STATION, EVENT) == "locked"


@pytest.mark.requirement("R-62")
def test_an_officers_account_ends_with_its_event(machine: Machine) -> None:
    badge, _ = machine.working()
    machine.clock.s = NOW_S + DAY_S - 1
    assert machine.logins.officer(badge, PIN, STATION, EVENT)
    machine.clock.s = NOW_S + DAY_S
    assert refusal(machine.logins.officer, badge, PIN, STATION, EVENT) == "expired"


def test_an_officer_of_another_event_is_nobody_here(machine: Machine) -> None:
    badge, _ = machine.working()
    assert refusal(machine.logins.officer, badge, PIN, STATION, "morning") == "other_event"


@pytest.mark.requirement("R-62")
def test_one_account_is_at_one_station(machine: Machine) -> None:
    badge, session = machine.working()
    login = machine.again().logins.officer
    assert refusal(login, badge, PIN, "desk-2", EVENT) == "elsewhere"
    machine.clock.s += ALIVE_S
    assert machine.logins.keep_alive(session), "a locked screen is not an absent officer"
    machine.clock.s += ALIVE_S
    assert refusal(login, badge, PIN, "desk-2", EVENT) == "elsewhere"
    machine.logins.end(session)
    assert login(badge, PIN, "desk-2", EVENT)


def test_a_desk_that_died_lets_its_officer_go(machine: Machine) -> None:
    badge, session = machine.working()
    machine.clock.s += ALIVE_S + 1
    moved = machine.logins.officer(badge, PIN, "desk-2", EVENT)
    assert moved.station == "desk-2"
    assert not machine.logins.keep_alive(session), "the account's station is another one now"


def test_who_is_revoked_is_logged_out_and_stays_out(machine: Machine) -> None:
    badge, session = machine.working()
    machine.book.revoke(SECURITY, "o-1")
    assert not machine.logins.keep_alive(session)
    assert refusal(machine.logins.officer, badge, PIN, STATION, EVENT) == "wrong"


def test_a_locked_desk_opens_with_its_officers_pin(machine: Machine) -> None:
    _, session = machine.working()
    assert refusal(machine.logins.unlock, session, OTHER_PIN) == "wrong"
    machine.logins.unlock(session, PIN)


@pytest.mark.parametrize("pin", ["123456", "111111", "987654", "121212", "12345", "30281a", "0" * 13])
def test_a_weak_pin_is_refused_and_the_old_one_stays(machine: Machine, pin: str) -> None:
    issued = machine.officer()
    assert refusal(machine.logins.officer, issued.badge, issued.secret, STATION, EVENT, new_pin=pin).startswith("weak_")
    assert refusal(machine.logins.officer, issued.badge, issued.secret, STATION, EVENT) == "must_change"


def test_many_failures_at_once_are_written_as_an_attack(machine: Machine) -> None:
    for _ in range(BURST + 2):
        refusal(machine.logins.officer, new_badge(), PIN, STATION, EVENT)
    assert machine.heard.kinds().count(Kind.LOGIN_BURST) == 1
    assert all(record.by in {"unknown", "system"} for record in machine.heard.records)


# --- administrators -------------------------------------------------------------------------------


@pytest.mark.requirement("R-59")
@pytest.mark.parametrize("role", [Role.ORGANISER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.INSPECTOR])
def test_one_factor_is_never_enough_for_anybody_else(machine: Machine, role: Role) -> None:
    machine.set_up()
    issued = machine.book.add(SECURITY, NewAccount("adm", "Ada Admin", frozenset({role})))
    login, right = machine.logins.admin, machine.code(issued)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert refusal(login, "adm", issued.secret, wrong, "commands") == "wrong"
    assert refusal(login, "adm", issued.secret, "", "commands") == "wrong"
    assert refusal(login, "adm", "Wrong-Horse-77", right, "commands") == "wrong"
    assert login("adm", issued.secret, right, "commands", new_password=PASSWORD).account.roles == {role}


@pytest.mark.requirement("R-59")
def test_a_code_is_taken_once_and_no_older_one_after_it(machine: Machine) -> None:
    first = machine.set_up()
    before, now = machine.code(first), machine.clock.s
    machine.clock.s = now + STEP_S
    code = machine.code(first)
    assert machine.logins.admin("sec", PASSWORD, code, "commands")
    assert refusal(machine.logins.admin, "sec", PASSWORD, code, "commands") == "replayed"
    assert refusal(machine.again().logins.admin, "sec", PASSWORD, before, "commands") == "replayed"
    machine.clock.s += STEP_S
    assert machine.logins.admin("sec", PASSWORD, machine.code(first), "commands")
    assert Kind.LOGIN_REPLAYED in machine.heard.kinds()


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_aside_is_taken_and_no_more(machine: Machine, steps: int, taken: bool) -> None:
    first = machine.set_up()
    code = machine.code(first)
    machine.clock.s += steps * STEP_S
    if taken:
        assert machine.logins.admin("sec", PASSWORD, code, "commands")
    else:
        assert refusal(machine.logins.admin, "sec", PASSWORD, code, "commands") == "wrong"


@pytest.mark.parametrize(("profile", "said"), [(Profile.CN, "must_change"), (Profile.EU_STRICT, "")])
def test_a_password_lasts_ninety_days_where_the_place_says_so(machine: Machine, profile: Profile, said: str) -> None:
    first = machine.set_up(profile)
    machine.clock.s += 90 * DAY_S - 1
    assert machine.logins.admin("sec", PASSWORD, machine.code(first), "commands")
    machine.clock.s += STEP_S
    if said:
        assert refusal(machine.logins.admin, "sec", PASSWORD, machine.code(first), "commands") == said
    else:
        assert machine.logins.admin("sec", PASSWORD, machine.code(first), "commands")


def test_none_of_the_last_five_passwords_comes_back(machine: Machine) -> None:
    first = machine.set_up()
    used = [PASSWORD, *(f"Another-Horse-{n}" for n in range(5))]
    for old, new in itertools.pairwise(used):
        machine.clock.s += 2 * STEP_S
        assert machine.logins.admin("sec", old, machine.code(first), "commands", new_password=new)
        machine.clock.s += 2 * STEP_S
        for earlier in (new, old):
            said = refusal(machine.logins.admin, "sec", new, machine.code(first), "commands", new_password=earlier)
            assert said == "reused"
            machine.clock.s += 2 * STEP_S
    assert machine.logins.admin("sec", used[-1], machine.code(first), "commands", new_password=PASSWORD), "the sixth"


def test_a_commands_session_goes_on_for_five_idle_minutes(machine: Machine) -> None:
    first = machine.set_up()
    session = machine.logins.admin("sec", PASSWORD, machine.code(first), "commands")
    for _ in range(3):
        machine.clock.s += IDLE_S - 1
        assert machine.logins.resume(session.token).account.account_id == "sec"
    machine.clock.s += IDLE_S
    assert refusal(machine.logins.resume, session.token) == "over"
    assert refusal(machine.logins.resume, "made-up") == "over"


# --- a clock that was wrong -----------------------------------------------------------------------

YEAR_S = 365 * DAY_S


def test_a_lock_made_by_a_clock_far_ahead_holds_nobody_out(machine: Machine) -> None:
    badge, _ = machine.working()
    machine.clock.s += DAY_S / 2
    for _ in range(MOST_FAILURES):
        refusal(machine.logins.officer, badge, OTHER_PIN, STATION, EVENT)
    machine.clock.s = NOW_S
    assert [refusal(machine.logins.officer, badge, OTHER_PIN, STATION, EVENT) for _ in range(2)] == ["wrong"] * 2
    assert machine.logins.officer(badge, PIN, STATION, EVENT)


def test_a_code_used_on_a_clock_far_ahead_ends_no_later_ones(machine: Machine) -> None:
    issued = machine.set_up()
    machine.clock.s += YEAR_S
    machine.logins.admin("sec", PASSWORD, machine.code(issued), STATION, "Other-Horse-77")
    machine.clock.s = NOW_S
    code = machine.code(issued)
    assert machine.logins.admin("sec", "Other-Horse-77", code, STATION)
    assert refusal(machine.logins.admin, "sec", "Other-Horse-77", code, STATION) == "replayed"


def test_a_session_seen_in_the_future_is_not_alive(machine: Machine) -> None:
    machine.clock.s += DAY_S / 2
    badge, session = machine.working(station="desk-2")
    machine.clock.s = NOW_S
    assert machine.logins.officer(badge, PIN, STATION, EVENT)
    assert not machine.logins.keep_alive(session), "one account is at one station still"


# --- who tampers with the count -------------------------------------------------------------------


class SteadyClock(SetClock):
    """Its time of day is set; the time since the machine's start is not."""

    since_s = 5_000.0

    def monotonic(self) -> float:
        return self.since_s


@pytest.fixture
def steady(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path, SteadyClock())
    yield made
    made.store.close()


def lock(machine: Machine, badge: str) -> None:
    for _ in range(MOST_FAILURES):
        refusal(machine.logins.officer, badge, OTHER_PIN, STATION, EVENT)


@pytest.mark.parametrize("by_s", [LOCKED_S + 1, 2 * LOCKED_S, -DAY_S])
def test_a_clock_that_is_set_ends_no_lock(steady: Machine, by_s: float) -> None:
    badge, _ = steady.working()
    lock(steady, badge)
    steady.clock.s += by_s
    assert refusal(steady.logins.officer, badge, PIN, STATION, EVENT) == "locked"
    assert isinstance(steady.clock, SteadyClock)
    steady.clock.since_s += LOCKED_S
    assert steady.logins.officer(badge, PIN, STATION, EVENT)


def test_a_restart_begins_the_wait_again_and_another_day_ends_it() -> None:
    row = {"locked_until": NOW_S + LOCKED_S, "locked_boot": "before", "locked_since": 9.0}
    assert lock_left_s(row, NOW_S + LOCKED_S + 1, BootTime(60.0, "after")) == LOCKED_S - 60
    assert lock_left_s(row, NOW_S + LOCKED_S + 1, BootTime(LOCKED_S, "after")) == 0
    assert lock_left_s(row, NOW_S + 2 * DAY_S, BootTime(60.0, "after")) == 0
    assert lock_left_s({**row, "locked_until": 0.0}, NOW_S, BootTime(60.0, "after")) == 0


def test_an_older_store_put_back_gives_no_new_tries(machine: Machine, tmp_path: Path) -> None:
    badge, _ = machine.working()
    machine.store.close()
    older = machine.place.accounts_file.read_bytes()
    for _ in range(3):
        machine.place.accounts_file.write_bytes(older)
        again = machine.again()
        assert refusal(again.logins.officer, badge, OTHER_PIN, STATION, EVENT) in {"wrong", "locked"}
        again.store.close()
    machine.place.accounts_file.write_bytes(older)
    again = machine.again()
    assert refusal(again.logins.officer, badge, PIN, STATION, EVENT) == "locked", "the right one as well"
    again.clock.s += LOCKED_S
    assert again.logins.officer(badge, PIN, STATION, EVENT)
    again.store.close()


def test_a_count_that_was_removed_or_damaged_locks(machine: Machine) -> None:
    badge, _ = machine.working()
    machine.place.accounts_count_file.unlink()
    assert refusal(machine.logins.officer, badge, PIN, STATION, EVENT) == "locked"
    machine.clock.s += LOCKED_S
    assert machine.logins.officer(badge, PIN, STATION, EVENT)
    machine.place.accounts_count_file.write_bytes(b"1")
    assert refusal(machine.logins.officer, badge, PIN, STATION, EVENT) == "locked"


def test_a_store_that_was_removed_sets_nobody_up_again(machine: Machine) -> None:
    machine.working()
    machine.store.close()
    machine.place.accounts_file.unlink()
    with pytest.raises(LedgerUnavailable) as removed:
        AccountStore.open(machine.place)
    assert removed.value.code == "removed"
