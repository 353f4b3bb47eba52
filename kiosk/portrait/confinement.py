"""Runs a maker's code in a process of its own, for a limited time, and takes only bytes back.

A decoder that crashes, hangs, overruns its buffers or never stops writing costs one portrait and nothing else. The
process is spawned, not forked: what it starts from has no threads, no locks held and has never seen a face.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from drivers.deadline import Deadline
from kiosk.portrait.port import PortraitUndecodable

OUTPUT_BYTES_MAX = 1 << 20
HOST = Path(__file__).with_name("maker_host.py")
EXIT_BROKEN, EXIT_NOT_RUNNABLE = 70, 127
"""What the host itself exits with; any other failure is the maker's own "no"."""


def run_confined(arguments: Sequence[str], given: bytes, home: Path, time_limit_s: float) -> bytes:
    """What the process wrote to standard output after being ``given`` these bytes (at most a pipe full: 4 KiB).

    ``arguments`` go to ``maker_host``; ``home`` is the maker's folder: working directory, and searched for further
    libraries. Raises PortraitUndecodable: timed_out, crashed, refused, no_decoder, malformed (too much output). The
    process and its process group are gone when this returns.
    """
    deadline = Deadline.after(time_limit_s)
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(home), "LD_LIBRARY_PATH": str(home)}
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(HOST), str(os.getpid()), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=home,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise PortraitUndecodable("no_decoder") from error
    try:
        output = _exchanged(process, given, deadline)
        exit_code = _exit_code(process)
    finally:
        _end(process)
    if exit_code != 0:
        raise PortraitUndecodable(_failure(exit_code))
    return output


def _exchanged(process: subprocess.Popen[bytes], given: bytes, deadline: Deadline) -> bytes:
    """Give the input and take the output until the process ends, whoever else may still hold the pipe."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(given)
    source, ending = process.stdout.fileno(), os.pidfd_open(process.pid)
    watched, output = [source, ending], bytearray()
    try:
        while ready := select.select(watched, [], [], deadline.remaining_s())[0]:
            if source not in ready:
                return bytes(output)
            chunk = os.read(source, 1 << 16)
            output += chunk
            if len(output) > OUTPUT_BYTES_MAX:
                raise PortraitUndecodable("malformed")
            if not chunk:
                watched = [ending]
    finally:
        os.close(ending)
    raise PortraitUndecodable("timed_out")


def _exit_code(process: subprocess.Popen[bytes]) -> int:
    """Of the ended process, which is not reaped yet, so that its group keeps its number until it has been ended."""
    ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def _failure(exit_code: int) -> str:
    if exit_code == EXIT_NOT_RUNNABLE:
        return "no_decoder"
    return "crashed" if exit_code < 0 or exit_code == EXIT_BROKEN else "refused"
