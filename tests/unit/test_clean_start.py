"""A live station inherits nothing that could bring code along, and its seal says so when it did."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.integrity.check import IntegrityReport, State
from kiosk.integrity.clean_start import OPTIONS, cleaned, stains, with_start

CLEAN = SimpleNamespace(no_user_site=1, safe_path=True)
BRING_CODE = [
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PYTHONPYCACHEPREFIX",
    "PYTHONUSERBASE",
    "PYTHONWARNINGS",
    "PYTHONBREAKPOINT",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "LD_AUDIT",
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "QT_QPA_PLATFORMTHEME",
    "QML2_IMPORT_PATH",
    "OPENCV_VIDEOIO_PLUGIN_PATH",
    "OPENSSL_CONF",
    "TPM2TOOLS_TCTI",
    "NOT_THOUGHT_OF_YET",
]


@pytest.mark.parametrize("name", BRING_CODE)
def test_what_could_bring_code_is_dropped(name: str) -> None:
    environment = {"PATH": os.defpath, name: "/tmp/evil"}
    assert cleaned(environment) == {"PATH": os.defpath}
    assert stains(environment, CLEAN) == [name]


@pytest.mark.parametrize("platform", ["xcb", "offscreen", "wayland", "linuxfb:fb=/dev/fb0"])
def test_what_a_station_needs_stays(platform: str) -> None:
    environment = {"PATH": "/usr/bin", "DISPLAY": ":0", "LC_ALL": "C", "QT_QPA_PLATFORM": platform}
    environment |= {"VENUE_KIOSK_DATA": "/var/lib/venue-kiosk", "PYTHONMALLOC": "malloc_debug"}
    assert cleaned(environment) == environment
    assert stains(environment, CLEAN) == []


def test_a_platform_brings_no_folder_of_plug_ins() -> None:
    assert cleaned({"QT_QPA_PLATFORM": "xcb:plugin=/tmp/evil"}) == {}


def test_options_of_python_count_too() -> None:
    assert stains({}, SimpleNamespace(no_user_site=0, safe_path=False)) == list(OPTIONS)


def test_the_seal_says_so() -> None:
    sound = IntegrityReport(State.SOUND, files=3)
    assert with_start(sound, []) is sound
    broken = with_start(sound, ["LD_PRELOAD"])
    assert (broken.state, broken.first) == (State.BROKEN, "start LD_PRELOAD: not_clean")


def test_the_second_start_runs_none_of_what_was_put_in_its_way(tmp_path: Path) -> None:
    """A sitecustomize in PYTHONPATH and one in the folder it is started from: run at the first start alone."""
    for folder in (tmp_path, tmp_path / "here"):
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text("print('injected')\n")
    code = "import os; from kiosk.integrity.clean_start import stains; print(stains(os.environ))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, *OPTIONS, "-c", code]
    done = subprocess.run(command, env=cleaned(environment), cwd=tmp_path / "here", capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
    dirty = subprocess.run([sys.executable, "-c", "pass"], env=environment, capture_output=True, check=True)
    assert b"injected" in dirty.stdout
