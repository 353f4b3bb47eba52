"""The process that owns an LCUS relay board and lets no relay stay on: ``python -m
drivers.gate.lcus_guard``.

The board has no timer, so whoever switches it on must live to switch it off. That is this process and not
the kiosk: it ends every pulse by itself, and switches everything off when its standard input closes (the
kiosk is gone, also by kill -9), when its parent changes, on SIGTERM, at its start and at its end. What it
cannot survive is loss of the computer's power and its own kill -9; therefore live mode needs the
installer's statement (see ``policy``).

Lines on standard input: ``open <monotonic second after which it is too late>``. Lines on standard output:
``ready``, ``opened``, ``stale`` (came too late, nothing done), ``lost <code>`` (the port is gone; the
process ends soon after).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.deadline import Deadline
from drivers.errors import DriverError
from drivers.gate.lcus_frames import BETWEEN_COMMANDS_S, LARGEST_BOARD, relay
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort

__all__ = ["RelayGuard", "main"]

_LOOK_ROUND_S = 0.2
_SWITCH_OFF_WITHIN_S = 10.0
_RETRY_S = 0.2


@dataclass(frozen=True)
class GuardSettings:
    port_url: str
    baud: int
    channel: int
    channels: int
    pulse_s: float
    parent: int


class RelayGuard:
    """The relay's state and times, apart from the process around it. One thread."""

    def __init__(
        self,
        transport: Transport,
        settings: GuardSettings,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._pause = pause
        self._next_command_s = clock()
        self.off_due_s: float | None = None
        """When the pulse ends; None while the relay is off."""

    def all_off(self) -> None:
        """Switch every relay of the board off. Raises TransportLost."""
        for channel in range(1, self._settings.channels + 1):
            self._command(relay(channel, False))
        self.off_due_s = None

    def pulse(self) -> None:
        """Switch on; ``tick`` switches off. A pulse still running ends first, so that each is one contact."""
        if self.off_due_s is not None:
            self._command(relay(self._settings.channel, False))
        # Set before the bytes leave: if writing fails half-way the relay may be on.
        self.off_due_s = self._clock() + self._settings.pulse_s
        self._command(relay(self._settings.channel, True))
        self.off_due_s = self._clock() + self._settings.pulse_s

    def tick(self) -> None:
        """End a pulse that is due, and notice a vanished port. Raises TransportLost."""
        if self.off_due_s is not None and self._clock() >= self.off_due_s:
            self._command(relay(self._settings.channel, False))
            self.off_due_s = None
        self._transport.read(0.0)

    def wait_s(self, longest_s: float) -> float:
        """How long may be waited before ``tick`` has work, at most ``longest_s``."""
        due_s = self.off_due_s
        return longest_s if due_s is None else min(longest_s, max(0.0, due_s - self._clock()))

    def _command(self, frame: bytes) -> None:
        self._pause(max(0.0, self._next_command_s - self._clock()))
        self._transport.write(frame)
        self._next_command_s = self._clock() + BETWEEN_COMMANDS_S


def main(arguments: list[str] | None = None) -> int:
    """Run until standard input closes. Exit code 0, or 1 when the port was lost."""
    settings = _parse(arguments)
    # A terminal's Ctrl-C or hang-up goes to the whole group; our end is the closed pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    guard: RelayGuard | None = None
    transport: Transport | None = None
    try:
        transport = SerialPort(settings.port_url, settings.baud)
        guard = RelayGuard(transport, settings)
        guard.all_off()
        _say("ready")
        _serve(guard, settings)
    except DriverError as error:
        _say(f"lost {error.code}")
        return 1
    except SystemExit:
        return 0
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if guard is not None and transport is not None:
            _switch_off_for_sure(guard, transport, settings)
    return 0


def _serve(guard: RelayGuard, settings: GuardSettings) -> None:
    orders = b""
    while os.getppid() == settings.parent:
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], guard.wait_s(_LOOK_ROUND_S))
        if readable:
            arrived = os.read(sys.stdin.fileno(), 1024)
            if not arrived:
                return
            *lines, orders = (orders + arrived).split(b"\n")
            for line in lines:
                _obey(guard, line)
        guard.tick()


def _obey(guard: RelayGuard, line: bytes) -> None:
    word, _, too_late_at_s = line.partition(b" ")
    if word != b"open":
        return
    if time.monotonic() >= float(too_late_at_s):
        # The kiosk has given this opening up; opening now would let in whoever stands there next.
        _say("stale")
        return
    guard.pulse()
    _say("opened")


def _switch_off_for_sure(guard: RelayGuard, transport: Transport, settings: GuardSettings) -> None:
    """Off on the open port; if that is gone and a relay may be on, on the port as it comes back."""
    with contextlib.suppress(DriverError):
        guard.all_off()
    may_be_on = guard.off_due_s is not None
    transport.close()
    deadline = Deadline.after(_SWITCH_OFF_WITHIN_S)
    while may_be_on and not deadline.expired():
        time.sleep(_RETRY_S)
        with contextlib.suppress(DriverError):
            again = SerialPort(settings.port_url, settings.baud)
            RelayGuard(again, settings).all_off()
            again.close()
            may_be_on = False


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), line.encode() + b"\n")


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit


def _parse(arguments: list[str] | None) -> GuardSettings:
    parser = argparse.ArgumentParser(prog="lcus_guard", description="Owns an LCUS relay board for the kiosk.")
    parser.add_argument("--port", required=True)
    parser.add_argument("--baud", type=int, default=9600)
    parser.add_argument("--channel", type=int, default=1)
    parser.add_argument("--channels", type=int, default=1, help="relays on the board")
    parser.add_argument("--pulse-ms", type=int, default=500)
    parser.add_argument("--parent", type=int, default=os.getppid(), help="process to live and die with")
    options = parser.parse_args(arguments)
    if not 1 <= options.channel <= options.channels <= LARGEST_BOARD:
        parser.error(f"channel and channels must lie between 1 and {LARGEST_BOARD}")
    return GuardSettings(
        options.port, options.baud, options.channel, options.channels, options.pulse_ms / 1000, options.parent
    )


if __name__ == "__main__":
    sys.exit(main())
