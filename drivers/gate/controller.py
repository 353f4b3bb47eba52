"""A turnstile controller with its own frames and passage counters, on RS-485.

Capabilities (sheet turnstiles section 3, a single source):

| ability             | how                                                        |
| ------------------- | ---------------------------------------------------------- |
| open for one person | open left or right, number of persons 1, answered          |
| pulse ended by      | the controller (it counts the person or times out)         |
| passage             | its counter of that side, polled every ``poll_s``          |
| liveness            | the polling itself; three unanswered questions lose the device |

Not run on hardware. An opening without an answer is never repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.deadline import MonotonicClock
from drivers.discovery import AUTO
from drivers.errors import DeadlineExceeded
from drivers.gate.controller_frames import Command, Side, Status, command, find_status, passages_between
from drivers.gate.polled import PolledLine
from drivers.port import GateEvent, OpeningResult, PassageSeen
from drivers.reopening import Emit, Reopening
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort

__all__ = ["ControllerGate", "ControllerSettings", "open_gate"]

_QUIET_S = 0.005


@dataclass(frozen=True)
class ControllerSettings:
    """One controller; ``machine`` is its address."""

    baud: int = 19200
    machine: int = 1
    side: Side = Side.LEFT
    poll_s: float = 0.1

    def __post_init__(self) -> None:
        if not 0 <= self.machine <= 255 or not 0.05 <= self.poll_s <= 1.0:
            raise ValueError("machine must lie between 0 and 255, poll_s between 0.05 and 1")


@dataclass
class _Session:
    line: PolledLine
    counted: int


class ControllerGate:
    """A GateOutput that re-opens by itself. ``open_transport`` opens the port anew each time it is called."""

    self_timed = True

    def __init__(
        self,
        open_transport: Callable[[], Transport],
        settings: ControllerSettings | None = None,
        *,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._open_transport = open_transport
        self._settings = settings or ControllerSettings()
        self._clock = clock
        self._pause = pause
        self.fault = 0
        """The controller's fault code at the last answer; 0 is none."""
        self._port: Reopening[GateEvent, _Session] = Reopening(
            self._open_session, self._serve, lambda session: session.line.close(), clock=clock, pause=pause
        )

    def open_once(self) -> OpeningResult:
        """Open for one person. UNCONFIRMED when the controller stayed silent or answered with a result
        code, whose meanings are not known; FAILED when it is away.
        """
        return self._port.use(self._open_for_one) or OpeningResult.FAILED

    def poll(self) -> list[GateEvent]:
        """Ask the counters when that is due, else wait at most 0.1 s."""
        return list(self._port.poll())

    def close(self) -> None:
        self._port.close()

    def _open_session(self) -> tuple[_Session, str]:
        line = PolledLine(
            self._open_transport(),
            quiet_s=_QUIET_S,
            poll_s=self._settings.poll_s,
            clock=self._clock,
            pause=self._pause,
        )
        try:
            status = self._ask(line, Command.STATUS)
        except BaseException:
            line.close()
            raise
        return _Session(line, status.passed(self._settings.side)), ""

    def _serve(self, session: _Session, emit: Emit[GateEvent]) -> None:
        session.line.poll(lambda: self._look(session, emit))

    def _look(self, session: _Session, emit: Emit[GateEvent]) -> None:
        counted = self._ask(session.line, Command.STATUS).passed(self._settings.side)
        for _ in range(passages_between(session.counted, counted)):
            emit(PassageSeen(self._clock()))
        session.counted = counted

    def _open_for_one(self, session: _Session) -> OpeningResult:
        code = Command.OPEN_RIGHT if self._settings.side is Side.RIGHT else Command.OPEN_LEFT
        try:
            status = self._ask(session.line, code, 1)
        except DeadlineExceeded:
            return OpeningResult.UNCONFIRMED
        return OpeningResult.UNCONFIRMED if status.result else OpeningResult.REQUESTED

    def _ask(self, line: PolledLine, code: Command, d0: int = 0) -> Status:
        machine = self._settings.machine
        question = command(machine, code, d0)
        status = line.ask(question, lambda arrived: find_status(arrived, machine), f"controller {code.name}")
        self.fault = status.fault
        return status


def open_gate(
    port_url: str, *, baud: int = 19200, machine: int = 1, side: str = "left", poll_s: float = 0.1
) -> ControllerGate:
    """A gate at ``port_url``. The port is opened by the first ``poll``. Raises ValueError for a bad
    setting.
    """
    if port_url == AUTO:
        raise ValueError("the port of a gate must be named: asking every port could open something")
    if side not in ("left", "right"):
        raise ValueError("side must be left or right")
    settings = ControllerSettings(baud, machine, Side[side.upper()], poll_s)
    return ControllerGate(lambda: SerialPort(port_url, baud), settings)
