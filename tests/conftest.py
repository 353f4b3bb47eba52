"""For every test: offscreen windows, one QApplication, reproducible examples, nothing left behind."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

import ctypes
import functools
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import typer.main
import typer.testing
from hypothesis import HealthCheck, settings

from kiosk.vault.core_dumps import PR_SET_DUMPABLE
from tests.helpers.leftovers import Alive, left_over

CHECKOUT = Path(__file__).resolve().parent.parent
IN_CI = bool(os.environ.get("CI"))

# Slow machines are no finding, so there are no deadlines. In CI the examples are the same at every run.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True, database=None)
settings.register_profile(
    "soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))

# Building the whole tree of commands takes 0.2 s, and hundreds of tests ask for it.
typer.main.get_command = functools.cache(typer.main.get_command)
typer.testing._get_command = typer.main.get_command  # type: ignore[attr-defined]

_CALL_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when != "teardown":
        item.stash[_CALL_FAILED] = item.stash.get(_CALL_FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a thread, process, serial line or window behind. A failed test has said enough."""
    before = Alive.now()
    yield
    if request.node.stash.get(_CALL_FAILED, False):
        return
    remains = left_over(before)
    assert not remains, "left behind: " + "; ".join(remains)


@pytest.fixture(autouse=True)
def attachable_again() -> Iterator[None]:
    """A station started inside a test refuses debuggers; the tests after it share its process (prctl(2))."""
    yield
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, ctypes.c_ulong(1), 0, 0, 0)


def faces_folder() -> Path:
    """The evaluation faces: a folder beside the checkout, or where ``KIOSK_FACES`` says."""
    beside = CHECKOUT.parent.joinpath("shared", "faces")
    return Path(os.environ.get("KIOSK_FACES", beside))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if (faces_folder() / "pairs.csv").is_file():
        return
    absent = "the evaluation faces are not on this machine (KIOSK_FACES names their folder)"
    for item in items:
        if item.get_closest_marker("faces"):
            item.add_marker(pytest.mark.skip(reason=absent))
