"""A turnstile behind an LCUS-type relay board, through its guard process.

Capabilities (sheet turnstiles section 1):

| ability             | how                                                            |
| ------------------- | -------------------------------------------------------------- |
| open for one person | relay on, then off by the guard process; the board never answers |
| pulse ended by      | the guard process, not the board: not ``self_timed``            |
| passage             | none                                                            |
| liveness            | the serial port only; the board cannot be asked                 |

Not run on hardware.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import drivers
from drivers.deadline import Deadline
from drivers.discovery import AUTO
from drivers.errors import DeadlineExceeded, DriverError, PortUnavailable, TransportLost
from drivers.gate.lcus_frames import LARGEST_BOARD
from drivers.port import GateEvent, OpeningResult
from drivers.reopening import Emit, Reopening

__all__ = ["LcusGate", "LcusSettings", "open_gate"]

_GUARD_READY_WITHIN_S = 5.0
_OPENED_WITHIN_S = 0.4
_GUARD_ENDS_WITHIN_S = 1.0
_POLL_S = 0.1
_still_ending: list[subprocess.Popen[bytes]] = []
"""Guards left to themselves, kept until their exit can be collected."""
_LOST = {error.code: error for error in (TransportLost, PortUnavailable)}


@dataclass(frozen=True)
class LcusSettings:
    """``channel`` (from 1) opens the gate on a board of ``channels`` relays."""

    baud: int = 9600
    channel: int = 1
    channels: int = 1
    pulse_ms: int = 500

    def __post_init__(self) -> None:
        if not 1 <= self.channel <= self.channels <= LARGEST_BOARD:
            raise ValueError(f"channel and channels must lie between 1 and {LARGEST_BOARD}")
        if not 100 <= self.pulse_ms <= 3000:
            raise ValueError("pulse_ms must lie between 100 and 3000")


class LcusGate:
    """A GateOutput whose port belongs to a guard process; a guard that ends is started again."""

    self_timed = False

    def __init__(self, port_url: str, settings: LcusSettings | None = None) -> None:
        self._port_url = port_url
        self._settings = settings or LcusSettings()
        self._port: Reopening[GateEvent, _Guard] = Reopening(self._start_guard, _serve, _Guard.end)

    @property
    def guard_pid(self) -> int | None:
        """The guard's process id while it answers."""
        return self._port.use(lambda guard: guard.pid)

    def open_once(self) -> OpeningResult:
        """One pulse. UNCONFIRMED at best: the board has no answer."""
        return self._port.use(_Guard.open_once) or OpeningResult.FAILED

    def poll(self) -> list[GateEvent]:
        """Listen to the guard, at most 0.1 s (longer only while one is being started)."""
        return list(self._port.poll())

    def close(self) -> None:
        """End the guard, which switches everything off first."""
        self._port.close()

    def _start_guard(self) -> tuple[_Guard, str]:
        guard = _Guard(self._port_url, self._settings)
        try:
            guard.wait_for("ready", Deadline.after(_GUARD_READY_WITHIN_S))
        except DriverError:
            guard.end()
            raise
        return guard, ""


class _Guard:
    """The guard process and the two pipes to it."""

    def __init__(self, port_url: str, settings: LcusSettings) -> None:
        _still_ending[:] = [process for process in _still_ending if process.poll() is None]
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-s", "-P", "-m", "drivers.gate.lcus_guard", "--port", port_url),
                *("--baud", str(settings.baud), "--channel", str(settings.channel)),
                *("--channels", str(settings.channels), "--pulse-ms", str(settings.pulse_ms)),
                *("--parent", str(os.getpid())),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders = self._process.stdin
        self._answers = self._process.stdout
        self._buffer = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def open_once(self) -> OpeningResult:
        deadline = Deadline.after(_OPENED_WITHIN_S)
        try:
            self._orders.write(f"open {deadline.at_s}\n".encode())
        except OSError as error:
            raise TransportLost("order to the guard") from error
        try:
            answer = self.wait_for("opened", deadline, or_else="stale")
        except DeadlineExceeded:
            return OpeningResult.UNCONFIRMED
        return OpeningResult.UNCONFIRMED if answer == "opened" else OpeningResult.FAILED

    def wait_for(self, word: str, deadline: Deadline, *, or_else: str = "") -> str:
        """The first of the two words the guard says. Raises what it says was lost, or DeadlineExceeded."""
        while not deadline.expired():
            for line in self.listen(deadline.remaining_s()):
                if line in (word, or_else):
                    return line
        raise DeadlineExceeded(f"guard: {word}")

    def listen(self, timeout_s: float) -> list[str]:
        """Whole lines the guard has said. Raises the error it reports, TransportLost when it has ended."""
        readable, _, _ = select.select([self._answers], [], [], timeout_s)
        if not readable:
            return []
        arrived = os.read(self._answers.fileno(), 1024)
        if not arrived:
            raise TransportLost("the guard has ended")
        *lines, self._buffer = (self._buffer + arrived).split(b"\n")
        words = [line.decode("ascii", "replace") for line in lines]
        for line in words:
            kind, _, code = line.partition(" ")
            if kind == "lost":
                raise _LOST.get(code, TransportLost)("guard")
        return words

    def end(self) -> None:
        """Close its input and let it switch off. It is never killed: that could leave the relay on. One that
        is still waiting for a vanished port to come back is left to it.
        """
        with contextlib.suppress(OSError):
            self._orders.close()
        try:
            self._process.wait(_GUARD_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            _still_ending.append(self._process)
        self._answers.close()


def open_gate(port_url: str, *, baud: int = 9600, channel: int = 1, channels: int = 1, pulse_ms: int = 500) -> LcusGate:
    """A gate at ``port_url``. The guard is started by the first ``poll``. Raises ValueError for a bad
    setting.
    """
    if port_url == AUTO:
        raise ValueError("the port of a gate must be named: this board cannot be asked who it is")
    return LcusGate(port_url, LcusSettings(baud, channel, channels, pulse_ms))


def _serve(guard: _Guard, _emit: Emit[GateEvent]) -> None:
    guard.listen(_POLL_S)


def _environment() -> dict[str, str]:
    """Ours, with the folder this package lies in on the module path, also when it is not installed."""
    root = str(Path(drivers.__path__[0]).resolve().parent)
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, known] if known else [root])}
