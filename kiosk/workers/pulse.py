"""How busy the window's thread is: the longest stretch without returning to the event loop, and timer lateness."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer

from kiosk.ports import Clock

TICK_MS = 50


@dataclass
class PulseFigures:
    """Worst figures since the last ``reset``, in milliseconds; ``previews`` counts painted zone pictures."""

    window_block_ms_max: float = 0.0
    timer_late_ms_max: float = 0.0
    previews: int = 0
    preview_s: float = 0.0


class Pulse(QObject):
    """Watches the event dispatcher: from waking up to going back to sleep is time the window could not react.

    That stretch holds one or several event dispatches, so it is an upper bound of the longest single one.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.figures = PulseFigures()
        self._clock = clock
        self._awake_at: float | None = None
        self._expected_at = clock.monotonic() + TICK_MS / 1000
        self._last_preview_at: float | None = None
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.awake.connect(self._awake)
            dispatcher.aboutToBlock.connect(self._about_to_block)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def reset(self) -> None:
        self.figures = PulseFigures()

    def preview_painted(self) -> None:
        now = self._clock.monotonic()
        if self._last_preview_at is not None and now - self._last_preview_at < 1.0:
            self.figures.previews += 1
            self.figures.preview_s += now - self._last_preview_at
        self._last_preview_at = now

    def preview_ended(self) -> None:
        self._last_preview_at = None

    def _awake(self) -> None:
        self._awake_at = self._clock.monotonic()

    def _about_to_block(self) -> None:
        if self._awake_at is not None:
            busy_ms = (self._clock.monotonic() - self._awake_at) * 1000
            self.figures.window_block_ms_max = max(self.figures.window_block_ms_max, busy_ms)
            self._awake_at = None

    def _tick(self) -> None:
        now = self._clock.monotonic()
        self.figures.timer_late_ms_max = max(self.figures.timer_late_ms_max, (now - self._expected_at) * 1000)
        self._expected_at = now + TICK_MS / 1000
