"""The desk's printer behind a work queue: drawn in the window's thread, printed on its own."""

from __future__ import annotations

from collections.abc import Callable

from drivers.errors import DriverError
from drivers.port import SlipPrinter
from kiosk.station.slip import Slip
from kiosk.workers.queue import WorkQueue


class SlipPrinting:
    """Implements kiosk.station.slips.Printing. ``draw``: the slip as dots of that width."""

    def __init__(self, printer: SlipPrinter, queue: WorkQueue, draw: Callable[[Slip, int], bytes]) -> None:
        self._printer, self._queue, self._draw = printer, queue, draw

    @property
    def there(self) -> bool:
        return True

    def print_slip(self, slip: Slip, done: Callable[[str], None]) -> None:
        dots = self._draw(slip, self._printer.width_dots)
        self._queue.do(
            lambda: self._printer.print_picture(dots),
            lambda nothing: done(""),
            lambda error: done(error.step if isinstance(error, DriverError) else "no_answer"),
        )

    def stop(self) -> None:
        """What is being printed is printed."""
        self._queue.stop()


class NoPrinter:
    """A desk without a printer: slips are shown."""

    @property
    def there(self) -> bool:
        return False

    def print_slip(self, slip: Slip, done: Callable[[str], None]) -> None:
        done("no_answer")

    def stop(self) -> None:
        """Nothing is there to be stopped."""
