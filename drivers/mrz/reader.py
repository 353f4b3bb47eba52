"""A swipe reader for machine-readable zones on a serial line.

Capabilities (sheet mrz, section 2):

| what      | how                                                                                              |
| --------- | ------------------------------------------------------------------------------------------------ |
| documents | TD1, TD2, TD3; visas are refused                                                                  |
| framing   | text lines; ends at CR or LF when complete, at a set end, or after 200 ms of silence; learnable   |
| rate      | 9600 bits/s; others by setting                                                                    |
| sends     | nothing                                                                                           |

Not run on hardware: tried against the simulated reader, over pseudo-terminals. A swipe whose check digits do not fit
makes ``SwipeUnreadable`` with the places of the errors, and no zone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.deadline import MonotonicClock
from drivers.mrz.framing import SwipeFraming, SwipeReceiver, UntrustedSwipe
from drivers.mrz.parse import FaultKind, Mrz, MrzFault, MrzRejected, parse
from drivers.port import DeviceLost, DeviceReady
from drivers.reopening import Emit, Reopening
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort

__all__ = ["DEFAULT_BAUD", "MrzSwiped", "SwipeEvent", "SwipeReader", "SwipeUnreadable", "open_swipe_reader"]

DEFAULT_BAUD = 9600
_TURN_S = 0.05


@dataclass(frozen=True)
class MrzSwiped:
    """A zone whose check digits fit. ``at_s`` is monotonic."""

    mrz: Mrz
    at_s: float


@dataclass(frozen=True)
class SwipeUnreadable:
    """Somebody swiped and it does not count; ``faults`` say where."""

    faults: tuple[MrzFault, ...]


SwipeEvent = DeviceReady | DeviceLost | MrzSwiped | SwipeUnreadable


@dataclass
class _Session:
    transport: Transport
    receiver: SwipeReceiver


class SwipeReader:
    """Polled from one thread; opens by itself and again after unplugging."""

    def __init__(
        self,
        open_transport: Callable[[], Transport],
        framing: SwipeFraming | None = None,
        *,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        turn_s: float = _TURN_S,
    ) -> None:
        self._open_transport = open_transport
        self._framing = framing or SwipeFraming()
        self._clock = clock
        self._turn_s = turn_s
        self._port: Reopening[SwipeEvent, _Session] = Reopening(
            self._open_session, self._serve, lambda session: session.transport.close(), clock=clock, pause=pause
        )

    def poll(self) -> list[SwipeEvent]:
        """Wait for a swipe, at most about ``turn_s``. Never raises for what a device does."""
        return list(self._port.poll())

    def close(self) -> None:
        self._port.close()

    def _open_session(self) -> tuple[_Session, str]:
        transport = self._open_transport()
        try:
            transport.flush_input()
        except BaseException:
            transport.close()
            raise
        return _Session(transport, SwipeReceiver(self._framing)), ""

    def _serve(self, session: _Session, emit: Emit[SwipeEvent]) -> None:
        data = session.transport.read(self._turn_s)
        now_s = self._clock()
        found = session.receiver.receive(data, now_s) if data else session.receiver.silence(now_s)
        for swipe in found:
            emit(_judged(swipe, now_s))


def open_swipe_reader(
    port_url: str,
    *,
    baud: int = DEFAULT_BAUD,
    begin: str = "",
    end: str = "",
    silence_s: float = 0.2,
    turn_s: float = _TURN_S,
) -> SwipeReader:
    """A swipe reader at ``port_url``; ``begin`` and ``end`` as hex. Raises ValueError for a bad setting."""
    framing = SwipeFraming(bytes.fromhex(begin), bytes.fromhex(end), silence_s)
    return SwipeReader(lambda: SerialPort(port_url, baud), framing, turn_s=turn_s)


def _judged(swipe: UntrustedSwipe, at_s: float) -> MrzSwiped | SwipeUnreadable:
    if not swipe.lines:
        return SwipeUnreadable((MrzFault(FaultKind.SIZE),))
    try:
        return MrzSwiped(parse(swipe.lines), at_s)
    except MrzRejected as rejected:
        return SwipeUnreadable(rejected.faults)
