"""Getting from an open port to a chip that answers at the wanted rate, and leaving it as it was found."""

from __future__ import annotations

import contextlib
from typing import Protocol, runtime_checkable

from drivers.errors import DeadlineExceeded, DriverError, PeerBrokeProtocol
from drivers.pn532.commands import Command, Firmware, parse_firmware, retries, set_baud
from drivers.pn532.line import Pn532Line

__all__ = ["DEFAULT_BAUD", "WAKE_UP", "RateSetting", "change_rate", "leave", "rates_to_try", "start", "wake"]

DEFAULT_BAUD = 115200
"""After every reset of the chip."""

WAKE_UP = b"\x55\x55" + bytes(14)
"""Right in front of the first command: the chip sleeps until it has seen a few edges on its line."""

_PN532 = 0x32
_NORMAL_MODE = b"\x01"
_PASSIVE_RETRIES = 1
_SWITCH_PAUSE_S = 0.005


@runtime_checkable
class RateSetting(Protocol):
    """What a transport must offer for another rate than the one it was opened with."""

    @property
    def baud(self) -> int: ...

    def set_baud(self, baud: int) -> None: ...


def rates_to_try(wanted: int) -> tuple[int, ...]:
    """The chip's own rate after a reset first; the wanted one, in case the last program left it there."""
    return tuple(dict.fromkeys((DEFAULT_BAUD, wanted)))


def wake(line: Pn532Line) -> Firmware:
    """Wake the chip and make sure that it is a PN532. Raises DriverError where it is not, or nothing answers."""
    line.ask(Command.SAM_CONFIGURATION, _NORMAL_MODE, preamble=WAKE_UP)
    firmware = parse_firmware(line.ask(Command.GET_FIRMWARE))
    if firmware.ic != _PN532:
        raise PeerBrokeProtocol(f"chip {firmware.ic:02X} instead of 32")
    return firmware


def start(line: Pn532Line, wanted_baud: int) -> Firmware:
    """Wake the chip at whichever rate it listens, bring the line to ``wanted_baud``, bound its waiting for cards."""
    firmware = _wake_at_any_rate(line, wanted_baud)
    change_rate(line, wanted_baud)
    line.ask(Command.RF_CONFIGURATION, retries(_PASSIVE_RETRIES))
    return firmware


def change_rate(line: Pn532Line, baud: int) -> None:
    """Agree on a rate: the chip answers at the old one, we acknowledge, both switch; then it must answer.

    A transport whose rate cannot be set stays as it is. Raises DriverError when the chip does not answer at the new
    rate.
    """
    transport = line.transport
    if not isinstance(transport, RateSetting) or transport.baud == baud:
        return
    line.ask(Command.SET_BAUD, set_baud(baud))
    line.acknowledge()
    line.pause(_SWITCH_PAUSE_S)
    transport.set_baud(baud)
    line.ask(Command.GET_FIRMWARE, preamble=WAKE_UP)


def leave(line: Pn532Line) -> None:
    """Give the chip back its own rate, so that whoever opens the port next finds it there. Never raises."""
    with contextlib.suppress(DriverError):
        line.ask(Command.RELEASE, b"\x00")
        change_rate(line, DEFAULT_BAUD)


def _wake_at_any_rate(line: Pn532Line, wanted: int) -> Firmware:
    transport = line.transport
    failure: DriverError = DeadlineExceeded("wake-up")
    for baud in rates_to_try(wanted) if isinstance(transport, RateSetting) else (wanted,):
        if isinstance(transport, RateSetting):
            transport.set_baud(baud)
        try:
            return wake(line)
        except (DeadlineExceeded, PeerBrokeProtocol) as error:
            failure = error
    raise failure
