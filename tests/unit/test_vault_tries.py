"""Wrong secrets are slowed and counted, across restarts, processes, cuts and clocks."""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.vault.boot_time import BootTime
from kiosk.vault.errors import TriesUsedUp
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.tries import LOCKED_S, MOST_TRIES, Tally, Tries

START = 1_777_638_900.0


class Guesser:
    """Tries wrong secrets by a clock it sets; each is a new process as far as the file goes."""

    def __init__(self, path: Path) -> None:
        self.path, self.now, self.boot = path, START, "boot-1"

    @property
    def tries(self) -> Tries:
        return Tries(self.path, lambda: BootTime(self.now, self.boot))

    def restart(self) -> None:
        self.now, self.boot = 5.0, self.boot + "x"

    def wrong(self) -> int:
        with self.tries.one() as this_try:
            return this_try.left

    def right(self) -> None:
        with self.tries.one() as this_try:
            this_try.right()

    def five_wrong(self) -> None:
        for _ in range(MOST_TRIES):
            self.now += self.tries.wait_s()
            self.wrong()


@pytest.fixture
def guesser(tmp_path: Path) -> Guesser:
    guesser = Guesser(tmp_path / "concert.key.tries")
    guesser.tries.begin()
    return guesser


def test_each_wrong_one_waits_longer_and_the_fifth_locks_for_15_minutes(guesser: Guesser) -> None:
    waits, left = [], []
    for _ in range(MOST_TRIES):
        guesser.now += guesser.tries.wait_s()
        left.append(guesser.wrong())
        waits.append(guesser.tries.wait_s())
    assert waits == [1.0, 2.0, 4.0, 8.0, LOCKED_S]
    assert left == [4, 3, 2, 1, 0]
    guesser.now += LOCKED_S - 0.5
    with pytest.raises(TriesUsedUp) as too_soon:
        guesser.wrong()
    assert too_soon.value.wait_s == 0.5
    guesser.now += 0.5
    assert guesser.wrong() == 4, "counting begins again"


def test_a_try_too_soon_is_not_counted(guesser: Guesser) -> None:
    guesser.wrong()
    for _ in range(10):
        with pytest.raises(TriesUsedUp):
            guesser.wrong()
    guesser.now += 1
    assert guesser.wrong() == 3


def test_the_right_one_clears_the_count(guesser: Guesser) -> None:
    guesser.wrong()
    guesser.now += 1
    guesser.right()
    assert guesser.tries.wait_s() == 0
    assert guesser.wrong() == 4


def test_a_plug_pulled_in_the_middle_of_a_try_saves_none(guesser: Guesser) -> None:
    for _ in range(MOST_TRIES):
        guesser.now += guesser.tries.wait_s()
        with pytest.raises(KeyboardInterrupt), guesser.tries.one():
            raise KeyboardInterrupt
    assert guesser.tries.wait_s() == LOCKED_S


def test_a_restart_shortens_nothing_and_locks_nobody_out_for_good(guesser: Guesser) -> None:
    guesser.five_wrong()
    guesser.now += LOCKED_S - 1
    guesser.restart()
    assert guesser.tries.wait_s() == LOCKED_S
    guesser.now += LOCKED_S
    assert guesser.tries.wait_s() == 0


def test_the_machines_clock_is_not_asked(guesser: Guesser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 9e9)
    with Tries(guesser.path).one():
        pass
    assert 0 < Tries(guesser.path).wait_s() <= 1.0


def test_a_count_that_was_removed_is_five_wrong_tries(guesser: Guesser) -> None:
    for _ in range(3):
        guesser.path.unlink()
        assert guesser.tries.wait_s() == LOCKED_S
        with pytest.raises(TriesUsedUp):
            guesser.wrong()
        guesser.now += LOCKED_S
        assert guesser.tries.wait_s() == 0, "and not for good"


@pytest.mark.parametrize(
    "content",
    [
        b"not json",
        b"{}",
        b"[1]",
        b'{"failed": -3, "at": 0, "until": 0}',
        b'{"failed": 1, "at": 0, "until": 1e300}',
        b'{"failed": 1, "at": NaN, "until": NaN}',
        b"\0" * 40,
    ],
)
def test_a_file_nobody_understands_locks(guesser: Guesser, content: bytes) -> None:
    guesser.path.write_bytes(content)
    assert guesser.tries.wait_s() == LOCKED_S
    guesser.now += LOCKED_S
    assert guesser.tries.wait_s() == 0, "and not for good"


def test_the_file_is_private_and_says_numbers_only(guesser: Guesser) -> None:
    guesser.wrong()
    assert stat.S_IMODE(guesser.path.stat().st_mode) == 0o600
    told = json.loads(guesser.path.read_bytes())
    assert told == {"failed": 1, "at": START, "until": START + 1, "boot": "boot-1"}


def test_no_try_is_made_that_cannot_be_counted(guesser: Guesser) -> None:
    nowhere = Guesser(guesser.path.parent / "absent" / "tries")
    with pytest.raises(KeyFileUnusable, match="io"):
        nowhere.wrong()
    guesser.path.unlink()
    guesser.path.symlink_to(guesser.path.parent / "elsewhere")
    with pytest.raises(KeyFileUnusable, match="io"):
        guesser.wrong()


def test_two_stations_share_the_count(guesser: Guesser) -> None:
    inside, outcome = threading.Event(), []

    def second() -> None:
        inside.wait()
        try:
            guesser.wrong()
        except TriesUsedUp as too_soon:
            outcome.append(too_soon.wait_s)

    other = threading.Thread(target=second)
    other.start()
    with guesser.tries.one():
        inside.set()
        other.join(0.05)
        assert other.is_alive(), "the second waits until the first is known to be right or wrong"
    other.join()
    assert outcome == [1.0]


@given(st.lists(st.tuples(st.floats(0, 2_000), st.booleans(), st.booleans()), max_size=40))
def test_however_often_it_is_restarted_a_lock_begins_by_the_fifth_wrong_one_and_never_outlasts_15_minutes(
    steps: list[tuple[float, bool, bool]],
) -> None:
    now, tally, wrong_in_a_row = BootTime(START, "b"), Tally(), 0
    for by_s, restarts, waits in steps:
        now = BootTime(5.0, now.boot + "b") if restarts else BootTime(now.s + by_s, now.boot)
        tally = tally.after_start(now)
        if waits:
            now = BootTime(now.s + tally.wait_s(now), now.boot)
        assert 0 <= tally.wait_s(now) <= LOCKED_S + 0.001
        if tally.wait_s(now) == 0:
            tally = tally.after_failure(now)
            wrong_in_a_row = wrong_in_a_row % MOST_TRIES + 1
            assert (tally.left == 0) == (wrong_in_a_row == MOST_TRIES)
            assert (tally.wait_s(now) > 8.5) == (tally.left == 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable for root")
def test_a_folder_nobody_may_write_makes_no_try(guesser: Guesser) -> None:
    guesser.path.parent.chmod(0o500)
    try:
        with pytest.raises(KeyFileUnusable, match="io"):
            guesser.wrong()
    finally:
        guesser.path.parent.chmod(0o700)
