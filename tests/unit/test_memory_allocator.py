"""What a station frees is overwritten: tried in processes started with and without it, never assumed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.memory.allocator import OVERWRITING, asked_for, can_overwrite, overwriting, plain

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc overwrites what is freed")
NAMES = st.text("ABC_", min_size=1, max_size=4)


@glibc
def test_a_process_started_for_it_overwrites_what_it_frees() -> None:
    assert can_overwrite()


@glibc
@pytest.mark.parametrize("left_out", sorted(OVERWRITING))
def test_with_one_of_the_settings_missing_something_remains(left_out: str) -> None:
    """Python's allocator and the C library's: each is looked at by itself."""
    environment = {name: value for name, value in overwriting(os.environ).items() if name != left_out}
    assert subprocess.run([sys.executable, "-m", "kiosk.memory.allocator"], env=environment, check=False).returncode


@given(st.dictionaries(NAMES, NAMES))
def test_plain_undoes_overwriting_and_nothing_else(environment: dict[str, str]) -> None:
    assert asked_for(overwriting(environment))
    assert not asked_for(plain(overwriting(environment)))
    assert plain(overwriting(environment)) == environment


def test_a_setting_of_the_operators_own_stays() -> None:
    own = {"GLIBC_TUNABLES": "glibc.malloc.arena_max=2"}
    assert plain(own) == own
