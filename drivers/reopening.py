"""Keeping a device open: open, serve, on a fault close, wait with growing pauses, open again.

Readers, scanners and gates share this, so that unplugging looks the same everywhere: one ``DeviceLost`` when
the device is lost (or could not be opened at first), silence while it stays away, one ``DeviceReady`` when it
answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from drivers.deadline import MonotonicClock
from drivers.errors import DriverError
from drivers.port import DeviceLost, DeviceReady

__all__ = ["BackOff", "Emit", "Reopening"]

EventT = TypeVar("EventT")
SessionT = TypeVar("SessionT")
ResultT = TypeVar("ResultT")

Emit = Callable[[EventT], None]
Pause = Callable[[float], None]

_LONGEST_PAUSE_S = 0.1
"""One poll waits no longer, so that an owner can stop its thread at any time."""


@dataclass(frozen=True)
class BackOff:
    """Pauses between attempts to open: ``first_s``, then times ``factor`` up to ``longest_s``."""

    first_s: float = 0.2
    factor: float = 2.0
    longest_s: float = 2.0

    def pause_s(self, failures: int) -> float:
        """The pause after that many failures in a row (1 and up)."""
        # The exponent is capped because a port may stay away for days.
        return float(min(self.longest_s, self.first_s * self.factor ** min(failures - 1, 30)))


class Reopening(Generic[EventT, SessionT]):
    """Owns the session of one device. ``poll`` and ``use`` are for one thread, ``close`` as well.

    ``open_session`` opens the port, talks to the device and returns (session, identity); it raises
    DriverError when that fails. ``serve`` does a bounded piece of work and emits what came of it; a
    DriverError from it ends the session, as does one from an action. ``pause`` waits (seconds) and ``clock``
    counts monotonic seconds; tests pass their own.
    """

    def __init__(
        self,
        open_session: Callable[[], tuple[SessionT, str]],
        serve: Callable[[SessionT, Emit[EventT | DeviceReady | DeviceLost]], None],
        close: Callable[[SessionT], None],
        *,
        back_off: BackOff | None = None,
        clock: MonotonicClock = time.monotonic,
        pause: Pause = time.sleep,
    ) -> None:
        self._open_session = open_session
        self._serve = serve
        self._close_session = close
        self._back_off = back_off or BackOff()
        self._clock = clock
        self._pause = pause
        self._session: SessionT | None = None
        self._events: list[EventT | DeviceReady | DeviceLost] = []
        self._failures = 0
        self._next_try_s = clock()
        self._closed = False

    @property
    def open(self) -> bool:
        """Whether the device answered last time."""
        return self._session is not None

    def poll(self) -> list[EventT | DeviceReady | DeviceLost]:
        """Serve the device, or try to open it when that is due; never raises for device faults."""
        if not self._closed:
            if self._session is None:
                self._try_to_open()
            else:
                self._guarded(self._serve_once)
        events, self._events = self._events, []
        return events

    def use(self, action: Callable[[SessionT], ResultT]) -> ResultT | None:
        """Run ``action`` on the open session; None when there is none or it failed (the next poll says
        so).
        """
        return None if self._session is None else self._guarded(action)

    def close(self) -> None:
        """End for good. Twice is fine."""
        self._closed = True
        self._drop()

    def _serve_once(self, session: SessionT) -> None:
        self._serve(session, self._events.append)

    def _guarded(self, action: Callable[[SessionT], ResultT]) -> ResultT | None:
        assert self._session is not None
        try:
            return action(self._session)
        except DriverError as error:
            self._drop()
            self._failed(error)
            return None

    def _try_to_open(self) -> None:
        wait_s = self._next_try_s - self._clock()
        if wait_s > 0:
            self._pause(min(wait_s, _LONGEST_PAUSE_S))
            return
        try:
            self._session, identity = self._open_session()
        except DriverError as error:
            self._failed(error)
        else:
            self._failures = 0
            self._events.append(DeviceReady(identity))

    def _failed(self, error: DriverError) -> None:
        self._failures += 1
        if self._failures == 1:
            self._events.append(DeviceLost(error.code))
        self._next_try_s = self._clock() + self._back_off.pause_s(self._failures)

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            self._close_session(session)
