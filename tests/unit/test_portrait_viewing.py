"""A portrait decoded apart for the desk's window: pixels arrive, nothing of them stays, no file is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from drivers.port import PortraitFormat, PortraitRead
from drivers.secret import SensitiveBytes
from drivers.sensitive_memory import sensitive_count
from kiosk.face.portrait_start import for_the_eye
from kiosk.portrait.rehearsal import encode
from kiosk.rehearsal.gallery import portrait_sample
from kiosk.workers.portrait_viewing import PortraitViewing

REHEARSAL: dict[str, object] = {"kind": "rehearsal", "rehearsal": True}


class Viewing:
    """Work is begun when the test says so, and its end is heard of when the test says so."""

    def __init__(self, *command: str, limit_s: float = 10.0) -> None:
        self.work, self.posted = list[Callable[[], None]](), list[Callable[[], None]]()
        self.shown: npt.NDArray[np.uint8] | None = None
        self.answers = list[bool]()
        self.viewing = PortraitViewing(
            REHEARSAL, self.posted.append, self._show, self.work.append, command or None, limit_s
        )

    def _show(self, picture: npt.NDArray[np.uint8] | None) -> None:
        self.shown = None if picture is None else picture.copy()

    def give(self, data: bytes) -> PortraitRead:
        portrait = PortraitRead(PortraitFormat.WLT, SensitiveBytes(data), 1.0)
        self.viewing.show(portrait, self.answers.append)
        return portrait

    def go(self) -> None:
        for calls in (self.work, self.posted):
            while calls:
                calls.pop(0)()


def python(script: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", script)


@pytest.fixture(autouse=True)
def nothing_of_a_person_stays() -> Iterator[None]:
    before = sensitive_count()
    yield
    after = sensitive_count()
    assert (after.living, after.abandoned) == (before.living, before.abandoned)


@pytest.mark.requirement("R-34")
def test_the_portrait_comes_back_as_pixels_and_is_overwritten_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, drawn = Viewing(), for_the_eye(portrait_sample())
    portrait = one.give(encode(portrait_sample()))
    one.go()
    assert one.answers == [True]
    assert one.shown is not None
    assert one.shown.shape == drawn.shape
    assert np.abs(one.shown.astype(int) - drawn).mean() < 12
    assert portrait.data.wiped
    assert not list(tmp_path.iterdir())


def test_what_is_no_portrait_shows_nothing() -> None:
    one = Viewing()
    portrait = one.give(b"no portrait" * 90)
    one.go()
    assert (one.answers, one.shown) == ([False], None)
    assert portrait.data.wiped


@pytest.mark.parametrize(
    "script",
    [
        "import os; os._exit(0)",
        "import os; os.kill(os.getpid(), 9)",
        r"import os; os.write(1, b'\xff\xff\xff\xff')",
        r"import os; os.write(1, b'\0\0\0\0')",
        r"import os; os.write(1, b'\x10\0\x10\0too little')",
    ],
    ids=["says nothing", "killed", "too large", "empty", "cut short"],
)
def test_a_process_that_fails_shows_nothing(script: str) -> None:
    one = Viewing(*python(script))
    portrait = one.give(bytes(1024))
    one.go()
    assert (one.answers, one.shown, portrait.data.wiped) == ([False], None, True)


def test_a_process_that_hangs_is_killed() -> None:
    one = Viewing(*python("import signal; signal.pause()"), limit_s=0.2)
    one.give(bytes(1024))
    one.go()
    assert one.answers == [False]


def test_put_away_before_it_begins_starts_no_process(tmp_path: Path) -> None:
    mark = tmp_path / "started"
    one = Viewing(*python(f"open({os.fspath(mark)!r}, 'w')"))
    portrait = one.give(bytes([7]) * 1024)
    one.viewing.put_away()
    assert portrait.data.wiped  # at once, not when the work's turn comes
    one.go()
    assert (one.answers, one.shown, mark.exists()) == ([], None, False)


def test_put_away_while_it_is_on_its_way_is_not_shown() -> None:
    one = Viewing()
    one.give(encode(portrait_sample()))
    one.work.pop()()
    one.viewing.put_away()
    one.go()
    assert (one.answers, one.shown) == ([], None)


def test_put_away_overwrites_what_is_shown() -> None:
    one = Viewing()
    one.give(encode(portrait_sample()))
    one.go()
    assert one.shown is not None
    one.viewing.put_away()
    assert one.shown is None
