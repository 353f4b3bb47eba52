"""Handing accounts out: roles that do not meet, all or none, and nothing readable in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.accounts.account import THREE_ADMINS, Account, Profile, RolesRefused, require_separation
from kiosk.accounts.badge import PREFIX, badge_of, in_groups, is_badge, new_badge
from kiosk.accounts.book import AccountFault, NewAccount, starting_password, starting_pin
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.paper_process import PapersNotDrawn
from kiosk.accounts.policy import password_fault, pin_fault
from kiosk.accounts.rows import account_of
from kiosk.accounts.second_factor import SECRET_BYTES, STEP_S, code_at, matching_step, new_secret, uri
from kiosk.audit.catalogue import Kind
from kiosk.domain.access import ALLOWED, Action, NotAllowed, Principal, Role
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import SealBroken
from tests.helpers.accounts import EVENT, NOW_S, ORGANISER, PASSWORD, SECURITY, Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.store.close()


def new(account_id: str, *roles: Role, name: str = "", event: str = "") -> NewAccount:
    return NewAccount(account_id, name or f"Person {account_id}", frozenset(roles), event=event)


# --- set-up ---------------------------------------------------------------------------------------


@pytest.mark.requirement("R-60")
def test_after_installing_there_is_no_account_and_the_first_is_made_once(machine: Machine) -> None:
    assert machine.book.empty
    assert machine.store.rows() == []
    machine.set_up()
    assert not machine.book.empty
    with pytest.raises(AccountFault, match="set_up"):
        machine.set_up()


def test_the_first_account_hands_out_the_others(machine: Machine) -> None:
    with pytest.raises(RolesRefused, match="no_role"):
        machine.book.first(new("org", Role.ORGANISER), Profile.GENERIC, PASSWORD)
    with pytest.raises(AccountFault, match="weak_"):
        machine.book.first(new("sec", Role.SECURITY_ADMIN), Profile.CN, "password")
    assert machine.book.empty


def test_only_who_may_manage_accounts_does(machine: Machine) -> None:
    machine.set_up()
    for role in Role:
        by = Principal(role, "somebody")
        for action, asked in (
            (Action.MANAGE_ADMINS, new("a-1", Role.AUDIT_ADMIN)),
            (Action.MANAGE_OFFICERS, new("o-1", Role.ATTENDANT, event=EVENT)),
        ):
            if action not in ALLOWED[role]:
                with pytest.raises(NotAllowed):
                    machine.book.add(by, asked)
    assert [row["account_id"] for row in machine.store.rows()] == ["sec"]
    refused = [record for record in machine.heard.records if record.kind is Kind.ACTION_REFUSED]
    assert len(refused) == 2 * len(Role) - 3  # the security administrator may both, the organiser officers


@pytest.mark.parametrize("account_id", ["", "A", "1", "Ann", "ann lee", "11010119900307002X", "安", "a" * 33, "x\n"])
def test_an_id_is_short_and_nobodys_name_or_number(machine: Machine, account_id: str) -> None:
    with pytest.raises(AccountFault, match="bad_id"):
        machine.book.add(ORGANISER, new(account_id, Role.ATTENDANT, event=EVENT))


# --- separation -----------------------------------------------------------------------------------


@pytest.mark.requirement("R-58")
@pytest.mark.parametrize("profile", [Profile.CN, Profile.EU_STRICT])
@pytest.mark.parametrize("pair", list(combinations(sorted(THREE_ADMINS), 2)), ids=str)
def test_nobody_holds_two_of_the_three(machine: Machine, profile: Profile, pair: tuple[Role, Role]) -> None:
    machine.set_up(profile)
    with pytest.raises(RolesRefused, match="separated"):
        machine.book.add(SECURITY, new("both", *pair))
    machine.book.add(SECURITY, new("one", pair[0], name="Ada  Lovelace"))
    with pytest.raises(RolesRefused, match="separated"):
        machine.book.add(SECURITY, new("two", pair[1], name="ada lovelace"))
    assert machine.heard.kinds().count(Kind.ROLE_REFUSED) == 2
    machine.book.revoke(SECURITY, "one")
    machine.book.add(SECURITY, new("two", pair[1], name="ada lovelace"))


class SlowHasher(SecretHasher):
    """Somebody else does something while it hashes."""

    def __init__(self, keys: AccountKeys, meanwhile: Callable[[], object]) -> None:
        super().__init__(keys, memory_kib=8, passes=1)
        self._meanwhile = meanwhile

    def hash(self, secret: str) -> str:
        self._meanwhile()
        return super().hash(secret)


def test_two_who_ask_at_once_do_not_make_one_person_two_administrators(machine: Machine) -> None:
    machine.set_up()
    other = machine.again()
    audit, system = (new(role.value[:5], role, name="Ada") for role in (Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN))
    slow = SlowHasher(machine.keys, lambda: other.book.add(SECURITY, audit))
    with pytest.raises(RolesRefused, match="separated"):
        replace(machine.book, hasher=slow).add(SECURITY, system)
    assert [row["account_id"] for row in machine.store.rows()] == ["audit", "sec"]
    other.store.close()


@pytest.mark.parametrize("mark", ["\u200b", "\u200d", "\u200e", "\u2060", "\ufeff", "\u00ad"], ids=ascii)
def test_a_mark_nobody_sees_makes_nobody_another_person(machine: Machine, mark: str) -> None:
    machine.set_up()
    machine.book.add(SECURITY, new("one", Role.AUDIT_ADMIN, name="Ada"))
    with pytest.raises(RolesRefused, match="separated"):
        machine.book.add(SECURITY, new("two", Role.SYSTEM_ADMIN, name=f"A{mark}da"))


@pytest.mark.parametrize(
    "name", ["A\0da", "Ada\x1b[2J", "Ada\n", "Ad\x85a", "Ad\u202ea", "Ad\u2066a", " ", "\u200b"], ids=ascii
)
def test_a_name_is_one_line_that_is_seen(machine: Machine, name: str) -> None:
    with pytest.raises(AccountFault, match="bad_name"):
        machine.book.add(SECURITY, new("one", Role.AUDIT_ADMIN, name=name))
    with pytest.raises(AccountFault, match="bad_name"):
        machine.book.add(SECURITY, replace(new("one", Role.AUDIT_ADMIN), person=name))


def test_a_small_event_has_one_organiser_for_everything() -> None:
    require_separation(Profile.GENERIC, frozenset(), THREE_ADMINS | {Role.ORGANISER})
    with pytest.raises(RolesRefused, match="separated"):
        require_separation(Profile.CN, frozenset({Role.AUDIT_ADMIN}), frozenset({Role.ORGANISER}))


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ({Role.ATTENDANT, Role.ORGANISER}, "mixed"),
        ({Role.STATION}, "no_person"),
        ({Role.UNATTENDED}, "no_person"),
        (set(), "no_role"),
    ],
)
def test_a_desks_badge_opens_nothing_else(profile: Profile, roles: set[Role], code: str) -> None:
    with pytest.raises(RolesRefused, match=code):
        require_separation(profile, frozenset(), frozenset(roles))


def test_an_officer_belongs_to_an_event(machine: Machine) -> None:
    with pytest.raises(RolesRefused, match="no_event"):
        machine.book.add(ORGANISER, new("o-1", Role.ATTENDANT))


# --- officers -------------------------------------------------------------------------------------


def test_officers_are_added_all_or_none(machine: Machine) -> None:
    wanted = [new(f"o-{n}", Role.ATTENDANT, event=EVENT) for n in range(5)]
    with pytest.raises(AccountFault, match="exists"):
        machine.book.add_officers(ORGANISER, [*wanted, wanted[0]], EVENT)
    assert machine.book.listed(ORGANISER, EVENT) == []
    machine.book.add_officers(ORGANISER, wanted, EVENT)
    assert len(machine.book.listed(ORGANISER, EVENT)) == 5


def test_badges_are_made_once_and_a_renewed_one_ends_the_old(machine: Machine) -> None:
    machine.book.add_officers(ORGANISER, [new(f"o-{n}", Role.ATTENDANT, event=EVENT) for n in range(3)], EVENT)
    made = machine.book.issue_badges(ORGANISER, EVENT)
    assert len({one.badge for one in made}) == len({one.account.account_id for one in made}) == 3
    assert machine.book.issue_badges(ORGANISER, EVENT) == []
    [again] = machine.book.issue_badges(ORGANISER, EVENT, ["o-1"])
    assert machine.store.row_by_badge(machine.keys.token("badge", made[1].badge)) is None
    assert machine.store.row_by_badge(machine.keys.token("badge", again.badge)) is not None
    with pytest.raises(AccountFault, match="unknown"):
        machine.book.issue_badges(ORGANISER, EVENT, ["nobody"])


def test_a_badge_counts_once_it_is_on_paper(machine: Machine) -> None:
    old = machine.officer().badge

    def broken(issued: object) -> AbstractContextManager[None]:
        raise PapersNotDrawn

    with pytest.raises(PapersNotDrawn):
        machine.book.issue_badges(ORGANISER, EVENT, ["o-1"], broken)
    assert machine.logins.knows(old, EVENT)
    machine.book.add_officers(ORGANISER, [new("o-2", Role.ATTENDANT, event=EVENT)], EVENT)
    with pytest.raises(PapersNotDrawn):
        machine.book.issue_badges(ORGANISER, EVENT, (), broken)
    assert [one.account.account_id for one in machine.book.issue_badges(ORGANISER, EVENT)] == ["o-2"]


def test_overrides_are_counted_per_officer_and_shown_to_who_may(machine: Machine) -> None:
    for act in ("override", "override", "undone"):
        machine.store.count_act("o-1", EVENT, act, 900)
    machine.store.count_act("o-2", "morning", "override", 900)
    [officer] = machine.book.overrides(Principal(Role.SUPERVISOR, "s-1"), EVENT).officers
    assert (officer.account_id, officer.overrides, officer.undone, officer.most) == ("o-1", 2, 1, 3)
    with pytest.raises(NotAllowed):
        machine.book.overrides(Principal(Role.ATTENDANT, "o-1"), EVENT)


# --- what the store tells a thief -----------------------------------------------------------------


@pytest.mark.requirement("R-60")
def test_nothing_in_the_store_is_clear_or_hashed_fast(machine: Machine) -> None:
    first = machine.set_up()
    badge, session = machine.working("o-1", pin="302817")
    files = b"".join(path.read_bytes() for path in machine.place.folder.iterdir())
    for secret in (PASSWORD, "302817", badge, badge.removeprefix(PREFIX), session.token, "Sam Security", "Officer o-1"):
        assert secret.encode() not in files
    assert first.second not in files
    assert first.second.hex().encode() not in files
    hashes = {row["secret_hash"] for row in machine.store.rows()}
    assert all(hashed.startswith("$argon2id$v=19$") for hashed in hashes)
    assert len(hashes) == 2


def test_a_stolen_store_without_the_key_knows_no_pin(machine: Machine, tmp_path: Path) -> None:
    machine.working("o-1", pin="302817")
    row = machine.store.row("o-1")
    assert row is not None
    other = Machine(tmp_path / "thief")
    assert machine.hasher.fits(row["secret_hash"], "302817")
    assert not other.hasher.fits(row["secret_hash"], "302817")
    other.store.close()


def test_roles_cannot_be_changed_behind_the_programs_back(machine: Machine) -> None:
    machine.working("o-1")
    with machine.store.writing():
        machine.store.set("o-1", roles="supervisor")
    row = machine.store.row("o-1")
    assert row is not None
    with pytest.raises(SealBroken):
        account_of(row, machine.keys)


def test_files_are_the_service_users_alone(machine: Machine) -> None:
    for path in (machine.place.accounts_file, machine.place.accounts_key_file):
        assert path.stat().st_mode & 0o077 == 0
    assert machine.place.accounts_key_file.parent == machine.place.key_dir
    machine.place.accounts_key_file.write_bytes(machine.place.accounts_key_file.read_bytes()[:-1] + b"x")
    with pytest.raises(KeyFileUnusable, match="damaged"):
        AccountKeys.load(machine.place)


def test_nothing_prints_a_secret(machine: Machine) -> None:
    first = machine.set_up()
    _, session = machine.working()
    said = f"{first!r} {session!r} {machine.keys!r} {new('x-1')!r} {Account('x', 'Ann', frozenset())!r}"
    assert not any(secret in said for secret in (session.token, "Ann", "Sam", first.second.hex()))


# --- secrets and badges ---------------------------------------------------------------------------


@pytest.mark.requirement("R-60")
@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Abcdef1", "too_short"),
        ("abcdefgh", "too_simple"),
        ("abcdefg1", "too_simple"),
        ("Abcdefg1", None),
        ("abcdef1!", None),
        ("horse battery staple", None),
        ("aaaaaaaaaaaa", "too_simple"),
        ("Sec-and-more-7", "has_id"),
        ("x" * 129, "too_long"),
        ("密码密码密码一二三四五六", None),
    ],
)
def test_which_passwords_are_good_enough(password: str, fault: str | None) -> None:
    assert password_fault(password, "sec") == fault


@given(st.from_regex(r"[0-9]{6,12}", fullmatch=True))
def test_runs_and_repeats_are_the_trivial_pins(pin: str) -> None:
    run = len({(int(b) - int(a)) % 10 for a, b in pairwise(pin)}) == 1
    repeated = any(all(pin[i] == pin[i % size] for i in range(len(pin))) for size in range(1, len(pin) // 2 + 1))
    assert (pin_fault(pin) == "trivial") == (run or repeated)


def test_what_the_program_makes_up_passes_its_own_rules() -> None:
    assert not any(pin_fault(starting_pin()) for _ in range(200))
    assert not any(password_fault(starting_password(), "sec") for _ in range(50))


def test_one_time_codes_are_those_of_the_standard() -> None:
    secret = b"12345678901234567890"  # RFC 6238 appendix B; its eight digits end in our six
    for at, eight in ((59, "94287082"), (1111111109, "07081804"), (2000000000, "69279037")):
        assert code_at(secret, at) == eight[-6:]


@given(st.integers(0, 4_000_000_000), st.integers(-3, 3))
def test_a_code_matches_within_one_step(now_s: int, aside: int) -> None:
    secret = b"k" * SECRET_BYTES
    at = max(0, now_s + aside * STEP_S)
    found = matching_step(secret, code_at(secret, at), now_s)
    if abs(at // STEP_S - now_s // STEP_S) <= 1:
        assert found is not None
        assert code_at(secret, found * STEP_S) == code_at(secret, at)


@pytest.mark.parametrize("given_code", ["", "12345", "1234567", "１２３４５６", "abcdef", "\0" * 6])
def test_what_is_no_code_matches_nothing(given_code: str) -> None:
    assert matching_step(b"k" * SECRET_BYTES, given_code, NOW_S) is None


def test_the_secrets_address_is_what_apps_scan() -> None:
    secret = new_secret()
    assert len(secret) == SECRET_BYTES
    assert uri(secret, "sec").startswith("otpauth://totp/Venue%20Kiosk:sec?")


def test_a_badge_is_scanned_or_typed_and_a_wrong_digit_is_seen() -> None:
    badge = new_badge()
    digits = badge.removeprefix(PREFIX)
    assert badge_of(badge) == badge_of(digits) == badge_of(in_groups(badge)) == badge_of(badge.lower()) == badge
    assert is_badge(badge)
    assert not is_badge(digits), "what the scanner reads begins with the prefix"
    for place in range(len(digits)):
        wrong = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        assert badge_of(wrong) is None


@given(st.text(max_size=40))
def test_no_text_makes_a_badge_by_accident(text: str) -> None:
    found = badge_of(text)
    assert found is None or badge_of(found) == found
