"""The command line as a whole: what every command has in common, whoever wrote it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

import kiosk.login
from kiosk.accounts.book import NewAccount
from kiosk.accounts.hashing import SecretHasher
from kiosk.audit.port import AuditUnavailable
from kiosk.cli import doctor, session_place
from kiosk.cli.commands import leaves
from kiosk.cli.examples import EXAMPLES
from kiosk.cli.main import app
from kiosk.cli.saying import BAD_USAGE, FAILED, INTERRUPTED, NOT_ALLOWED
from kiosk.cli.tables import show_table
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Role
from kiosk.ledger.port import LedgerUnavailable
from kiosk.login import COMMANDS
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed
from tests.helpers.accounts import SECURITY, SetClock
from tests.helpers.config import shipped
from tests.helpers.event_place import make_event
from tests.unit.test_access_everywhere import ASKS_NOBODY

ROOT = typer.main.get_command(app)
COLUMNS = 80
EVENT = "my-event-2026"
LONG = {"kiosk run", "kiosk rehearse", "kiosk bench"}
"""Open windows or play: not run here."""
AFRESH = ("kiosk event hold view", "kiosk event hold drop")
"""Ask who looks each time: a session left open counts for nobody."""
THE_SYSTEM_ADMINS = ("kiosk integrity", "kiosk decommission", "kiosk base")


@pytest.fixture(autouse=True, scope="module")
def _built_once() -> Iterator[None]:
    """Building forty commands anew for each call takes longer than most of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", lambda _: ROOT)
        yield


def command_of(example: str) -> str:
    return next(name for name in leaves(ROOT, "kiosk") if f"{example} ".startswith(f"{name} "))


ASKING = [each for each in EXAMPLES if command_of(each) not in ASKS_NOBODY]
QUICK = [each for each in EXAMPLES if command_of(each) not in LONG]


class Machine:
    """A machine with an event and accounts, and a folder with its machine file; every command's example fits it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = make_event(folder, people=2)
        self.device = DevicePlace(self.place.data_dir, self.place.key_dir)
        text = shipped("example-machine").replace("/var/lib/venue-kiosk-keys", str(self.device.key_dir))
        (folder / "machine.toml").write_text(text.replace("/var/lib/venue-kiosk", str(self.device.data_dir)))

    def run(self, example: str, typed: str = "", **environment: str) -> Result:
        words = [word.replace("/var/lib/venue-kiosk-keys", str(self.device.key_dir)) for word in shlex.split(example)]
        words = [word.replace("/var/lib/venue-kiosk", str(self.device.data_dir)) for word in words[1:]]
        words = [self.place.event_id if word == EVENT else word for word in words]
        return CliRunner(env=self.environment | environment).invoke(app, words, input=typed)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "VENUE_KIOSK_DATA": str(self.device.data_dir),
            "VENUE_KIOSK_KEYS": str(self.device.key_dir),
            "XDG_RUNTIME_DIR": str(self.folder),
            "COLUMNS": str(COLUMNS),
        }

    @contextmanager
    def logged_in(self, role: Role) -> Iterator[None]:
        """As somebody of this role, without password and code."""
        token, account_id = f"token-{role}", f"a-{role.replace('_', '-')}"
        with kiosk.login.accounts_of(self.device) as accounts:
            if accounts.store.row(account_id) is None:
                accounts.book.add(SECURITY, NewAccount(account_id, account_id, frozenset({role})))
                now = accounts.book.clock.now()
                kept = accounts.logins.keys.token("session", token)
                accounts.store.begin_session(account_id, COMMANDS, kept, now, now)
        file = session_place.session_file(self.device)
        assert file is not None
        file.write_text(token)
        try:
            yield
        finally:
            file.unlink()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One for all: whoever is refused changes nothing but the log."""
    folder = tmp_path_factory.mktemp("machine")
    folder.chmod(0o700)
    clock = SetClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kiosk.login, "SecretHasher", partial(SecretHasher, memory_kib=8, passes=1))
        patch.setattr(kiosk.login, "SystemClock", lambda: clock)
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        patch.chdir(folder)
        made = Machine(folder)
        with kiosk.login.accounts_of(made.device) as accounts:
            accounts.store.set_setting("profile", "cn")
        yield made


def one_sentence(result: Result) -> str:
    """What was said on standard error, which is one line; never a traceback."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, result.stderr
    return lines[0]


# --- help -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(leaves(ROOT, "kiosk")))
def test_every_commands_help_ends_with_an_example_that_fits_the_terminal(name: str) -> None:
    [example] = [each for each in EXAMPLES if command_of(each) == name]
    shown = CliRunner(env={"COLUMNS": str(COLUMNS)}).invoke(app, [*name.split()[1:], "--help"])
    assert shown.exit_code == 0
    assert example in [line.strip() for line in shown.stdout.splitlines()], "whole, on one line"
    assert max(map(len, shown.stdout.splitlines())) <= COLUMNS


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_good_usage(example: str) -> None:
    command: Any = ROOT
    words = shlex.split(example)[1:]
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)  # raises where a word is unknown or one is missing


def test_help_says_what_exit_codes_mean() -> None:
    told = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())
    for code in (FAILED, BAD_USAGE, NOT_ALLOWED, INTERRUPTED):
        assert f"; {code} " in told


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("acount list", "account"),
        ("event opne x", "open"),
        ("close x", "kiosk event close"),
        ("seal", "integrity seal"),
    ],
)
def test_an_unknown_command_is_answered_with_the_nearest(words: str, meant: str) -> None:
    result = CliRunner().invoke(app, words.split())
    assert result.exit_code == BAD_USAGE
    assert "Did you mean" in result.stderr
    assert meant in " ".join(result.stderr.split())


# --- exit codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(leaves(ROOT, "kiosk")))
def test_what_cannot_be_understood_is_bad_usage(name: str) -> None:
    result = CliRunner().invoke(app, [*name.split()[1:], "--no-such-option"])
    assert result.exit_code == BAD_USAGE


@pytest.mark.parametrize("example", ASKING)
def test_whoever_cannot_log_in_is_not_allowed(machine: Machine, example: str) -> None:
    result = machine.run(example, "nobody\nWrong-Horse-9\n000000\n")
    assert result.exit_code == NOT_ALLOWED, result.output
    assert result.stderr.endswith("Account, password or code is wrong. Nobody is logged in.\n")


@pytest.mark.parametrize("example", [each for each in ASKING if not each.startswith(AFRESH)])
def test_whoever_has_another_role_is_told_who_may(machine: Machine, example: str) -> None:
    another = Role.AUDIT_ADMIN if example.startswith(THE_SYSTEM_ADMINS) else Role.SYSTEM_ADMIN
    with machine.logged_in(another):
        result = machine.run(example)
    assert result.exit_code == NOT_ALLOWED, result.output
    said = one_sentence(result)
    assert "Who may: " in said
    assert "kiosk account login" in said
    assert "_" not in said, "words, not the names of roles and actions in the code"


@pytest.mark.parametrize("example", ASKING)
def test_nobody_at_the_terminal_is_one_sentence(machine: Machine, example: str) -> None:
    result = machine.run(example)
    assert result.exit_code == FAILED
    assert result.stderr.endswith("Nobody answered, so it was not done.\n")


@pytest.mark.parametrize("example", [each for each in QUICK if command_of(each) != "kiosk office"])  # begins anew there
def test_a_data_folder_that_cannot_be_is_no_traceback(machine: Machine, example: str) -> None:
    nowhere = str(machine.folder / "machine.toml" / "data")
    result = machine.run(example, VENUE_KIOSK_DATA=nowhere, VENUE_KIOSK_KEYS=f"{nowhere}-keys")
    assert result.exception is None or isinstance(result.exception, SystemExit)


def raises(error: BaseException) -> Any:
    def examine(config: Path | None) -> Iterator[Any]:
        raise error
        yield

    return examine


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (KeyboardInterrupt(), INTERRUPTED, "Ended by Ctrl-C."),
        (OSError(28, "No space left on device", "/d/x"), FAILED, "/d/x cannot be used: No space left on device."),
        (OSError(30, "Read-only file system"), FAILED, "A file cannot be used: Read-only file system."),
        (AuditUnavailable("disk_full"), FAILED, "The audit log of this machine cannot be written: the disk is full."),
        (LedgerUnavailable("disk_full"), FAILED, "A store of this machine cannot be used: the disk is full."),
        (KeyFileUnusable("damaged"), FAILED, "A key of this machine cannot be used: it is damaged."),
        (KeysDestroyed(), FAILED, "A key of this machine is not in its key folder."),
    ],
)
def test_what_no_command_expected_is_one_sentence(
    error: BaseException, code: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "examine", raises(error))
    result = CliRunner().invoke(app, ["doctor"])
    assert (result.exit_code, one_sentence(result)) == (code, sentence)


# --- settings files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("example", [each for each in EXAMPLES if "--config" in each and "doctor" not in each])
@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("nowhere.toml", "cannot be read (No such file or directory)"),
        ("folder", "irectory"),
        ("event.toml", "is an event file; a machine file is needed here"),
    ],
)
def test_a_machine_file_that_is_none(tmp_path: Path, example: str, file: str, why: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "event.toml").write_text(shipped("example-event"))
    words = shlex.split(example.replace("machine.toml", str(tmp_path / file)))[1:]
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, words)
    assert result.exit_code == BAD_USAGE
    assert why in result.stderr
    if file != "folder":
        assert one_sentence(result)


def test_an_event_file_that_is_a_machines(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(shipped("example-machine"))
    folders = ("--data", tmp_path / "d", "--keys", tmp_path / "k")
    result = CliRunner().invoke(app, ["event", "new", str(file), *map(str, folders)])
    assert (result.exit_code, one_sentence(result)) == (
        BAD_USAGE,
        f"{file}: is a machine file; an event file is needed here",
    )


# --- where a log-in is kept -------------------------------------------------------------------------


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system without run-time folders: root, ``sudo -u``, a service's shell."""
    folder = tmp_path / "shm"
    folder.mkdir()
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(session_place, "RUN_TIME", tmp_path / "run-user")
    monkeypatch.setattr(session_place, "SHARED_MEMORY", folder)
    return folder


DEVICE = DevicePlace(Path("/data"), Path("/keys"))


def test_without_a_run_time_folder_a_log_in_is_kept_in_memory_for_this_user_alone(shared: Path) -> None:
    file = session_place.session_file(DEVICE)
    assert file is not None
    assert file.parent.parent == shared
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.write_text("token")
    session_place.forget_session(DEVICE)
    assert list(shared.iterdir()) == []


def test_a_folder_that_others_may_write_in_keeps_nothing(shared: Path) -> None:
    ours = shared / f"venue-kiosk-{os.getuid()}"
    ours.mkdir()
    ours.chmod(0o777)
    assert session_place.session_file(DEVICE) is None


def test_a_link_keeps_nothing(shared: Path, tmp_path: Path) -> None:
    (shared / f"venue-kiosk-{os.getuid()}").symlink_to(tmp_path)
    assert session_place.session_file(DEVICE) is None


def test_the_users_own_run_time_folder_comes_first(shared: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    file = session_place.session_file(DEVICE)
    assert file is not None
    assert file.parent == tmp_path
    assert list(shared.iterdir()) == []


# --- asking and showing -----------------------------------------------------------------------------


def test_a_script_without_a_terminal_is_asked_without_a_warning(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "kiosk.cli.start", "account", "first", "sec", "--name", "S", "--profile", "cn"]
    folders = ["--data", str(tmp_path / "d"), "--keys", str(tmp_path / "k")]
    typed = "Correct-Horse-7\nCorrect-Horse-7\n0\n0\n0\n"
    done = subprocess.run(
        [*words, *folders], input=typed, text=True, capture_output=True, start_new_session=True, check=False
    )
    assert done.returncode == FAILED, done.stderr
    assert "arning" not in done.stderr
    assert "echo" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("No account was made")


def test_tables_fit_80_columns_whatever_is_in_them(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    rows = [("o-" + "x" * 30, "organiser system_admin security_admin audit_admin", "locked 12:30", "[b]李样例" * 12)]
    show_table(("account", "roles", "state", "name"), rows)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= COLUMNS
    joined = "".join(shown.split())
    assert "[b]" in joined, "names are no markup"
    for word in ("organiser", "security_admin", "12:30"):
        assert word in shown
