"""``script/setup.sh`` on machines that are not this one: every command it finds is a stand-in."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.source_tree import CHECKOUT

NEEDED = ("bash", "dirname", "env", "cat", "sha256sum", "cut")
LISTED = [
    line.split()[:2]
    for line in (CHECKOUT / "script" / "system-packages.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
FOR_RUNNING = [name for name, scope in LISTED if scope == "run"]


class Machine:
    """A folder of commands that is the whole search path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.apt_log = folder / "apt.log"
        for name in NEEDED:
            found = shutil.which(name)
            assert found, name
            (folder / name).symlink_to(found)

    def command(self, name: str, body: str) -> Machine:
        path = self.folder / name
        path.write_text(f"#!{self.folder}/bash\n{body}\n")
        path.chmod(0o755)
        return self

    def with_packages(self, *names: str) -> Machine:
        cases = " ".join(f"{name}) echo installed ;;" for name in names)
        return self.command("dpkg-query", f'for name in "${{@:3}}"; do case $name in {cases} esac; done')

    def with_apt(self) -> Machine:
        return self.command("apt-get", f'echo "$*" >>{self.apt_log}')

    def as_user(self, number: int) -> Machine:
        return self.command("id", f"echo {number}")

    def apt_calls(self) -> list[str]:
        return self.apt_log.read_text().splitlines() if self.apt_log.exists() else []

    def run(self, call: str, stdin: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
        script = f". {CHECKOUT}/script/setup.sh; {call}"
        command: list[str | Path] = [self.folder / "bash", "-c", script]
        environment = {"PATH": str(self.folder), "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            command, check=False, env=environment, stdin=stdin, capture_output=True, text=True, timeout=20
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path).command("python3", f'exec {sys.executable} "$@"').as_user(0)


def test_a_python_that_is_new_enough_is_taken(machine: Machine) -> None:
    assert machine.run("find_python").stdout == "python3\n"


def test_an_older_python_is_named_with_what_to_install(machine: Machine) -> None:
    machine.command("python3", 'case "$2" in *version_info*) exit 1 ;; *) echo 3.10.12 ;; esac')
    outcome = machine.run("find_python")
    assert outcome.returncode == 1
    assert "this machine has 3.10.12" in outcome.stderr
    assert "python3.11-venv" in outcome.stderr


def test_a_newer_python_beside_an_old_one_is_found(machine: Machine) -> None:
    machine.command("python3", "exit 1").command("python3.12", "exit 0")
    assert machine.run("find_python").stdout == "python3.12\n"


def test_only_what_is_missing_and_in_scope_is_listed(machine: Machine) -> None:
    present = FOR_RUNNING[0]
    machine.with_packages(present, "libglib2.0-0t64")
    expected = [name for name in FOR_RUNNING if name not in (present, "libglib2.0-0")]
    assert machine.run("missing_packages python3 run").stdout.split() == expected
    assert machine.run("missing_packages python3 run test").stdout.split()[-1] == LISTED[-1][0]


def test_python_without_venv_asks_for_its_package(machine: Machine) -> None:
    machine.command("python3", f'case "$2" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac')
    machine.with_packages(*FOR_RUNNING)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert machine.run("missing_packages python3 run").stdout.split() == [f"python{version}-venv"]


def test_nothing_missing_means_no_call_of_apt(machine: Machine) -> None:
    machine.with_packages(*FOR_RUNNING).with_apt()
    assert machine.run("install_system python3 run").returncode == 0
    assert machine.apt_calls() == []


def test_root_without_a_terminal_goes_on(machine: Machine) -> None:
    machine.with_packages(*FOR_RUNNING[2:]).with_apt()
    assert machine.run("install_system python3 run").returncode == 0
    assert machine.apt_calls()[0].startswith("update")
    assert machine.apt_calls()[1].endswith(" ".join(FOR_RUNNING[:2]))


def test_without_any_right_to_install_the_exact_command_is_printed(machine: Machine) -> None:
    machine.with_packages(*FOR_RUNNING[2:]).with_apt().as_user(1000)
    outcome = machine.run("install_system python3 run")
    assert outcome.returncode == 1
    assert f"apt-get install --no-install-recommends {' '.join(FOR_RUNNING[:2])}\n" in outcome.stderr
    assert machine.apt_calls() == []


def test_sudo_is_used_where_it_answers_without_a_question(machine: Machine) -> None:
    machine.with_packages(*FOR_RUNNING[2:]).with_apt().as_user(1000)
    machine.command("sudo", '[ "$1" = -n ] && shift; [ "$1" = true ] && exit 0; exec "$@"')
    assert machine.run("install_system python3 run").returncode == 0
    assert len(machine.apt_calls()) == 2


@pytest.mark.parametrize(("answer", "calls"), [(b"n\n", 0), (b"\n", 2), (b"yes\n", 2)])
def test_on_a_terminal_one_question_is_asked(machine: Machine, answer: bytes, calls: int) -> None:
    machine.with_packages(*FOR_RUNNING[2:]).with_apt()
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answer)
        machine.run("install_system python3 run", stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert len(machine.apt_calls()) == calls


def test_yes_asks_nothing_even_on_a_terminal(machine: Machine) -> None:
    machine.with_packages(*FOR_RUNNING[2:]).with_apt()
    ours, theirs = pty.openpty()
    try:
        machine.run("ASSUME_YES=1; install_system python3 run", stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert len(machine.apt_calls()) == 2
