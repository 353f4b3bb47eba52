"""What a test may leave behind without noticing: threads, child processes, serial lines, windows."""

from __future__ import annotations

import gc
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import psutil

GRACE_S = 2.0
"""Whoever was told to stop may still be on its way out."""

_LINE_PREFIXES = ("/dev/pts/", "/dev/ptmx", "/dev/tty")
_TOLERATED_PROCESSES = ("resource_tracker", "forkserver")
"""Started once by multiprocessing and kept on purpose until the interpreter ends."""

_STANDARD_STREAMS = 2


@dataclass(frozen=True)
class Alive:
    """One moment of this process. Lines are file descriptors of terminals, windows addresses of top-level widgets."""

    threads: frozenset[threading.Thread]
    children: frozenset[psutil.Process]
    lines: frozenset[tuple[int, str]]
    windows: frozenset[int]

    @staticmethod
    def now() -> Alive:
        return Alive(frozenset(threading.enumerate()), _children(), _open_lines(), frozenset(_top_level_widgets()))


def left_over(before: Alive, grace_s: float = GRACE_S) -> list[str]:
    """What is alive now and was not ``before``, one sentence each; waits up to ``grace_s`` for each kind to end."""
    for thread in set(threading.enumerate()) - before.threads:
        if thread is not threading.current_thread():
            thread.join(grace_s)
    psutil.wait_procs(_children() - before.children, timeout=grace_s)
    after = Alive.now()
    if after.lines - before.lines or after.windows - before.windows:
        gc.collect()
        after = Alive.now()
    widgets = _top_level_widgets()
    return [
        *(f"thread {thread.name}" for thread in after.threads - before.threads),
        *(f"process {_describe(child)}" for child in after.children - before.children),
        *(f"line {path} (descriptor {number})" for number, path in after.lines - before.lines),
        *(f"window {widgets[key]}" for key in after.windows - before.windows),
    ]


def _children() -> frozenset[psutil.Process]:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return frozenset()
    return frozenset(child for child in map(_process, _child_pids()) if child is not None and not _tolerated(child))


def _child_pids() -> list[int]:
    """From the kernel's own lists (proc(5)): psutil reads about every process there is, and this is asked often."""
    pids: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        try:
            pids += map(int, (task / "children").read_text(encoding="ascii").split())
        except FileNotFoundError:  # that thread has just ended
            continue
    return pids


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _tolerated(child: psutil.Process) -> bool:
    return any(name in _describe(child) for name in _TOLERATED_PROCESSES)


def _describe(child: psutil.Process) -> str:
    try:
        return f"{child.pid} {' '.join(child.cmdline()) or child.name()}"
    except psutil.Error:
        return f"{child.pid} (ended)"


def _open_lines() -> frozenset[tuple[int, str]]:
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        number = int(entry.name)
        try:
            path = str(entry.readlink())
        except OSError:
            continue
        if number > _STANDARD_STREAMS and path.startswith(_LINE_PREFIXES):
            found.add((number, path))
    return frozenset(found)


def _top_level_widgets() -> dict[int, str]:
    """Empty where no test has used Qt yet: asking must not load it."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return {}
    core, shiboken = sys.modules["PySide6.QtCore"], sys.modules["shiboken6"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    return {
        shiboken.getCppPointer(widget)[0]: f"{type(widget).__name__} {widget.objectName()}".strip()
        for widget in widgets.QApplication.topLevelWidgets()
        if not widget.objectName().startswith("_q_")
    }
