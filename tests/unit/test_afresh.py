"""A live station starts once more, told to overwrite what it frees; every other command starts as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.cli import afresh
from kiosk.cli import start as command
from kiosk.cli.afresh import start_afresh
from kiosk.cli.saying import BAD_USAGE
from kiosk.integrity.clean_start import OPTIONS, stains
from kiosk.memory.allocator import asked_for, plain

Started = tuple[str, Sequence[str], Mapping[str, str]]


def test_the_same_command_is_started_again_with_the_settings_added() -> None:
    started: list[Started] = []
    before = plain({"PATH": os.defpath, "PYTHONMALLOC": "default"})
    start_afresh(before, lambda *called: started.append(called))
    ((program, arguments, environment),) = started
    assert program == sys.executable
    assert [*arguments] == [sys.executable, *OPTIONS, *sys.orig_argv[1:]]
    assert asked_for(environment)
    assert environment["PATH"] == os.defpath


def test_it_happens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second time would be a station that never comes up."""
    started: list[Started] = []
    clean = SimpleNamespace(no_user_site=1, safe_path=True)
    monkeypatch.setattr(afresh, "stains", lambda environment: stains(environment, clean))
    start_afresh({"PYTHONPATH": "/tmp/evil"}, lambda *called: started.append(called))
    ((_, _, environment),) = started
    start_afresh(environment, lambda *called: started.append(called))
    assert len(started) == 1


def test_where_the_system_refuses_the_station_goes_on() -> None:
    def refuse(*called: object) -> None:
        raise PermissionError

    start_afresh({}, refuse)


def test_a_start_with_a_loud_environment_comes_up(tmp_path: Path) -> None:
    """The whole command, with all it loads: it starts once more, and then says that there is no such file."""
    nowhere = str(tmp_path / "nowhere.toml")
    words = [sys.executable, "-m", "kiosk.cli.start", "run", "--config", nowhere]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == BAD_USAGE
    assert "nowhere.toml" in done.stderr


LOUD = "import os\nprint('start', flush=True)\nos.environ['SET_BY_A_PTH'] = '1'\n"
"""As a sitecustomize or a .pth of the installation does at every start."""


@pytest.mark.parametrize("more", [[], ["-s"], ["-s", "-P"]])
def test_what_stains_every_start_is_started_twice_at_most(tmp_path: Path, more: list[str]) -> None:
    program = tmp_path / "program.py"
    program.write_text(LOUD + "from kiosk.cli.start import main\nmain()\n", encoding="utf-8")
    words = [sys.executable, str(program), "run", "--config", str(tmp_path / "nowhere.toml"), *more]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.count("start")) == (BAD_USAGE, 2)


def test_words_of_the_command_are_no_options_of_python(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "kiosk.cli.start", "run", "--config", str(tmp_path / "nowhere.toml"), "-s"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == BAD_USAGE


def test_options_are_given_though_the_command_has_such_words(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Started] = []
    monkeypatch.setattr(sys, "orig_argv", ["kiosk", "run", *OPTIONS])
    start_afresh({}, lambda *called: started.append(called))
    assert [*started[0][1]] == [sys.executable, *OPTIONS, "run", *OPTIONS]
    start_afresh({**started[0][2], "SET_BY_A_PTH": "1"}, lambda *called: started.append(called))
    assert len(started) == 1, "it goes on stained"


@pytest.mark.parametrize(("words", "again"), [(["run", "--help"], 1), (["event", "--help"], 0)])
def test_only_stations_are(monkeypatch: pytest.MonkeyPatch, words: list[str], again: int) -> None:
    started: list[bool] = []
    monkeypatch.setattr(sys, "argv", ["kiosk", *words])
    monkeypatch.setattr(command, "start_afresh", lambda: started.append(True))
    monkeypatch.setattr(command, "leave_no_core", lambda: None)
    with pytest.raises(SystemExit):
        command.main()
    assert len(started) == again


def test_a_station_waits_for_no_other_command() -> None:
    program = (
        "import sys; sys.argv = ['kiosk', 'run', '--help']\n"
        "import kiosk.cli.start as start\n"
        "start.start_afresh = lambda: None\n"
        "try:\n    start.main()\n"
        "finally:\n    print([name for name in ('kiosk.cli.main', 'rich.console', 'cv2') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert "kiosk run --config" in done.stdout
    assert done.stdout.splitlines()[-1] == "['rich.console']", "the help is painted by it"
