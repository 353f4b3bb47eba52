"""Accounts on the command line: set up once, asked for ever after, secrets shown once and never in an argument."""

from __future__ import annotations

import json
import re
from base64 import b32decode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

import kiosk.login
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.logins import IDLE_S
from kiosk.accounts.second_factor import STEP_S, code_at
from kiosk.cli.main import app
from kiosk.config.places import DevicePlace
from tests.helpers.accounts import PASSWORD, SetClock
from tests.helpers.event_place import write_event_file

START = re.compile(r"starting password: (\S+)")
ADDRESS = re.compile(r"otpauth://\S+")
SECOND = bytes(range(20))
"""The first account's second factor: its first code is asked for before the command that shows it has ended."""
FIRST = ("account", "first", "sec", "--name", "Sam Security", "--profile")
OFFICERS = "id,name,role\no-1,李样例,\no-2,Robin Example,supervisor\n"


class Shell:
    """Commands of one person after the other at one machine. ``seconds``: each account's second factor."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        self.folder, self.clock = folder, clock
        self.device = DevicePlace(folder / "data", folder / "keys")
        self.seconds: dict[str, bytes] = {}
        self.environment = {
            "VENUE_KIOSK_DATA": str(self.device.data_dir),
            "VENUE_KIOSK_KEYS": str(self.device.key_dir),
            "XDG_RUNTIME_DIR": str(folder / "run"),
        }
        (folder / "run").mkdir()

    def __call__(self, *arguments: object, typed: str = "") -> Result:
        words = [str(each) for each in arguments]
        return CliRunner().invoke(app, words, input=typed, env=self.environment)

    def first(self, profile: str = "cn") -> Result:
        self.seconds["sec"] = SECOND
        result = self(*FIRST, profile, typed=f"{PASSWORD}\n{PASSWORD}\n{self.code('sec')}\n")
        self("account", "logout")
        return result

    def add(self, account_id: str, *roles: str) -> Result:
        named = [word for role in roles for word in ("--role", role)]
        result = self("account", "add", account_id, "--name", f"Person {account_id}", *named)
        if result.exit_code == 0:
            self._learn(account_id, result)
            start = START.search(result.stdout)
            assert start is not None
            self("account", "logout")
            typed = f"{start[1]}\n{self.code(account_id)}\n{PASSWORD}\n{PASSWORD}\n"
            changed = self("account", "passwd", account_id, typed=typed)
            assert changed.exit_code == 0, changed.output
            self("account", "logout")
        return result

    def log_in(self, account_id: str) -> Result:
        self("account", "logout")
        return self("account", "login", typed=f"{account_id}\n{PASSWORD}\n{self.code(account_id)}\n")

    def code(self, account_id: str) -> str:
        self.clock.s += 2 * STEP_S
        return code_at(self.seconds[account_id], self.clock.s)

    def event(self) -> None:
        """A rehearsal's event, made before the machine has accounts."""
        made = self("event", "new", write_event_file(self.folder))
        assert made.exit_code == 0, made.output

    def _learn(self, account_id: str, result: Result) -> None:
        address = ADDRESS.search(result.stdout)
        assert address is not None
        self.seconds[account_id] = b32decode(parse_qs(urlsplit(address[0]).query)["secret"][0])


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    clock = SetClock()

    def quick(keys: AccountKeys) -> SecretHasher:
        return SecretHasher(keys, memory_kib=8, passes=1)

    monkeypatch.setattr(kiosk.login, "SecretHasher", quick)
    monkeypatch.setattr(kiosk.login, "SystemClock", lambda: clock)
    monkeypatch.setattr("kiosk.cli.account.new_secret", lambda: SECOND)
    return Shell(tmp_path, clock)


def said(result: Result) -> tuple[int, str]:
    """Exit code and last sentence; what was typed is not echoed, so that a prompt has no end of line here."""
    lines = result.stderr.strip().splitlines() or [""]
    return result.exit_code, lines[-1].rpartition("authenticator:")[2].strip()


def test_set_up_is_forced_and_happens_once(shell: Shell) -> None:
    before = shell("account", "list")
    assert (before.exit_code, "kiosk account first" in before.stderr) == (1, True)
    assert not shell.device.data_dir.exists(), "asking makes nothing"
    assert not shell.device.key_dir.exists()
    assert shell.first().exit_code == 0
    again = shell.first()
    assert (again.exit_code, "already" in again.stderr) == (1, True)


def test_a_weak_first_password_makes_nothing(shell: Shell) -> None:
    words = ("account", "first", "sec", "--name", "S", "--profile", "cn")
    weak = shell(*words, typed="password\npassword\n")
    assert weak.exit_code == 1
    assert "twelve characters" in weak.stderr
    assert "no accounts yet" in shell("account", "list").stderr


def test_an_authenticator_that_does_not_work_makes_nothing(shell: Shell) -> None:
    wrong = shell(*FIRST, "cn", typed=f"{PASSWORD}\n{PASSWORD}\n000000\n1\n\u0660\n")
    assert wrong.exit_code == 1
    assert wrong.stderr.count("Are both clocks right?") == 3
    assert wrong.stderr.splitlines()[-1].startswith("No account was made")
    assert "no accounts yet" in shell("account", "list").stderr


def test_whoever_set_the_machine_up_is_logged_in(shell: Shell) -> None:
    shell.seconds["sec"] = SECOND
    late = f"{PASSWORD}\n{PASSWORD}\n000000\n{shell.code('sec')}\n"
    assert shell(*FIRST, "cn", typed=late).exit_code == 0
    assert shell("account", "list").exit_code == 0


def test_who_is_logged_in_is_remembered_for_five_minutes_and_privately(shell: Shell) -> None:
    shell.first()
    assert shell.log_in("sec").exit_code == 0
    [kept] = (shell.folder / "run").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert shell("account", "list").exit_code == 0
    shell.clock.s += IDLE_S
    asked = shell("account", "list", typed=f"sec\nWrong-Horse-9\n{shell.code('sec')}\n")
    assert said(asked) == (3, "Account, password or code is wrong. Nobody is logged in.")


def test_a_starting_password_opens_nothing_until_it_is_changed(shell: Shell) -> None:
    shell.first()
    shell.log_in("sec")
    made = shell("account", "add", "aud", "--name", "A", "--role", "audit_admin")
    shell._learn("aud", made)
    start = START.search(made.stdout)
    assert start is not None
    shell("account", "logout")
    tried = shell("account", "login", typed=f"aud\n{start[1]}\n{shell.code('aud')}\n")
    assert said(tried) == (3, "This password has to be changed first: kiosk account passwd aud")


def test_each_administrator_does_their_own_and_no_more(shell: Shell) -> None:
    shell.first()
    shell.log_in("sec")
    assert shell.add("sys", "system_admin").exit_code == 0
    shell.log_in("sys")
    refused = shell("account", "list")
    assert said(refused) == (
        3,
        "sys (system administrator) may not list accounts. Who may: organiser, security administrator or inspector. "
        "Log in as somebody who may: kiosk account logout, then kiosk account login.",
    )
    assert said(shell("account", "unlock", "sec"))[1].startswith("sys (system administrator) may not unlock accounts.")
    log = shell.device.audit_file.read_text()
    assert log.count("action.refused") == 2
    assert PASSWORD not in log


def test_two_administrators_roles_never_meet(shell: Shell) -> None:
    shell.first()
    shell.log_in("sec")
    words = ("account", "add", "both", "--name", "B", "--role", "system_admin", "--role", "audit_admin")
    assert shell(*words).exit_code == 1
    same = shell("account", "add", "sec2", "--name", "sam  security", "--role", "audit_admin")
    assert said(same)[1].startswith("Nobody holds two of")


def test_a_locked_account_is_told_until_when_and_unlocked(shell: Shell) -> None:
    shell.first()
    shell.log_in("sec")
    shell.add("org", "organiser")
    for _ in range(5):
        last = shell("account", "login", typed=f"org\nWrong-Horse-9\n{shell.code('org')}\n")
    assert said(last)[1].startswith("This account is locked until ")
    assert said(last)[1].endswith("kiosk account unlock org.")
    shell.log_in("sec")
    assert shell("account", "unlock", "org").exit_code == 0
    assert shell.log_in("org").exit_code == 0


def test_an_organiser_works_through_a_machine_that_has_accounts(shell: Shell) -> None:
    shell.event()
    shell.first("generic")
    shut = shell("event", "report", "rehearsal", typed="sec\nno\n1\n")
    assert (shut.exit_code, "wrong" in shut.stderr) == (3, True)
    shell.log_in("sec")
    assert shell("event", "report", "rehearsal").exit_code == 0
    shell.add("insp", "inspector")
    shell.log_in("insp")
    assert shell("event", "report", "rehearsal").exit_code == 0
    refused = said(shell("event", "arm", "rehearsal"))
    assert refused[0] == 3
    assert refused[1].startswith("insp (inspector) may not arm or open an event. Who may: organiser. Log in")


def test_officers_come_from_a_file_all_or_none(shell: Shell) -> None:
    shell.event()
    shell.first("generic")
    shell.log_in("sec")
    file = shell.folder / "officers.csv"
    file.write_text(OFFICERS + "O 3,,guard\no-1,Twice,\n", encoding="utf-8")
    bad = shell("account", "import", file, "--event", "rehearsal")
    assert bad.exit_code == 1
    assert bad.stdout == "0 of 4 accounts made.\n", "and nothing is next"
    assert bad.stderr.splitlines() == [
        f"{file}: row 4: The id must be a small letter and then 1 to 31 small letters, digits or -, for example o-017",
        f"{file}: row 4: The name is missing",
        f"{file}: row 4: The role must be attendant or supervisor",
        f"{file}: row 5: The id is that of row 2",
    ]
    skipped = shell("account", "import", file, "--event", "rehearsal", "--skip-bad")
    assert (skipped.exit_code, skipped.stdout.startswith("2 of 4 accounts made.")) == (1, True)
    listed = json.loads(shell("account", "list", "--event", "rehearsal", "--json").stdout)
    assert [(one["account"], one["roles"], one["state"]) for one in listed] == [
        ("o-1", ["attendant"], "no badge"),
        ("o-2", ["supervisor"], "no badge"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "is empty"), ("a,b\n1,2\n", "row 1: The file needs exactly one column id"), ("id,id,name\n", "row 1: ")],
)
def test_a_file_that_is_no_list_of_officers(shell: Shell, content: str, sentence: str) -> None:
    shell.event()
    shell.first("generic")
    shell.log_in("sec")
    file = shell.folder / "officers.csv"
    file.write_text(content)
    result = shell("account", "import", file, "--event", "rehearsal")
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_badges_and_slips_are_two_private_papers_with_one_factor_each(shell: Shell) -> None:
    shell.event()
    shell.first("generic")
    shell.log_in("sec")
    file = shell.folder / "officers.csv"
    file.write_text(OFFICERS, encoding="gb18030")
    assert shell("account", "import", file, "--event", "rehearsal").exit_code == 0
    pdf, slips = shell.folder / "badges.pdf", shell.folder / "slips.pdf"
    words = ("account", "badges", "--event", "rehearsal", "--pdf", pdf, "--slips", slips)
    made = shell(*words)
    assert made.exit_code == 0, made.output
    for path in (pdf, slips):
        assert path.read_bytes().startswith(b"%PDF")
        assert path.stat().st_mode & 0o077 == 0
    again = shell(*words)
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    pdf.unlink()
    slips.unlink()
    assert said(shell(*words)) == (1, "Every officer of rehearsal has a badge.")
    assert not pdf.exists()


def test_overrides_are_listed_by_account(shell: Shell) -> None:
    shell.event()
    shell.first("generic")
    shell.log_in("sec")
    with kiosk.login.accounts_of(shell.device) as accounts:
        accounts.store.count_act("o-1", "rehearsal", "override", 900)
    shown = shell("account", "overrides", "--event", "rehearsal", "--json")
    told = json.loads(shown.stdout)
    assert (told["o-1"]["override"], told["o-1"]["standing"]) == (1, "alone")


def test_no_option_takes_a_secret() -> None:
    for command in ("first", "add", "passwd", "login", "import", "badges", "renew"):
        told = CliRunner().invoke(app, ["account", command, "--help"]).stdout.lower()
        assert not re.search(r"--(pass|pin|code|secret|totp)", told)


def test_a_live_event_needs_a_machine_that_was_set_up(shell: Shell) -> None:
    live = {'mode = "rehearsal"': 'mode = "live"', ', "rehearsal"]': "]"}
    assert shell("event", "new", write_event_file(shell.folder, **live)).exit_code == 0
    refused = shell("event", "report", "rehearsal")
    assert (refused.exit_code, "kiosk account first" in refused.stderr) == (1, True)
