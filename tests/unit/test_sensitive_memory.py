"""Personal bytes: in pages of their own, zeroes once closed, and none of them uncounted."""

from __future__ import annotations

import ctypes
import mmap
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import sensitive_memory
from drivers.secret import SecretText, SensitiveBytes
from drivers.sensitive_memory import SensitiveBuffer, sensitive_count
from kiosk.memory.array import SensitiveArray
from kiosk.vault.core_dumps import refuses_attaching


@given(st.binary(max_size=9000))
def test_bytes_come_back_until_they_are_wiped(data: bytes) -> None:
    held = SensitiveBytes(data)
    assert bytes(held.view()) == data
    looking = held.view()
    held.wipe()
    assert bytes(looking) == bytes(held.view()) == bytes(len(data))
    assert held.wiped
    assert len(held) == len(data)
    held.wipe()


@given(st.text())
def test_text_comes_back(text: str) -> None:
    secret = SecretText(text)
    assert secret.reveal() == text
    secret.wipe()
    assert set(secret.reveal()) <= {"\0"}


def test_what_lives_is_counted_by_kind() -> None:
    with SensitiveBuffer(10, "test"), SensitiveBuffer(10, "test") as second:
        assert sensitive_count().living["test"] == 2
        second.close()
        assert sensitive_count().living["test"] == 1
    assert "test" not in sensitive_count().living


def test_nothing_is_no_buffer() -> None:
    empty = SensitiveBytes(b"", "nothing")
    assert "nothing" not in sensitive_count().living
    assert bytes(empty.view()) == b""


def test_a_forgotten_buffer_is_overwritten_and_told() -> None:
    before = sensitive_count().abandoned.get("forgotten", 0)
    buffer = SensitiveBuffer(4, "forgotten")
    del buffer
    assert sensitive_count().abandoned["forgotten"] == before + 1
    assert "forgotten" not in sensitive_count().living


def test_whoever_looks_keeps_the_buffer() -> None:
    """Else a view of a temporary would read as zeroes."""
    assert bytes(SensitiveBytes(b"read at once").view()) == b"read at once"


def test_pages_are_locked_and_in_no_dump() -> None:
    with SensitiveBuffer(5000, "test") as buffer:
        if not buffer.locked:
            pytest.skip("this machine locks no memory for us (RLIMIT_MEMLOCK)")
        assert {"lo", "dd"} <= _flags_of(_address(buffer))  # VM_LOCKED, VM_DONTDUMP (proc_pid_smaps(5))


def test_a_refused_lock_is_counted_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitive_memory, "_lock", lambda memory: False)
    before = sensitive_count().unlocked_bytes
    with SensitiveBytes(b"abc", "test") as held:
        assert bytes(held.view()) == b"abc"
        assert sensitive_count().unlocked_bytes == before + 3
    assert sensitive_count().unlocked_bytes == before


def test_shared_memory_can_be_held_too() -> None:
    memory = mmap.mmap(-1, 100)
    buffer = SensitiveBuffer.over(memory, "shared")
    memory[:3] = b"abc"
    buffer.close()
    assert memory.closed
    assert "shared" not in sensitive_count().living


def test_an_array_takes_over_what_it_is_given() -> None:
    given_away = np.arange(6, dtype=np.float32).reshape(2, 3)
    with SensitiveArray.taking(given_away, "test") as taken:
        assert taken.array.tolist() == [[0, 1, 2], [3, 4, 5]]
        assert not given_away.any()
        looking = taken.array
    assert taken.closed
    assert not looking.any()


def test_no_representation_shows_contents() -> None:
    with SensitiveBytes(b"secret", "kind") as held, SensitiveArray((2,), np.uint8, "kind") as array:
        array.array[:] = 77
        assert "secret" not in repr(held) + repr(held._buffer)
        assert "77" not in repr(array)


def test_a_closed_buffer_cannot_be_used() -> None:
    buffer = SensitiveBuffer(1, "test")
    buffer.close()
    with pytest.raises(ValueError, match="closed"):
        buffer.view()


def test_attaching_is_refused_when_asked_for() -> None:
    assert not refuses_attaching()
    code = (
        "from kiosk.vault import core_dumps as c; c.leave_no_core(); c.refuse_attaching(); print(c.refuses_attaching())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def _address(buffer: SensitiveBuffer) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer.view()))


def _flags_of(address: int) -> set[str]:
    inside = False
    for line in Path(f"/proc/{os.getpid()}/smaps").read_text("utf-8").splitlines():
        if "-" in line.split()[0]:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            inside = start <= address < end
        elif inside and line.startswith("VmFlags:"):
            return set(line.split()[1:])
    raise AssertionError("no such region")
