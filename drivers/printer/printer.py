"""A slip printer on a serial line (ESC/POS).

Capabilities:

| what         | how                                                                    |
| ------------ | ---------------------------------------------------------------------- |
| pictures     | GS v 0, in bands of 64 rows; the printer's fonts are never used         |
| status       | DLE EOT 1, 2, 4 before a slip, after every band and while it is waited for |
| end of a slip | GS r 1, answered when everything before it is on paper                |
| paper out    | told as such; the rest is dropped, and the whole slip is printed anew  |
| widths       | 384 dots (58 mm) and 576 dots (80 mm) at 203 dpi                       |

Not run on hardware.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.deadline import MonotonicClock
from drivers.discovery import AUTO
from drivers.errors import DriverError, PortUnavailable, TransportLost
from drivers.printer.commands import ASK, CUT, MARK, RECOVER, START, Bitmap, Fault, bands, fault_of, is_mark, is_status
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort

__all__ = ["EscposPrinter", "NotPrinted", "open_printer"]

ANSWER_S = 0.6
PRINTED_S = 15.0
LOOK_EVERY_S = 0.5
WIDTHS_DOTS = (384, 576)


class NotPrinted(DriverError):
    """The slip is not on paper, or only a part of it. ``fault`` says why."""

    code = "not_printed"

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass
class _Line:
    """One opened port; answers are told apart by their fixed bits."""

    transport: Transport
    clock: MonotonicClock

    def answer(self, fits: Callable[[int], bool], within_s: float) -> int | None:
        """The next byte that ``fits``; None when none came in time. What does not fit is passed over."""
        until_s = self.clock() + within_s
        while (left_s := until_s - self.clock()) > 0:
            for byte in self.transport.read(left_s):
                if fits(byte):
                    return byte
        return None

    def fault(self) -> Fault | None:
        answers = {}
        for number, ask in ASK.items():
            self.transport.write(ask)
            answer = self.answer(is_status, ANSWER_S)
            if answer is None:
                return Fault.NO_ANSWER
            answers[number] = answer
        return fault_of(answers)


class EscposPrinter:
    """A SlipPrinter. The port is opened for each slip and released after it: a printer is no part of a visit."""

    def __init__(
        self,
        open_transport: Callable[[], Transport],
        width_dots: int = 576,
        *,
        clock: MonotonicClock = time.monotonic,
    ) -> None:
        if width_dots not in WIDTHS_DOTS:
            raise ValueError(f"width_dots must be one of {', '.join(map(str, WIDTHS_DOTS))}")
        self.width_dots = width_dots
        self._open_transport, self._clock = open_transport, clock

    def print_picture(self, data: bytes) -> None:
        """Print ``data`` (rows of ``width_dots``, packed as Bitmap says) and cut; returns once it is on paper.

        Blocks, at most about 20 s. Raises NotPrinted.
        """
        bitmap = Bitmap(self.width_dots, data)
        try:
            transport = self._open_transport()
        except PortUnavailable:
            raise NotPrinted(Fault.NO_ANSWER) from None
        try:
            self._print(_Line(transport, self._clock), bitmap)
        except TransportLost:
            raise NotPrinted(Fault.NO_ANSWER) from None
        finally:
            transport.close()

    def _print(self, line: _Line, bitmap: Bitmap) -> None:
        line.transport.flush_input()
        self._look(line)
        line.transport.write(RECOVER + START)
        for piece in bands(bitmap):
            line.transport.write(piece)
            self._look(line)
        line.transport.write(CUT + MARK)
        until_s = self._clock() + PRINTED_S
        while line.answer(is_mark, LOOK_EVERY_S) is None:
            self._look(line)
            if self._clock() >= until_s:
                raise NotPrinted(Fault.NO_ANSWER)

    @staticmethod
    def _look(line: _Line) -> None:
        if (fault := line.fault()) is not None:
            raise NotPrinted(fault)


def open_printer(port_url: str, *, baud: int = 115200, width_dots: int = 576) -> EscposPrinter:
    """A printer at ``port_url``; the port is opened with the first slip. Raises ValueError for a bad setting."""
    if port_url == AUTO:
        raise ValueError("the port of a printer must be named: other devices must not hear what is sent to it")
    return EscposPrinter(lambda: SerialPort(port_url, baud), width_dots)
