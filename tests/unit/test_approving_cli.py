"""What two people have to agree to: each logs in for it, and no two names pass where the machine has accounts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kiosk.login
from kiosk.accounts.second_factor import STEP_S, code_at
from kiosk.cli.saying import FAILED, NOT_ALLOWED
from kiosk.closing.bound import read_bound
from kiosk.closing.state import EventState, read_state
from kiosk.config.places import EventPlace
from kiosk.domain.access import Principal, Role
from tests.helpers.accounts import PASSWORD
from tests.unit.test_accounts_cli import OFFICERS, Shell, said
from tests.unit.test_accounts_cli import shell as bare_shell

__all__ = ["bare_shell"]

EXTEND = ("event", "extend", "rehearsal", "--hours", "3", "--reason", "the encore")
ORGANISERS = ("--approve", "org", "--approve", "sec")


@pytest.fixture
def shell(bare_shell: Shell) -> Shell:
    """A rehearsal's event, its organiser logged in, and the security administrator as a second person."""
    bare_shell.event()
    bare_shell.first("generic")
    bare_shell.log_in("sec")
    bare_shell.add("org", "organiser")
    bare_shell.log_in("org")
    return bare_shell


def place_of(shell: Shell) -> EventPlace:
    return EventPlace(shell.device.data_dir, shell.device.key_dir, "rehearsal")


def extended_h(place: EventPlace) -> float:
    bound = read_bound(place)
    assert bound is not None
    return bound.extended_h


def both(shell: Shell, *people: str) -> str:
    """What two people type who log in within one half minute, after a while."""
    shell.clock.s += 2 * STEP_S
    return "".join(f"{PASSWORD}\n{code_at(shell.seconds[each], shell.clock.s)}\n" for each in people)


def records(shell: Shell, kind: str) -> list[dict[str, object]]:
    lines = map(json.loads, shell.device.audit_file.read_text(encoding="ascii").splitlines())
    return [line for line in lines if line["kind"] == kind]


def test_two_people_log_in_and_the_record_says_so(shell: Shell) -> None:
    done = shell(*EXTEND, *ORGANISERS, typed=both(shell, "org", "sec"))
    assert done.exit_code == 0, done.output
    assert extended_h(place_of(shell)) == 3.0
    [extended] = records(shell, "event.extended")
    assert extended["fields"] == {"approved_by": "org,sec", "code": "logged_in", "hours": 3.0, "reason": "in_words"}
    given = records(shell, "approval.given")
    assert [(each["by"], each["about"]) for each in given] == [("org", "rehearsal"), ("sec", "rehearsal")]
    assert {str(each["fields"]) for each in given} >= {"{'act': 'extend_event', 'role': 'organiser'}"}


def test_names_alone_are_nobody(shell: Shell) -> None:
    refused = shell(*EXTEND, "--approve", "anna", "--approve", "bo", typed="x\n000000\nx\n000000\n")
    assert refused.exit_code == NOT_ALLOWED
    assert extended_h(place_of(shell)) == 0.0
    assert not records(shell, "approval.given")


def test_one_factor_is_none(shell: Shell) -> None:
    assert shell(*EXTEND, *ORGANISERS, typed=f"{PASSWORD}\n000000\n").exit_code == NOT_ALLOWED
    assert shell(*EXTEND, *ORGANISERS, typed=f"wrong\n{shell.code('org')}\n").exit_code == NOT_ALLOWED
    assert extended_h(place_of(shell)) == 0.0


def test_a_person_with_two_accounts_is_one_person(shell: Shell) -> None:
    shell.log_in("sec")
    made = shell("account", "add", "org-2", "--name", "person  ORG", "--role", "organiser")
    assert made.exit_code == 0, made.output
    with kiosk.login.accounts_of(shell.device) as accounts:
        assert accounts.book.is_one_person("org", "org-2")
        assert not accounts.book.is_one_person("org", "sec")
    shell.log_in("org")
    shell.clock.s += 2 * STEP_S
    code, following = (code_at(shell.seconds["org"], shell.clock.s + later) for later in (0, STEP_S))
    typed = f"{PASSWORD}\n{code}\n{PASSWORD}\n{following}\n"
    twice = shell(*EXTEND, "--approve", "org", "--approve", "org", typed=typed)
    assert (twice.exit_code, "Two different people" in twice.stderr) == (2, True)
    assert extended_h(place_of(shell)) == 0.0


def test_a_role_without_the_cell_approves_nothing_and_is_written_down(shell: Shell) -> None:
    shell.log_in("sec")
    shell.add("sys", "system_admin")
    shell.log_in("org")
    refused = shell(*EXTEND, "--approve", "org", "--approve", "sys", typed=both(shell, "org", "sys"))
    assert refused.exit_code == NOT_ALLOWED
    assert extended_h(place_of(shell)) == 0.0
    [written] = records(shell, "action.refused")
    assert (written["by"], written["fields"]) == ("sys", {"act": "approve", "role": "system_admin"})


def test_a_code_just_used_is_asked_for_again(shell: Shell) -> None:
    """Whoever gives the command has used this half minute's code, and may be one of the two."""
    used = shell.code("org")
    shell("account", "logout")
    shell("account", "login", typed=f"org\n{PASSWORD}\n{used}\n")
    following = code_at(shell.seconds["org"], shell.clock.s + 30)
    typed = f"{PASSWORD}\n{used}\n{following}\n{PASSWORD}\n{code_at(shell.seconds['sec'], shell.clock.s)}\n"
    done = shell(*EXTEND, *ORGANISERS, typed=typed)
    assert done.exit_code == 0, done.output
    assert "used already" in done.stderr


def test_a_supervisor_agrees_with_badge_and_pin(shell: Shell) -> None:
    file = shell.folder / "officers.csv"
    file.write_text(OFFICERS, encoding="utf-8")
    assert shell("account", "import", file, "--event", "rehearsal").exit_code == 0
    with kiosk.login.accounts_of(shell.device) as accounts:
        by = Principal(Role.ORGANISER, "org")
        issued = {each.account.account_id: each for each in accounts.book.issue_badges(by, "rehearsal")}
        supervisor = issued["o-2"]
        session = accounts.logins.officer(supervisor.badge, supervisor.secret, "desk", "rehearsal", "830274")
        accounts.logins.end(session)
    wrong = shell(
        *EXTEND, "--approve", "org", "--approve", "o-2", typed=both(shell, "org") + f"{issued['o-1'].badge}\n1\n"
    )
    assert wrong.exit_code == NOT_ALLOWED
    done = shell(
        *EXTEND, "--approve", "org", "--approve", "o-2", typed=both(shell, "org") + f"{supervisor.badge}\n830274\n"
    )
    assert done.exit_code == 0, done.output
    assert [each["by"] for each in records(shell, "approval.given")] == ["org", "o-2"]


def test_a_lost_key_takes_two_log_ins(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.cli.event.paper_of", lambda json_bytes: b"%PDF")
    place_of(shell).key_file.unlink()
    words = ("event", "close", "rehearsal", "--yes", "--key-lost", "--reason", "the safe burnt down")
    assert shell(*words, "--approve", "anna", "--approve", "bo", typed="x\n000000\n").exit_code == NOT_ALLOWED
    assert read_state(place_of(shell).state_file) is EventState.DRAFT
    assert said(shell(*words[:-2], typed=""))[0] == 2, "no reason"
    assert "two people said" in shell(*words, *ORGANISERS, typed=both(shell, "org", "sec")).stderr
    assert read_state(place_of(shell).state_file) is EventState.WIPED


def test_without_accounts_two_names_are_taken_and_called_that(bare_shell: Shell) -> None:
    bare_shell.event()
    done = bare_shell(*EXTEND, "--approve", "anna", "--approve", "bo")
    assert done.exit_code == 0, done.output
    [extended] = records(bare_shell, "event.extended")
    assert extended["fields"] == {"approved_by": "anna,bo", "code": "names_only", "hours": 3.0, "reason": "in_words"}


def test_a_clock_said_to_be_wrong_keeps_data_and_takes_two(shell: Shell, tmp_path: Path) -> None:
    assert shell("event", "clock", "rehearsal", "--wrong").exit_code == 2
    words = ("event", "clock", "rehearsal", "--wrong", "--reason", "battery")
    answered = shell(*words, *ORGANISERS, typed=both(shell, "org", "sec"))
    assert answered.exit_code == 0, answered.output
    assert [each["fields"]["act"] for each in records(shell, "approval.given")] == ["confirm_clock"] * 2  # type: ignore[index]


# --- an end that nothing says ------------------------------------------------------------------------


def test_nothing_is_added_to_a_damaged_end_and_that_is_one_sentence(shell: Shell) -> None:
    place_of(shell).bound_file.write_bytes(b"{}")
    code, sentence = said(shell(*EXTEND, *ORGANISERS, typed=both(shell, "org", "sec")))
    assert (code, "damaged" in sentence, "kiosk event change rehearsal" in sentence) == (FAILED, True, True)
    assert not records(shell, "event.extended")
    assert shell("event", "clock", "rehearsal").exit_code == 0, "by its file"


@pytest.mark.parametrize("bound", [None, b"{}"])
def test_an_end_nobody_knows_is_one_sentence(shell: Shell, bound: bytes | None) -> None:
    place_of(shell).event_file.write_text("mode = [", encoding="utf-8")
    place_of(shell).bound_file.unlink()
    if bound is not None:
        place_of(shell).bound_file.write_bytes(bound)
    for more in ((), ("--confirm",), ("--json",)):
        code, sentence = said(shell("event", "clock", "rehearsal", *more))
        assert (code, sentence[:42]) == (FAILED, "Nothing says when event rehearsal ends: me")
