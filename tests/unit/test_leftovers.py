"""The check that runs after every test finds what it is meant to find, and nothing else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading

from PySide6.QtWidgets import QApplication, QWidget

from tests.helpers.leftovers import Alive, left_over

AT_ONCE_S = 0.01


def test_nothing_is_found_where_nothing_was_left() -> None:
    before = Alive.now()
    thread = threading.Thread(target=lambda: None)
    thread.start()
    assert left_over(before) == []


def test_a_waiting_thread_is_found() -> None:
    before, stop = Alive.now(), threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten")
    thread.start()
    found = left_over(before, AT_ONCE_S)
    stop.set()
    thread.join()
    assert found == ["thread forgotten"]


def test_a_running_child_is_found() -> None:
    before = Alive.now()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    found = left_over(before, AT_ONCE_S)
    child.communicate(b"\n")
    assert len(found) == 1
    assert found[0].startswith(f"process {child.pid} ")


def test_an_open_line_is_found() -> None:
    before = Alive.now()
    ends = pty.openpty()
    found = left_over(before, AT_ONCE_S)
    for end in ends:
        os.close(end)
    assert len(found) == len(ends)
    assert all(sentence.startswith("line /dev/p") for sentence in found)


def test_a_window_is_found(qapp: QApplication) -> None:
    before = Alive.now()
    window = QWidget()
    window.setObjectName("forgotten")
    found = left_over(before, AT_ONCE_S)
    del window
    assert found == ["window QWidget forgotten"]
    assert left_over(before, AT_ONCE_S) == []
