"""Windows dressed as the machine's setting and the clock say, within seconds of a change in any of its processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import time as time_of_day
from typing import Protocol

from PySide6.QtCore import QTimer

from kiosk.config.look import Look, LookFile, NightHours, is_night
from kiosk.config.machine import WindowConfig
from kiosk.config.places import DevicePlace
from kiosk.ui.tokens import DAY, NIGHT, Palette
from kiosk.workers.queue import WorkQueue

LOOK_EVERY_MS = 5000


class Dressed(Protocol):
    """A window that can be shown by day and by night."""

    def set_look(self, palette_tokens: Palette, *, motion: bool) -> None: ...


def palette_at(look: Look, hours: NightHours, now_s: float) -> Palette:
    """``now_s``: UTC seconds; day and night are the machine's local ones."""
    local = time.localtime(now_s)
    return NIGHT if is_night(look, hours, time_of_day(local.tm_hour, local.tm_min)) else DAY


def dress(window: Dressed, place: DevicePlace, window_config: WindowConfig | None = None) -> None:
    """Once, for a window that is soon gone. ``window_config``: None where no machine file is at hand."""
    config = window_config or WindowConfig()
    look = LookFile(place.look_file, config.look).read()
    window.set_look(palette_at(look, config.night, time.time()), motion=look.motion)


class LookWatch:
    """Window's thread; the file is read and written on ``queue``. ``now``: UTC seconds."""

    def __init__(self, file: LookFile, hours: NightHours, queue: WorkQueue, now: Callable[[], float]) -> None:
        self._file, self.hours, self._queue, self._now = file, hours, queue, now
        self.look = file.read()
        self._windows: list[Dressed] = []
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look_again)

    @classmethod
    def of(cls, place: DevicePlace, config: WindowConfig, queue: WorkQueue, now: Callable[[], float]) -> LookWatch:
        return cls(LookFile(place.look_file, config.look), config.night, queue, now)

    def follow(self, window: Dressed) -> None:
        """Dress ``window`` now and from now on."""
        self._windows.append(window)
        self._dress(window)

    def dress(self, window: Dressed) -> None:
        """Dress ``window`` once."""
        self._dress(window)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._windows.clear()

    def look_again(self) -> None:
        self._queue.do(self._file.read, self.apply)

    def keep(self, look: Look) -> Look:
        """On the queue's thread. Raises OSError."""
        return self._file.write(look)

    def choose(self, look: Look, told: Callable[[bool], None]) -> None:
        """Keep ``look`` and show it; ``told`` whether it could be kept."""

        def kept(look: Look) -> None:
            self.apply(look)
            told(True)

        self._queue.do(lambda: self._file.write(look), kept, lambda _error: told(False))

    def apply(self, look: Look) -> None:
        self.look = look
        for window in self._windows:
            self._dress(window)

    def _dress(self, window: Dressed) -> None:
        window.set_look(palette_at(self.look, self.hours, self._now()), motion=self.look.motion)
